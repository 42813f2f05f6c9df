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

func (p *piece) reset() {
	p.entries, p.chains, p.bodies = p.entries[:0], p.chains[:0], p.bodies[:0]
}

// row is an entry as the table has it. What it points to need not outlive it.
type row struct {
	seq, fid, revision                                        int64
	kind, id, operation, recorded, actor, reason, body, chain []byte
}

// add puts a row at the end of a piece, where the entry at a position is wanted. What is
// not of the type that was written has another chain.
func (p *piece) add(r *row, want log.Seq, words *wordbook) error {
	if log.Seq(r.seq) != want {
		return gap(want)
	}
	recorded, err := parseTime(r.recorded)
	if err != nil || len(r.chain) != len(log.Chain{}) {
		return damaged(want)
	}
	p.chains = append(p.chains, log.Chain(r.chain))
	at := len(p.bodies)
	p.bodies = append(p.bodies, r.body...)
	p.entries = append(p.entries, log.Entry{
		Seq: want, FID: r.fid, Kind: log.Kind(words.of(kindColumn, r.kind)), ID: string(r.id),
		Revision: int(r.revision), Op: log.Operation(words.of(operationColumn, r.operation)),
		Recorded: recorded, Actor: words.of(actorColumn, r.actor), Reason: words.of(reasonColumn, r.reason),
		Body: p.bodies[at:len(p.bodies):len(p.bodies)],
	})
	return nil
}

// wordbook holds texts that come again and again, mostly at once, so that they are kept once.
type wordbook struct {
	all  map[string]string
	last [reasonColumn + 1]string // by column
}

func (w *wordbook) of(column int, b []byte) string {
	if string(b) == w.last[column] {
		return w.last[column]
	}
	s, ok := w.all[string(b)]
	if !ok {
		if s = string(b); len(w.all) < 1024 {
			w.all[s] = s
		}
	}
	w.last[column] = s
	return s
}

// columns reads entries from the table.
type columns struct {
	st    *sqlite3.Stmt
	row   row
	words wordbook
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
	return &columns{st: st, words: wordbook{all: map[string]string{}}}, nil
}

func (k *columns) close() error { return k.st.Close() }

// fill reads the entries from one position to another.
func (k *columns) fill(p *piece, from, to log.Seq) error {
	p.reset()
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
// position.
func (k *columns) entry(p *piece, want log.Seq) error {
	text := func(column int) []byte { return k.st.ColumnRawBlob(column) } // until the statement is touched again
	k.row = row{
		seq: k.st.ColumnInt64(seqColumn), fid: k.st.ColumnInt64(fidColumn), revision: k.st.ColumnInt64(revisionColumn),
		kind: text(kindColumn), id: text(idColumn), operation: text(operationColumn), recorded: text(recordedColumn),
		actor: text(actorColumn), reason: text(reasonColumn), body: text(bodyColumn), chain: text(chainColumn),
	}
	return first(k.st.Err(), p.add(&k.row, want, &k.words))
}

func damaged(seq log.Seq) error {
	return fmt.Errorf("entry %d of the log is damaged: it is not what was written; restore a backup", seq)
}

func gap(seq log.Seq) error {
	return fmt.Errorf("entry %d is missing in the log; restore a backup", seq)
}
