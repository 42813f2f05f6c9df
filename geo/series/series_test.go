package series

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// line is a frontier of two parts, 73 km and 56 km long, in segments of 10 km.
func line(t testing.TB) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, Points: orb.LineString{{-97, 49}, {-98, 49}}, CanadaOnRight: true},
		{Part: frontier.Alaska, Points: orb.LineString{{-141, 60.5}, {-141, 60}}},
	}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func date(t testing.TB, text string) time.Time {
	t.Helper()
	layout := time.DateOnly
	if len(text) > len(layout) {
		layout = "2006-01-02T15:04"
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// version reads "id source unit count from..to place overlaps": place is a
// segment (#3) or a stretch (main:12-30 km), overlaps ids with commas or nothing.
// A day as end is that whole day.
func version(t testing.TB, text string) *report.Version {
	t.Helper()
	f := strings.Fields(text)
	v := &report.Version{Report: report.Report{ID: f[0], Source: f[1], Unit: report.Unit(f[2]), Relation: report.BetweenPorts}}
	if _, err := fmt.Sscan(f[3], &v.Count.Best); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	from, to, interval := strings.Cut(f[4], "..")
	v.Start, v.End = date(t, from), date(t, from)
	if interval {
		if v.End = date(t, to); len(to) == len(time.DateOnly) {
			v.End = v.End.Add(24*time.Hour - time.Second)
		}
	}
	if segment, ok := strings.CutPrefix(f[5], "#"); ok {
		v.Point = &orb.Point{}
		fmt.Sscan(segment, &v.Place.Segment)
	} else {
		var s frontier.Stretch
		part, measures, _ := strings.Cut(f[5], ":")
		s.Part, _ = frontier.ParsePart(part)
		var a, b float64
		if _, err := fmt.Sscanf(measures, "%f-%f", &a, &b); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		s.From, s.To = frontier.KM(a), frontier.KM(b)
		v.Stretch = &s
	}
	if len(f) > 6 {
		v.Overlaps = strings.Split(f[6], ",")
	}
	return v
}

func set(t testing.TB, reports ...string) *Set {
	t.Helper()
	s := New(line(t))
	for _, text := range reports {
		s.Replace(nil, version(t, text))
	}
	return s
}

// sum adds up a unit over the whole frontier and the years 2013 to 2020.
func sum(t testing.TB, s Snapshot, unit report.Unit) (once, all float64) {
	t.Helper()
	for i := range s.Frontier().Segments() {
		for _, c := range s.Days(unit, i, DayOf(date(t, "2013-01-01")), DayOf(date(t, "2020-12-31"))) {
			once, all = once+c.Once, all+c.All
		}
	}
	return once, all
}

// Three sources, three scopes: the answer is bounds.
func TestEmersonIsCountedOnceByItsLargestSource(t *testing.T) {
	s := set(t,
		"police-jf local-police persons 143 2017-01-01..2017-02-28 #4",
		"parliament parliament persons 143 2017-02-01..2017-02-28 main:20-60 police-jf",
		"rcmp-jan rcmp persons 19 2017-01-01..2017-01-31 main:20-60 police-jf",
		"rcmp-feb rcmp persons 142 2017-02-01..2017-02-28 main:20-60 police-jf,parliament",
	).Snapshot()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if once, all := sum(t, s, report.Persons); once != 161 || all != 447 {
		t.Errorf("once %v, all %v; want 161 and 447", once, all)
	}
}

func TestOverlapsAreCountedOnce(t *testing.T) {
	for _, c := range []struct {
		name      string
		reports   []string
		once, all float64
	}{
		{"two of two sources", []string{"a x persons 5 2017-01-03 #1", "b y persons 7 2017-01-03 #1 a"}, 7, 12},
		{"two of one source", []string{"a x persons 5 2017-01-03 #1", "b x persons 7 2017-01-03 #1 a"}, 7, 12},
		{"the other way round", []string{"a x persons 5 2017-01-03 #1 b", "b y persons 7 2017-01-03 #1"}, 7, 12},
		{"through a third", []string{"a x persons 5 2017-01-03 #1 b", "b y persons 7 2017-01-03 #1", "c z persons 6 2017-01-09 #1 b"}, 7, 18},
		{"a total beside its parts, larger", []string{
			"m office persons 40 2017-01-01..2017-01-31 #1 d1,d2", "d1 post persons 11 2017-01-03 #1", "d2 post persons 12 2017-01-04 #1"}, 40, 63},
		{"a total beside its parts, smaller", []string{
			"m office persons 20 2017-01-01..2017-01-31 #1 d1,d2", "d1 post persons 11 2017-01-03 #1", "d2 post persons 12 2017-01-04 #1"}, 23, 43},
		{"a report that is not there", []string{"a x persons 5 2017-01-03 #1 nobody"}, 5, 5},
		{"itself", []string{"a x persons 5 2017-01-03 #1 a"}, 5, 5},
		{"another unit", []string{"a x persons 5 2017-01-03 #1 b", "b y claims 7 2017-01-03 #1"}, 5, 5},
		{"no link", []string{"a x persons 5 2017-01-03 #1", "b y persons 7 2017-01-03 #1"}, 12, 12},
		{"equal: the lesser source", []string{"a x persons 5 2017-01-03 #1", "b w persons 5 2017-01-04 #2 a"}, 5, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := set(t, c.reports...).Snapshot()
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			if once, all := sum(t, s, report.Persons); once != c.once || all != c.all {
				t.Errorf("once %v, all %v; want %v and %v", once, all, c.once, c.all)
			}
		})
	}
}

func TestIntervalIsSpreadEvenlyOverItsDays(t *testing.T) {
	s := set(t, "a x persons 143 2017-01-01..2017-02-28 #4").Snapshot()
	cells := s.Days(report.Persons, 4, DayOf(date(t, "2016-12-31")), DayOf(date(t, "2017-03-01")))
	if first, last := cells[0], cells[len(cells)-1]; first != (Cell{}) || last != (Cell{}) {
		t.Errorf("the days before and after: %+v, %+v", first, last)
	}
	total := 0.0
	for _, c := range cells[1 : len(cells)-1] {
		total += c.Once
		if math.Abs(c.Once-143.0/59) > 1e-6 || c.Reports != 1 || c.All != c.Once {
			t.Errorf("a day has %+v, want %v", c, 143.0/59)
		}
	}
	if len(cells) != 61 || total != 143 {
		t.Errorf("%d days, %v people; want 59 + 2 and 143 exactly", len(cells), total)
	}
}

func TestStretchIsSpreadByLength(t *testing.T) {
	// 5 km of segment 1, all of 2, 10 km, and 3 km of segment 3.
	s := set(t, "a x persons 36 2017-01-03 main:15-33").Snapshot()
	day := DayOf(date(t, "2017-01-03"))
	total := 0.0
	for i, want := range []float64{0, 10, 20, 6, 0} {
		got := s.Days(report.Persons, i, day, day)[0]
		total += got.Once
		if math.Abs(got.Once-want) > 1e-6 || (got.Reports == 1) != (want > 0) {
			t.Errorf("segment %d has %+v, want %v", i, got, want)
		}
	}
	if total != 36 {
		t.Errorf("the shares add up to %v, want 36 exactly", total)
	}
}

func TestDaysOfAReport(t *testing.T) {
	for _, c := range []struct {
		when, first, last string
	}{
		{"2017-01-03", "2017-01-03", "2017-01-03"},
		{"2017-01-03T23:59", "2017-01-03", "2017-01-03"},
		{"2017-01-03T22:00..2017-01-04T02:00", "2017-01-03", "2017-01-04"},
		{"2017-01-03T00:00..2017-01-04T00:00", "2017-01-03", "2017-01-03"}, // a day given by its end
		{"2017-01-04T00:00..2017-01-04T00:00", "2017-01-04", "2017-01-04"},
		{"1969-12-30..1970-01-02", "1969-12-30", "1970-01-02"},
		{"1901-03-01..1901-03-02", "1901-03-01", "1901-03-02"},
	} {
		first, last, ok := set(t, "a x persons 9 "+c.when+" #1").Snapshot().Span(report.Persons)
		if got := first.Time().Format(time.DateOnly); !ok || got != c.first {
			t.Errorf("%s begins %s, want %s", c.when, got, c.first)
		}
		if got := last.Time().Format(time.DateOnly); got != c.last {
			t.Errorf("%s ends %s, want %s", c.when, got, c.last)
		}
	}
}

func TestWhatIsCounted(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*report.Version)
		want   float64
	}{
		{"between ports", func(v *report.Version) {}, 9},
		{"relation not known", func(v *report.Version) { v.Relation = report.RelationUnknown }, 9},
		{"relation not said", func(v *report.Version) { v.Relation = "" }, 9},
		{"at a port", func(v *report.Version) { v.Relation = report.AtPort }, 0},
		{"inland", func(v *report.Version) { v.Relation = report.Inland }, 0},
		{"unverified", func(v *report.Version) { v.Status = report.Unverified }, 9},
		{"rejected", func(v *report.Version) { v.Status = report.Rejected }, 0},
		{"retracted", func(v *report.Version) { v.Deleted = true }, 0},
		{"no such segment", func(v *report.Version) { v.Place.Segment = 4711 }, 0},
		{"no such part", func(v *report.Version) { v.Stretch = &frontier.Stretch{Part: 7, To: 5} }, 0},
	} {
		v := version(t, "a x persons 9 2017-01-03 #1")
		c.change(v)
		s := New(line(t))
		s.Replace(nil, v)
		snapshot := s.Snapshot()
		if _, all := sum(t, snapshot, report.Persons); all != c.want {
			t.Errorf("%s: %v people, want %v", c.name, all, c.want)
		}
		// Beyond what is counted nothing changes, and it can be taken out again.
		s.Replace(v, nil)
		if got := s.Snapshot(); got.Version() != 0 || len(got.Units()) != 0 || got.Check() != nil {
			t.Errorf("%s: not empty when taken out: version %d, %v, %v", c.name, got.Version(), got.Units(), got.Check())
		}
	}
}

func TestReportedZeroIsActive(t *testing.T) {
	s := set(t, "a x persons 0 2017-01-03 #1").Snapshot()
	day := DayOf(date(t, "2017-01-03"))
	want := []Cell{{}, {Reports: 1}, {}}
	if diff := cmp.Diff(want, s.Days(report.Persons, 1, day-1, day+1)); diff != "" {
		t.Error(diff)
	}
}

// What lies on no segment is counted nowhere, one by one or at once.
func TestNowhereIsCountedNowhere(t *testing.T) {
	s := set(t, "a x persons 1 2017-01-01 #0")
	for _, segment := range []int{-1, -pageSize, len(s.line.Segments()), 1 << 40} {
		v := version(t, "b x persons 1 2017-01-01 #0")
		v.Place.Segment = segment
		s.Add(v)
		s.Replace(v, v)
	}
	if once, all := sum(t, s.Snapshot(), report.Persons); once != 1 || all != 1 {
		t.Errorf("%v and %v are counted, want 1", once, all)
	}
}

func TestUnitsAreNeverAdded(t *testing.T) {
	s := set(t, "a x persons 9 2017-01-03 #1", "b x claims 4 2017-01-03 #1", "c y persons 1 2017-01-03 #1").Snapshot()
	if diff := cmp.Diff([]report.Unit{report.Claims, report.Persons}, s.Units()); diff != "" {
		t.Error(diff)
	}
	if once, _ := sum(t, s, report.Persons); once != 10 {
		t.Errorf("%v persons, want 10", once)
	}
	if once, _ := sum(t, s, report.Claims); once != 4 {
		t.Errorf("%v claims, want 4", once)
	}
}

func TestVersionFollowsTheCounts(t *testing.T) {
	s := New(line(t))
	if v := s.Snapshot().Version(); v != 0 {
		t.Errorf("the empty set has version %d", v)
	}
	a := version(t, "a x persons 9 2017-01-03 #1")
	s.Replace(nil, a)
	one := s.Snapshot().Version()
	if one == 0 || s.Snapshot().Version() != one {
		t.Errorf("version %d, then %d without a change", one, s.Snapshot().Version())
	}
	b := version(t, "a x persons 8 2017-01-03 #1")
	s.Replace(a, b)
	if two := s.Snapshot().Version(); two == one || two == 0 {
		t.Errorf("version %d after a correction of %d", two, one)
	}
}

func TestZeroSnapshot(t *testing.T) {
	var s Snapshot
	if s.Version() != 0 || s.Units() != nil || s.Check() != nil || s.Days(report.Persons, 0, 1, 2) != nil {
		t.Error("the zero snapshot counts something")
	}
}

// A correction that arrives while somebody reads changes nothing for the reader.
func TestReadersAreNotDisturbed(t *testing.T) {
	s := set(t, "a x persons 9 2017-01-03 #1")
	var wait sync.WaitGroup
	for i := range 200 {
		snapshot := s.Snapshot()
		wait.Add(1)
		go func() {
			defer wait.Done()
			once, _ := sum(t, snapshot, report.Persons)
			if want := float64(9 + i); once != want {
				t.Errorf("%v people, want %v", once, want)
			}
		}()
		s.Replace(nil, version(t, fmt.Sprintf("r%d x persons 1 2017-01-%02d #%d", i, i%28+1, i%8)))
	}
	wait.Wait()
}

// The control: each kind of damage must be found.
func TestDamageIsFound(t *testing.T) {
	fresh := func() Snapshot {
		return set(t, "a x persons 9 2017-01-03..2017-05-09 #1", "b y persons 7 2017-01-03 #1 a", "c y claims 7 2018-01-03 #2").Snapshot()
	}
	if err := fresh().Check(); err != nil {
		t.Fatal(err)
	}
	of := func(s Snapshot) (*layer, *row) { l := s.root.layers[1]; return l, l.row(1) }
	for name, damage := range map[string]func(l *layer, r *row){
		"a person more": func(l *layer, r *row) { r.blocks[0].all[20] += person; r.blocks[0].all[21] -= person },
		"more once": func(l *layer, r *row) {
			r.blocks[0].once[62] += person
			r.blocks[0].once[63] -= person
			l.once += person
		},
		"no end":            func(l *layer, r *row) { r.blocks[len(r.blocks)-1].all[40] += 1 },
		"blocks turned":     func(l *layer, r *row) { r.blocks[0].index = r.blocks[1].index + 1 },
		"a report too many": func(l *layer, r *row) { l.reports = 0 },
		"people unreported": func(l *layer, r *row) { r.blocks[0].reports[30]--; r.blocks[0].reports[31]++ },
		"layers turned":     func(l *layer, r *row) { l.kind.Unit = report.Claims; l.kind.Source = "a" },
		"a page too few":    func(l *layer, r *row) { l.pages = nil },
	} {
		s := fresh()
		damage(of(s))
		if s.Check() == nil {
			t.Errorf("%s was not found", name)
		}
	}
}
