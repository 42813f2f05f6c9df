package gpkg

import (
	"fmt"
	"math"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/paulmach/orb"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// timeFormat is DATETIME of a GeoPackage: UTC, milliseconds, Z.
const timeFormat = "2006-01-02T15:04:05.000Z"

// binder binds the parameters of a statement one after the other and keeps the
// first error. Without a statement it keeps the values, for those who compare.
//
// A statement keeps what its parameters are bound to when it has run. A binder that
// writes many rows remembers that, and passes over what is the same again: most of a
// row is what the row before it had.
type binder struct {
	st     *sqlite3.Stmt
	n      int // of the parameter that was bound last
	text   []byte
	err    error
	values []any                    // int64, float64, string, []byte (a geometry) or nil
	bound  map[*sqlite3.Stmt][]held // nil: nothing is remembered
	now    []held                   // of the statement, by parameter; nil: nothing is remembered
}

// held is what a parameter is bound to. The zero value is not known.
type held struct {
	form   form
	number int64 // of an integer, of a real its bits, of a time its milliseconds since 1970
	text   string
}

type form uint8

const (
	_ form = iota
	isNull
	isInteger
	isReal
	isText
	isTime
)

// remember makes a binder remember.
func (b *binder) remember() { b.bound = map[*sqlite3.Stmt][]held{} }

// to begins with the first parameter of a statement.
func (b *binder) to(st *sqlite3.Stmt) {
	b.st, b.n, b.err, b.now = st, 0, nil, nil
	if b.bound == nil {
		return
	}
	var known bool
	if b.now, known = b.bound[st]; !known {
		b.now = make([]held, st.BindCount())
		b.bound[st] = b.now
	}
}

// same passes over the next parameter if it is bound to h already. Else it is noted
// that it will be.
func (b *binder) same(h held) bool {
	if b.n >= len(b.now) {
		return false
	}
	if b.now[b.n] == h {
		b.n++
		return true
	}
	b.now[b.n] = h
	return false
}

// differs notes that the next parameter will be bound to what is not remembered.
func (b *binder) differs() {
	if b.n < len(b.now) {
		b.now[b.n] = held{}
	}
}

// value binds the next parameter with one of the functions of the statement.
func value[T any](b *binder, v T, bind func(*sqlite3.Stmt, int, T) error) {
	if b.st == nil {
		b.values = append(b.values, v)
		return
	}
	b.n++
	if err := bind(b.st, b.n, v); err != nil && b.err == nil {
		b.err = err
		clear(b.now)
	}
}

func (b *binder) integer(v int64) {
	if !b.same(held{form: isInteger, number: v}) {
		value(b, v, (*sqlite3.Stmt).BindInt64)
	}
}

func (b *binder) real(v float64) {
	if !b.same(held{form: isReal, number: int64(math.Float64bits(v))}) {
		value(b, v, (*sqlite3.Stmt).BindFloat)
	}
}

func (b *binder) string(v string) {
	if !b.same(held{form: isText, text: v}) {
		value(b, v, (*sqlite3.Stmt).BindText)
	}
}

func (b *binder) blob(v []byte) {
	b.differs()
	value(b, v, (*sqlite3.Stmt).BindBlob)
}

// body binds a text that no other row has.
func (b *binder) body(v []byte) {
	b.differs()
	value(b, string(v), (*sqlite3.Stmt).BindText)
}

func (b *binder) null() {
	if b.same(held{form: isNull}) {
		return
	}
	value[any](b, nil, func(st *sqlite3.Stmt, n int, _ any) error { return st.BindNull(n) })
}

func (b *binder) nulls(n int) {
	for range n {
		b.null()
	}
}

// optional binds a text, or NULL for an empty one.
func (b *binder) optional(v string) {
	if v == "" {
		b.null()
	} else {
		b.string(v)
	}
}

// seq binds a position, or NULL for 0.
func (b *binder) seq(v log.Seq) {
	if v == 0 {
		b.null()
	} else {
		b.integer(int64(v))
	}
}

func (b *binder) boolean(v bool) {
	if v {
		b.integer(1)
	} else {
		b.integer(0)
	}
}

func (b *binder) time(t time.Time) {
	if b.same(held{form: isTime, number: t.UnixMilli()}) {
		return
	}
	b.text = report.AppendTime(b.text[:0], t)
	value(b, string(b.text), (*sqlite3.Stmt).BindText)
}

// maybeTime binds a time, or NULL for none.
func (b *binder) maybeTime(t time.Time) {
	if t.IsZero() {
		b.null()
	} else {
		b.time(t)
	}
}

// point binds a geometry, or NULL for none.
func (b *binder) point(p *orb.Point) {
	if p == nil {
		b.null()
		return
	}
	b.blob(appendPoint(make([]byte, 0, pointSize), *p))
}

// exec runs the statement unless a parameter could not be bound.
func (b *binder) exec() error {
	if b.err != nil {
		return b.err
	}
	return b.st.Exec()
}

// parseTime reads what report.AppendTime wrote, and nothing else: no other zone, no leap
// second, no other case or number of decimals.
func parseTime(s []byte) (time.Time, error) {
	if len(s) == len(timeFormat) && s[10] == 'T' && s[17] < '6' && s[19] == '.' && s[23] == 'Z' {
		if t, err := report.ParseTime(s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", s)
}
