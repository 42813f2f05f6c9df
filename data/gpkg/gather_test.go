package gpkg

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"frontierwatch/geo/log"
)

// A gatherer is the file itself to whoever asks it, and leaves the same on the disk
// when it is synced, whatever is done to it.
func TestAGathererIsTheFile(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		plain, gathered := newDisk(), newDisk()
		a := openLog(t, plain)
		b := &gatherer{File: openLog(t, gathered), on: true}
		at := int64(0)
		for range 60 {
			switch r.IntN(12) {
			case 0:
				at = r.Int64N(300_000)
			case 1:
				p := make([]byte, r.IntN(5000))
				q := bytes.Clone(p)
				from := r.Int64N(300_000)
				n, err := a.ReadAt(p, from)
				if m, err2 := b.ReadAt(q, from); n != m || !errors.Is(err2, err) || !bytes.Equal(p, q) {
					t.Fatalf("seed %d: %d bytes at %d are read, %v, want %d, %v", seed, m, from, err2, n, err)
				}
			case 2:
				size := r.Int64N(300_000)
				if err := errors.Join(a.Truncate(size), b.Truncate(size)); err != nil {
					t.Fatal(err)
				}
			case 3:
				n, _ := a.Size()
				if m, _ := b.Size(); m != n {
					t.Fatalf("seed %d: its size is %d, want %d", seed, m, n)
				}
			case 4:
				if err := errors.Join(a.Sync(vfs.SYNC_FULL), b.Sync(vfs.SYNC_FULL)); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(plain.files["a"].safe, gathered.files["a"].safe) {
					t.Fatalf("seed %d: another file is on the disk", seed)
				}
			default:
				p := bytes.Repeat([]byte{byte(1 + r.IntN(255))}, []int{24, 4096, 70_000}[r.IntN(3)])
				for _, f := range []vfs.File{a, b} {
					if n, err := f.WriteAt(p, at); n != len(p) || err != nil {
						t.Fatal(n, err)
					}
				}
				at += int64(len(p))
			}
		}
		if err := errors.Join(a.Close(), b.Close()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain.files["a"].data, gathered.files["a"].data) {
			t.Fatalf("seed %d: it is another file when it is closed", seed)
		}
	}
}

func openLog(t *testing.T, d *disk) vfs.File {
	t.Helper()
	f, _, err := d.Open("a", vfs.OPEN_CREATE|vfs.OPEN_WAL)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What could not be written is not written later, over what came after it.
func TestAGathererGivesUpWhatItCouldNotWrite(t *testing.T) {
	d := newDisk()
	f := &gatherer{File: openLog(t, d), on: true}
	d.space = 1000
	if _, err := f.WriteAt(make([]byte, 2000), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(vfs.SYNC_FULL); !errors.Is(err, sqlite3.FULL) {
		t.Fatalf("a full disk: %v", err)
	}
	d.space = 0
	if err := f.Sync(vfs.SYNC_FULL); err != nil {
		t.Fatal(err)
	}
	if size, err := f.Size(); size != 1000 || err != nil {
		t.Errorf("%d bytes are there, %v, want the 1000 that there was space for", size, err)
	}
}

// What becomes of a commit is known when its pages are written, also if the log begins
// anew with it: SQLite syncs the header of the log first.
func TestWhatIsKnownIsWritten(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{alone: true})
	known := 0
	for i := range 2 {
		_, err := s.AppendEarly(context.Background(), []log.Entry{created(walk(i))}, func([]log.Result) {
			known++
			if size := int64(d.walSize()); size < s.writer.frames(1) {
				t.Errorf("commit %d: %d bytes are written, want a page and more", i, size)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if known != 2 {
		t.Errorf("%d of 2 commits were known early", known)
	}
}

// A commit of one report is written at once, and synced once.
func TestACommitIsWrittenAtOnce(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{alone: true})
	const commits = 300
	d.change(func(d *disk) { d.steps = math.MaxInt })
	for i := range commits {
		add(t, s, created(walk(i)))
	}
	d.change(func(d *disk) {
		if did := math.MaxInt - d.steps; did > commits*2+commits/10 {
			t.Errorf("%d commits took %d writes and syncs", commits, did)
		}
	})
}

// Others are never told of a commit before it is in the file. The control: they are
// where the writer does not sync at the end of a commit, and gathers all the same.
func TestOthersFindWhatTheyAreToldOf(t *testing.T) {
	for _, synchronous := range []string{"FULL", "NORMAL"} {
		d := newDisk()
		s := d.store(t, Options{synchronous: synchronous})
		careless := synchronous != "FULL"
		if careless {
			gather(s.writer.conn)
		}
		missed := false
		for i := range 50 {
			add(t, s, created(walk(i)))
			if err := s.Check(context.Background()); err != nil {
				missed = true
			}
		}
		if missed != careless {
			t.Errorf("synchronous=%s: somebody missed what he was told of: %v", synchronous, missed)
		}
		s.Close()
	}
}
