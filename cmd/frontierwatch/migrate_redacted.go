package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// A log in which something was overwritten cannot be copied with its hash: that was
// computed from what is no more. The copy is written as if it had said from the
// beginning what is left, and is redacted where the log was; where nothing is left a
// stub stands in until then. Both are then compared entry by entry.

// redacted is what is left of each report of which something was overwritten.
type redacted map[string]*remains

type remains struct {
	bodies  [][]byte // by revision - 1
	content []bool   // whether there was a body ever; likewise
	last    int      // the revision of the last redaction
}

// findRedacted reads what is left of the reports that were redacted.
func findRedacted(ctx context.Context, from store) (redacted, error) {
	found := redacted{}
	err := from.Scan(ctx, 0, func(e log.Entry) error {
		if e.Op == log.Redact {
			if found[e.ID] == nil {
				found[e.ID] = &remains{}
			}
			found[e.ID].last = e.Revision
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return found, err
	}
	return found, from.Scan(ctx, 0, func(e log.Entry) error {
		if r := found[e.ID]; r != nil && e.Kind == log.Report {
			r.bodies, r.content = append(r.bodies, bytes.Clone(e.Body)), append(r.content, e.Op == log.Create || e.Op == log.Correct)
		}
		return nil
	})
}

// replayed is an entry as it is appended to the copy.
func (f redacted) replayed(e log.Entry) log.Entry {
	r := f[e.ID]
	if r == nil || e.Kind != log.Report {
		return e
	}
	if e.Erased() {
		e.Body = stub(e.ID)
	}
	if e.Op != log.Redact {
		return e
	}
	for i, body := range r.bodies[:e.Revision-1] {
		if e.Revision < r.last && len(body) == 0 && r.content[i] {
			body = stub(e.ID) // or nothing could be written after it
		}
		e.Past = append(e.Past, body)
	}
	return e
}

// stub is a report that says nothing.
func stub(id string) []byte {
	never := time.Unix(0, 0).UTC()
	return report.AppendBody(nil, &report.Report{ID: id, Start: never, End: never, Unit: report.Persons, Status: report.Rejected})
}

// digest ties together what can be read of a log up to a position, without the bodies
// of reports that were redacted if they may still be stubs.
func (f redacted) digest(ctx context.Context, of store, to log.Seq, bodies bool) (sum log.Chain, err error) {
	var links log.Chainer
	err = of.Scan(ctx, 0, func(e log.Entry) error {
		if e.Seq > to {
			return nil
		}
		if !bodies && e.Kind == log.Report && f[e.ID] != nil {
			e.Body = nil
		}
		sum = links.Next(sum, &e)
		return nil
	})
	return sum, err
}

// compare fails where two logs do not say the same up to a position.
func (f redacted) compare(ctx context.Context, a, b store, to log.Seq, bodies bool) error {
	one, err := f.digest(ctx, a, to, bodies)
	if err != nil {
		return err
	}
	other, err := f.digest(ctx, b, to, bodies)
	if err == nil && one != other {
		err = fmt.Errorf("%w (up to entry %d they differ)", errElse, to)
	}
	return err
}
