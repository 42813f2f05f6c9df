package report_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"frontierwatch/geo/report"
)

func TestMarkingsOfAWhole(t *testing.T) {
	type m = report.Marking
	for _, x := range []struct {
		parts []m
		want  string
	}{
		{nil, ""},
		{[]m{{"", 0}}, ""},
		{[]m{{report.Clear, 0}}, "TLP:CLEAR"},
		{[]m{{report.Clear, 0}, {report.Amber, 0}, {report.Green, 0}, {"", 0}}, "TLP:AMBER"},
		{[]m{{report.Amber, 0}, {report.AmberStrict, 0}}, "TLP:AMBER+STRICT"},
		{[]m{{report.Green, report.CAN}, {report.Clear, 0}}, "TLP:GREEN, releasable to CAN"},
		{[]m{{report.Green, report.CAN | report.USA}, {report.Red, report.USA}}, "TLP:RED, releasable to USA"},
		{[]m{{report.Green, report.CAN | report.USA}, {report.Green, report.CAN | report.USA}}, "TLP:GREEN, releasable to CAN and USA"},
		{[]m{{report.Green, report.CAN}, {report.Clear, report.USA}}, "TLP:RED"},
		{[]m{{report.Green, report.CAN}, {report.Clear, report.USA}, {report.Clear, report.CAN}}, "TLP:RED"},
	} {
		for range 10 { // in any order
			var all report.Markings
			for _, i := range rand.Perm(len(x.parts)) {
				all.Add(x.parts[i].TLP, x.parts[i].Releasable)
			}
			if got := all.Whole().String(); got != x.want {
				t.Errorf("%v: %s, want %s", fmt.Sprint(x.parts), got, x.want)
			}
		}
	}
}
