package gpkg

import (
	"fmt"
	"maps"
	"time"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

const (
	// newPageSize is of files that are made. A commit writes whole pages, three or four of
	// them: small ones are sooner on the disk (one client stores an eighth more than with
	// the 4096 bytes that SQLite proposes), as long as several rows fit into one.
	newPageSize = 2048
	// checkpointBytes is how far the write-ahead log grows before it is moved into the file.
	checkpointBytes = 16 << 20
)

// writer is the connection that appends, with what it must know to do so.
type writer struct {
	conn   *sqlite3.Conn
	begin  *sqlite3.Stmt
	commit *sqlite3.Stmt
	insert *sqlite3.Stmt // of an entry
	event  *sqlite3.Stmt // by seq
	erase  *sqlite3.Stmt // the body of an entry by seq
	newest *sqlite3.Stmt // seq of the newest entry
	held   *sqlite3.Stmt // reads anything
	holds  bool          // it is reading
	layers map[log.Kind]*layer
	state
	before  state           // the transaction that is under way
	loose   map[string]bool // tables whose extent may be too large
	changed map[string]bool // tables written to since the file was opened

	gatherer *gatherer // of its write-ahead log; nil: there is none

	redacted bool // the transaction has overwritten something
	binder   binder
	chainer  log.Chainer

	mover *mover // nil: the writer itself moves the write-ahead log into the file
	pages int    // of the write-ahead log after the last commit
	most  int    // pages it should have
	room  int64  // bytes of its file, as far as is known

	pageSize int
}

// state is what a transaction changes, which is kept when it has committed.
type state struct {
	position
	fids    map[log.Kind]int64 // the newest of each kind
	extents map[string]extent  // by table
}

func newState() state {
	return state{fids: map[log.Kind]int64{}, extents: map[string]extent{}}
}

// copy makes it the same as another. The maps only grow, and are used again.
func (s *state) copy(other *state) {
	s.position = other.position
	maps.Copy(s.fids, other.fids)
	maps.Copy(s.extents, other.extents)
}

// position is where the log ends.
type position struct {
	head     log.Seq
	recorded time.Time
	chain    log.Chain
}

// openWriter opens the writing connection, brings the schema up to date and
// reads where the log ends.
func (s *Store) openWriter() error {
	c, err := s.connect(sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE)
	if err != nil {
		return err
	}
	w := &writer{conn: c, layers: map[log.Kind]*layer{}, state: newState(), before: newState(), loose: map[string]bool{}, changed: map[string]bool{}}
	w.binder.remember()
	if err = w.open(s.options); err == nil {
		err = w.moveAll()
	}
	if err == nil && !s.options.alone {
		w.mover, err = s.openMover()
	}
	if err != nil {
		return first(err, w.close())
	}
	s.writer = w
	s.head.Store(uint64(w.head))
	return nil
}

func (w *writer) open(o Options) error {
	if _, err := schemaNumber(w.conn, len(steps())); err != nil {
		return err // before anything is changed
	}
	err := first(
		w.conn.Exec(fmt.Sprintf(`PRAGMA page_size = %d`, newPageSize)), // of an empty file
		w.conn.Exec(`PRAGMA journal_mode = WAL`),
		w.conn.Exec(`PRAGMA synchronous = `+o.sync()),
		w.conn.Exec(`PRAGMA secure_delete = ON`), // what is overwritten is not left in the file
		w.conn.Exec(`PRAGMA cache_size = -65536`),
		w.conn.Exec(`PRAGMA journal_size_limit = 67108864`),
	)
	if err != nil {
		return err
	}
	err = queryRow(w.conn, `PRAGMA page_size`, func(st *sqlite3.Stmt) { w.pageSize = st.ColumnInt(0) })
	if err != nil {
		return err
	}
	if w.most = o.checkpoint; w.most == 0 {
		w.most = checkpointBytes / w.pageSize
	}
	w.conn.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		w.pages = pages
		return nil
	})
	if err := migrate(w.conn, schemas, steps(), time.Now()); err != nil {
		return err
	}
	if err := removeHelpers(w.conn); err != nil {
		return err
	}
	// The triggers keep others from changing the log. This connection only adds
	// to it and makes sure that it is alone, which is 20 % faster.
	if _, err := w.conn.Config(sqlite3.DBCONFIG_ENABLE_TRIGGER, false); err != nil {
		return err
	}
	if o.sync() == "FULL" {
		w.gatherer = gather(w.conn)
	}
	return first(w.prepare(), w.load())
}

func (w *writer) prepare() error {
	return prepare(w.conn, []statement{
		{&w.begin, `BEGIN IMMEDIATE`},
		{&w.commit, `COMMIT`},
		{&w.insert, `INSERT INTO report_events VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`},
		{&w.event, `SELECT revision, operation, replaces, recorded, body FROM report_events WHERE seq = ?`},
		{&w.erase, `UPDATE report_events SET body = ?2 WHERE seq = ?1`},
		{&w.newest, `SELECT seq FROM report_events ORDER BY seq DESC LIMIT 1`},
		{&w.held, `SELECT key FROM meta`},
	})
}

// load reads where the log ends.
func (w *writer) load() (err error) {
	w.position, err = readPosition(w.conn)
	if err != nil {
		return err
	}
	for _, table := range layerTables {
		w.extents[table], err = readExtent(w.conn, table)
		if err != nil {
			return err
		}
	}
	return nil
}

func readPosition(c *sqlite3.Conn) (p position, err error) {
	var fault error
	err = queryRow(c, `SELECT seq, recorded, chain FROM report_events ORDER BY seq DESC LIMIT 1`, func(st *sqlite3.Stmt) {
		p.head = log.Seq(st.ColumnInt64(0))
		if p.recorded, fault = parseTime(st.ColumnRawText(1)); fault != nil {
			fault = fmt.Errorf("entry %d of the log: %w", p.head, fault)
		}
		copy(p.chain[:], st.ColumnRawBlob(2))
	})
	return p, first(err, fault)
}

// close finishes what people see, finalises the statements and closes the
// connection, which moves the write-ahead log into the file.
func (w *writer) close() error {
	w.let()
	err := first(w.mover.close(), w.finish())
	for _, st := range []*sqlite3.Stmt{w.begin, w.commit, w.insert, w.event, w.erase, w.newest, w.held} {
		err = first(err, st.Close())
	}
	for _, l := range w.layers {
		err = first(err, l.close())
	}
	return first(err, w.conn.Close())
}
