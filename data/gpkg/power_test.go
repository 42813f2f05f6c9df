package gpkg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"frontierwatch/geo/log"
)

// accidents plays power cuts on one file, which goes on from one to the next,
// and knows what it was promised.
type accidents struct {
	*testing.T
	rand        *rand.Rand
	synchronous string
	lies        bool

	disk     *disk
	store    *Store
	promised []log.Entry // acknowledged
	open     []log.Entry // the batch under way when the power went: all of it may be there, or nothing
	made     int         // reports
}

// cycle writes until the power goes, and says what is then wrong with the file.
func (a *accidents) cycle() error {
	a.disk.steps, a.disk.lies = 1+a.rand.IntN(200), a.lies
	err := a.start()
	for batches := 0; err == nil && batches < 60; batches++ {
		if a.rand.IntN(20) == 0 {
			if err = a.store.Close(); err == nil {
				err = a.start()
			}
			continue
		}
		err = a.append()
	}
	if err != nil && !a.disk.dead {
		return fmt.Errorf("with power: %w", err)
	}
	a.lose()
	if a.rand.IntN(3) == 0 { // and again, while it is being mended
		a.disk.steps = a.rand.IntN(30)
		a.start()
		a.lose()
	}
	return a.verify()
}

func (a *accidents) start() (err error) {
	a.store, err = Open("frontier.gpkg", Options{vfs: a.disk.boot(a.T), synchronous: a.synchronous, checkpoint: 4 + a.rand.IntN(60), alone: a.rand.IntN(2) == 0})
	return err
}

func (a *accidents) append() error {
	batch := walks(a.made, 1+a.rand.IntN(12))
	a.made += len(batch)
	if n := len(a.promised); n > 0 && a.rand.IntN(3) == 0 {
		fix := a.promised[a.rand.IntN(n)]
		fix.Op, fix.Reason = log.Correct, "counted again"
		for _, e := range a.promised {
			if e.ID == fix.ID {
				fix.Revision = e.Revision + 1
			}
		}
		batch = append(batch, fix)
	}
	a.open = batch
	results, err := a.store.Append(context.Background(), batch)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Outcome != log.Appended {
			a.Fatalf("entry %d of a batch: %v", i, r.Outcome)
		}
		batch[i].Seq = r.Seq
	}
	a.promised, a.open = append(a.promised, batch...), nil
	return nil
}

// lose cuts the power and gives the disk back as it is found.
func (a *accidents) lose() {
	found := a.disk.cut(a.rand)
	if a.store != nil {
		a.store.Close() // of a process that is gone: only to give memory back
	}
	a.disk, a.store = found, nil
}

// verify opens the file with power and compares it with what was promised.
func (a *accidents) verify() error {
	a.disk.steps = -1
	if err := a.start(); err != nil {
		return err
	}
	defer a.store.Close()
	if err := a.store.Check(context.Background()); err != nil {
		return err
	}
	var found []log.Entry
	err := a.store.Scan(context.Background(), 0, func(e log.Entry) error {
		e.Body = bytes.Clone(e.Body)
		found = append(found, e)
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(found) - len(a.promised); n == len(a.open) {
		a.promised = append(a.promised, a.open...) // it was written, and nobody was told
	} else if n != 0 {
		return fmt.Errorf("%w: %d entries are there, %d were promised and %d under way", errLost, len(found), len(a.promised), len(a.open))
	}
	a.open = nil
	for i, e := range found {
		if p := a.promised[i]; e.ID != p.ID || e.Op != p.Op || !bytes.Equal(e.Body, p.Body) {
			return fmt.Errorf("%w: entry %d is %s of %s, promised was %s of %s", errLost, e.Seq, e.Op, e.ID, p.Op, p.ID)
		}
		a.promised[i] = e
	}
	return nil
}

var errLost = errors.New("lost")

func newAccidents(t *testing.T, seed uint64) *accidents {
	return &accidents{T: t, rand: rand.New(rand.NewPCG(seed, 49)), disk: newDisk()}
}

func cycles() int {
	if soak() {
		return 500
	}
	return 40
}

func TestPowerCuts(t *testing.T) {
	a := newAccidents(t, 1)
	for i := range cycles() {
		if err := a.cycle(); err != nil {
			t.Fatalf("cycle %d: %v", i, err)
		}
		if len(a.promised) > 3000 { // another file, so that checks stay short
			promised := len(a.promised)
			a = newAccidents(t, uint64(i))
			t.Logf("%d entries kept over %d cycles", promised, i)
		}
	}
	t.Logf("%d entries promised and kept", len(a.promised))
}

// The control: a store that syncs less, and a disk that only says that it has
// synced, must both lose something, or the test above shows nothing.
func TestPowerCutsFindCarelessness(t *testing.T) {
	for name, careless := range map[string]func(*accidents){
		"synchronous=NORMAL":   func(a *accidents) { a.synchronous = "NORMAL" },
		"a disk that is lying": func(a *accidents) { a.lies = true },
	} {
		a := newAccidents(t, 2)
		careless(a)
		var err error
		for range cycles() {
			if err = a.cycle(); err != nil {
				break
			}
		}
		if err == nil {
			t.Errorf("%s lost nothing", name)
		}
		t.Logf("%s: %v", name, err)
	}
}
