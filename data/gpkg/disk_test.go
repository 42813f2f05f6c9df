package gpkg

import (
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a disk in memory that loses power, fills up or lies, as SQLite sees it
// through a VFS. What is written to it is safe when it is synced, not before.
//
// When the power goes, every 512 bytes that were written and not synced are
// there or not, each on its own and in any order; so are changes of size. A new
// file is found again when a sync of a journal has synced its folder, and a
// deleted one is gone when its folder was synced.
type disk struct {
	mu    sync.Mutex
	shm   string // folder for the shared memory of this boot
	files map[string]*node
	steps int   // that change something, until the power goes; negative: it stays
	dead  bool  // the power is gone
	space int64 // bytes for all files together; 0: no bound
	lies  bool  // a sync does nothing
	fails bool  // a sync fails
}

// node is a file.
type node struct {
	data    []byte  // as programs see it
	safe    []byte  // as it is found again for sure
	pending []write // what is not safe yet, in order
	listed  bool    // in its folder for sure
	deleted bool    // taken out of its folder, not yet for sure
	locks   locks
}

// write is bytes at an offset, or with no bytes a change of size to the offset.
type write struct {
	at   int64
	data []byte
}

const sector = 512

// boot makes the disk known to SQLite under a name of its own.
func (d *disk) boot(t testing.TB) (name string) {
	d.shm = t.TempDir()
	name = filepath.Base(filepath.Dir(d.shm)) + filepath.Base(d.shm)
	vfs.Register(name, gathering{d})
	t.Cleanup(func() { vfs.Unregister(name) })
	return name
}

func newDisk() *disk { return &disk{files: map[string]*node{}, steps: -1} }

// cut is the disk as it is found when the power is back.
func (d *disk) cut(r *rand.Rand) *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	found := newDisk()
	kept := []float64{0, 0.1, 0.5, 0.9, 1}[r.IntN(5)] // of what was not synced
	for name, n := range d.files {
		if !n.listed && r.Float64() >= kept || n.deleted && r.Float64() < kept {
			continue
		}
		data := slices.Clone(n.safe)
		pieces := split(n.pending)
		if r.IntN(2) == 0 {
			r.Shuffle(len(pieces), func(i, k int) { pieces[i], pieces[k] = pieces[k], pieces[i] })
		}
		for _, w := range pieces {
			if r.Float64() < kept {
				data = w.apply(data)
			}
		}
		found.files[name] = &node{data: data, safe: slices.Clone(data), listed: true}
	}
	return found
}

// split cuts writes at the borders of sectors.
func split(writes []write) (pieces []write) {
	for _, w := range writes {
		if w.data == nil {
			pieces = append(pieces, w)
			continue
		}
		for at, rest := w.at, w.data; len(rest) > 0; {
			n := min(int64(len(rest)), sector-at%sector)
			pieces = append(pieces, write{at, rest[:n]})
			at, rest = at+n, rest[n:]
		}
	}
	return pieces
}

func (w write) apply(data []byte) []byte {
	size := w.at + int64(len(w.data))
	if int64(len(data)) < size {
		data = append(data, make([]byte, size-int64(len(data)))...)
	}
	if w.data == nil {
		return data[:size]
	}
	copy(data[w.at:], w.data)
	return data
}

// change sets something while the disk is in use.
func (d *disk) change(f func(*disk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(d)
}

// store opens a store on the disk; the test may close it earlier.
func (d *disk) store(t testing.TB, o Options) *Store {
	t.Helper()
	o.vfs = d.boot(t)
	s, err := Open("a.gpkg", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// walSize is how long the write-ahead log of that store is.
func (d *disk) walSize() (size int) {
	d.change(func(d *disk) { size = len(d.files["a.gpkg-wal"].data) })
	return size
}

// step counts a change and says whether there is power for it.
func (d *disk) step() error {
	if d.dead {
		return sqlite3.IOERR
	}
	if d.steps == 0 {
		d.dead = true
		return sqlite3.IOERR
	}
	d.steps--
	return nil
}

func (d *disk) FullPathname(name string) (string, error) { return name, nil }

func (d *disk) Access(name string, _ vfs.AccessFlag) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.files[name]
	return n != nil && !n.deleted, nil
}

func (d *disk) Delete(name string, syncDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	n := d.files[name]
	if n == nil || n.deleted {
		return sqlite3.IOERR_DELETE_NOENT
	}
	n.deleted = true
	if syncDir && !d.lies {
		d.syncFolder()
	}
	return nil
}

// syncFolder makes sure which files there are.
func (d *disk) syncFolder() {
	for name, n := range d.files {
		n.listed = true
		if n.deleted {
			delete(d.files, name)
		}
	}
}

func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return d.Open(name.String(), flags)
}

func (d *disk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.files[name]
	if n != nil && n.deleted {
		n = nil
	}
	if n == nil {
		if flags&vfs.OPEN_CREATE == 0 || d.dead {
			return nil, flags, sqlite3.CANTOPEN
		}
		n = &node{}
		if name != "" {
			d.files[name] = n
		}
	}
	f := &file{disk: d, node: n, journal: flags&(vfs.OPEN_WAL|vfs.OPEN_MAIN_JOURNAL) != 0}
	f.shm = vfs.NewSharedMemory(filepath.Join(d.shm, "shm"), flags)
	return f, flags, nil
}

// file is a file that is open.
type file struct {
	*disk
	*node
	journal bool
	lock    vfs.LockLevel
	shm     vfs.SharedMemory
}

func (f *file) SharedMemory() vfs.SharedMemory { return f.shm }

func (f *file) Close() error {
	if f.shm != nil {
		f.shm.Close()
	}
	return f.Unlock(vfs.LOCK_NONE)
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return 0, sqlite3.IOERR_READ
	}
	if off >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step(); err != nil {
		return 0, err
	}
	var err error
	if grow := off + int64(len(p)) - int64(len(f.data)); f.space > 0 && grow > 0 && f.used()+grow > f.space {
		p, err = p[:max(0, f.space-f.used()-grow+int64(len(p)))], sqlite3.FULL // what has space is written
	}
	w := write{off, slices.Clone(p)}
	f.data = w.apply(f.data)
	f.pending = append(f.pending, w)
	return len(p), err
}

func (d *disk) used() (sum int64) {
	for _, n := range d.files {
		if !n.deleted {
			sum += int64(len(n.data))
		}
	}
	return sum
}

func (f *file) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step(); err != nil {
		return err
	}
	w := write{at: size}
	f.data = w.apply(f.data)
	f.pending = append(f.pending, w)
	return nil
}

func (f *file) Sync(vfs.SyncFlag) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step(); err != nil {
		return err
	}
	if f.fails {
		return sqlite3.IOERR_FSYNC
	}
	if f.lies {
		return nil
	}
	for _, w := range f.pending {
		f.safe = w.apply(f.safe)
	}
	f.pending = nil
	if f.journal {
		f.syncFolder()
	}
	return nil
}

func (f *file) Size() (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.data)), nil
}

func (f *file) SectorSize() int { return 4096 }

// DeviceCharacteristics are those of the driver's own files.
func (f *file) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_POWERSAFE_OVERWRITE | vfs.IOCAP_SUBPAGE_READ
}

// The disk itself is put to the test: what is synced stays, what is not is
// sometimes lost, sometimes kept, sometimes torn.
func TestDisk(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(200) {
		d := newDisk()
		f, _, err := d.Open("a", vfs.OPEN_CREATE|vfs.OPEN_WAL)
		if err != nil {
			t.Fatal(err)
		}
		put := func(c byte, at int64) {
			if _, err := f.WriteAt([]byte{sector - 1: c}, at); err != nil {
				t.Fatal(err)
			}
		}
		put('a', 0)
		if err := f.Sync(vfs.SYNC_FULL); err != nil {
			t.Fatal(err)
		}
		put('b', sector)
		put('c', 2*sector)
		n := d.cut(rand.New(rand.NewPCG(seed, 1))).files["a"]
		if n == nil || len(n.data) < sector || n.data[sector-1] != 'a' {
			t.Fatalf("seed %d: what was synced is lost", seed)
		}
		got := ""
		for at := sector; at < len(n.data); at += sector {
			got += fmt.Sprintf("%q", n.data[at+sector-1])
		}
		seen[got] = true
		if _, err := f.WriteAt([]byte("x"), 0); err == nil {
			t.Fatal("a disk without power was written to")
		}
	}
	for _, want := range []string{"", `'b'`, `'b''c'`, `'\x00''c'`} {
		if !seen[want] {
			t.Errorf("of two sectors that were not synced never just %s was kept: %v", want, seen)
		}
	}
}
