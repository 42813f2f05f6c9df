package hotspot

import (
	"fmt"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
)

// finer is the input with each segment cut into tenths, its people dealt out.
func finer(in *Input, by int) *Input {
	if by == 1 {
		return in
	}
	fine := &Input{unit: in.unit, start: in.start, days: in.days, declared: in.declared}
	var areas []int
	for _, s := range in.segments {
		for k := range by {
			part, at := s, func(k int) frontier.Meters {
				return s.Stretch.From + s.Stretch.Length()*frontier.Meters(k)/frontier.Meters(by)
			}
			part.Index, part.Stretch.From, part.Stretch.To = len(fine.segments), at(k), at(k+1)
			fine.segments = append(fine.segments, part)
			areas = append(areas, in.areas[s.Index])
		}
	}
	fine.setAreas(areas)
	var rows table
	for i, r := range in.counts.(table) {
		r.segment = r.segment*by + i%by
		rows = append(rows, r)
	}
	fine.counts = rows
	return fine
}

func eachSize(b *testing.B, bench func(b *testing.B, in *Input)) {
	in, _ := simulated(b, "rises1")
	for _, by := range []int{1, 10} {
		fine := finer(in, by)
		b.Run(fmt.Sprintf("segments=%d", len(fine.segments)), func(b *testing.B) { bench(b, fine) })
	}
}

// BenchmarkStep is one more day: the bar is 1 ms, and 12 ms for ten times the
// segments.
func BenchmarkStep(b *testing.B) {
	eachSize(b, func(b *testing.B, in *Input) {
		r := NewRunner(in, judgedFrom, judgedTo, Setting{})
		r.Step()
		first := r.next
		for b.Loop() {
			if r.next = r.next + 1; weekOf(r.next) != weekOf(first) {
				r.next = first
			}
			r.tracker.live = nil // so that a day may be stepped again
			r.Step()
		}
	})
}

// BenchmarkRefit is the weekly baseline: the bar is 40 ms, and 400 ms for ten times
// the segments.
func BenchmarkRefit(b *testing.B) {
	eachSize(b, func(b *testing.B, in *Input) {
		f, silent := newFrame(in, 0, in.days), silences(in, in.days)
		for b.Loop() {
			newFit(in, f, silent, weekOf(1000))
		}
	})
}

// BenchmarkRun is a day asked for by itself.
func BenchmarkRun(b *testing.B) {
	eachSize(b, func(b *testing.B, in *Input) {
		for i := 0; b.Loop(); i++ {
			Run(in, judgedFrom.Add(time.Duration(i*37%300)*24*time.Hour), Setting{})
		}
	})
}
