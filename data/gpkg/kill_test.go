package gpkg

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// victimOf names the variable that makes the test binary a process that writes
// to a file until it is killed.
const victimOf = "FRONTIERWATCH_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victimOf); path != "" {
		fmt.Fprintln(os.Stderr, victim(path, os.Getenv(victimOf+"_RUN")))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

const clients = 16

// victim writes for many clients, who wait for each other's batch as those of a
// server do, and prints each id when it is durable.
func victim(path, run string) error {
	s, err := Open(path, Options{checkpoint: 200})
	if err != nil {
		return err
	}
	type write struct {
		entry log.Entry
		done  chan error
	}
	writes := make(chan write, clients)
	for client := range clients {
		go func() {
			for n := 0; ; n++ {
				r := walk(n)
				r.ID = fmt.Sprintf("%s-%d-%d", run, client, n)
				w := write{created(r), make(chan error)}
				writes <- w
				if err := <-w.done; err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Println(r.ID)
			}
		}()
	}
	for first := range writes {
		batch, entries := []write{first}, []log.Entry{first.entry}
		for len(writes) > 0 {
			w := <-writes
			batch, entries = append(batch, w), append(entries, w.entry)
		}
		_, err := s.Append(context.Background(), entries)
		for _, w := range batch {
			w.done <- err
		}
	}
	return nil
}

// killed starts a victim, kills it after so many acknowledgements, and returns
// the ids of all that it got out.
func killed(t *testing.T, path, run string, after int) (ids []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimOf+"="+path, victimOf+"_RUN="+run)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after == 0 {
		cmd.Process.Kill()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() { // also what it had written before it died
		if ids = append(ids, lines.Text()); len(ids) == after {
			cmd.Process.Kill()
		}
	}
	if err := cmd.Wait(); err == nil || len(ids) < after {
		t.Fatalf("the process ended by itself after %d ids: %v", len(ids), err)
	}
	return ids
}

func TestKill9(t *testing.T) {
	runs, most := 5, 1500
	if soak() {
		runs, most = 100, 3000
	}
	path := filepath.Join(t.TempDir(), "a.gpkg")
	r := rand.New(rand.NewPCG(9, 9))
	promised := map[string]bool{}
	for i := range runs {
		after := 1 + r.IntN(most)
		if i%10 == 1 {
			after = 0 // while it opens the file
		}
		for _, id := range killed(t, path, fmt.Sprint(i), after) {
			promised[id] = true
		}
		s := open(t, path)
		found, missing := 0, len(promised)
		err := s.Scan(context.Background(), 0, func(e log.Entry) error {
			found++
			if promised[e.ID] {
				missing--
			}
			if got, err := report.DecodeBody(e.Body); err != nil || got.ID != e.ID {
				return fmt.Errorf("entry %d is another's body: %v", e.Seq, err)
			}
			return nil
		})
		if err != nil || missing > 0 {
			t.Fatalf("run %d: of %d entries that were acknowledged %d are lost; %v", i, len(promised), missing, err)
		}
		if i%10 == 0 || i == runs-1 {
			if err := s.Check(context.Background()); err != nil {
				t.Fatalf("run %d: %v", i, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if found-len(promised) > clients*(i+1) {
			t.Errorf("run %d: %d entries that nobody was told of", i, found-len(promised))
		}
	}
	t.Logf("%d runs killed, %d entries acknowledged, 0 lost", runs, len(promised))
}
