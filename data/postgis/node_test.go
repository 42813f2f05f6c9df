//go:build unix

package postgis

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// soak says whether the accidents are to take their time:
// FRONTIERWATCH_SOAK=1 go test -timeout 1h ./data/postgis
func soak() bool { return os.Getenv("FRONTIERWATCH_SOAK") == "1" }

// nodeOf names the variable that makes the test binary a node, which writes until
// it is killed, or its input ends.
const nodeOf = "FRONTIERWATCH_TEST_NODE"

const writers = 8 // of each node

// nodeCorpus is a corpus as a node has it, over a straight frontier.
func nodeCorpus(ctx context.Context, l data.Log) (*data.Corpus, error) {
	line, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-110, 49}, {-96, 49}}}}, frontier.KM(10))
	if err != nil {
		return nil, err
	}
	police := report.Source{ID: "police", Agency: "police", Country: "CAN", Unit: report.Persons, TLP: report.Green}
	return data.Open(ctx, data.Config{Frontier: line, Log: l, Sources: []report.Source{police}})
}

// walk is a report that a writer sends.
func walk(id string, people int64) report.Report {
	return report.Report{
		ID: id, Point: &orb.Point{-100, 49.01}, Start: noon(), End: noon(),
		Count: report.Count{Best: people, Min: people, Max: people}, Unit: report.Persons,
		Direction: report.Northbound, Relation: report.BetweenPorts, Source: "police", Status: report.Confirmed,
	}
}

// node writes for several writers and prints the id of each report when it is
// acknowledged. Now and then two nodes send the same. When a line comes in it
// writes no more and says that it is done; when its input ends, which is when all
// are done, it catches up and prints what it holds.
func node(dsn, run string) error {
	ctx := context.Background()
	s, err := Open(ctx, dsn, Options{})
	if err != nil {
		return err
	}
	c, err := nodeCorpus(ctx, s)
	if err != nil {
		return err
	}
	var stop atomic.Bool
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := 0; !stop.Load(); n++ {
				id := fmt.Sprintf("%s-%d-%d", run, w, n)
				if n%10 == 9 {
					id = fmt.Sprintf("shared-%d-%d", w, n)
				}
				for !sent(ctx, c, id) {
				}
			}
		})
	}
	input := bufio.NewReader(os.Stdin)
	input.ReadString('\n')
	stop.Store(true)
	all.Wait()
	if _, err := os.Stdout.WriteString("done\n"); err != nil {
		return err
	}
	io.Copy(io.Discard, input)
	return errors.Join(holds(ctx, c), c.Close())
}

// sent says whether a report was acknowledged.
func sent(ctx context.Context, c *data.Corpus, id string) bool {
	added, err := c.Add(ctx, "tester", []report.Report{walk(id, 3)})
	if err != nil || added[0].Err != nil {
		return false
	}
	fmt.Println(id)
	return true
}

// holds prints the position and a hash of everything that a corpus shows, once
// all nodes have stopped: the position must be the last.
func holds(ctx context.Context, c *data.Corpus) error {
	if err := c.CatchUp(ctx); err != nil {
		return err
	}
	at, _ := c.Head()
	text, err := shown(ctx, c)
	if err == nil {
		fmt.Printf("holds %d %x\n", at, sha256.Sum256([]byte(text)))
	}
	return errors.Join(err, c.Verify())
}

// shown is a line for each report that a corpus shows.
func shown(ctx context.Context, c *data.Corpus) (string, error) {
	var b strings.Builder
	page, err := c.Reports(ctx, report.Query{Limit: 10_000_000})
	for _, v := range page.Versions {
		fmt.Fprintln(&b, v.ID, v.Seq, v.FID, v.Revision, v.Recorded.UnixMilli(), v.Count.Best, v.Deleted)
	}
	return b.String(), err
}

// process is a node that runs.
type process struct {
	*exec.Cmd
	input io.WriteCloser
	acked atomic.Int64
	ids   []string // read when ended is closed
	holds string
	done  chan struct{} // it writes no more
	ended chan struct{}
}

func startNode(t *testing.T, dsn, run string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0]), done: make(chan struct{}), ended: make(chan struct{})}
	p.Env = append(os.Environ(), nodeOf+"="+dsn, nodeOf+"_RUN="+run)
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err == nil {
		p.input, err = p.StdinPipe()
	}
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill(); <-p.ended })
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			text := lines.Text()
			if state, ok := strings.CutPrefix(text, "holds "); ok {
				p.holds = state
			} else if text == "done" {
				close(p.done)
			} else {
				p.ids = append(p.ids, text)
				p.acked.Add(1)
			}
		}
		p.Wait()
	}()
	return p
}

// Four nodes with eight writers each are killed at random and start again:
// nothing that was acknowledged is lost, there is no gap, and all hold the same.
func TestNodesThatAreKilled(t *testing.T) {
	const nodes = 4
	kills, each := 5, int64(60)
	if soak() {
		kills, each = 45, 400
	}
	dsn := database(t)
	r := rand.New(rand.NewPCG(20170131, 0))
	running := make([]*process, nodes)
	for i := range running {
		running[i] = startNode(t, dsn, fmt.Sprint("first", i))
	}
	var acked []string
	for kill := range kills {
		i := r.IntN(nodes)
		reached(t, running[i], 1+r.Int64N(each))
		running[i].Process.Kill()
		<-running[i].ended
		acked = append(acked, running[i].ids...)
		running[i] = startNode(t, dsn, fmt.Sprint("run", kill))
	}
	for _, p := range running {
		reached(t, p, 1)
		if _, err := io.WriteString(p.input, "enough\n"); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range running {
		select {
		case <-p.done:
		case <-p.ended:
			t.Fatalf("node %d ended by itself: %v", i, p.ProcessState)
		}
	}
	for _, p := range running {
		p.input.Close()
		<-p.ended
		acked = append(acked, p.ids...)
	}
	s := opened(t, dsn)
	head := complete(t, s, acked)
	for i, p := range running {
		if p.holds != running[0].holds || !strings.HasPrefix(p.holds, fmt.Sprint(head, " ")) {
			t.Errorf("node %d holds %q, the first %q, the log ends at %d", i, p.holds, running[0].holds, head)
		}
	}
	t.Logf("%d nodes, %d writers, %d kills: %d acknowledged, %d in the log, each node: %s", nodes, nodes*writers, kills, len(acked), head, running[0].holds)
}

// reached waits until a node has acknowledged so many.
func reached(t *testing.T, p *process, n int64) {
	t.Helper()
	for p.acked.Load() < n {
		select {
		case <-p.ended:
			t.Fatalf("a node ended by itself: %v", p.ProcessState)
		case <-t.Context().Done():
			t.Fatal("the node acknowledged too little")
		case <-time.After(time.Millisecond):
		}
	}
}

// complete walks the log, in which every position must be there and every id that
// was acknowledged once, and returns where it ends.
func complete(t *testing.T, s *Store, acked []string) log.Seq {
	t.Helper()
	head, lost := losses(t, s, acked)
	if lost > 0 {
		t.Errorf("%d of %d acknowledged reports are lost or there twice", lost, len(acked))
	}
	return head
}

// losses checks the log and counts what was acknowledged and is not there once.
func losses(t *testing.T, s *Store, acked []string) (head log.Seq, lost int) {
	t.Helper()
	there := map[string]int{}
	err := s.Scan(t.Context(), 0, func(e log.Entry) error {
		if e.Seq != head+1 {
			return fmt.Errorf("entry %d follows %d", e.Seq, head)
		}
		head = e.Seq
		there[e.ID]++
		return nil
	})
	if err = errors.Join(err, s.Check(t.Context())); err != nil {
		t.Error(err)
	}
	for _, id := range acked {
		if there[id] != 1 {
			lost++
		}
	}
	return head, lost
}
