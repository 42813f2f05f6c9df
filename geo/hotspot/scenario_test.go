package hotspot

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"gonum.org/v1/gonum/stat/distuv"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// border is a frontier of the real one's lengths in segments of 10 km: main-0000 to
// main-0641 and alaska-0000 to alaska-0247. Areas are 40 segments long.
func border(t testing.TB) (f *frontier.Frontier, areas []int) {
	t.Helper()
	f, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, Points: orb.LineString{{-60, 49}, {-147.72, 49}}, CanadaOnRight: true},
		{Part: frontier.Alaska, Points: orb.LineString{{-141, 69}, {-141, 46.78}}},
	}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range f.Segments() {
		areas = append(areas, i/40+1000*int(s.Stretch.Part))
	}
	return f, areas
}

// scenario is a script of testdata/scenarios as it is told. Day 0 is 2015-01-01.
// Numbers of people are drawn with the seed.
//
//	seed N                                    for all that is drawn
//	A..B rate R [spread V]                    people a day at each segment, variance V times the mean (1), on days 0 to the last
//	A..B rate R days D..E                     the same on some days only
//	A..B N people days D..E [by SOURCE] [UNIT] [overlaps ID]   that many people, each on a day of their own
//	A..B total N days D..E [by SOURCE] [UNIT] [overlaps ID]    one report over all of the days, with an id: the line's number, "line-7"
//	A..B zero days D..E                       a report of nobody each day
//	A..B silent days D..E                     what was drawn so far for these days never arrived
//	source NAME [every N] [gap D..E SHARE [withheld] [at A..B]]...   registers a source: its cadence in days, and what it says it leaves out
//	guard A..B from D [to E]                  a post guards all of the segments from the beginning of day D, to that of E
//	days N                                    the last day is N−1
//
// and what must come of it, each over the whole of A..B:
//
//	expect A..B raised within N days of D     on a day from D to D+N
//	expect A..B quiet days D..E               never raised
//	expect A..B on day D WORDS                level>=high, label=new, completeness<0.5, observed=143, expected<1, days=28,
//	                                          since=D, segments=main-0100..main-0101, agencies=x+y, ratio>5, unit=claims,
//	                                          silent=x+y (nobody: -), label!=diminishing,
//	                                          displaced=main-0100..main-0101 (from nowhere: -), moved=D: on that day
//	expect A..B stands on day D               a hot spot that was raised is listed, or is not but its flag would stand
//	expect A..B closed on day D               neither
type scenario struct {
	line    *frontier.Frontier
	areas   []int
	random  *rand.Rand
	reports map[string]*report.Version
	last    int
	expects []expectation
	voices  []Voice
	guards  []guarded
	lapsed  bool // they are asked for
}

type expectation struct {
	at    string
	first int // segments
	last  int
	check func(days map[int][]Hotspot) error
	until int // the days it looks at
	from  int
}

func readScenario(t *testing.T, path string) *scenario {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := &scenario{reports: map[string]*report.Version{}, last: 729}
	s.line, s.areas = border(t)
	s.random = rand.New(rand.NewPCG(1, 0))
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := s.command(n, words); err != nil {
			t.Fatalf("%s:%d: %q: %v", path, n, lines.Text(), err)
		}
	}
	return s
}

func (s *scenario) command(n int, w []string) (err error) {
	defer func() { // a script that is cut short is a slip of its author
		if r := recover(); r != nil {
			err = fmt.Errorf("not understood: %v", r)
		}
	}()
	switch w[0] {
	case "seed":
		s.random = rand.New(rand.NewPCG(uint64(whole(w[1])), 0))
	case "days":
		s.last = whole(w[1]) - 1
	case "guard":
		g := guarded{from: whole(w[3]), to: s.last + 1}
		g.first, g.last = s.stretch(w[1])
		if len(w) > 4 {
			g.to = whole(w[5])
		}
		s.guards = append(s.guards, g)
	case "source":
		return s.source(w[1:])
	case "expect":
		return s.expect(strings.Join(w, " "), w[1:])
	default:
		return s.happen(n, w)
	}
	return nil
}

func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}

func decimal(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return v
}

func (s *scenario) stretch(text string) (first, last int) {
	a, b, more := strings.Cut(text, "..")
	if !more {
		b = a
	}
	from, ok1 := s.line.Segment(a)
	to, ok2 := s.line.Segment(b)
	if !ok1 || !ok2 {
		panic("no such segment: " + text)
	}
	return from.Index, to.Index
}

// options reads "days D..E", "by SOURCE" and the like from the end of a line.
func (s *scenario) options(words []string) (from, to int, more map[string]string) {
	to, more = s.last, map[string]string{"by": "agency", "unit": "persons"}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "days":
			a, b, _ := strings.Cut(words[i+1], "..")
			from, to = whole(a), whole(b)
			i++
		case "spread", "by", "overlaps":
			more[words[i]] = words[i+1]
			i++
		default:
			more["unit"] = words[i]
		}
	}
	return from, to, more
}

// guarded is that some segments are, on the days [from, to).
type guarded struct{ first, last, from, to int }

// share is of a stretch and of days without any part of them: what no post guards.
func (s *scenario) share(at frontier.Stretch, from, to time.Time, _ report.Direction) (unguarded, unknown float64) {
	first, last := s.line.SegmentAt(at.Part, at.From), s.line.SegmentAt(at.Part, at.To-1)
	all := 0
	for segment := first; segment <= last; segment++ {
		for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
			n := int(day.Sub(scenarioStart).Hours() / 24)
			all++
			if !slices.ContainsFunc(s.guards, func(g guarded) bool {
				return g.first <= segment && segment <= g.last && g.from <= n && n < g.to
			}) {
				unguarded++
			}
		}
	}
	return unguarded / float64(all), 0
}

// source reads what is registered of one.
func (s *scenario) source(w []string) error {
	v := Voice{Source: w[0], Unit: report.Persons}
	for i := 1; i < len(w); i++ {
		switch w[i] {
		case "every":
			i++
			v.Cadence = time.Duration(whole(w[i])) * 24 * time.Hour
		case "gap":
			a, b, _ := strings.Cut(w[i+1], "..")
			v.Gaps = append(v.Gaps, report.Gap{From: scenarioStart.AddDate(0, 0, whole(a)), To: scenarioStart.AddDate(0, 0, whole(b)), Share: decimal(w[i+2])})
			i += 2
		case "withheld":
			v.Gaps[len(v.Gaps)-1].Withheld = true
		case "at":
			i++
			first, last := s.stretch(w[i])
			segments := s.line.Segments()
			v.Gaps[len(v.Gaps)-1].Stretch = frontier.Stretch{Part: segments[first].Stretch.Part, From: segments[first].Stretch.From, To: segments[last].Stretch.To}
		default:
			return fmt.Errorf("%q is nothing that a source has", w[i])
		}
	}
	s.voices = append(s.voices, v)
	return nil
}

func (s *scenario) happen(line int, w []string) error {
	first, last := s.stretch(w[0])
	switch {
	case w[1] == "rate":
		from, to, more := s.options(w[3:])
		variance := 1.0
		if v := more["spread"]; v != "" {
			variance = decimal(v)
		}
		for segment := first; segment <= last; segment++ {
			for day := from; day <= to; day++ {
				s.add(fmt.Sprintf("rate-%d-%d-%d", line, segment, day), segment, day, day, s.draw(decimal(w[2]), variance), more)
			}
		}
	case w[1] == "total":
		from, to, more := s.options(w[3:])
		s.add(fmt.Sprintf("line-%d", line), first, from, to, whole(w[2]), more)
		if v := s.reports[fmt.Sprintf("line-%d", line)]; last > first {
			segments := s.line.Segments()
			v.Stretch = &frontier.Stretch{Part: segments[first].Stretch.Part, From: segments[first].Stretch.From, To: segments[last].Stretch.To}
		}
	case w[1] == "zero":
		from, to, more := s.options(w[2:])
		for day := from; day <= to; day++ {
			s.add(fmt.Sprintf("zero-%d-%d", line, day), first, day, day, -1, more)
		}
	case w[1] == "silent":
		from, to, _ := s.options(w[2:])
		for id, v := range s.reports {
			at := int(v.Start.Sub(scenarioStart).Hours() / 24)
			if first <= v.Place.Segment && v.Place.Segment <= last && from <= at && at <= to {
				delete(s.reports, id)
			}
		}
	case w[2] == "people":
		from, to, more := s.options(w[3:])
		for i := range whole(w[1]) {
			day := from + s.random.IntN(to-from+1)
			s.add(fmt.Sprintf("line-%d-%d", line, i), first+s.random.IntN(last-first+1), day, day, 1, more)
		}
	default:
		return fmt.Errorf("%q is not something that happens", w[1])
	}
	return nil
}

var scenarioStart = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// draw is a Poisson number, or one with a larger variance.
func (s *scenario) draw(mean, spread float64) int {
	if mean <= 0 {
		return 0
	}
	if spread > 1 {
		mean = distuv.Gamma{Alpha: mean / (spread - 1), Beta: 1 / (spread - 1), Src: s.random}.Rand()
	}
	limit, n := math.Exp(-mean), 0
	for p := s.random.Float64(); p > limit; p *= s.random.Float64() {
		n++
	}
	return n
}

// add makes a report; of nobody only where −1 people say so.
func (s *scenario) add(id string, segment, from, to, people int, more map[string]string) {
	if people == 0 {
		return
	}
	v := &report.Version{Report: report.Report{
		ID: id, Source: more["by"], Unit: report.Unit(more["unit"]), Relation: report.BetweenPorts,
		Start: scenarioStart.AddDate(0, 0, from), End: scenarioStart.AddDate(0, 0, to).Add(12 * time.Hour),
		Count: report.Count{Best: int64(max(0, people))},
	}}
	v.Place.Segment = segment
	if o := more["overlaps"]; o != "" {
		v.Overlaps = []string{o}
	}
	s.reports[id] = v
}

func (s *scenario) expect(text string, w []string) error {
	e := expectation{at: text}
	e.first, e.last = s.stretch(w[0])
	touches := func(h Hotspot) bool { return h.First <= e.last && e.first <= h.Last }
	switch {
	case w[1] == "raised":
		within, of := whole(w[3]), whole(w[6])
		e.from, e.until = of, of+within
		e.check = func(days map[int][]Hotspot) error {
			for day := of; day <= of+within; day++ {
				if slices.ContainsFunc(days[day], func(h Hotspot) bool { return touches(h) && h.Raised() }) {
					return nil
				}
			}
			return fmt.Errorf("never raised on days %d to %d", of, of+within)
		}
	case w[1] == "quiet":
		from, to, _ := s.options(w[2:])
		e.from, e.until = from, to
		e.check = func(days map[int][]Hotspot) error {
			for day := from; day <= to; day++ {
				for _, h := range days[day] {
					if touches(h) && h.Raised() {
						return fmt.Errorf("raised on day %d with a score of %.2f: %s", day, h.Score, h.Sentence)
					}
				}
			}
			return nil
		}
	case w[1] == "on":
		day := whole(w[3])
		e.from, e.until = day, day
		e.check = func(days map[int][]Hotspot) error {
			i := slices.IndexFunc(days[day], touches)
			if i < 0 {
				return fmt.Errorf("no hot spot on day %d", day)
			}
			for _, claim := range w[4:] {
				if err := s.claim(days[day][i], claim); err != nil {
					return err
				}
			}
			return nil
		}
	case w[1] == "stands", w[1] == "closed":
		day := whole(w[4])
		e.from, e.until, s.lapsed = day, day, true
		e.check = func(days map[int][]Hotspot) error {
			i := slices.IndexFunc(days[day], func(h Hotspot) bool { return touches(h) && (h.Raised() || !h.FirstRaised.IsZero()) })
			if (i >= 0) != (w[1] == "stands") {
				return fmt.Errorf("stands is %v", i >= 0)
			}
			return nil
		}
	default:
		return fmt.Errorf("%q is nothing to expect", w[1])
	}
	s.expects = append(s.expects, e)
	return nil
}

// claim holds a hot spot to one word of an expectation.
func (s *scenario) claim(h Hotspot, text string) error {
	at := strings.IndexAny(text, "<>=")
	name, value := text[:at], strings.TrimLeft(text[at:], "<>=")
	operator := strings.TrimSuffix(text[at:], value)
	numbers := map[string]float64{
		"observed": h.Observed, "expected": h.Expected, "completeness": h.Completeness, "days": float64(h.WindowDays), "ratio": h.Ratio,
		"moved": movedOn(h), "since": h.FirstSeen.Sub(scenarioStart).Hours() / 24, "common": h.Common, "score": h.Score,
	}
	levels := map[string]Level{}
	for l := None; l <= Critical; l++ {
		levels[l.String()] = l
	}
	var got, want float64
	var text1 string
	switch name {
	case "level":
		got, want, text1 = float64(h.Level), float64(levels[value]), h.Level.String()
	case "label!":
		if h.Label == value {
			return fmt.Errorf("label is %s: %s", h.Label, h.Sentence)
		}
		return nil
	case "segments", "label", "agencies", "unit", "silent", "displaced":
		ids := s.line.Segments()
		text1 = map[string]string{"label": h.Label, "agencies": strings.Join(h.Agencies, "+"), "unit": string(h.Unit), "silent": silentText(h.Silent), "displaced": s.displacedText(h), "segments": ids[h.First].ID + ".." + ids[h.Last].ID}[name]
		if text1 != value {
			return fmt.Errorf("%s is %s, not %s: %s", name, text1, value, h.Sentence)
		}
		return nil
	default:
		got, want = numbers[name], decimal(value)
		text1 = fmt.Sprintf("%.4g", got)
	}
	holds := map[string]bool{"=": math.Abs(got-want) < 1e-4, "<": got < want, ">": got > want, ">=": got >= want, "<=": got <= want}
	if ok, known := holds[operator]; !known || !ok {
		return fmt.Errorf("%s is %s, want %s%s: %s", name, text1, operator, value, h.Sentence)
	}
	return nil
}

func silentText(s *Silent) string {
	switch {
	case s == nil:
		return "-"
	case len(s.Who) == 0:
		return "everybody"
	}
	return strings.Join(s.Who, "+")
}

func (s *scenario) displacedText(h Hotspot) string {
	if h.Displaced == nil {
		return "-"
	}
	return h.Displaced.Segments(s.line.Segments())
}

func movedOn(h Hotspot) float64 {
	if h.Displaced == nil {
		return -1
	}
	return h.Displaced.Since.Sub(scenarioStart).Hours() / 24
}

// run plays the scenario and returns every day's hot spots of all units.
func (s *scenario) run() map[int][]Hotspot {
	set := series.New(s.line)
	for _, v := range s.reports {
		set.Replace(nil, v)
	}
	from, until := s.last, 0
	for _, e := range s.expects {
		from, until = min(from, e.from), max(until, e.until)
	}
	days := map[int][]Hotspot{}
	snapshot := set.Snapshot()
	for _, unit := range snapshot.Units() {
		in := NewInput(snapshot, unit, s.areas, s.voices...)
		r := NewRunner(in, scenarioStart.AddDate(0, 0, from), scenarioStart.AddDate(0, 0, until), Setting{Share: s.share})
		for day := from; day <= until; day++ {
			days[day] = append(days[day], r.Step().Hotspots...)
			if s.lapsed && slices.ContainsFunc(s.expects, func(e expectation) bool { return e.until == day }) {
				days[day] = append(days[day], r.Lapsed()...)
			}
		}
	}
	return days
}

func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			s := readScenario(t, path)
			if len(s.expects) == 0 {
				t.Fatal("nothing is expected")
			}
			days := s.run()
			for _, e := range s.expects {
				if err := e.check(days); err != nil {
					t.Errorf("%s\n\t%v", e.at, err)
				}
			}
		})
	}
}
