package gpkg

import (
	"github.com/ncruces/go-sqlite3"
)

// mover moves the write-ahead log into the file beside the writer, on a connection
// of its own, so that nobody's commit waits for it.
//
// What is moved while the writer goes on is never all, and the log begins anew only
// when all of it was moved. So when a pass has ended the writer moves the rest, which
// is little, between two commits. A pass that fails, because the disk is full, has
// done no harm: everything is still in the log, and the next one tries again.
type mover struct {
	conn    *sqlite3.Conn
	begin   chan struct{}
	ended   chan struct{}
	running bool // known to the writer, whose field it is
}

// openMover opens the connection and waits to be asked.
func (s *Store) openMover() (*mover, error) {
	c, err := s.connect(sqlite3.OPEN_READWRITE)
	if err != nil {
		return nil, err
	}
	m := &mover{conn: c, begin: make(chan struct{}), ended: make(chan struct{}, 1)}
	if err := c.Exec(`PRAGMA synchronous = ` + s.options.sync()); err != nil {
		return nil, first(err, c.Close())
	}
	go func() {
		for range m.begin {
			_, _, _ = c.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE)
			m.ended <- struct{}{}
		}
	}()
	return m, nil
}

// wait is until no pass is under way.
func (m *mover) wait() {
	if m.running {
		<-m.ended
		m.running = false
	}
}

func (m *mover) close() error {
	if m == nil {
		return nil
	}
	m.wait()
	close(m.begin)
	return m.conn.Close()
}

// move keeps the write-ahead log from growing, after a commit.
func (w *writer) move() {
	if w.pages < w.most {
		return
	}
	w.let()
	if w.mover == nil {
		w.moveRest()
		return
	}
	if !w.mover.running {
		w.mover.running = true
		w.mover.begin <- struct{}{}
		return
	}
	select {
	case <-w.mover.ended:
		w.mover.running = false
		w.moveRest()
	default:
	}
}

// moveRest moves what is left, as far as nobody reads it.
func (w *writer) moveRest() { _, _, _ = w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE) }

// moveAll moves what the store before has left there, unless somebody reads it just then:
// of a file whose log is empty the start reads the pages themselves.
func (w *writer) moveAll() error {
	if err := w.conn.BusyTimeout(0); err != nil {
		return err
	}
	_, _, _ = w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	return w.conn.BusyTimeout(patience)
}
