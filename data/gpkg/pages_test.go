package gpkg

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// long is a log with bodies of all lengths, most of which lie on several pages.
func long() []log.Entry {
	entries := mixed()
	for i := range 300 {
		body := strings.Repeat("x", i*i%9973)
		entries = append(entries, log.Entry{Kind: "later", ID: fmt.Sprint("long", i), Op: log.Create, Revision: 1, Recorded: noon(), Actor: "tester", Body: []byte(body)})
	}
	return append(entries, walks(10, 2000)...)
}

// alike says whether two entries that were read are the same.
func alike(a, b log.Entry) bool {
	body, at := string(a.Body) == string(b.Body), a.Recorded.Equal(b.Recorded)
	return body && at && a.Seq == b.Seq && a.FID == b.FID && a.Kind == b.Kind && a.ID == b.ID &&
		a.Revision == b.Revision && a.Op == b.Op && a.Actor == b.Actor && a.Reason == b.Reason
}

// stored is a file with entries whose pages have a size.
func stored(t *testing.T, size int, entries []log.Entry) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	for len(entries) > 0 {
		n := min(500, len(entries))
		add(t, s, entries[:n]...)
		entries = entries[n:]
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	forced(t, path, fmt.Sprintf(`PRAGMA journal_mode = DELETE; PRAGMA page_size = %d; VACUUM; PRAGMA journal_mode = WAL`, size))
	return path
}

func reader(t *testing.T, s *Store) *pages {
	t.Helper()
	c, err := s.reader()
	if err != nil {
		t.Fatal(err)
	}
	k, err := openPages(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.close(); c.Close() })
	return k.(*pages)
}

// Whatever the size of pages, they hold what SQLite reads from them.
func TestPagesHoldWhatSQLiteReads(t *testing.T) {
	entries := long()
	for _, size := range []int{512, 1024, 2048, 4096, 65536} {
		s := open(t, stored(t, size, entries))
		k := reader(t, s)
		r := rand.New(rand.NewPCG(uint64(size), 1))
		last := len(entries)
		for range 30 {
			from := 1 + r.IntN(last)
			to := min(last, from+r.IntN(900))
			var got, want piece
			if !k.direct(&got, log.Seq(from), log.Seq(to)) {
				t.Fatalf("pages of %d bytes: %d to %d are not read", size, from, to)
			}
			if err := k.columns.fill(&want, log.Seq(from), log.Seq(to)); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got.entries, want.entries, alike) || !slices.Equal(got.chains, want.chains) {
				t.Fatalf("pages of %d bytes: %d to %d are read as something else", size, from, to)
			}
		}
		if k.direct(&piece{}, log.Seq(last), log.Seq(last+1)) {
			t.Errorf("pages of %d bytes: there is an entry after the last", size)
		}
	}
}

// The pages are only read where all is in them, and then by the start too; what is still
// in the write-ahead log SQLite reads.
func TestPagesAreReadWhereTheLogIsEmpty(t *testing.T) {
	path := stored(t, newPageSize, walks(0, 100))
	s := open(t, path)
	k := reader(t, s)
	var p piece
	if !k.direct(&p, 1, 100) {
		t.Error("the pages of a file that was closed are not read")
	}
	add(t, s, walks(100, 1)...)
	if k.direct(&p, 1, 100) {
		t.Error("pages are read though there is more in the write-ahead log")
	}
	if err := k.fill(&p, 1, 101); err != nil || len(p.entries) != 101 {
		t.Errorf("%d entries, %v", len(p.entries), err)
	}

	left := filepath.Join(t.TempDir(), "left.gpkg") // as a program that was killed leaves it
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(left+end, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !reader(t, open(t, left)).direct(&p, 1, 101) {
		t.Error("the pages of a file that was left are not read")
	}
}

// Nobody changes the file as long as its pages are read, though others write and want to
// move what they write there. The control: they do as soon as it ends.
func TestPagesStandWhileTheyAreRead(t *testing.T) {
	path := stored(t, newPageSize, walks(0, 100))
	s := open(t, path)
	k := reader(t, s)
	content := func() []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !k.root.Step() {
		t.Fatal(k.root.Err())
	}
	before := content()
	add(t, s, walks(100, 200)...)
	for _, mode := range []sqlite3.CheckpointMode{sqlite3.CHECKPOINT_PASSIVE, sqlite3.CHECKPOINT_FULL} {
		if err := s.writer.conn.BusyTimeout(0); err != nil {
			t.Fatal(err)
		}
		s.writer.let()
		_, _, _ = s.writer.conn.WALCheckpoint("main", mode)
		if !bytes.Equal(before, content()) {
			t.Fatal("the file has changed")
		}
	}
	if err := k.root.Reset(); err != nil {
		t.Fatal(err)
	}
	s.writer.moveRest()
	if bytes.Equal(before, content()) {
		t.Error("the file has not changed either when nobody reads it")
	}
}

// Where bytes are damaged, a scan yields what was written until it ends with an error.
func TestDamagedPagesAreNotRead(t *testing.T) {
	path := stored(t, 1024, append(long()[:100], walks(10, 100)...))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var written []log.Entry
	read := func(want []log.Entry) error {
		s, err := OpenReadOnly(path, Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		n := 0
		return first(s.Scan(context.Background(), 0, func(e log.Entry) error {
			e.Body = bytes.Clone(e.Body)
			if want == nil {
				written = append(written, e)
			} else if !alike(e, want[n]) {
				t.Errorf("entry %d is another", e.Seq)
			}
			n++
			return nil
		}))
	}
	if err := read(nil); err != nil || len(written) != 200 {
		t.Fatal(len(written), err)
	}
	const files = 150
	ended := 0
	for seed := range uint64(files) {
		r := rand.New(rand.NewPCG(seed, 5))
		file := bytes.Clone(whole)
		for range 1 + r.IntN(4) {
			file[headerSize+r.IntN(len(file)-headerSize)] ^= byte(1 + r.IntN(255))
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if read(written) != nil {
			ended++
		}
	}
	if ended < files/4 {
		t.Errorf("only %d of %d damaged files were noticed", ended, files)
	}
}

// FuzzTree reads pages of a file that may be anything.
func FuzzTree(f *testing.F) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		f.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for i, size := range []int{512, 1024} {
		path := filepath.Join(dir, fmt.Sprint(i, ".gpkg"))
		c, err := sqlite3.Open(path)
		if err != nil {
			f.Fatal(err)
		}
		err = first(
			c.Exec(fmt.Sprintf(`PRAGMA page_size = %d; CREATE TABLE report_events (a INTEGER PRIMARY KEY, b, c, d, e, f, g, h, i, j, k, l)`, size)),
			c.Exec(`INSERT INTO report_events SELECT value, 'report', value, 'x', 1, 'create', NULL, '2017', 'me', '', printf('%*c', value * 19 % 700, 'x'), zeroblob(32) FROM generate_series(1, 40)`),
			c.Close(),
		)
		file, readErr := os.ReadFile(path)
		if err := first(err, readErr); err != nil {
			f.Fatal(err)
		}
		f.Add(file, uint32(2), int64(3), int64(30))
	}
	f.Fuzz(func(t *testing.T, file []byte, root uint32, from, to int64) {
		if to < from || to-from > 1024 {
			return
		}
		tree := tree{file: bytes.NewReader(file)}
		_ = tree.rows(root, from, to, func(at int64, record []byte) error {
			if at < from || at > to {
				t.Errorf("row %d is visited, wanted %d to %d", at, from, to)
			}
			var r row
			_ = r.read(at, record)
			return nil
		})
	})
}
