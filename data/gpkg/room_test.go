package gpkg

import (
	"context"
	"testing"
)

// Commits write over what is there: one in many lengthens the write-ahead log, also
// after it was emptied and has begun anew.
func TestCommitsSeldomLengthenTheLog(t *testing.T) {
	d := newDisk()
	s, err := Open("a.gpkg", Options{vfs: d.boot(t), checkpoint: 500, alone: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const commits = 600
	longer, size := 0, 0
	for i := range commits {
		if i == 300 {
			s.writer.leave()
		}
		add(t, s, created(walk(i)))
		d.change(func(d *disk) {
			if now := len(d.files["a.gpkg-wal"].data); now != size {
				longer, size = longer+1, now
			}
		})
	}
	if longer > commits/10 {
		t.Errorf("%d of %d commits have lengthened the log", longer, commits)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}
