package logtest

import (
	"context"
	"testing"
	"time"

	"frontierwatch/geo/log"
)

func empty(t testing.TB, open Open) {
	u := begin(t, open)
	if head := u.head(); head != 0 {
		t.Errorf("the head of an empty log is %d", head)
	}
	for _, after := range []log.Seq{0, 1, 1 << 40} {
		if got := u.after(after); len(got) > 0 {
			t.Errorf("an empty log holds after %d: %s", after, text(got))
		}
	}
}

func numbered(t testing.TB, open Open) {
	u := begin(t, open)
	var want []log.Entry
	for i, batch := range [][]log.Entry{{entry("c", 1)}, {entry("a", 1), entry("b", 2)}, {correct("a", 2, 5), retract("c", 2)}} {
		for k, r := range u.append(batch...) {
			e := batch[k]
			e.Seq, e.FID = log.Seq(len(want)+1), map[string]int64{"c": 1, "a": 2, "b": 3}[e.ID]
			want = append(want, e)
			if r != (log.Result{Outcome: log.Appended, Seq: e.Seq, FID: e.FID, Revision: e.Revision, Recorded: e.Recorded}) {
				t.Errorf("batch %d, entry %d: result %+v, want that of %s", i, k, r, text(want[len(want)-1:]))
			}
		}
		if head := u.head(); head != log.Seq(len(want)) {
			t.Errorf("after batch %d the head is %d, want %d", i, head, len(want))
		}
	}
	if got := u.all(); !same(got, want) {
		t.Errorf("the log holds %s\nwant %s", text(got), text(want))
	}
}

func numericIDs(t testing.TB, open Open) {
	u := begin(t, open)
	u.append(create(log.Report, "r1", 1), create(log.Source, "s1", 1), create(log.Report, "r2", 1))
	u.append(create(log.Post, "p1", 1), correct("r1", 2, 2), create(log.Flag, "f1", 1), create(log.Source, "s2", 1), create(log.Flag, "f2", 1))
	u.append(entry("r1", 1), entry("r2", 9), create(log.Report, "r3", 1)) // what is refused takes no number
	want := map[string]int64{"r1": 1, "r2": 2, "r3": 3, "s1": 1, "s2": 2, "p1": 1, "f1": 1, "f2": 2}
	for _, e := range u.all() {
		if e.FID != want[e.ID] {
			t.Errorf("entry %d: %s has fid %d, want %d", e.Seq, e.ID, e.FID, want[e.ID])
		}
	}
}

func anyText(t testing.TB, open Open) {
	u := begin(t, open)
	e := create(log.Flag, "δ'\"; --", 1)
	e.Actor, e.Reason = "Zoë <z@example.org>", "line\nbreak\tand 'quote' 国境 \U0001F6C2"
	f := create(log.Kind("kind of tomorrow"), "Δ", 1)
	f.Body = []byte(`{"text":"国境 \u0000"}`)
	e.Seq, e.FID, f.Seq, f.FID = 1, 1, 2, 1
	u.append(e, f)
	if got := u.all(); !same(got, []log.Entry{e, f}) {
		t.Errorf("the log holds %s\nwant %s", text(got), text([]log.Entry{e, f}))
	}
	upper := u.append(create(log.Flag, "a", 1), create(log.Flag, "A", 1), create(log.Flag, "a ", 1))
	u.expect(upper, 5, "appended", "appended", "appended")
}

func recorded(t testing.TB, open Open) {
	u := begin(t, open)
	zone := time.FixedZone("CST", -6*3600)
	at := func(id string, t time.Time) log.Entry {
		e := entry(id, 1)
		e.Recorded = t
		return e
	}
	results := u.append(at("a", noon().Add(1_999_999).In(zone)), at("b", noon().Add(-time.Hour)), at("c", noon().Add(time.Second)))
	results = append(results, u.append(at("d", noon()), at("e", time.Time{}), at("f", noon().Add(time.Minute)))...)
	results = append(results, u.append(at("a", noon().Add(time.Hour)))...) // already: keeps its time
	want := []time.Duration{1e6, 1e6, 1e9, 1e9, 1e9, 60e9, 1e6}
	entries := u.all()
	for i, r := range results {
		if w := noon().Add(want[i]); r.Recorded != w {
			t.Errorf("result %d is of %s, want %s", i, r.Recorded, w)
		}
		if i < len(entries) && entries[i].Recorded != noon().Add(want[i]) {
			t.Errorf("entry %d is of %s, want %s", i+1, entries[i].Recorded, noon().Add(want[i]))
		}
	}
}

func emptyBatch(t testing.TB, open Open) {
	u := begin(t, open)
	u.expect(u.append(), 0)
	u.append(entry("a", 1))
	u.expect(u.append(), 1)
}

func createAgain(t testing.TB, open Open) {
	u := begin(t, open)
	first := u.append(entry("a", 1), entry("other", 1))[0]
	got := u.append(entry("a", 1))
	u.expect(got, 2, "already")
	if got[0].Seq != first.Seq || got[0].FID != first.FID || got[0].Revision != 1 {
		t.Errorf("the same again: %+v, want that of %+v", got[0], first)
	}
	u.expect(u.append(entry("a", 2)), 2, "conflict")
	u.append(correct("a", 2, 2), correct("a", 3, 3))
	got = u.append(entry("a", 1), entry("a", 2), entry("a", 3))
	u.expect(got, 4, "already", "conflict", "already") // as the first, as neither, as the current revision
	for i, seq := range []log.Seq{1, 4, 4} {
		if r := got[i]; i != 1 && r.Seq != seq || r.FID != first.FID || r.Revision != 3 {
			t.Errorf("%d: %+v, want the entry %d, fid %d and the revision 3 that now stands", i, r, seq, first.FID)
		}
	}
	u.append(retract("a", 4))
	u.expect(u.append(entry("a", 1), entry("a", 3)), 5, "already", "conflict")
}

func revise(t testing.TB, open Open) {
	u := begin(t, open)
	u.append(entry("a", 1))
	u.expect(u.append(correct("a", 3, 3)), 1, "conflict")
	u.expect(u.append(correct("a", 1, 1)), 1, "conflict") // revision 1 is there, but was a create
	u.expect(u.append(correct("a", 0, 1), correct("a", -1, 1)), 1, "conflict", "conflict")
	u.expect(u.append(correct("a", 2, 2)), 2, "appended")
	again := u.append(correct("a", 2, 2), correct("a", 2, 9), retract("a", 2))
	u.expect(again, 2, "already", "conflict", "conflict")
	if r := again[0]; r.Seq != 2 || r.Revision != 2 || r.FID != 1 {
		t.Errorf("the same correction again: %+v", r)
	}
	u.expect(u.append(retract("a", 3)), 3, "appended")
	u.expect(u.append(retract("a", 3), correct("a", 3, 3), retract("a", 5)), 3, "already", "conflict", "conflict")
	u.expect(u.append(correct("a", 4, 4)), 4, "appended") // what was retracted can stand again
	old := u.append(correct("a", 2, 2))
	u.expect(old, 4, "already")
	if r := old[0]; r.Seq != 2 || r.Revision != 4 {
		t.Errorf("an old correction again: %+v, want entry 2 and the revision 4 that now stands", r)
	}
	entries := u.all()
	if len(entries) != 4 || len(entries[2].Body) != 0 || entries[3].Revision != 4 || entries[3].Op != log.Correct {
		t.Errorf("the log holds %s", text(entries))
	}
}

func missing(t testing.TB, open Open) {
	u := begin(t, open)
	u.append(entry("a", 1))
	got := u.append(correct("b", 1, 1), correct("b", 2, 1), retract("b", 2), correct("A", 2, 2))
	u.expect(got, 1, "missing", "missing", "missing", "missing")
}

func kindsApart(t testing.TB, open Open) {
	u := begin(t, open)
	u.append(create(log.Report, "x", 1))
	got := u.append(create(log.Post, "x", 2), create(log.Source, "x", 3), create(log.Flag, "x", 4), create(log.Kind("other"), "x", 5))
	u.expect(got, 5, "appended", "appended", "appended", "appended")
	u.expect(u.append(create(log.Report, "x", 1), create(log.Post, "x", 1), create(log.Flag, "x", 4)), 5, "already", "conflict", "already")
	fix := create(log.Source, "x", 7)
	fix.Op, fix.Revision = log.Correct, 2
	never := create(log.Source, "y", 7)
	never.Op, never.Revision = log.Correct, 2
	u.expect(u.append(fix, never, correct("x", 2, 8)), 7, "appended", "missing", "appended")
}

func withinBatch(t testing.TB, open Open) {
	u := begin(t, open)
	got := u.append(entry("a", 1), entry("a", 1), entry("a", 2), correct("a", 2, 2), correct("a", 2, 2), correct("a", 2, 3),
		retract("a", 3), retract("a", 3), correct("b", 2, 1), entry("b", 1), correct("b", 2, 1))
	u.expect(got, 5, "appended", "already", "conflict", "appended", "already", "conflict", "appended", "already", "missing", "appended", "appended")
	for i, r := range got {
		if r.Outcome == log.Already && r.Seq != got[i-1].Seq {
			t.Errorf("%d: already there at %d, want %d", i, r.Seq, got[i-1].Seq)
		}
	}
	if got[1].Revision != 1 || got[4].Revision != 2 || got[7].Revision != 3 {
		t.Errorf("the revisions as they stand are not those of the place in the batch: %+v", got)
	}
}

func partial(t testing.TB, open Open) {
	u := begin(t, open)
	u.append(entry("a", 1))
	got := u.append(entry("a", 9), entry("b", 1), correct("none", 2, 1), entry("c", 1), entry("a", 1), entry("d", 1))
	u.expect(got, 4, "conflict", "appended", "missing", "appended", "already", "appended")
	for i, seq := range map[int]log.Seq{1: 2, 3: 3, 5: 4} {
		if got[i].Seq != seq || got[i].FID != int64(seq) {
			t.Errorf("entry %d of the batch is at %d with fid %d, want %d for both", i, got[i].Seq, got[i].FID, seq)
		}
	}
}

func unknownOperation(t testing.TB, open Open) {
	u := begin(t, open)
	bad := entry("b", 1)
	bad.Op = "erase"
	if _, err := u.log.Append(context.Background(), []log.Entry{entry("a", 1), bad, entry("c", 1)}); err == nil {
		t.Error("the operation erase was taken")
	}
	u.expect(u.append(entry("a", 1)), 1, "appended")
}

func cancelled(t testing.TB, open Open) {
	u := begin(t, open)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := u.log.Append(ctx, []log.Entry{entry("a", 1)}); err == nil {
		t.Error("appended for a context that was done")
	}
	u.expect(u.append(entry("b", 1)), 1, "appended")
}
