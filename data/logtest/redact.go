package logtest

import (
	"testing"

	"frontierwatch/geo/log"
)

// Redactions are the clauses of the contract about overwriting, for the stores that
// can do it.
func Redactions() []Clause {
	return []Clause{
		{"redact overwrites every body of a record", redactAll},
		{"what was erased takes nothing more", redactedLast},
		{"redact is as any other entry in its batch", redactInBatch},
	}
}

// RunRedactions checks every clause of Redactions.
func RunRedactions(t *testing.T, open Open) {
	for _, c := range Redactions() {
		t.Run(c.Name, func(t *testing.T) { c.Check(t, open) })
	}
}

// redact is an entry that overwrites a record.
func redact(id string, revision int, past ...[]byte) log.Entry {
	e := entry(id, 1)
	e.Op, e.Revision, e.Body, e.Past = log.Redact, revision, nil, past
	if past == nil {
		e.Past = [][]byte{}
	}
	return e
}

func redactAll(t testing.TB, open Open) {
	u := use{t, open(t)}
	defer u.close()
	u.append(entry("a", 1), entry("b", 1), correct("a", 2, 2), entry("c", 1))
	before := u.all()
	left := entry("a", 7).Body
	r := u.append(redact("a", 3, nil, left))[0]
	if r.Outcome != log.Appended || r.Seq != 5 || r.FID != 1 || r.Revision != 3 {
		t.Errorf("the redaction is %+v", r)
	}
	want := append([]log.Entry{}, before...)
	want[0].Body, want[2].Body = nil, left
	got := u.all()
	if len(got) != 5 || !same(got[:4], want) {
		t.Errorf("then the log holds %s, want %s", text(got), text(want))
	}
	if e := got[4]; e.Op != log.Redact || len(e.Body) != 0 || len(e.Past) != 0 {
		t.Errorf("the redaction reads %+v", e)
	}
	if !got[0].Erased() || got[2].Erased() || got[4].Erased() {
		t.Errorf("erased: %v, %v, %v", got[0].Erased(), got[2].Erased(), got[4].Erased())
	}
	if o := outcomesOf(u.append(correct("a", 4, 4), redact("b", 2, nil), redact("b", 3, nil, nil))); o != outcomes("appended", "appended", "appended") {
		t.Errorf("after it: %s", o)
	}
}

func redactedLast(t testing.TB, open Open) {
	u := use{t, open(t)}
	defer u.close()
	u.append(entry("a", 1), correct("a", 2, 2))
	none := redact("a", 3)
	none.Past = nil
	results := u.append(none, redact("a", 3, nil), redact("a", 4, nil, nil), redact("x", 2, nil), redact("a", 3, nil, nil),
		entry("a", 1), correct("a", 4, 4), retract("a", 4), redact("a", 4, nil, nil, nil))
	want := outcomes("conflict", "conflict", "conflict", "missing", "appended", "conflict", "conflict", "conflict", "appended")
	if got := outcomesOf(results); got != want {
		t.Errorf("the outcomes are %s, want %s", got, want)
	}
}

func redactInBatch(t testing.TB, open Open) {
	u := use{t, open(t)}
	defer u.close()
	results := u.append(entry("a", 1), correct("a", 2, 2), redact("a", 3, nil, nil), entry("b", 1))
	if got, want := outcomesOf(results), outcomes("appended", "appended", "appended", "appended"); got != want {
		t.Errorf("the outcomes are %s, want %s", got, want)
	}
	for _, e := range u.all() {
		if e.ID == "a" && len(e.Body) > 0 {
			t.Errorf("entry %d still says %s", e.Seq, e.Body)
		}
	}
}
