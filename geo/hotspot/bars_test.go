package hotspot

import "testing"

// The bars that the method must reach.
func TestOutbreaksAreFound(t *testing.T) {
	t.Parallel()
	var s score
	for _, name := range []string{"rises1", "rises2", "rises3"} {
		in, outbreaks := simulated(t, name)
		s.add(outbreaks, flagsOf(in, Setting{}))
	}
	t.Logf("%d outbreaks: found %.4f, within 14 days %.4f, 28 days %.4f, median delay %g days, %.3f false flags a month, precision %.4f, recall %.4f",
		len(s.delays), s.within(998), s.within(14), s.within(28), s.median(), s.falseMonth(), mean(s.precision), mean(s.recall))
	for _, bar := range []struct {
		what       string
		got, least float64
	}{
		{"found", s.within(998), 0.83},
		{"within 14 days", s.within(14), 0.38},
		{"within 28 days", s.within(28), 0.64},
		{"median delay", -s.median(), -20},
		{"false flags a month", -s.falseMonth(), -1.1},
		{"precision of segments", mean(s.precision), 0.86},
		{"recall of segments", mean(s.recall), 0.80},
	} {
		if bar.got < bar.least {
			t.Errorf("%s: %.4f, want at least %.4f", bar.what, bar.got, bar.least)
		}
	}
}

func TestQuietYearsStayQuiet(t *testing.T) {
	t.Parallel()
	var s score
	for _, name := range []string{"quiet1", "quiet2"} {
		in, outbreaks := simulated(t, name)
		s.add(outbreaks, flagsOf(in, Setting{}))
	}
	t.Logf("%.3f false flags a month", s.falseMonth())
	if s.falseMonth() > 1.0 {
		t.Errorf("%.3f false flags a month, at most 1.0", s.falseMonth())
	}
}
