package report_test

import (
	"errors"
	"fmt"
	"time"

	"frontierwatch/geo/report"
)

func ExampleDecode() {
	text := `{"type":"Feature","id":"walk-1","geometry":{"type":"Point","coordinates":[-97.2384,49.0001]},
		"properties":{"observed_start":"2017-02-04T02:30:00-06:00","count_best":8,"direction":"northbound"}}`
	r, err := report.Decode([]byte(text), report.Defaults{Source: "rcmp"})
	fmt.Println(r.ID, r.Count.Best, r.Unit, r.Start.Format(time.RFC3339), r.Source, err)
	// Output: walk-1 8 persons 2017-02-04T08:30:00Z rcmp <nil>
}

// Everything that is wrong is said at once, and nothing that was sent is repeated.
func ExampleFaults() {
	text := `{"type":"Feature","geometry":{"type":"Point","coordinates":[-97.2384,91]},
		"properties":{"observed_start":"4 February","count_best":8,"count_max":5,"age":31}}`
	_, err := report.Decode([]byte(text), report.Defaults{Source: "rcmp"})
	var faults report.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			fmt.Println(f.Member)
		}
	}
	// Output:
	// /geometry/coordinates/1
	// /properties/observed_start
	// /properties/age
	// /properties/count_max
}

func ExampleParseTime() {
	t, err := report.ParseTime("2017-02-04T02:30:00-06:00")
	fmt.Println(t, err)
	_, err = report.ParseTime("2017-02-04 02:30")
	fmt.Println(err)
	// Output:
	// 2017-02-04 08:30:00 +0000 UTC <nil>
	// must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)
}

func ExampleParseCadence() {
	d, _ := report.ParseCadence("P1W")
	fmt.Println(d, report.FormatCadence(d))
	// Output: 168h0m0s P7D
}
