package logtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"frontierwatch/geo/log"
)

// model is the log as the contract says it, slow and obvious: a list that is
// searched from its beginning for everything.
type model struct{ entries []log.Entry }

// of lists the entries of a record.
func (m *model) of(kind log.Kind, id string) (list []log.Entry) {
	for _, e := range m.entries {
		if e.Kind == kind && e.ID == id {
			list = append(list, e)
		}
	}
	return list
}

func (m *model) append(e log.Entry) log.Result {
	there := m.of(e.Kind, e.ID)
	if e.Op == log.Create {
		if len(there) == 0 {
			return m.write(e, 1)
		}
		for _, old := range []log.Entry{there[0], there[len(there)-1]} {
			if bytes.Equal(old.Body, e.Body) {
				return result(log.Already, old, len(there))
			}
		}
		return result(log.Conflict, there[len(there)-1], len(there))
	}
	if len(there) == 0 {
		return log.Result{Outcome: log.Missing}
	}
	if e.Revision == len(there)+1 {
		return m.write(e, e.Revision)
	}
	for _, old := range there {
		if old.Revision == e.Revision && old.Op == e.Op && bytes.Equal(old.Body, e.Body) {
			return result(log.Already, old, len(there))
		}
	}
	return result(log.Conflict, there[len(there)-1], len(there))
}

func (m *model) write(e log.Entry, revision int) log.Result {
	e.Seq, e.Revision = log.Seq(len(m.entries)+1), revision
	e.Recorded = e.Recorded.UTC().Truncate(time.Millisecond)
	ids := map[string]bool{}
	for _, old := range m.entries {
		if old.Recorded.After(e.Recorded) {
			e.Recorded = old.Recorded
		}
		if old.Kind == e.Kind {
			ids[old.ID] = true
		}
	}
	e.FID = int64(len(ids) + 1)
	if there := m.of(e.Kind, e.ID); len(there) > 0 {
		e.FID = there[0].FID
	}
	m.entries = append(m.entries, e)
	return result(log.Appended, e, revision)
}

func result(o log.Outcome, of log.Entry, revision int) log.Result {
	return log.Result{Outcome: o, Seq: of.Seq, FID: of.FID, Revision: revision, Recorded: of.Recorded}
}

// random runs batches that often meet: few ids, few bodies, revisions around the
// next.
func random(t testing.TB, open Open) {
	const batches, seed = 150, 20170131
	u := begin(t, open)
	r := rand.New(rand.NewPCG(seed, 0))
	var m model
	for b := range batches {
		batch := make([]log.Entry, 1+r.IntN(6))
		want := make([]log.Result, len(batch))
		for i := range batch {
			batch[i] = m.randomEntry(r)
			want[i] = m.append(batch[i])
		}
		for i, got := range u.append(batch...) {
			if !agree(got, want[i]) {
				t.Errorf("batch %d, entry %d%s\nends as %+v, want %+v", b, i, text(batch[i:i+1]), got, want[i])
				return
			}
		}
	}
	if got := u.all(); !same(got, m.entries) {
		t.Errorf("the log holds %s\nwant %s", text(got), text(m.entries))
	}
}

// agree compares results. Where a body is both that of the first and that of the
// current revision, either entry may be named; with a conflict, any.
func agree(got, want log.Result) bool {
	if got.Outcome == log.Already || got.Outcome == log.Conflict {
		got.Seq, got.Recorded, want.Seq, want.Recorded = 0, time.Time{}, 0, time.Time{}
	}
	return got == want
}

func (m *model) randomEntry(r *rand.Rand) log.Entry {
	kinds := []log.Kind{log.Report, log.Report, log.Report, log.Source, log.Post, log.Flag}
	e := create(kinds[r.IntN(len(kinds))], fmt.Sprint("id", r.IntN(12)), r.IntN(3))
	e.Recorded = noon().Add(time.Duration(r.IntN(1e6)) * time.Microsecond * time.Duration(1+len(m.entries)))
	e.Actor, e.Reason = fmt.Sprint("actor", r.IntN(3)), fmt.Sprint(r.IntN(2))
	if n := len(m.of(e.Kind, e.ID)); r.IntN(3) > 0 {
		e.Op, e.Revision = log.Correct, n+1
		if r.IntN(3) == 0 {
			e.Revision = r.IntN(n + 3)
		}
		if r.IntN(5) == 0 {
			e.Op, e.Body = log.Retract, nil
		}
	}
	return e
}
