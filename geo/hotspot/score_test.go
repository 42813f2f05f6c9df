package hotspot

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"frontierwatch/geo/series"
)

// The year on which detection is judged.
var (
	judgedFrom = time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	judgedTo   = time.Date(2016, 12, 31, 0, 0, 0, 0, time.UTC)
)

const judgedDays = 366

// outbreak is one line of outbreaks.csv. Days are counted from the first judged one.
type outbreak struct {
	kind                string
	first, last         int // segments
	haloFirst, haloLast int
	onset, end          int // days
	history             bool
}

// score is what the flags of one or several data sets are worth.
type score struct {
	months, falseFlags float64
	delays             []int     // of each outbreak, 999 where it was missed
	precision, recall  []float64 // of each outbreak found
}

func (s score) falseMonth() float64 { return s.falseFlags / s.months }

// within is the share of outbreaks found in so many days.
func (s score) within(days int) float64 {
	n := 0
	for _, d := range s.delays {
		if d <= days {
			n++
		}
	}
	return float64(n) / float64(max(1, len(s.delays)))
}

func (s score) median() float64 {
	sorted := slices.Sorted(slices.Values(s.delays))
	n := len(sorted)
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}

func mean(x []float64) (sum float64) {
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// add judges the flags of one data set: flagged[day][segment].
func (s *score) add(outbreaks []outbreak, flagged [][]bool) {
	s.months += float64(len(flagged)) / 30.4375
	s.falseFlags += float64(falseEpisodes(outbreaks, flagged))
	for _, o := range outbreaks {
		if o.history {
			continue
		}
		hit := o.found(flagged)
		if hit < 0 {
			s.delays = append(s.delays, 999)
			continue
		}
		s.delays = append(s.delays, hit-o.onset)
		precision, recall := o.cells(flagged, hit)
		s.precision, s.recall = append(s.precision, precision), append(s.recall, recall)
	}
}

// found is the first day on which a segment of the outbreak, or one beside it, is
// flagged in time, −1 if none is.
func (o outbreak) found(flagged [][]bool) int {
	for t := max(0, o.onset); t <= min(o.end, o.onset+59, len(flagged)-1); t++ {
		if slices.Contains(flagged[t][max(0, o.first-1):min(len(flagged[t]), o.last+2)], true) {
			return t
		}
	}
	return -1
}

// cells compares the segments flagged in the week after it was found with those
// that it had reached by then.
func (o outbreak) cells(flagged [][]bool, hit int) (precision, recall float64) {
	last := o.last
	if o.kind == "spread" {
		last = min(o.last, o.first+(hit-o.onset)/10)
	}
	marked, right := 0, 0
	for c := max(0, o.haloFirst-8); c <= min(len(flagged[0])-1, o.haloLast+8); c++ {
		for t := hit; t <= min(hit+7, len(flagged)-1); t++ {
			if flagged[t][c] {
				marked++
				if o.first <= c && c <= last {
					right++
				}
				break
			}
		}
	}
	return float64(right) / float64(max(1, marked)), float64(right) / float64(last-o.first+1)
}

// falseEpisodes counts the flags that no outbreak explains.
func falseEpisodes(outbreaks []outbreak, flagged [][]bool) (episodes int) {
	lastFlagged := slices.Repeat([]int{-1_000_000}, len(flagged[0]))
	for t, today := range flagged {
		explained := func(s int) bool {
			return slices.ContainsFunc(outbreaks, func(o outbreak) bool {
				return o.onset <= t && t <= o.end+60 && o.haloFirst-2 <= s && s <= o.haloLast+2
			})
		}
		var alone []int
		for s, marked := range today {
			if marked && !explained(s) {
				alone = append(alone, s)
			}
		}
		for len(alone) > 0 {
			n := 1
			for n < len(alone) && alone[n]-alone[n-1] <= 2 {
				n++
			}
			a, b := alone[0], alone[n-1]
			alone = alone[n:]
			near := lastFlagged[max(0, a-2):min(len(lastFlagged), b+3)]
			if !slices.ContainsFunc(near, func(before int) bool { return t-before <= 14 }) {
				episodes++
			}
			for s := a; s <= b; s++ {
				lastFlagged[s] = t
			}
		}
	}
	return episodes
}

// simulated reads a data set of testdata.
func simulated(t testing.TB, name string) (*Input, []outbreak) {
	t.Helper()
	dir := filepath.Join("testdata", "simulated", name)
	open := func(file string) *os.File {
		f, err := os.Open(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	counts, err := gzip.NewReader(open("counts.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	in, err := ReadTable(counts, open("areas.csv"), open("coverage.csv"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(open("outbreaks.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var outbreaks []outbreak
	for _, r := range records[1:] {
		number := func(i int) int {
			n, err := strconv.Atoi(r[i])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		day := func(i int) int {
			at, err := time.Parse(time.DateOnly, r[i])
			if err != nil {
				t.Fatal(err)
			}
			return int(series.DayOf(at) - series.DayOf(judgedFrom))
		}
		outbreaks = append(outbreaks, outbreak{r[0], number(1), number(2), number(3), number(4), day(5), day(6), number(7) == 1})
	}
	return in, outbreaks
}

// flagsOf runs detection over the judged year.
func flagsOf(in *Input, s Setting) (flagged [][]bool) {
	r := NewRunner(in, judgedFrom, judgedTo, s)
	for range judgedDays {
		today := make([]bool, len(in.segments))
		for _, h := range r.Step().Hotspots {
			if h.Raised() {
				for s := h.First; s <= h.Last; s++ {
					today[s] = true
				}
			}
		}
		flagged = append(flagged, today)
	}
	return flagged
}
