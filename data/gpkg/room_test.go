package gpkg

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Commits write over what is there: one in many lengthens the write-ahead log, also
// after it was emptied and has begun anew.
func TestCommitsSeldomLengthenTheLog(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{checkpoint: 500, alone: true})
	const commits = 600
	longer, size := 0, 0
	for i := range commits {
		if i == 300 {
			s.writer.leave()
		}
		add(t, s, created(walk(i)))
		if now := d.walSize(); now != size {
			longer, size = longer+1, now
		}
	}
	if longer > commits/10 {
		t.Errorf("%d of %d commits have lengthened the log", longer, commits)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// A store that nobody writes to lengthens its log once and for all: the commits that
// follow do not, until it is moved into the file and after.
func TestAStoreAtLeisureLengthensTheLog(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{checkpoint: 1000})
	pieces := 1
	for s.Idle() {
		pieces++
	}
	size := d.walSize()
	if want := s.writer.frames(1000); int64(size) < want || pieces < size/roomPiece {
		t.Errorf("the log has %d bytes after %d pieces, want %d and more in pieces of %d", size, pieces, want, roomPiece)
	}
	d.change(func(d *disk) {
		if n := d.files["a.gpkg-wal"]; len(n.pending) > 0 || len(n.safe) != size {
			t.Errorf("%d of %d bytes are on the disk", len(n.safe), size)
		}
	})
	for i := range 600 {
		add(t, s, created(walk(i)))
		s.writer.mover.passed()
	}
	if now := d.walSize(); now != size {
		t.Errorf("it has %d bytes after 600 commits, %d before", now, size)
	}
	if s.Idle() {
		t.Error("it is to be longer still")
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// Where there is no more space, what there was of it is given back, and commits fail no
// sooner for it.
func TestAFullDiskHasNoRoom(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{checkpoint: 5000})
	if !s.Idle() {
		t.Fatal("one piece is all")
	}
	size := d.walSize()
	d.change(func(d *disk) { d.space = d.used() + roomPiece - 1 })
	if s.Idle() {
		t.Error("there is more to do on a full disk")
	}
	if now := d.walSize(); now != size {
		t.Errorf("the log has %d bytes, want %d as before", now, size)
	}
	for i := range 200 { // in the room that it has
		add(t, s, created(walk(i)))
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// A log that has nothing but room counts as empty when the store is read, and is so when
// it is opened after a power cut.
func TestRoomIsNoPage(t *testing.T) {
	d := newDisk()
	s := d.store(t, Options{})
	add(t, s, created(walk(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = d.store(t, Options{})
	wal := writeAheadLog(s.writer.conn)
	for range 2 {
		if !unwritten(wal) {
			t.Errorf("the log of %d bytes has pages", d.walSize())
		}
		s.Idle()
	}
	d = d.cut(rand.New(rand.NewPCG(1, 1)))
	_ = s.Close() // of a disk without power
	s = d.store(t, Options{})
	add(t, s, created(walk(2)))
	if unwritten(writeAheadLog(s.writer.conn)) {
		t.Error("the log has no pages after a commit")
	}
	if head, err := s.Head(context.Background()); head != 2 || err != nil {
		t.Errorf("the log ends at %d, %v, want 2", head, err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}
