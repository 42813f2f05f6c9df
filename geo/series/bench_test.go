package series

import (
	"fmt"
	"testing"
	"time"

	"frontierwatch/geo/report"
)

// BenchmarkReplace is a report that is seen at once: the worst for copying.
func BenchmarkReplace(b *testing.B) {
	for _, every := range []int{1, 1000} {
		b.Run(fmt.Sprintf("snapshot every %d", every), func(b *testing.B) {
			s := New(line(b))
			start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				v := &report.Version{Report: report.Report{ID: fmt.Sprint(i), Source: "x", Unit: report.Persons, Count: report.Count{Best: 3}}}
				v.Start = start.Add(time.Duration(i%26_000) * time.Hour)
				v.End, v.Place.Segment = v.Start, i%13
				s.Replace(nil, v)
				if i%every == 0 {
					s.Snapshot()
				}
			}
		})
	}
}

// BenchmarkReplaceCentury is the widest report there can be.
func BenchmarkReplaceCentury(b *testing.B) {
	s := New(line(b))
	v := version(b, "a x persons 100000 1900-01-01..2017-12-31 main:0-73")
	for b.Loop() {
		s.Replace(nil, v)
		s.Snapshot()
	}
}

// BenchmarkTotalWithParts is one more part of a total of thousands.
func BenchmarkTotalWithParts(b *testing.B) {
	s := set(b, "total office persons 5000 2017-01-01..2017-12-31 #1")
	for i := range 5000 {
		s.Replace(nil, version(b, fmt.Sprintf("p%d post persons 1 2017-%02d-%02d #1 total", i, i%12+1, i%28+1)))
	}
	v := version(b, "q post persons 1 2017-06-01 #1 total")
	for b.Loop() {
		s.Replace(nil, v)
		s.Snapshot()
	}
}
