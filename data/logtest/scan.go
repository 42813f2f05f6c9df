package logtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"frontierwatch/geo/log"
)

// many fills a log with n reports.
func (u use) many(n int) {
	u.Helper()
	for from := 0; from < n; from += 100 {
		var batch []log.Entry
		for i := from; i < min(n, from+100); i++ {
			batch = append(batch, entry(fmt.Sprintf("m%d", i), i))
		}
		u.append(batch...)
	}
}

func scanAfter(t testing.TB, open Open) {
	u := begin(t, open)
	u.many(300)
	for _, after := range []log.Seq{0, 1, 2, 99, 100, 101, 298, 299, 300, 301, 1 << 50} {
		got := u.after(after)
		if want := 300 - int(min(after, 300)); len(got) != want {
			t.Errorf("after %d there are %d entries, want %d", after, len(got), want)
		}
		for i, e := range got {
			if e.Seq != after+log.Seq(i)+1 {
				t.Errorf("after %d the entry %d is at %d", after, i, e.Seq)
				break
			}
		}
	}
}

// A scan that appends while it runs does not see what it appends, and does not
// wait for itself.
func scanHead(t testing.TB, open Open) {
	u := begin(t, open)
	u.many(10)
	seen := 0
	err := u.log.Scan(context.Background(), 0, func(e log.Entry) error {
		seen++
		u.append(entry(fmt.Sprintf("new%d", e.Seq), 1))
		return nil
	})
	if err != nil || seen != 10 {
		t.Errorf("a scan of 10 entries that appends saw %d, %v", seen, err)
	}
	if head := u.head(); head != 20 {
		t.Errorf("the head is %d, want 20", head)
	}
}

func scanError(t testing.TB, open Open) {
	u := begin(t, open)
	u.many(10)
	enough := errors.New("enough")
	seen := 0
	err := u.log.Scan(context.Background(), 2, func(log.Entry) error {
		if seen++; seen == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || seen != 3 {
		t.Errorf("stopped at the third of eight: saw %d, %v", seen, err)
	}
	if got := u.all(); len(got) != 10 {
		t.Errorf("after a scan that stopped there are %d entries, want 10", len(got))
	}
}

func scanCancelled(t testing.TB, open Open) {
	u := begin(t, open)
	u.many(300)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := u.log.Scan(ctx, 0, func(log.Entry) error { return nil }); err == nil {
		t.Error("a scan whose context was done before came to the end")
	}
	if got := u.all(); len(got) != 300 {
		t.Errorf("after a scan that was cancelled there are %d entries, want 300", len(got))
	}
}

// One goroutine appends batches of seven; the others must see whole batches, no
// gap, nothing twice, and a head that never falls.
func beside(t testing.TB, open Open) {
	const size, batches, readers = 7, 40, 3
	u := begin(t, open)
	var stop atomic.Bool
	var wait sync.WaitGroup
	faults := make(chan string, readers)
	for range readers {
		wait.Go(func() {
			var at log.Seq
			for last := false; !last; {
				last = stop.Load()
				next, fault := follow(u, at, size)
				if fault != "" {
					faults <- fault
					return
				}
				at = next
			}
			if at != size*batches {
				faults <- fmt.Sprintf("a reader ended at %d, want %d", at, size*batches)
			}
		})
	}
	for i := range batches {
		var batch []log.Entry
		for k := range size {
			batch = append(batch, entry(fmt.Sprintf("b%d-%d", i, k), k))
		}
		u.append(batch...)
	}
	stop.Store(true)
	wait.Wait()
	close(faults)
	for fault := range faults {
		t.Error(fault)
	}
}

// follow reads what came after a position and says where it then is.
func follow(u use, at log.Seq, size log.Seq) (log.Seq, string) {
	head, err := u.log.Head(context.Background())
	if err != nil || head < at {
		return at, fmt.Sprintf("the head is %d, %v, after entry %d was seen", head, err, at)
	}
	fault := ""
	err = u.log.Scan(context.Background(), at, func(e log.Entry) error {
		if e.Seq != at+1 && fault == "" {
			fault = fmt.Sprintf("entry %d came after %d", e.Seq, at)
		}
		at = e.Seq
		return nil
	})
	switch {
	case fault != "":
	case err != nil:
		fault = fmt.Sprintf("a scan beside an append: %v", err)
	case at%size != 0:
		fault = fmt.Sprintf("a scan ended at %d, in the middle of a batch", at)
	case at < head:
		fault = fmt.Sprintf("a scan ended at %d, the head was %d before it", at, head)
	}
	return at, fault
}

func closing(t testing.TB, open Open) {
	u := begin(t, open)
	u.many(5)
	ctx := context.Background()
	var closed atomic.Bool
	done := make(chan error, 1)
	seen := 0
	err := u.log.Scan(ctx, 0, func(log.Entry) error {
		if seen++; seen > 1 {
			return nil
		}
		go func() {
			err := u.log.Close()
			closed.Store(true)
			done <- err
		}()
		for range 100_000 { // until Close has begun: calls fail from then on
			if _, err := u.log.Head(ctx); closed.Load() || errors.Is(err, log.ErrClosed) {
				break
			}
			runtime.Gosched()
		}
		for range 1000 { // a Close that does not wait would end now
			runtime.Gosched()
		}
		if closed.Load() {
			t.Error("Close did not wait for a scan that was under way")
		}
		return nil
	})
	if err != nil || seen != 5 {
		t.Errorf("a scan that was under way when Close was called saw %d of 5 entries, %v", seen, err)
	}
	if seen == 0 {
		return // Close was never called
	}
	if err := <-done; err != nil {
		t.Errorf("close: %v", err)
	}
	_, appended := u.log.Append(ctx, []log.Entry{entry("z", 1)})
	_, nothing := u.log.Append(ctx, nil)
	_, head := u.log.Head(ctx)
	scanned := u.log.Scan(ctx, 0, func(log.Entry) error { return nil })
	beyond := u.log.Scan(ctx, 99, func(log.Entry) error { return nil })
	for what, err := range map[string]error{"Append": appended, "Append of nothing": nothing, "Head": head, "Scan": scanned, "Scan beyond the head": beyond} {
		if !errors.Is(err, log.ErrClosed) {
			t.Errorf("%s after Close: %v, want %v", what, err, log.ErrClosed)
		}
	}
	if err := u.log.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}
