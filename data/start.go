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
	room    [replayBatch]report.Report // of the changes; what is applied holds on to none
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
	return c.writer.reports.Load(func() error {
		defer func() {
			stop()
			for d := range r.order { // until the reader has ended
				<-d.done
			}
		}()
		for d := range r.order {
			<-d.done
			for i := range d.changes {
				e := &d.changes[i].entry
				if err := c.writer.apply(d.changes[i]); err != nil {
					return fault(e, err)
				}
				if progress != nil && (e.Seq%10_000 == 0 || e.Seq == total) {
					progress(e.Seq, total)
				}
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
	clear(d.changes)
	d.changes, d.bodies, d.err, d.done = d.changes[:0], d.bodies[:0], nil, make(chan struct{})
	return d
}

// decode hands a batch over. Its first entry that cannot be decoded ends it.
func (r *replaying) decode(d *decoding) {
	r.hands <- struct{}{}
	go func() {
		defer func() { <-r.hands; close(d.done) }()
		for i := range d.changes {
			decoded, err := r.corpus.writer.decodeInto(&d.room[i], d.changes[i].entry)
			if err != nil {
				d.err, d.changes = fault(&d.changes[i].entry, err), d.changes[:i]
				return
			}
			d.changes[i] = decoded
		}
	}()
	r.order <- d
}
