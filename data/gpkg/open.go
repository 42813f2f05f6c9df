package gpkg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	applicationID = 0x47504B47 // "GPKG": GeoPackage 1.2 and later
	userVersion   = 10300      // GeoPackage 1.3.0
	headerSize    = 100        // of an SQLite file
	patience      = 5 * time.Second
)

// Open opens a file for reading and writing and makes it if there is none. One
// process at a time can have it open so; others may read. Its errors name the
// path; those of the store's methods do not.
func Open(path string, o Options) (*Store, error) {
	return opened(path, o, (*Store).openForWriting)
}

// OpenReadOnly opens a file that is there for reading, which may be open for
// writing elsewhere. Append fails.
func OpenReadOnly(path string, o Options) (*Store, error) {
	return opened(path, o, (*Store).openForReading)
}

func opened(path string, o Options, open func(*Store) error) (*Store, error) {
	s := &Store{path: path, options: o}
	err := s.locate()
	if err == nil {
		err = open(s)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, explain(err))
	}
	return s, nil
}

// locate makes the path one that stays the same wherever the process goes.
func (s *Store) locate() (err error) {
	if s.options.vfs != "" {
		return nil
	}
	if s.path, err = filepath.Abs(s.path); err != nil {
		return err
	}
	return checkHeader(s.path)
}

func (s *Store) openForWriting() (err error) {
	if s.lock, err = s.keepOthersAway(); err != nil {
		return err
	}
	if err := s.openWriter(); err != nil {
		return errors.Join(err, s.lock.release())
	}
	return nil
}

func (s *Store) openForReading() error {
	if _, err := os.Stat(s.path); err != nil && s.options.vfs == "" {
		return reason(err)
	}
	err := s.tryReading()
	if s.unwritable(err) {
		s.immutable = true
		err = s.tryReading()
	}
	return err
}

func (s *Store) tryReading() error {
	c, err := s.connect(sqlite3.OPEN_READONLY)
	if err != nil {
		return err
	}
	if err := checkSchema(c); err != nil {
		return errors.Join(err, c.Close())
	}
	s.release(c)
	return nil
}

// unwritable says whether a file that could not be read is closed and lies where
// nothing can be written, not even the shared memory that readers need: on a
// read-only medium, or in another's folder. Nobody else can be writing to it.
func (s *Store) unwritable(err error) bool {
	if !errors.Is(err, sqlite3.CANTOPEN) && !errors.Is(err, sqlite3.READONLY) || s.options.vfs != "" {
		return false
	}
	_, wal := os.Stat(s.path + "-wal")
	return errors.Is(wal, fs.ErrNotExist)
}

// checkHeader refuses what is no GeoPackage before SQLite touches it. A file
// that is not there, or empty, or whose first page still waits in the
// write-ahead log, has nothing to be refused for.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("the folder %s is not there; make it first", filepath.Dir(path))
		}
		return nil
	}
	if err != nil {
		return reason(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return first(err, errors.New("is a folder; give the path of a file"))
	}
	header := make([]byte, headerSize)
	n, err := io.ReadFull(f, header)
	if n == 0 && err == io.EOF {
		return nil
	}
	if err != nil && err != io.ErrUnexpectedEOF {
		return reason(err)
	}
	if n < headerSize || !bytes.HasPrefix(header, []byte("SQLite format 3\x00")) {
		return errors.New("is not a GeoPackage (it does not begin like one); give another path")
	}
	id := binary.BigEndian.Uint32(header[68:])
	if _, err := os.Stat(path + "-wal"); id != applicationID && !(id == 0 && err == nil) && !empty(header) {
		return foreign(id)
	}
	return nil
}

// empty says whether the header is that of a database without tables, as a crash
// while a file is made leaves behind.
func empty(header []byte) bool {
	return binary.BigEndian.Uint32(header[28:]) == 1 // pages: a table would need a second one
}

func foreign(id uint32) error {
	return fmt.Errorf("is an SQLite file of another application (application_id 0x%08X, a GeoPackage has 0x%08X); give another path", id, uint32(applicationID))
}

// reason is the system's own word, without the name of the call and the path.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// connect opens a connection of its own, with what every connection needs set.
func (s *Store) connect(flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	name, query := s.path, ""
	switch {
	case s.options.vfs != "":
		query = "vfs=" + s.options.vfs
	case s.immutable:
		query = "immutable=1"
	case flags&sqlite3.OPEN_CREATE != 0: // the writer
		query = "vfs=" + gatheringSystem()
	}
	if query != "" {
		path := url.URL{Path: filepath.ToSlash(s.path)}
		name = (&url.URL{Scheme: "file", Opaque: path.EscapedPath(), RawQuery: query}).String()
		flags |= sqlite3.OPEN_URI
	}
	c, err := sqlite3.OpenFlags(name, flags)
	if err != nil {
		return nil, err
	}
	if err := first(c.BusyTimeout(patience), c.Exec(`PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY`)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// explain says in plain words what SQLite says in its own.
func explain(err error) error {
	var code sqlite3.ErrorCode
	if !errors.As(err, &code) {
		return err
	}
	switch code {
	case sqlite3.NOTADB:
		return errors.New("is not a GeoPackage, or its first page is damaged")
	case sqlite3.CORRUPT:
		return fmt.Errorf("the file is damaged; restore a backup (%w)", err)
	case sqlite3.READONLY, sqlite3.PERM:
		return fmt.Errorf("the file may not be written by this user (%w)", err)
	case sqlite3.BUSY:
		return fmt.Errorf("the file is being written by another program (%w)", err)
	}
	return err
}
