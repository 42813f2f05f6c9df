package gpkg

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"frontierwatch/geo/log"
)

// piece is some entries that follow each other. Its buffers are used again.
type piece struct {
	from    hand // that reads it
	entries []log.Entry
	chains  []log.Chain
	bodies  []byte
	err     error // why there is no piece after this one
}

// columns reads entries from the table.
type columns struct {
	st    *sqlite3.Stmt
	row   [11]any
	dest  []any
	words map[string]string // those that come again and again
}

func openColumns(c *sqlite3.Conn) (*columns, error) {
	st, _, err := c.Prepare(`SELECT seq, kind, fid, id, revision, operation, recorded, actor, reason, body, chain
		FROM report_events WHERE seq >= ? AND seq <= ? ORDER BY seq`)
	if err != nil {
		return &columns{}, err
	}
	k := &columns{st: st, words: map[string]string{}}
	k.dest = k.row[:]
	return k, nil
}

func (k *columns) close() error { return k.st.Close() }

// fill reads the entries from one position to another.
func (k *columns) fill(p *piece, from, to log.Seq) error {
	p.entries, p.chains, p.bodies = p.entries[:0], p.chains[:0], p.bodies[:0]
	if err := first(k.st.BindInt64(1, int64(from)), k.st.BindInt64(2, int64(to))); err != nil {
		return err
	}
	for k.st.Step() {
		if err := k.st.ColumnsRaw(k.dest...); err != nil {
			return first(err, k.st.Reset())
		}
		if err := k.entry(p, from+log.Seq(len(p.entries))); err != nil {
			return first(err, k.st.Reset())
		}
	}
	if err := first(k.st.Err(), k.st.Reset()); err != nil {
		return err
	}
	if next := from + log.Seq(len(p.entries)); next <= to {
		return gap(next)
	}
	return nil
}

// entry adds the row that the statement stands on, which must have the wanted
// position.
func (k *columns) entry(p *piece, want log.Seq) error {
	seq, _ := k.row[0].(int64)
	fid, ok1 := k.row[2].(int64)
	revision, ok2 := k.row[4].(int64)
	recorded, err := parseTime(k.bytes(6))
	sum := k.bytes(10)
	if log.Seq(seq) != want {
		return gap(want)
	}
	if !ok1 || !ok2 || err != nil || len(sum) != len(log.Chain{}) {
		return damaged(want)
	}
	at := len(p.bodies)
	p.bodies = append(p.bodies, k.bytes(9)...)
	p.chains = append(p.chains, log.Chain(sum))
	p.entries = append(p.entries, log.Entry{
		Seq: want, FID: fid, Kind: log.Kind(k.word(1)), ID: string(k.bytes(3)), Revision: int(revision), Op: log.Operation(k.word(5)),
		Recorded: recorded, Actor: k.word(7), Reason: k.word(8), Body: p.bodies[at:len(p.bodies):len(p.bodies)],
	})
	return nil
}

// bytes is a column that holds a text or a blob; nil if it holds neither.
func (k *columns) bytes(column int) []byte {
	b, _ := k.row[column].([]byte)
	return b
}

// word is a text that comes again and again, so that it is kept once.
func (k *columns) word(column int) string {
	b := k.bytes(column)
	if w, ok := k.words[string(b)]; ok {
		return w
	}
	w := string(b)
	if len(k.words) < 1024 {
		k.words[w] = w
	}
	return w
}

func damaged(seq log.Seq) error {
	return fmt.Errorf("entry %d of the log is damaged: it is not what was written; restore a backup", seq)
}

func gap(seq log.Seq) error {
	return fmt.Errorf("entry %d is missing in the log; restore a backup", seq)
}
