package data_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// left is what can be asked of a corpus at every position, as text, and what its log
// holds of bodies.
func left(t *testing.T, c *data.Corpus) (all []string) {
	t.Helper()
	head, _ := c.Head()
	for seq := log.Seq(1); seq <= head; seq++ {
		page, err := c.Reports(context.Background(), report.Query{Limit: 100, AsOf: log.AsOf{Seq: seq}})
		if err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, v := range page.Versions {
			line += string(report.AppendBody(nil, &v.Report)) + "\n"
		}
		all = append(all, line)
	}
	err := c.Entries(context.Background(), 0, func(e log.Entry) error {
		all = append(all, string(e.Body))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsErasedNeverComesBack(t *testing.T) {
	ctx := context.Background()
	for name, l := range map[string]data.Log{"alone": keptOpen{memlog.New()}, "shared": newCommon()} {
		t.Run(name, func(t *testing.T) {
			c := open(t, l)
			r := walk("secret", -100.1234567, 30)
			add(t, c, walk("a", -100, 3), r)
			r.Count.Best, r.Count.Max = 40, 40
			if _, err := c.Correct(ctx, "tester", []report.Report{r}, []int{2}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Retract(ctx, "tester", "secret", 3); err != nil {
				t.Fatal(err)
			}
			add(t, c, walk("b", -99, 3))
			if series, _ := c.Series(ctx, hotspot.Query{AsOf: log.AsOf{Seq: 3}}); total(series) != 43 {
				t.Fatalf("before, %g people", total(series)) // and it is remembered
			}
			if err := c.Erase(ctx, "admin", "secret", "court order"); err != nil {
				t.Fatal(err)
			}
			check := func(c *data.Corpus) {
				t.Helper()
				for i, text := range left(t, c) {
					if bytes.Contains([]byte(text), []byte("secret")) || bytes.Contains([]byte(text), []byte("100.1234567")) {
						t.Errorf("line %d: %s", i, text)
					}
				}
				for seq := log.Seq(0); seq <= 7; seq++ {
					if v, err := c.Report(ctx, "secret", log.AsOf{Seq: seq}); !errors.Is(err, report.ErrNotFound) {
						t.Errorf("at %d: %+v, %v", seq, v, err)
					}
				}
				if series, _ := c.Series(ctx, hotspot.Query{AsOf: log.AsOf{Seq: 3}}); total(series) != 3 {
					t.Errorf("at 3 there were %g people", total(series))
				}
				err := c.Replay(ctx, now, now, "", func(r data.Replayed) error {
					if r.Reports != 2 {
						t.Errorf("the replay has %d reports", r.Reports)
					}
					return nil
				})
				if err != nil || c.Verify() != nil {
					t.Error(err, c.Verify())
				}
				if head, _ := c.Head(); head != 6 || c.Redacted() != 6 {
					t.Errorf("head %d, redacted %d", head, c.Redacted())
				}
				if nowhere := (orb.Bound{}); !c.Touched(5, nowhere) || c.Touched(6, nowhere) {
					t.Error("an erasure touches everything")
				}
			}
			check(c)
			if err := c.Erase(ctx, "admin", "secret", "again"); !errors.Is(err, report.ErrNotFound) {
				t.Errorf("erased again: %v", err)
			}
			if got := add(t, c, r)[0]; !errors.Is(got.Err, report.ErrConflict) {
				t.Errorf("its id used again: %+v", got)
			}
			if got, err := c.Correct(ctx, "tester", []report.Report{r}, []int{5}); err != nil || !errors.Is(got[0].Err, report.ErrConflict) {
				t.Errorf("corrected: %+v, %v", got, err)
			}
			add(t, c, walk("c", -98, 3)) // it goes on
			if _, err := c.Report(ctx, "c", log.AsOf{}); err != nil {
				t.Error(err)
			}
			c.Close()
			again := open(t, l)
			if diff := cmp.Diff(left(t, c)[:6], left(t, again)[:6]); diff != "" {
				t.Errorf("read again:\n%s", diff)
			}
		})
	}
}

func total(s hotspot.Series) (people float64) {
	for i := range s.Counts.Frontier().Segments() {
		for _, c := range s.Counts.Days(report.Persons, i, -1000, 30_000) {
			people += c.All
		}
	}
	return people
}

// What is rewritten is so in every version, and stands as it stood.
func TestRewritingOverwritesEveryVersion(t *testing.T) {
	ctx := context.Background()
	l := memlog.New()
	c := open(t, keptOpen{l})
	r := walk("a", -100.1234567, 3)
	add(t, c, r, walk("other", -99, 1))
	r.Count.Best, r.Count.Max = 4, 4
	if _, err := c.Correct(ctx, "tester", []report.Report{r}, []int{2}); err != nil {
		t.Fatal(err)
	}
	coarse := func(v *report.Version) report.Report {
		next := v.Report
		if v.ID == "a" {
			next.Point, next.Stretch = nil, &frontier.Stretch{Part: v.Place.Part, From: 720_000, To: 721_000}
		}
		return next
	}
	if n, err := c.Rewrite(ctx, "", "", coarse); n != 1 || err != nil {
		t.Errorf("it would be %d reports, %v", n, err)
	}
	if head, _ := c.Head(); head != 3 {
		t.Errorf("a dry run wrote: the head is %d", head)
	}
	if n, err := c.Rewrite(ctx, "keeper", "retention", coarse); n != 1 || err != nil {
		t.Fatalf("%d reports, %v", n, err)
	}
	for i, text := range left(t, c) {
		if bytes.Contains([]byte(text), []byte("100.1234567")) {
			t.Errorf("line %d: %s", i, text)
		}
	}
	for seq, want := range map[log.Seq]int64{1: 3, 2: 3, 3: 4, 4: 4} {
		v, err := c.Report(ctx, "a", log.AsOf{Seq: seq})
		if err != nil || v.Count.Best != want || v.Stretch == nil {
			t.Errorf("at %d: %+v, %v", seq, v, err)
		}
	}
	v, err := c.Report(ctx, "a", log.AsOf{})
	if err != nil || v.Revision != 3 || v.Seq != 4 {
		t.Fatalf("it stands as %+v, %v", v, err)
	}
	if n, err := c.Rewrite(ctx, "keeper", "retention", coarse); n != 0 || err != nil {
		t.Errorf("again %d reports, %v", n, err)
	}
	next := v.Report
	next.Count.Best, next.Count.Max = 5, 5
	if got, err := c.Correct(ctx, "tester", []report.Report{next}, []int{4}); err != nil || got[0].Err != nil {
		t.Errorf("corrected from what stands: %+v, %v", got, err)
	}
	if n := len(everyone(t, c)); n != 2 || c.Verify() != nil {
		t.Errorf("%d reports, %v", n, c.Verify())
	}
}

// coarseAll makes the same kilometre of every report.
func coarseAll(v *report.Version) report.Report {
	next := v.Report
	next.Point, next.Stretch = nil, &frontier.Stretch{Part: v.Place.Part, From: 720_000, To: 721_000}
	return next
}

// Two that rewrite at once over one log, and somebody who corrects meanwhile, leave what
// one would have left: nothing of what was to go, one overwriting of each report, no error.
func TestRewritingAtOnce(t *testing.T) {
	ctx := context.Background()
	corrected := walk("a", -100.1234567, 4)
	for name, meanwhile := range map[string]func(t *testing.T, c, other *data.Corpus) int{
		"another rewrites": func(t *testing.T, _, other *data.Corpus) int {
			n, err := other.Rewrite(ctx, "keeper", "retention", coarseAll)
			if n != 2 || err != nil {
				t.Errorf("the other: %d, %v", n, err)
			}
			return 0
		},
		"somebody corrects": func(t *testing.T, c, _ *data.Corpus) int {
			if got, err := c.Correct(ctx, "tester", []report.Report{corrected}, []int{2}); err != nil || got[0].Err != nil {
				t.Error(err, got)
			}
			return 2
		},
		"somebody corrects elsewhere": func(t *testing.T, _, other *data.Corpus) int {
			if got, err := other.Correct(ctx, "tester", []report.Report{corrected}, []int{2}); err != nil || got[0].Err != nil {
				t.Error(err, got)
			}
			return 2
		},
	} {
		for _, last := range []int{2, 4} { // of the first reading, and of the second: what is written next is out of date
			l := newCommon()
			c, other := open(t, l), open(t, l)
			add(t, c, walk("a", -100.1234567, 3), walk("b", -100.1234567, 1))
			if err := other.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			looked, want := 0, -1
			n, err := c.Rewrite(ctx, "keeper", "retention", func(v *report.Version) report.Report {
				if looked++; looked == last {
					want = meanwhile(t, c, other)
				}
				return coarseAll(v)
			})
			if n != want || err != nil {
				t.Errorf("%s after %d: %d reports, want %d: %v", name, last, n, want, err)
			}
			if err := c.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			for i, text := range left(t, c) {
				if bytes.Contains([]byte(text), []byte("100.1234567")) {
					t.Errorf("%s after %d: line %d: %s", name, last, i, text)
				}
			}
			overwritten := map[string]int{}
			err = c.Entries(ctx, 0, func(e log.Entry) error {
				if e.Op == log.Redact {
					overwritten[e.ID]++
				}
				return nil
			})
			if diff := cmp.Diff(map[string]int{"a": 1, "b": 1}, overwritten); diff != "" || err != nil || c.Verify() != nil {
				t.Errorf("%s after %d: %v, %v\n%s", name, last, err, c.Verify(), diff)
			}
		}
	}
}

// Who is disturbed every time gives up, and says so.
func TestRewritingIsNotTriedForEver(t *testing.T) {
	ctx, corrected := context.Background(), walk("a", -100.1234567, 4)
	c := open(t, keptOpen{memlog.New()})
	add(t, c, walk("a", -100.1234567, 3))
	revision := 1
	_, err := c.Rewrite(ctx, "keeper", "retention", func(v *report.Version) report.Report {
		if v.Revision == revision {
			revision++
			corrected.Count.Best, corrected.Count.Max = int64(revision+3), int64(revision+3)
			if got, err := c.Correct(ctx, "tester", []report.Report{corrected}, []int{revision}); err != nil || got[0].Err != nil {
				t.Error(err, got)
			}
		}
		return coarseAll(v)
	})
	if err == nil {
		t.Error("it was never done, and there was no error")
	}
}
