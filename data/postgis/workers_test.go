//go:build unix

package postgis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// workers write over several corpora, each report again until it is acknowledged.
type workers struct {
	nodes []*data.Corpus
	stop  atomic.Bool
	all   sync.WaitGroup
	mu    sync.Mutex
	acked []string
	count atomic.Int64
}

func newWorkers(t *testing.T, dsn string, nodes int) *workers {
	t.Helper()
	w := &workers{}
	for n := range nodes {
		s, err := Open(context.Background(), dsn, Options{patience: 2 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		c, err := nodeCorpus(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		w.nodes = append(w.nodes, c)
		t.Cleanup(func() { c.Close() })
		for k := range 4 {
			w.all.Go(func() { w.work(t, c, fmt.Sprint(n, "-", k)) })
		}
	}
	t.Cleanup(func() { w.stop.Store(true); w.all.Wait() })
	return w
}

func (w *workers) work(t *testing.T, c *data.Corpus, name string) {
	for n := 0; !w.stop.Load(); n++ {
		id := fmt.Sprint(name, "-", n)
		for !w.stop.Load() {
			added, err := c.Add(context.Background(), "tester", []report.Report{walk(id, 1)})
			if err == nil && added[0].Err == nil {
				w.mu.Lock()
				w.acked = append(w.acked, id)
				w.mu.Unlock()
				w.count.Add(1)
				break
			}
			if !errors.Is(err, log.ErrUnknown) && !errors.Is(err, log.ErrUnreachable) {
				t.Errorf("a report ended with %v, %+v", err, added)
				return
			}
		}
	}
}

// more waits until so many more were acknowledged.
func (w *workers) more(t *testing.T, n int64) {
	t.Helper()
	n += w.count.Load()
	until(t, "enough is acknowledged", func() bool { return w.count.Load() >= n || t.Failed() })
}

// end lets the workers finish and returns what was acknowledged.
func (w *workers) end() []string {
	w.stop.Store(true)
	w.all.Wait()
	return w.acked
}

// sameState compares everything that corpora show, once they have caught up.
func sameState(t *testing.T, corpora ...*data.Corpus) {
	t.Helper()
	var want string
	for i, c := range corpora {
		var err error
		until(t, "caught up", func() bool {
			err = c.CatchUp(t.Context())
			return !errors.Is(err, log.ErrUnreachable) // in reach again, or the machine is slow
		})
		if err = errors.Join(err, c.Verify()); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
		got, err := shown(t.Context(), c)
		if err != nil {
			t.Error(err)
		}
		if i == 0 {
			want = got
		} else if got != want {
			t.Errorf("node %d shows otherwise than the first:\n%s\n%s", i, got, want)
		}
	}
}
