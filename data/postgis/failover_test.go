//go:build unix

package postgis

import (
	"syscall"
	"testing"

	"frontierwatch/data/postgis/server"
)

// The primary dies at the worst moment: what sends its log to the standby hangs
// already. With a synchronous standby nothing that was acknowledged is lost, and
// the nodes go on with the standby by themselves; with one that is not, something
// must be lost, or the test proves nothing.
func TestFailover(t *testing.T) {
	trials := 1
	if soak() {
		trials = 5
	}
	for range trials {
		acked, lost := failover(t, true)
		t.Logf("synchronous: %d acknowledged, %d lost", acked, lost)
		if lost > 0 {
			t.Error("a synchronous standby lost what was acknowledged")
		}
	}
	acked, lost := failover(t, false)
	t.Logf("asynchronous, the control: %d acknowledged, %d lost", acked, lost)
	if lost == 0 {
		t.Error("the asynchronous control lost nothing: this test proves nothing")
	}
}

func failover(t *testing.T, synchronous bool) (acked, lost int) {
	t.Helper()
	primary := ownServer(t)
	if err := primary.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := opened(t, primary.DSN("postgres"))
	standby, err := primary.Standby(t.Context(), "second")
	if err == nil {
		t.Cleanup(func() { standby.Remove() })
		err = standby.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if synchronous {
		err = sqlOver(primary.DSN("postgres"), `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (second)'`, `SELECT pg_reload_conf()`)
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[bool]string{true: "quorum", false: "async"}[synchronous]
	until(t, "the standby follows", func() bool {
		var state string
		return oneOver(primary.DSN("postgres"), `SELECT sync_state FROM pg_stat_replication`, &state) == nil && state == want
	})
	s.Close()
	w := newWorkers(t, server.DSN("postgres", primary, standby), 2)
	w.more(t, 50)
	hang(t, primary)
	if synchronous {
		until(t, "a commit waits for the standby", func() bool {
			var n int
			err := oneOver(primary.DSN("postgres"), `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`, &n)
			return err == nil && n > 0
		})
	} else {
		w.more(t, 50)
	}
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	if !synchronous {
		ids = w.end() // the nodes have seen what the standby lacks, and say so
	}
	if err := standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	if synchronous {
		w.more(t, 50)
		ids = w.end()
		sameState(t, w.nodes...)
	}
	_, lost = losses(t, opened(t, standby.DSN("postgres")), ids)
	return len(ids), lost
}

// hang stops what sends the log to the standby.
func hang(t *testing.T, s *server.Server) {
	t.Helper()
	var pid int
	if err := oneOver(s.DSN("postgres"), `SELECT pid FROM pg_stat_replication`, &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}
