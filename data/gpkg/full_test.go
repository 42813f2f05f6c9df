package gpkg

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"frontierwatch/geo/log"
)

// reread says how many entries a log holds, by scanning all.
func reread(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.Scan(context.Background(), 0, func(log.Entry) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// A disk that is full keeps what was acknowledged, says so, and goes on when
// there is space again, with and without a new start in between.
func TestFullDisk(t *testing.T) {
	for _, c := range []struct {
		name       string
		restart    bool
		checkpoint int
	}{{"goes on", false, 16}, {"starts again", true, 16}, {"never moves the log into the file", false, 1 << 20}} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk()
			o := Options{vfs: d.boot(t), checkpoint: c.checkpoint}
			s, err := Open("a.gpkg", o)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { s.Close() }()
			made := 0
			for round := range 3 {
				d.change(func(d *disk) { d.space = d.used() + 200_000 })
				made += fill(t, s, made)
				if n := reread(t, s); n != made {
					t.Fatalf("round %d: of %d entries that were acknowledged %d are there", round, made, n)
				}
				if err := s.Check(context.Background()); err != nil {
					t.Fatal(err)
				}
				if c.restart {
					if err := s.Close(); err != nil {
						t.Fatalf("close on a full disk: %v", err)
					}
					if s, err = Open("a.gpkg", o); err != nil {
						t.Fatalf("open on a full disk: %v", err)
					}
				}
				d.change(func(d *disk) { d.space = 0 })
				if r := add(t, s, walks(made, 8)...)[0]; r.Seq != log.Seq(made+1) || r.FID != int64(made+1) {
					t.Fatalf("round %d: with space again the next entry is %+v, want %d", round, r, made+1)
				}
				made += 8
			}
			found := d.cut(rand.New(rand.NewPCG(1, 1)))
			found.space = 0
			s.Close()
			if s, err = Open("a.gpkg", Options{vfs: found.boot(t)}); err != nil {
				t.Fatal(err)
			}
			if n := reread(t, s); n != made {
				t.Errorf("after a power cut %d of %d entries are there", n, made)
			}
		})
	}
}

// fill appends until the disk is full, and once more, and says how many entries
// were acknowledged.
func fill(t *testing.T, s *Store, from int) (made int) {
	t.Helper()
	for refused := 0; refused < 3; {
		results, err := s.Append(context.Background(), walks(from+made, 8))
		switch {
		case err == nil:
			made += len(results)
		case errors.Is(err, log.ErrFull):
			refused++
		default:
			t.Fatalf("on a full disk: %v", err)
		}
		if made > 5000 {
			t.Fatal("the disk never fills")
		}
	}
	return made
}

// Where a sync fails nobody knows what a power cut would leave. The store says
// that, and the same batch can be tried again.
func TestFailingSync(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{})
	add(t, s, walks(0, 5)...)
	d.change(func(d *disk) { d.fails = true })
	for range 2 {
		if _, err := s.Append(context.Background(), walks(5, 5)); !errors.Is(err, log.ErrUnknown) {
			t.Fatalf("append while a sync fails: %v", err)
		}
		if head, err := s.Head(context.Background()); err != nil || head != 5 {
			t.Errorf("the head is %d, %v", head, err)
		}
	}
	d.change(func(d *disk) { d.fails = false })
	if r := add(t, s, walks(5, 5)...)[4]; r.Seq != 10 || r.FID != 10 {
		t.Errorf("tried again: %+v", r)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}
