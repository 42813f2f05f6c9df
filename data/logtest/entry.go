package logtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// noon is when entries are recorded unless a clause says otherwise.
func noon() time.Time { return time.Date(2017, 1, 31, 12, 0, 0, 0, time.UTC) }

// Body is the body of a valid record that differs by n.
func Body(kind log.Kind, id string, n int) []byte {
	switch kind {
	case log.Report:
		return reportBody(id, n)
	case log.Post:
		p := guard.Post{ID: id, Kind: "station", Name: fmt.Sprint("post ", n), Agency: "police", Stretch: frontier.Stretch{From: 1000, To: frontier.Meters(2000 + n)}}
		return guard.AppendPost(nil, &p)
	case log.Source:
		s := report.Source{ID: id, Agency: fmt.Sprint("agency ", n), Unit: report.Persons, TLP: report.Green}
		return report.AppendSource(nil, &s)
	}
	return fmt.Appendf(nil, `{"id":%q,"n":%d}`, id, n)
}

func reportBody(id string, n int) []byte {
	r := report.Report{
		ID: id, Point: &orb.Point{-97.24, 49.0001}, Start: noon(), End: noon().Add(time.Hour),
		Count: report.Count{Best: int64(n), Min: int64(n), Max: int64(n)}, Unit: report.Persons,
		Direction: report.Northbound, Relation: report.BetweenPorts, Source: "police", Status: report.Confirmed, TLP: report.Green,
	}
	return report.AppendBody(nil, &r)
}

// entry creates a report whose body differs by n.
func entry(id string, n int) log.Entry { return create(log.Report, id, n) }

func create(kind log.Kind, id string, n int) log.Entry {
	return log.Entry{Kind: kind, ID: id, Revision: 1, Op: log.Create, Recorded: noon(), Actor: "tester", Body: Body(kind, id, n)}
}

func correct(id string, revision, n int) log.Entry {
	e := entry(id, n)
	e.Op, e.Revision, e.Reason = log.Correct, revision, "counted again"
	return e
}

func retract(id string, revision int) log.Entry {
	return log.Entry{Kind: log.Report, ID: id, Revision: revision, Op: log.Retract, Recorded: noon(), Actor: "tester"}
}

func later(e log.Entry, minutes int) log.Entry {
	e.Recorded = e.Recorded.Add(time.Duration(minutes) * time.Minute)
	return e
}

// use is a log that a clause works with; what must not fail ends the clause.
type use struct {
	testing.TB
	log data.Log
}

func begin(t testing.TB, open Open) use {
	t.Helper()
	u := use{t, open(t)}
	t.Cleanup(func() { u.log.Close() })
	return u
}

func (u use) append(entries ...log.Entry) []log.Result {
	u.Helper()
	results, err := u.log.Append(context.Background(), entries)
	if err != nil {
		u.Fatalf("append: %v", err)
	}
	if len(results) != len(entries) {
		u.Fatalf("%d results for %d entries", len(results), len(entries))
	}
	return results
}

func (u use) after(seq log.Seq) (entries []log.Entry) {
	u.Helper()
	err := u.log.Scan(context.Background(), seq, func(e log.Entry) error {
		e.Body = bytes.Clone(e.Body)
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		u.Fatalf("scan after %d: %v", seq, err)
	}
	return entries
}

func (u use) all() []log.Entry {
	u.Helper()
	return u.after(0)
}

func (u use) head() log.Seq {
	u.Helper()
	head, err := u.log.Head(context.Background())
	if err != nil {
		u.Fatalf("head: %v", err)
	}
	return head
}

func (u use) close() {
	u.Helper()
	if err := u.log.Close(); err != nil {
		u.Fatalf("close: %v", err)
	}
}

// expect checks outcomes and that the head is where it then must be.
func (u use) expect(results []log.Result, head log.Seq, want ...string) {
	u.Helper()
	if got := outcomesOf(results); got != outcomes(want...) {
		u.Errorf("outcomes %s, want %s", got, outcomes(want...))
	}
	if got := u.head(); got != head {
		u.Errorf("the head is %d, want %d", got, head)
	}
}

func outcomes(o ...string) string { return strings.Join(o, " ") }

func outcomesOf(results []log.Result) string {
	s := make([]string, len(results))
	for i, r := range results {
		s[i] = r.Outcome.String()
	}
	return outcomes(s...)
}

// text shows entries so that people can tell them apart.
func text(entries []log.Entry) string {
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "\n  %d: %s %s of %s %q fid %d revision %d, %q because %q: %q", e.Seq,
			e.Recorded.Format(time.RFC3339Nano), e.Op, e.Kind, e.ID, e.FID, e.Revision, e.Actor, e.Reason, e.Body)
	}
	return b.String()
}

// same compares entries in everything; a body that is empty may be nil.
func same(a, b []log.Entry) bool {
	return slices.EqualFunc(a, b, func(a, b log.Entry) bool {
		body := bytes.Equal(a.Body, b.Body)
		a.Body, b.Body = nil, nil
		at := a.Recorded.Equal(b.Recorded) && a.Recorded.Location() == b.Recorded.Location()
		a.Recorded, b.Recorded = time.Time{}, time.Time{}
		return body && at && fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b)
	})
}
