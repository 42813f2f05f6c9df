package codec

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/paulmach/orb/geojson"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// page is as many reports as a client asks for at once, each different.
func page(n int) []report.Version {
	all := make([]report.Version, n)
	for i := range all {
		v := walkIn()
		v.ID, v.FID, v.Seq = fmt.Sprintf("rcmp-2017-%05d", i), int64(i+1), log.Seq(10*i)
		v.Start = day1.Add(time.Duration(i*7919) * time.Second)
		v.End, v.Published, v.Recorded = v.Start, v.Start.Add(time.Hour), v.Start.Add(2*time.Hour)
		point := *v.Point
		point[0] -= float64(i) / 1e4
		v.Point, v.SourceRef, v.Overlaps = &point, "", nil
		v.Place.Measure += frontier.Meters(i)
		all[i] = v
	}
	return all
}

// BenchmarkReports compares, for a page of 1,000 reports, the encoder with what
// only appends features that are there already, and with the library's encoder.
func BenchmarkReports(b *testing.B) {
	f := world(b)
	e := NewEncoder(f)
	reports := page(1000)
	var prepared [][]byte
	buf := make([]byte, 0, 4<<20)
	for i := range reports {
		prepared = append(prepared, e.AppendReport(nil, &reports[i], nil))
		buf = append(buf, prepared[i]...)
	}
	size := int64(len(buf))
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			buf = buf[:0]
			for i := range prepared {
				buf = append(buf, prepared[i]...)
			}
		}
	})
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(size)
		for b.Loop() {
			buf = buf[:0]
			for i := range reports {
				buf = e.AppendReport(buf, &reports[i], nil)
			}
		}
	})
	for name, format := range map[string]Format{"GeoJSON": GeoJSON, "CSV": CSV} {
		b.Run("write"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := e.Reports(io.Discard, format)
				for i := range reports {
					w.Write(&reports[i])
				}
				w.Close(End{})
			}
		})
	}
	b.Run("orb", func(b *testing.B) {
		b.ReportAllocs()
		features := make([]*geojson.Feature, len(reports))
		for i := range prepared {
			features[i], _ = geojson.UnmarshalFeature(prepared[i])
		}
		for b.Loop() {
			for _, feature := range features {
				if _, err := feature.MarshalJSON(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkSegments writes all segments of a small frontier, with prepared lines.
func BenchmarkSegments(b *testing.B) {
	f := world(b)
	e := NewEncoder(f)
	s := segment(f)
	buf := make([]byte, 0, 1<<20)
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendSegment(buf[:0], &s, nil)
	}
}
