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
	words map[string]string // those that come again and again
	last  [reasonColumn + 1]string
}

// The columns, in the order in which they are asked for.
const (
	seqColumn = iota
	kindColumn
	fidColumn
	idColumn
	revisionColumn
	operationColumn
	recordedColumn
	actorColumn
	reasonColumn
	bodyColumn
	chainColumn
)

func openColumns(c *sqlite3.Conn) (*columns, error) {
	st, _, err := c.Prepare(`SELECT seq, kind, fid, id, revision, operation, recorded, actor, reason, body, chain
		FROM report_events WHERE seq >= ? AND seq <= ? ORDER BY seq`)
	if err != nil {
		return &columns{}, err
	}
	return &columns{st: st, words: map[string]string{}}, nil
}

func (k *columns) close() error { return k.st.Close() }

// fill reads the entries from one position to another.
func (k *columns) fill(p *piece, from, to log.Seq) error {
	p.entries, p.chains, p.bodies = p.entries[:0], p.chains[:0], p.bodies[:0]
	if err := first(k.st.BindInt64(1, int64(from)), k.st.BindInt64(2, int64(to))); err != nil {
		return err
	}
	for k.st.Step() {
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
// position. What is not of the type that was written has another chain.
func (k *columns) entry(p *piece, want log.Seq) error {
	if log.Seq(k.st.ColumnInt64(seqColumn)) != want {
		return gap(want)
	}
	recorded, err := parseTime(k.bytes(recordedColumn))
	sum := k.bytes(chainColumn)
	if err != nil || len(sum) != len(log.Chain{}) {
		return first(k.st.Err(), damaged(want))
	}
	p.chains = append(p.chains, log.Chain(sum))
	at := len(p.bodies)
	p.bodies = append(p.bodies, k.bytes(bodyColumn)...)
	p.entries = append(p.entries, log.Entry{
		Seq: want, FID: k.st.ColumnInt64(fidColumn), Kind: log.Kind(k.word(kindColumn)), ID: string(k.bytes(idColumn)),
		Revision: k.st.ColumnInt(revisionColumn), Op: log.Operation(k.word(operationColumn)),
		Recorded: recorded, Actor: k.word(actorColumn), Reason: k.word(reasonColumn), Body: p.bodies[at:len(p.bodies):len(p.bodies)],
	})
	return k.st.Err()
}

// bytes is a column as a text. It holds until the statement is touched again.
func (k *columns) bytes(column int) []byte { return k.st.ColumnRawBlob(column) }

// word is a text that comes again and again, mostly at once, so that it is kept once.
func (k *columns) word(column int) string {
	b := k.bytes(column)
	if string(b) == k.last[column] {
		return k.last[column]
	}
	w, ok := k.words[string(b)]
	if !ok {
		if w = string(b); len(k.words) < 1024 {
			k.words[w] = w
		}
	}
	k.last[column] = w
	return w
}

func damaged(seq log.Seq) error {
	return fmt.Errorf("entry %d of the log is damaged: it is not what was written; restore a backup", seq)
}

func gap(seq log.Seq) error {
	return fmt.Errorf("entry %d is missing in the log; restore a backup", seq)
}
