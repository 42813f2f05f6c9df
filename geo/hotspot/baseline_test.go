package hotspot

import (
	"math"
	"testing"
	"time"

	"frontierwatch/geo/series"
)

// The outlook over the days of a window is what detection expects of that window,
// but for the factor in common, which it divides out here.
func TestOutlookIsWhatDetectionExpects(t *testing.T) {
	in, _ := simulated(t, "rises1")
	day := (in.start + 700).Time()
	b := NewBaseline(in, day)
	r := NewRunner(in, day, day, Setting{})
	d := r.past.day(700)
	o := b.Over(in.start+600, in.start+700)
	for i := range d.sums {
		s := &d.sums[i]
		for k := range in.segments {
			got, known := o.Band(k, in.start+series.Day(s.from), in.start+series.Day(s.to-1))
			if want := s.expected[k] / s.common[k]; !known || math.Abs(got.Expected-want) > 1e-9*want+leastMean {
				t.Fatalf("segment %d over %d days: %v, detection expects %v", k, s.days, got.Expected, want)
			}
			if _, complete := o.Weight(b.Area(k), in.start+series.Day(s.from), in.start+series.Day(s.to-1)); math.Abs(complete-s.completeness[in.areas[k]]) > 1e-9 {
				t.Fatalf("segment %d: completeness %v, detection has %v", k, complete, s.completeness[in.areas[k]])
			}
		}
	}
}

func TestBandsHoldWhatTheyPromise(t *testing.T) {
	in, _ := simulated(t, "rises1")
	b := NewBaseline(in, (in.start + 700).Time())
	o := b.Over(in.start, in.start+700)
	for k := range in.segments {
		inside, all := 0, 0
		for w := range 40 {
			from := in.start + series.Day(b.fit.k0*week+w*week)
			band, _ := o.Band(k, from, from+6)
			if !(band.Low <= band.Expected && band.Expected <= band.High || band.Expected < 1) || math.IsNaN(band.Low+band.High) || math.IsInf(band.High, 0) {
				t.Fatalf("segment %d: %+v", k, band)
			}
			people := 0.0
			in.counts.each(from, from+6, func(segment int, _ series.Day, n float64) {
				if segment == k {
					people += n
				}
			})
			if all++; people <= math.Ceil(band.High) {
				inside++
			}
		}
		if inside < all*3/4 {
			t.Errorf("segment %d: only %d of %d weeks of the past lie below the upper bound", k, inside, all)
		}
		if k > 60 {
			break
		}
	}
}

func TestNothingIsExpectedWithoutABaseline(t *testing.T) {
	in, _ := simulated(t, "rises1")
	empty := &Input{segments: in.segments}
	empty.setAreas(in.areas)
	empty.counts = table(nil)
	for name, b := range map[string]*Baseline{
		"before the first report": NewBaseline(in, in.start.Time().Add(-48*time.Hour)),
		"in the first weeks":      NewBaseline(in, (in.start + 30).Time()),
		"of nothing":              NewBaseline(empty, in.start.Time()),
	} {
		o := b.Over(in.start-10, in.start+30)
		if _, known := o.Band(3, in.start, in.start+6); known {
			t.Errorf("%s something is expected", name)
		}
		if _, complete := o.Weight(0, in.start-10, in.start-1); complete != 0 {
			t.Errorf("%s: reporting was complete before it began", name)
		}
		if _, known := b.Rate(0); known {
			t.Errorf("%s a rate is known", name)
		}
	}
}
