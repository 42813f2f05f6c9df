package guard_test

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// Gretna, Manitoba, was open until ten in the evening, and from 6 January 2025 on
// until six.
func ExampleParseHours() {
	hours, err := guard.ParseHours("unknown; 2023 Mar 31+ 8:00-22:00; 2025 Jan 06+ 8:00-18:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hours)
	for _, day := range []int{2022, 2024, 2025} {
		fmt.Println(day, hours.Open(time.Date(day, time.July, 1, 20, 0, 0, 0, time.UTC)))
	}
	_, err = guard.ParseHours("Mo-Friday 08:00-18:00")
	fmt.Println(err)
	// Output:
	// unknown; 2023 Mar 31+ 08:00-22:00; 2025 Jan 06+ 08:00-18:00
	// 2022 unknown
	// 2024 yes
	// 2025 no
	// opening hours, character 4: expected the last day, like Mo-Fr, not "Friday"
}

// A stretch of 20 km with a port in its middle that is open by day: 6 km of it are
// in reach, ten hours of twenty-four.
func ExampleGuard_Share() {
	line, err := frontier.New([]frontier.Line{{Points: orb.LineString{{-98, 49}, {-97, 49}}, CanadaOnRight: true}}, 10_000)
	if err != nil {
		fmt.Println(err)
		return
	}
	port := guard.Port{ID: "gretna-neche", Measure: frontier.KM(30), HoursCA: "08:00-18:00", ZoneCA: "America/Winnipeg"}
	g, err := guard.New(line, []guard.Port{port}, nil, guard.Setting{})
	if err != nil {
		fmt.Println(err)
		return
	}
	stretch := frontier.Stretch{From: frontier.KM(20), To: frontier.KM(40)}
	from := time.Date(2025, time.February, 1, 6, 0, 0, 0, time.UTC)
	for _, d := range []report.Direction{report.Northbound, report.Southbound} {
		unguarded, unknown := g.Share(stretch, from, from.AddDate(0, 0, 28), d)
		fmt.Printf("%s %.3f, of it not known %.3f\n", d, unguarded, unknown)
	}
	// Output:
	// northbound 0.875, of it not known 0.000
	// southbound 1.000, of it not known 0.300
}
