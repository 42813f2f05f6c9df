package postgis

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf8"

	"frontierwatch/geo/log"
)

// draft is what a batch makes of the log, worked out in memory while the head is
// locked, so that nothing can change meanwhile.
type draft struct {
	mark               // where the log ends with what is in events
	recorded time.Time // of the newest entry
	kinds    map[log.Kind]int64
	records  map[name]*record
	events   []event
	links    log.Chainer

	start       log.Seq            // where the log ended before
	overwritten map[log.Seq][]byte // bodies that take the place of others
}

// name is what identifies a record.
type name struct {
	kind log.Kind
	id   string
}

// record is where a record stands. versions holds those of its revisions that an
// entry of the batch may be compared with.
type record struct {
	fid      int64
	revision int
	seq      log.Seq
	versions map[int]version
}

type version struct {
	seq      log.Seq
	op       log.Operation
	recorded time.Time
	body     []byte

	actor, reason string    // known where the record may be redacted
	before        log.Chain // of the entry before it in the log; likewise
}

// event is a line to write.
type event struct {
	log.Entry
	replaces log.Seq // 0: nothing
	chain    log.Chain

	content []byte // what the record now says
	deleted bool
}

// admit refuses a batch with something in it that cannot be written at all.
func admit(entries []log.Entry) error {
	for i := range entries {
		e := &entries[i]
		if err := e.Admissible(); err != nil {
			return fmt.Errorf("entry %d of the batch %w", i, err)
		}
		for _, text := range append([][]byte{[]byte(e.Kind), []byte(e.ID), []byte(e.Actor), []byte(e.Reason), e.Body}, e.Past...) {
			if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
				return fmt.Errorf("entry %d of the batch (%s %q) holds a text that is not UTF-8, or a NUL", i, e.Kind, e.ID)
			}
		}
	}
	return nil
}

// older lists the revision of each entry's record that must be read before the
// entry can be judged, beside the newest.
func (d *draft) older(entries []log.Entry) (names []name, revisions []int64) {
	for i := range entries {
		e := &entries[i]
		r := d.records[name{e.Kind, e.ID}]
		wanted := e.Revision
		if e.Op == log.Create {
			wanted = 1
		}
		if r != nil && wanted >= 1 && wanted < r.revision {
			names, revisions = append(names, name{e.Kind, e.ID}), append(revisions, int64(wanted))
		}
	}
	return names, revisions
}

// judge decides about one entry, as the contract of the log says.
func (d *draft) judge(e *log.Entry) log.Result {
	r := d.records[name{e.Kind, e.ID}]
	switch {
	case r == nil && e.Op == log.Create:
		d.kinds[e.Kind]++
		return d.write(e, &record{fid: d.kinds[e.Kind], versions: map[int]version{}})
	case r == nil:
		return log.Result{Outcome: log.Missing}
	case e.Op == log.Redact && e.Revision == r.revision+1 && len(e.Past) == r.revision:
		return d.redact(e, r)
	case e.Op != log.Create && e.Op != log.Redact && e.Revision == r.revision+1 && !r.erased():
		return d.write(e, r)
	}
	candidates := []int{e.Revision}
	if e.Op == log.Create {
		candidates = []int{1, r.revision}
	}
	for _, revision := range candidates {
		v, ok := r.versions[revision]
		same := ok && bytes.Equal(v.body, e.Body) && (v.op == e.Op || e.Op == log.Create)
		if same {
			return log.Result{Outcome: log.Already, Seq: v.seq, FID: r.fid, Revision: r.revision, Recorded: v.recorded}
		}
	}
	return log.Result{Outcome: log.Conflict, Seq: r.seq, FID: r.fid, Revision: r.revision, Recorded: r.versions[r.revision].recorded}
}

// write puts an entry at the end of the log.
func (d *draft) write(e *log.Entry, r *record) log.Result {
	next := event{Entry: *e, replaces: r.seq}
	next.Seq, next.FID, next.Revision = d.seq+1, r.fid, r.revision+1
	next.Recorded = e.Recorded.UTC().Truncate(time.Millisecond)
	if next.Recorded.Before(d.recorded) {
		next.Recorded = d.recorded
	}
	if next.Op == log.Retract {
		next.Body = nil
	}
	next.chain = d.links.Next(d.chain, &next.Entry)
	r.revision, r.seq = next.Revision, next.Seq
	r.know(next.Revision, version{next.Seq, next.Op, next.Recorded, next.Body, next.Actor, next.Reason, d.chain})
	next.content, next.deleted = next.Body, next.Op == log.Retract
	if next.Op == log.Redact {
		next.content, next.deleted = r.content()
	}
	d.mark, d.recorded = mark{next.Seq, next.chain}, next.Recorded
	d.records[name{e.Kind, e.ID}] = r
	d.events = append(d.events, next)
	return log.Result{Outcome: log.Appended, Seq: next.Seq, FID: next.FID, Revision: next.Revision, Recorded: next.Recorded}
}
