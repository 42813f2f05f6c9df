package data

import (
	"context"
	"fmt"
	"runtime"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// replayBatch is how many entries are decoded at once when a log is read: enough
// that handing them over costs nothing, few enough that they stay in the cache.
const replayBatch = 256

// decoding is entries on their way from the log into memory.
type decoding struct {
	changes []change
	room    [replayBatch]report.Version // of the changes; what is applied holds on to none
	bodies  []byte
	err     error
	done    chan struct{} // closed when they are decoded
}

// replay applies every entry of the log. One goroutine reads it, several decode
// and place what it reads, and the caller's applies it in its order.
func (c *Corpus) replay(ctx context.Context, progress func(done, total log.Seq)) error {
	total, err := c.log.Head(ctx)
	if err != nil {
		return fmt.Errorf("read the head of the log: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hands := runtime.GOMAXPROCS(0)
	r := replaying{
		corpus: c, hands: make(chan struct{}, hands), order: make(chan *decoding, 2*hands), free: make(chan *decoding, 4*hands),
	}
	go r.read(ctx)
	var room [replayBatch]*report.Version
	return c.writer.reports.Load(func() error {
		defer func() {
			stop()
			for d := range r.order { // until the reader has ended
				<-d.done
			}
		}()
		for d := range r.order {
			<-d.done
			if err := c.writer.applyAll(d.changes, room[:0]); err != nil {
				return err
			}
			if progress != nil {
				d.tell(total, progress)
			}
			if d.err != nil {
				return d.err
			}
			select {
			case r.free <- d:
			default:
			}
		}
		return nil
	})
}

// tell tells how far the reading has come, every 10,000 entries and at the end.
func (d *decoding) tell(total log.Seq, progress func(done, total log.Seq)) {
	for i := range d.changes {
		if seq := d.changes[i].entry.Seq; seq%10_000 == 0 || seq == total {
			progress(seq, total)
		}
	}
}

// applyAll applies entries in their order. Reports that are created are brought into
// memory together, as far as nothing else comes between: to look up one after the other
// what is seldom in the cache would be to wait for each. There is room for a list.
func (w *writer) applyAll(changes []change, room []*report.Version) error {
	for len(changes) > 0 {
		created := room
		for i := 0; i < len(changes) && changes[i].created != nil; i++ {
			created = append(created, changes[i].created)
		}
		if changes = changes[len(created):]; len(created) > 0 {
			w.create(created)
			continue
		}
		if err := w.apply(changes[0]); err != nil {
			return fault(&changes[0].entry, err)
		}
		changes = changes[1:]
	}
	return nil
}

// create is apply for creations of reports. What is created was not there.
func (w *writer) create(created []*report.Version) {
	w.reports.Add(created...)
	w.series.Add(created...)
	newest := created[0] // of those that follow each other from one source
	for _, v := range created {
		switch {
		case v.Source != newest.Source:
			w.noteLatest(nil, newest)
			newest = v
		case v.End.After(newest.End):
			newest = v
		}
		w.paces.note(nil, v)
	}
	w.noteLatest(nil, newest)
	last := created[len(created)-1]
	w.head, w.recorded = last.Seq, last.Recorded
}

// fault names the entry of the log that cannot be taken into memory.
func fault(e *log.Entry, err error) error {
	return fmt.Errorf("entry %d of the log (%s %s): %w", e.Seq, e.Kind, e.ID, err)
}

// replaying is what those who read a log at start pass to each other.
type replaying struct {
	corpus *Corpus
	hands  chan struct{}  // those that decode
	order  chan *decoding // in the order of the log; closed at its end
	free   chan *decoding // to be used again
}

// read reads the log and has it decoded. What it could not read is the error of
// the last batch.
func (r *replaying) read(ctx context.Context) {
	defer close(r.order)
	d := r.next()
	err := r.corpus.log.Scan(ctx, 0, func(e log.Entry) error {
		at := len(d.bodies)
		d.bodies = append(d.bodies, e.Body...)
		e.Body = d.bodies[at:len(d.bodies):len(d.bodies)]
		d.changes = append(d.changes, change{entry: e})
		if len(d.changes) < replayBatch {
			return nil
		}
		r.decode(d)
		d = r.next()
		return context.Cause(ctx)
	})
	d.err = err
	r.decode(d)
}

func (r *replaying) next() *decoding {
	var d *decoding
	select {
	case d = <-r.free:
	default:
		d = &decoding{}
	}
	d.changes, d.bodies, d.err, d.done = d.changes[:0], d.bodies[:0], nil, make(chan struct{})
	return d
}

// decode hands a batch over.
func (r *replaying) decode(d *decoding) {
	r.hands <- struct{}{}
	go func() {
		defer func() { <-r.hands; close(d.done) }()
		r.corpus.writer.fill(d)
	}()
	r.order <- d
}

// fill decodes a batch. Its first entry that cannot be decoded ends it.
func (w *writer) fill(d *decoding) {
	for i := range d.changes {
		ch, v := &d.changes[i], &d.room[i]
		if err := w.decodeInto(&v.Report, ch); err != nil {
			d.err, d.changes = fault(&ch.entry, err), d.changes[:i]
			return
		}
		if e := &ch.entry; ch.report != nil && e.Op == log.Create {
			v.FID, v.Seq, v.Revision, v.Recorded, v.Place = e.FID, e.Seq, e.Revision, e.Recorded, ch.place
			ch.created = v
		}
	}
}
