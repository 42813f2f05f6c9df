package data_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// ages is by how many entries an answer may be behind what is visible: given, and not
// made anew.
func (w *crowd) ages() [2]int {
	least, renewed := w.corpus.Lately()
	head := headOf(w.corpus)
	return [2]int{int(head - least), int(head - renewed)}
}

func TestKeptAnswersAreOfTheLastSecondWhileMuchArrives(t *testing.T) {
	w := newCrowd(t)
	check := func(what string, given, fresh int) {
		t.Helper()
		if got := w.ages(); got != [2]int{given, fresh} {
			t.Errorf("%s: %v behind, want %d given and %d not made anew", what, got, given, fresh)
		}
	}
	check("nothing came", 0, 0)
	w.come(999)
	check("too few came", 0, 0)
	w.come(1)
	check("a thousand came", 1000, 1000)
	w.pass(200 * time.Millisecond)
	w.come(10)
	check("a fifth of a second later", 1010, 1010)
	w.pass(100 * time.Millisecond)
	check("three tenths later", 1010, 10)
	w.pass(600 * time.Millisecond)
	w.come(990)
	check("nine tenths later", 2000, 990)
	w.pass(100 * time.Millisecond)
	check("a second after the first came", 1000, 990)
	w.pass(200 * time.Millisecond)
	check("of the last second are too few", 0, 0)
	w.come(20)
	check("many again", 1010, 20)
	w.pass(time.Second)
	check("nothing arrives any more", 0, 0)
}

// By every step of a random crowd, what may be missing from an answer came less than a
// second ago; and without a crowd nothing may be.
func TestNothingIsMissingForASecond(t *testing.T) {
	w := newCrowd(t)
	came := []time.Duration{}
	first := headOf(w.corpus)
	behind := 0
	for i := range 200 {
		n := 20 + i*37%90
		w.come(n)
		for range n {
			came = append(came, time.Duration(w.elapsed.Load()))
		}
		w.pass(time.Duration(7+i*13%40) * time.Millisecond)
		now, lastSecond := time.Duration(w.elapsed.Load()), 0
		for _, at := range came {
			if now-at < time.Second {
				lastSecond++
			}
		}
		least, renewed := w.corpus.Lately()
		if int(least-first) < len(came) {
			behind++
			if oldest := came[least-first]; now-oldest >= time.Second {
				t.Fatalf("step %d: what came %s ago may be missing", i, now-oldest)
			}
			if lastSecond < 1000 {
				t.Fatalf("step %d: something may be missing, and %d came within a second", i, lastSecond)
			}
		}
		if renewed < least {
			t.Fatalf("step %d: position %d is fresh, and only from %d on may be given", i, renewed, least)
		}
	}
	if behind == 0 {
		t.Error("nothing was ever missing: the test shows nothing")
	}
}

// What was changed, taken back or overwritten is in no answer from then on, however much
// arrives, and who has stored a file sees it.
func TestWhatIsGoneIsInNoKeptAnswer(t *testing.T) {
	w, ctx := newCrowd(t), context.Background()
	w.come(3000)
	do := func(what string, want bool, change func() error) {
		t.Helper()
		w.come(5)
		if w.ages()[0] < 5 {
			t.Fatalf("before %s an answer may be %d behind", what, w.ages()[0])
		}
		if err := change(); err != nil {
			t.Fatal(what, err)
		}
		if got := w.ages()[0] > 0; got != want {
			t.Errorf("after %s: behind %v, want %v", what, got, want)
		}
		if ages := w.ages(); ages[1] > ages[0] {
			t.Errorf("after %s: %v", what, ages)
		}
	}
	do("a report", true, func() error { w.come(1); return nil }) // the control
	do("a correction", false, func() error {
		v, err := w.corpus.Report(ctx, "c1", log.AsOf{})
		if err != nil {
			return err
		}
		marked := v.Report
		marked.TLP = report.Red
		added, err := w.corpus.Correct(ctx, "tester", []report.Report{marked}, []int{2})
		if err == nil {
			err = added[0].Err
		}
		return err
	})
	do("a retraction", false, func() error {
		added, err := w.corpus.Retract(ctx, "tester", "c2", 2)
		if err == nil {
			err = added.Err
		}
		return err
	})
	do("a file", false, func() error { w.corpus.Settle(); return nil })
	do("coarser places", false, func() error {
		n, err := w.corpus.Rewrite(ctx, "tester", "retention", func(v *report.Version) report.Report {
			r := v.Report
			if r.ID == "c3" {
				r.SourceRef = "gone"
			}
			return r
		})
		if n != 1 {
			return fmt.Errorf("%d were rewritten", n)
		}
		return err
	})
	do("an erasure", false, func() error { return w.corpus.Erase(ctx, "tester", "c4", "court order") })
}
