package main

import (
	"bytes"
	"context"
	"errors"
	"iter"
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

func (o *oraclePeer) ways(w wanted) []way {
	slow := form{"slow", func(context.Context, beside.Question) (answer, error) {
		o.looked += 5
		return answer{}, nil
	}}
	return []way{{"Oracle", []form{slow, {"quick", func(_ context.Context, q beside.Question) (answer, error) {
		a := o.answer(w, q)
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
		if q.Box.Contains(*v.Point) && len(a.ids) < beside.Limit && (w != newestOfTime || !v.Start.Before(q.From) && !v.Start.After(q.To)) {
			a.ids, a.points = append(a.ids, v.ID), append(a.points, *v.Point)
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
		"one missing":   reports(func(a *answer) { a.ids, a.points = a.ids[1:], a.points[1:] }),
		"one twice":     reports(func(a *answer) { a.ids[0] = a.ids[1] }),
		"one not there": reports(func(a *answer) { a.ids[0] = "syn-none" }),
		"one outside":   reports(func(a *answer) { a.points[0][1] += 25 }),
		"one more": reports(func(a *answer) {
			a.ids, a.points = append(a.ids, "syn-more"), append(a.points, a.points[0])
		}),
		"not a text": reports(func(a *answer) { a.text = []byte("{") }),
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
			if touched != strings.HasPrefix(f.Bar, "void: ") || touched != f.Missed || touched && (f.Value != 0 || f.Ratio != 0) {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// What is just outside of the box in single precision is passed over, the order of
// the newest is not.
func TestDiffers(t *testing.T) {
	box := orb.Bound{Max: orb.Point{1, 1}}
	of := func(points ...orb.Point) (a answer) {
		for i, p := range points {
			a.ids, a.points = append(a.ids, string(rune('a'+i))), append(a.points, p)
		}
		return a
	}
	in, justOut, out := orb.Point{0.5, 0.5}, orb.Point{1.00001, 0.5}, orb.Point{1.001, 0.5}
	two := of(in, in)
	turned := answer{ids: []string{"b", "a"}, points: two.points}
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
	} {
		if err := two.differs(c.other, c.w, box); (err == nil) != c.same {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	full := of(slices.Repeat([]orb.Point{in}, beside.Limit)...)
	last := of(slices.Repeat([]orb.Point{in}, beside.Limit+1)...)
	last.ids, last.points = last.ids[1:], last.points[1:]
	if full.differs(last, anyReports, box) != nil || full.differs(last, newestReports, box) == nil {
		t.Error("where there are more than asked for any will do, but only the newest are the newest")
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
