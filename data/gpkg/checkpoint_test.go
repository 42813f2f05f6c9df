package gpkg

import (
	"context"
	"testing"
)

// The write-ahead log is moved into the file while the store is written to, by the
// writer alone or beside it, and begins anew. Where nothing is moved it only grows.
func TestTheLogBeginsAnew(t *testing.T) {
	const batches, page = 400, newPageSize + frameHeader
	for _, c := range []struct {
		name       string
		alone      bool
		checkpoint int
		grows      bool
	}{{"beside the writer", false, 50, false}, {"by the writer", true, 50, false}, {"not at all", false, 1 << 20, true}} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk()
			s := d.store(t, Options{checkpoint: c.checkpoint, alone: c.alone})
			for i := range batches {
				add(t, s, walks(i*4, 4)...)
				if i%4 == 0 {
					s.writer.mover.passed()
				}
			}
			size := d.walSize()
			if few := size < 200*page; few == c.grows {
				t.Errorf("after %d batches the log has %d pages", batches, size/page)
			}
			if n := reread(t, s); n != batches*4 {
				t.Errorf("%d entries are there", n)
			}
			if err := s.Check(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// passed is when the pass has ended that is under way, however busy the machine is.
func (m *mover) passed() {
	if m != nil && m.running {
		m.ended <- <-m.ended
	}
}
