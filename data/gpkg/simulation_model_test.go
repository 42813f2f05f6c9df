package gpkg

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// model is a corpus as simple as it can be: a list of everything that was ever
// written. All that it is asked it finds by looking at the whole list.
type model struct {
	entries []modelled
}

// modelled is an entry with the report it holds; none for a retraction.
type modelled struct {
	log.Entry
	report *report.Report
}

// revisions are the entries of a report, the oldest first.
func (m *model) revisions(id string) (all []modelled) {
	for _, e := range m.entries {
		if e.ID == id {
			all = append(all, e)
		}
	}
	return all
}

// append says how the contract of a log lets an entry end, and keeps those that
// are written.
func (m *model) append(e log.Entry, r *report.Report) log.Outcome {
	old := m.revisions(e.ID)
	switch {
	case e.Op == log.Create && len(old) == 0:
		e.Revision = 1
		for i := range m.entries {
			e.FID = max(e.FID, m.entries[i].FID)
		}
		e.FID++
	case e.Op == log.Create:
		if bytes.Equal(old[0].Body, e.Body) || bytes.Equal(old[len(old)-1].Body, e.Body) {
			return log.Already
		}
		return log.Conflict
	case len(old) == 0:
		return log.Missing
	case e.Revision == len(old)+1:
		e.FID = old[0].FID
	case e.Revision >= 1 && e.Revision <= len(old) && old[e.Revision-1].Op == e.Op && bytes.Equal(old[e.Revision-1].Body, e.Body):
		return log.Already
	default:
		return log.Conflict
	}
	e.Seq, e.Recorded = log.Seq(len(m.entries)+1), e.Recorded.UTC().Truncate(time.Millisecond)
	if n := len(m.entries); n > 0 && e.Recorded.Before(m.entries[n-1].Recorded) {
		e.Recorded = m.entries[n-1].Recorded
	}
	m.entries = append(m.entries, modelled{e, r})
	return log.Appended
}

// standing are the reports that stood, the newest first as answers have them.
func (m *model) standing(at log.AsOf) (all []modelled) {
	newest := map[string]modelled{}
	for _, e := range m.entries {
		known := e.Recorded
		if e.report != nil && !e.report.Published.IsZero() {
			known = e.report.Published
		}
		if at.Seq != 0 && e.Seq > at.Seq || !at.Known.IsZero() && known.After(at.Known) {
			continue
		}
		newest[e.ID] = e
	}
	for _, e := range newest {
		if e.Op != log.Retract {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b modelled) int {
		return cmp.Or(b.report.Start.Compare(a.report.Start), cmp.Compare(b.FID, a.FID))
	})
	return all
}

// answer is what a query finds.
func (m *model) answer(q report.Query) (all []modelled) {
	for _, e := range m.standing(q.AsOf) {
		in := len(q.Boxes) == 0 || slices.ContainsFunc(q.Boxes, func(b orb.Bound) bool { return b.Contains(*e.report.Point) })
		after := q.From.IsZero() || !e.report.End.Before(q.From)
		before := q.To.IsZero() || !e.report.Start.After(q.To)
		if in && after && before {
			all = append(all, e)
		}
	}
	return all
}

// people is how many of a unit count for detection.
func (m *model) people(unit report.Unit, at log.AsOf) (n int64) {
	for _, e := range m.standing(at) {
		r := e.report
		if r.Unit == unit && r.Status != report.Rejected && (r.Relation == report.BetweenPorts || r.Relation == report.RelationUnknown) {
			n += r.Count.Best
		}
	}
	return n
}
