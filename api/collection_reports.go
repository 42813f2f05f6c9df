package api

import (
	"errors"
	"fmt"

	"frontierwatch/api/codec"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func (c *call) reportWriting() writing[report.Version] {
	return writing[report.Version]{c.encoder.Reports, c.encoder.AppendReport, c.encoder.ReadReports(), c.asked.only}
}

// listReports answers at the position of the log that its state names, so that
// all pages are parts of one whole.
func listReports(c *call, s state) (page, error) {
	if s.head == 0 { // an empty log; what is recorded from now on is another state
		return newPage(s, 0, nil, c.reportWriting()), nil
	}
	q := report.Query{
		Boxes: c.asked.boxes, From: c.asked.times.from, To: c.asked.times.to,
		AsOf: c.known(s), Limit: c.asked.limit, Count: c.asked.next == nil,
	}
	c.narrow(&q)
	if !newestFirst(c.asked.orders) {
		return listSortedReports(c, s, q)
	}
	if n := c.asked.next; n != nil {
		q.After = &report.Key{Start: n.start, FID: n.fid}
	}
	q.Lean = true
	found, err := c.corpus.Reports(c.Request().Context(), q)
	if err != nil {
		return page{}, err
	}
	p := newPage(s, found.N, found.At, c.reportWriting())
	if p.matched = found.Matched; c.asked.next != nil {
		p.matched = c.asked.next.matched
	}
	if found.Next != nil {
		p.next = &cursor{
			sum: c.asked.sum, head: s.head, recorded: s.recorded, matched: p.matched,
			start: found.Next.Start, fid: found.Next.FID,
		}
	}
	return p, nil
}

// listSortedReports is a page of all reports that answer, sorted, at the position
// of the first page.
func listSortedReports(c *call, s state, q report.Query) (page, error) {
	ids, err := c.sortedReports(s, q)
	if err != nil {
		return page{}, err
	}
	skip := 0
	if n := c.asked.next; n != nil {
		skip = int(min(n.fid, int64(len(ids))))
	}
	n := min(len(ids)-skip, c.asked.limit)
	versions := make([]*report.Version, 0, n)
	for _, id := range ids[skip : skip+n] {
		v, err := c.corpus.Report(c.Request().Context(), id, q.AsOf)
		switch {
		case err == nil:
			versions = append(versions, v)
		case !errors.Is(err, report.ErrNotFound): // it was erased since
			return page{}, err
		}
	}
	p := c.reportPage(s, versions)
	if p.matched = len(ids); skip+n < len(ids) {
		p.next = &cursor{sum: c.asked.sum, head: s.head, recorded: s.recorded, at: s.at, matched: len(ids), fid: int64(skip + n)}
	}
	return p, nil
}

func tooManySorted() string {
	return fmt.Sprintf("sorts at most %d reports and more answer: ask for fewer by bbox, datetime or filter, or sort by -observed_start", maxSorted)
}

// known is the bound on the log that is asked for, never beyond a state.
func (c *call) known(s state) log.AsOf {
	at := c.asked.asOf
	if at.Seq == 0 || at.Seq > s.head {
		at.Seq = s.head
	}
	return at
}

func (c *call) reportPage(s state, versions []*report.Version) page {
	return newPage(s, len(versions), func(i int) *report.Version { return versions[i] }, c.reportWriting())
}

// oneReport is a report as it stands; its state is that of its own entry, so that
// its tag changes with nothing else.
func oneReport(c *call, _ state, id string) (page, error) {
	v, err := c.corpus.Report(c.Request().Context(), id, c.asked.asOf)
	if errors.Is(err, report.ErrNotFound) {
		return page{}, nil
	}
	if err != nil {
		return page{}, err
	}
	return c.reportPage(stateOf(v), []*report.Version{v}), nil
}

func stateOf(v *report.Version) state { return state{head: v.Seq, recorded: v.Recorded} }

// reportMatcher keeps versions with the values asked for, as shownMatcher does
// but without writing out those properties that are quickly compared; nil: all.
func reportMatcher(equal []equality, write func([]byte, *report.Version, []codec.Link) []byte) func(*report.Version) bool {
	var slow []equality
	var fast []func(*report.Version) bool
	for _, e := range equal {
		if quick := reportEqual(e); quick != nil {
			fast = append(fast, quick)
		} else {
			slow = append(slow, e)
		}
	}
	shown := shownMatcher(slow, write)
	if shown == nil && len(fast) == 0 {
		return nil
	}
	return func(v *report.Version) bool {
		for _, same := range fast {
			if !same(v) {
				return false
			}
		}
		return shown == nil || shown(v)
	}
}

// reportEqual compares a property without writing it; nil: it must be written.
func reportEqual(e equality) func(*report.Version) bool {
	switch text := e.text; e.property.Name {
	case "id":
		return func(v *report.Version) bool { return v.ID == text }
	case "source_ref":
		return func(v *report.Version) bool { return v.SourceRef == text && text != "" }
	case "part":
		return func(v *report.Version) bool { return v.Place.Part.String() == text }
	case "fid":
		return func(v *report.Version) bool { return float64(v.FID) == e.number }
	case "count_best":
		return func(v *report.Version) bool { return float64(v.Count.Best) == e.number }
	}
	return nil
}
