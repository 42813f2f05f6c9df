package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data/boundary"
	"frontierwatch/data/postgis/beside"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// benched is a small bench of reports that are made, with peers.
func benched(t *testing.T, beside ...string) *bench {
	t.Helper()
	line, err := boundary.Frontier()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "fw") // short: the name of a socket must be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &session{Context: context.Background(), stdio: stdio{strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}}, now: time.Now}
	return &bench{benchCmd: &benchCmd{Reports: 2000, Made: true, Seed: 1, Each: time.Millisecond, Beside: beside}, session: s, line: line, dir: dir}
}

// oraclePeer goes through all reports, and has one fault if it is given one. Each
// look at its processor time finds 100 µs more.
type oraclePeer struct {
	line   *frontier.Frontier
	all    []report.Version
	looked int
	idle   bool
	fault  func(w wanted, a *answer)
}

func (o *oraclePeer) name() string    { return "Oracle" }
func (o *oraclePeer) version() string { return "1" }
func (o *oraclePeer) close() error    { return nil }

func (o *oraclePeer) spent() (time.Duration, error) {
	if !o.idle {
		o.looked++
	}
	return time.Duration(o.looked) * 100 * time.Microsecond, nil
}

func (o *oraclePeer) fill(_ context.Context, line *frontier.Frontier, reports iter.Seq[report.Version]) error {
	o.line, o.all = line, slices.Collect(reports)
	return nil
}

func (o *oraclePeer) ways(w wanted, few bool) []way {
	slow := form{"slow", func(context.Context, beside.Question) (answer, error) {
		o.looked += 5
		return answer{}, nil
	}}
	return []way{{"Oracle", []form{slow, {"quick", func(_ context.Context, q beside.Question) (answer, error) {
		a := o.answer(w, q)
		if !few {
			a.all = 0 // it counts when ours is asked for few properties
		}
		if o.fault != nil {
			o.fault(w, &a)
		}
		return a, nil
	}}}}}
}

func (o *oraclePeer) answer(w wanted, q beside.Question) (a answer) {
	if w == segmentSums {
		a.sums = map[string]beside.Sums{}
		for _, s := range o.line.Segments() {
			if o.line.Meets(s.Stretch, q.Box) {
				a.sums[s.ID] = beside.Sums{}
			}
		}
		for _, v := range o.all {
			id := o.line.Segments()[v.Place.Segment].ID
			sums, ok := a.sums[id]
			switch days := int(q.To.Sub(v.Start.Truncate(24*time.Hour)).Hours() / 24); {
			case !ok:
				continue
			case days <= fourWeeks:
				sums.Now += v.Count.Best
			case days <= 2*fourWeeks:
				sums.Before += v.Count.Best
			}
			a.sums[id] = sums
		}
		return a
	}
	for _, v := range slices.Backward(o.all) {
		if !q.Box.Contains(*v.Point) || w == newestOfTime && (v.Start.Before(q.From) || v.Start.After(q.To)) {
			continue
		}
		if a.all++; len(a.ids) < beside.Limit {
			a.ids, a.points = append(a.ids, v.ID), append(a.points, *v.Point)
			a.said = append(a.said, beside.Said{At: v.Start.UnixMicro(), Best: v.Count.Best, Unit: string(v.Unit)})
		}
	}
	return a
}

// rowsOf are the rows that compare, by question.
func rowsOf(t *testing.T, b *bench, way string) map[string]figure {
	t.Helper()
	rows := map[string]figure{}
	for _, f := range b.figures {
		if what, ok := strings.CutSuffix(f.What, ": "+way); ok {
			rows[what] = f
		}
	}
	return rows
}

// A peer that is right is compared in every question, in its quicker form, and
// with what ours took of the same boxes.
func TestCompare(t *testing.T) {
	b := benched(t)
	b.peers = []peer{&oraclePeer{}}
	if err := b.beside(); err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, b, "Oracle")
	for _, c := range b.comparisons() {
		f, ok := rows[c.what]
		ours, found := b.noted(f.Floor)
		switch {
		case !ok || !found:
			t.Errorf("%s is not compared", c.what)
		case f.Value != 100 || f.P99 != 100 || f.How != "quick" || f.Missed:
			t.Errorf("%+v, want 100 µs of the quick form", f)
		case ours.Value <= 0 || f.Ratio != f.Value/ours.Value:
			t.Errorf("%+v beside %+v", f, ours)
		}
	}
}

// The control: with whatever fault a peer answers, its row is void.
func TestAComparisonOfOtherAnswersIsVoid(t *testing.T) {
	reports := func(change func(*answer)) func(wanted, *answer) {
		return func(w wanted, a *answer) {
			if w != segmentSums && len(a.ids) > 1 {
				change(a)
			}
		}
	}
	b := benched(t)
	corpus, err := b.open("")
	if err != nil {
		t.Fatal(err)
	}
	defer corpus.Close()
	handler, right := benchHandler(corpus), &oraclePeer{}
	if err := b.filled(right); err != nil {
		t.Fatal(err)
	}
	for name, fault := range map[string]func(wanted, *answer){
		"one missing":   reports(func(a *answer) { a.ids, a.points, a.said = a.ids[1:], a.points[1:], a.said[1:] }),
		"one twice":     reports(func(a *answer) { a.ids[0] = a.ids[1] }),
		"one not there": reports(func(a *answer) { a.ids[0] = "syn-none" }),
		"one outside":   reports(func(a *answer) { a.points[0][1] += 25 }),
		"one more": reports(func(a *answer) {
			a.ids, a.points, a.said = append(a.ids, "syn-more"), append(a.points, a.points[0]), append(a.said, a.said[0])
		}),
		"another time":  reports(func(a *answer) { a.said[1].At++ }),
		"another count": reports(func(a *answer) { a.said[1].Best++ }),
		"another unit":  reports(func(a *answer) { a.said[1].Unit = "claims" }),
		"a column less": reports(func(a *answer) { a.said[0] = beside.Said{} }),
		"not a text":    reports(func(a *answer) { a.text = []byte("{") }),
		"one person more": func(_ wanted, a *answer) {
			for id, sums := range a.sums {
				a.sums[id] = beside.Sums{Before: sums.Before, Now: sums.Now + 1}
				return
			}
		},
		"one segment less": func(_ wanted, a *answer) {
			for id := range a.sums {
				delete(a.sums, id)
				return
			}
		},
	} {
		b.figures = nil
		right.fault = fault
		for _, c := range b.comparisons() {
			if err := b.compare(right, handler, c); err != nil {
				t.Fatal(name, err)
			}
		}
		for what, f := range rowsOf(t, b, "Oracle") {
			sums := what == "hot spots in a box"
			touched := sums == (name == "one person more" || name == "one segment less")
			if name == "ten counted more" { // it counts when it is asked for few
				touched = strings.HasSuffix(what, withFew)
			}
			if touched != strings.HasPrefix(f.Bar, "void: ") || touched != f.Missed || touched && (f.Value != 0 || f.Ratio != 0) {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// A peer that counts counts as many as ours, or those too that single precision does
// not tell from what is in the box.
func TestCounts(t *testing.T) {
	b := benched(t)
	corpus, err := b.open("")
	if err != nil {
		t.Fatal(err)
	}
	defer corpus.Close()
	handler := benchHandler(corpus)
	for _, c := range b.comparisons() {
		if !c.few {
			continue
		}
		targets, questions, err := b.places(c, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := asked(handler, c.wanted, targets[0], questions[0])
		if err != nil || ours.all != len(ours.ids) {
			t.Fatalf("%s: %d of %d reports, %v", targets[0], len(ours.ids), ours.all, err)
		}
		for more, same := range map[int]bool{-1: false, 0: true, 1: false} {
			if err := ours.counts(handler, targets[0], questions[0].Box, ours.all+more); (err == nil) != same {
				t.Errorf("%s: %d more: %v", targets[0], more, err)
			}
		}
	}
	var p orb.Point
	for r := range b.placed(1) {
		p = *r.Point
	}
	just := orb.Bound{Min: orb.Point{p[0] + besidePlace/2, p[1] - 1e-9}, Max: orb.Point{p[0] + 1e-4, p[1] + 1e-9}}
	target, err := inBoxOf("/collections/reports/items?limit=1", just)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := asked(handler, anyReports, target, beside.Question{Box: just})
	if err != nil || ours.all != 0 || ours.counts(handler, target, just, 1) != nil {
		t.Errorf("%s: %d reports, %v", target, ours.all, err)
	}
}

// What is asked for few properties is answered with these, and features are as
// long as the bars for boxes suppose.
func TestFewProperties(t *testing.T) {
	b := benched(t)
	corpus, err := b.open("")
	if err != nil {
		t.Fatal(err)
	}
	defer corpus.Close()
	for _, c := range b.comparisons() {
		if !c.few {
			continue
		}
		target := c.target(b.line, rand.New(rand.NewPCG(1, 1)))
		if !strings.Contains(c.what, withFew) || !strings.Contains(howAsked(target), "properties="+fewProperties) || !strings.Contains(howAsked(target), "numberMatched") {
			t.Errorf("%s does not say what it asks: %s", c.what, howAsked(target))
		}
	}
	answer := httptest.NewRecorder()
	benchHandler(corpus).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, fewOf(itemsIn(20, 0, "limit=1000"))(b.line, rand.New(rand.NewPCG(1, 1))), nil))
	var c struct{ Features []json.RawMessage }
	if err := json.Unmarshal(answer.Body.Bytes(), &c); err != nil || len(c.Features) == 0 {
		t.Fatal(err, answer.Body)
	}
	var f struct{ Properties map[string]any }
	if err := json.Unmarshal(c.Features[0], &f); err != nil || len(f.Properties) != 3 || len(c.Features[0]) < 180 || len(c.Features[0]) > 205 {
		t.Errorf("%d bytes: %s", len(c.Features[0]), c.Features[0])
	}
	for name := range strings.SplitSeq(fewProperties, ",") {
		if f.Properties[name] == nil {
			t.Errorf("no %s: %s", name, c.Features[0])
		}
	}
	if only := onlyFew(); len(slices.DeleteFunc(only.Columns, func(has bool) bool { return !has })) != 3 || only.NoGeometry {
		t.Errorf("the floor writes %v", only)
	}
}

// What is just outside of the box in single precision is passed over, the order of
// the newest is not.
func TestDiffers(t *testing.T) {
	box := orb.Bound{Max: orb.Point{1, 1}}
	of := func(points ...orb.Point) (a answer) {
		for i, p := range points {
			a.ids, a.points, a.said = append(a.ids, string(rune('a'+i))), append(a.points, p), append(a.said, beside.Said{Best: int64(i)})
		}
		return a
	}
	in, justOut, out := orb.Point{0.5, 0.5}, orb.Point{1.00001, 0.5}, orb.Point{1.001, 0.5}
	two := of(in, in)
	turned := answer{ids: []string{"b", "a"}, points: two.points, said: []beside.Said{{Best: 1}, {}}}
	mute, other := answer{ids: two.ids, points: two.points}, of(in, in)
	other.said[0].Best = 2
	for _, c := range []struct {
		what  string
		other answer
		w     wanted
		same  bool
	}{
		{"the same", two, newestReports, true},
		{"another order of the newest", turned, newestReports, false},
		{"another order of any", turned, anyReports, true},
		{"one just outside more", of(in, in, justOut), newestReports, true},
		{"one outside more", of(in, in, out), newestReports, false},
		{"one less", of(in), anyReports, false},
		{"nothing but places", mute, newestReports, true},
		{"another count", other, newestReports, false},
	} {
		if err := two.differs(c.other, c.w, box); (err == nil) != c.same {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	full := of(slices.Repeat([]orb.Point{in}, beside.Limit)...)
	last := of(slices.Repeat([]orb.Point{in}, beside.Limit+1)...)
	last.ids, last.points, last.said = last.ids[1:], last.points[1:], last.said[1:]
	if full.differs(last, anyReports, box) != nil || full.differs(last, newestReports, box) == nil {
		t.Error("where there are more than asked for any will do, but only the newest are the newest")
	}
	last.said[0].Best++
	if full.differs(last, anyReports, box) == nil {
		t.Error("another count of a report that both find passes")
	}
	if full.differs(of(in), anyReports, box) == nil {
		t.Error("one of a thousand will do")
	}
}

// A peer whose processor time stands still is not the one that answers.
func TestAnIdlePeerIsAnError(t *testing.T) {
	b := benched(t)
	b.peers = []peer{&oraclePeer{idle: true}}
	if err := b.beside(); err == nil || !strings.Contains(err.Error(), "stands still") {
		t.Error(err)
	}
}

func TestBesideWhat(t *testing.T) {
	for _, what := range []string{"", "mysql", "postgis "} {
		if err, wrong := benched(t, what).meet(), (wrongUse{}); !errors.As(err, &wrong) {
			t.Errorf("--beside %q: %v", what, err)
		}
	}
}
