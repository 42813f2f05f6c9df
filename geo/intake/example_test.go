package intake_test

import (
	"fmt"
	"io"
	"strings"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// Each row stands for itself: one that is wrong is told apart, and reading goes on.
func ExampleReader_Next() {
	file := strings.NewReader(`id,lon,lat,observed_start,count_best
walk-1,-97.2384,49.0001,2017-02-04T02:30:00-06:00,8
walk-2,-97.2384,91,2017-02-05T02:30:00-06:00,
walk-3,-97.2379,49.0003,2017-02-06T03:10:00-06:00,2
`)
	r := intake.New(file, intake.Auto, report.Defaults{Source: "rcmp"})
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println("the file is broken:", err)
			break
		}
		if row.Err != nil {
			fmt.Println("line", row.Line, "is refused:", row.Err)
			continue
		}
		fmt.Println(row.Report.ID, row.Report.Count.Best)
	}
	// Output:
	// walk-1 8
	// line 3 is refused: row 2: lat: latitude must be from -90 to 90; longitude comes first; row 2: count_best: is missing; give a whole number, 0 for a reported zero
	// walk-3 2
}

// A file that was cut gives the rows before the cut, and says where that was.
func ExampleBrokenError() {
	file := strings.NewReader(`{"type":"FeatureCollection","features":[
{"type":"Feature","id":"walk-1","geometry":{"type":"Point","coordinates":[-97.2384,49.0001]},
 "properties":{"observed_start":"2017-02-04T02:30:00-06:00","count_best":8}},
{"type":"Feature","id":"walk-2","geometry":{"type":"Poi`)
	r := intake.New(file, intake.GeoJSON, report.Defaults{Source: "rcmp"})
	row, err := r.Next()
	fmt.Println(row.Report.ID, err)
	_, err = r.Next()
	fmt.Println(err)
	// Output:
	// walk-1 <nil>
	// row 2 (line 4): the file ends in the middle of it
}
