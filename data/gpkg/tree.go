package gpkg

import (
	"encoding/binary"
	"errors"
	"io"
)

// errOdd is anything that a reader of pages does not expect.
var errOdd = errors.New("is not as expected")

// tree reads the rows of a table from a file of SQLite
// (https://sqlite.org/fileformat2.html, section 1.6).
type tree struct {
	file   io.ReaderAt
	size   int // of a page
	usable int // bytes of it
	window []byte
	at     int64  // of the window in the file
	left   int64  // pages that may be looked at: there is something wanted on all but a few
	spilt  []byte // a record that lies on several pages
	spill  []byte // one of those pages
	above  [maxDepth][]byte
}

const (
	windowSize = 1 << 16  // as large as the largest page; of small ones many are read at once
	maxDepth   = 20       // of a tree, which has at least two branches at each page
	maxRecord  = 16 << 20 // bytes: no entry is so long

	leafPage     = 0x0d
	interiorPage = 0x05
)

// rows visits the records of a table from one row to another, in order. They hold until
// the next is visited.
func (t *tree) rows(root uint32, from, to int64, visit func(row int64, record []byte) error) error {
	t.window = t.window[:0] // nobody changed the file while it was read, but since then
	if err := t.open(); err != nil {
		return err
	}
	t.left = 2*(to-from) + 2*maxDepth
	_, err := t.walk(root, 0, from, to, visit)
	return err
}

// open reads how large pages are, and that texts are in UTF-8.
func (t *tree) open() error {
	h := make([]byte, headerSize)
	if _, err := t.file.ReadAt(h, 0); err != nil {
		return errOdd
	}
	t.size = int(binary.BigEndian.Uint16(h[16:]))
	if t.size == 1 {
		t.size = 1 << 16
	}
	t.usable = t.size - int(h[20])
	if t.size < 512 || t.size&(t.size-1) != 0 || t.usable < 480 || binary.BigEndian.Uint32(h[56:]) != 1 {
		return errOdd
	}
	return nil
}

// read moves the window over a place in the file.
func (t *tree) read(at int64) error {
	t.at = at &^ (windowSize - 1)
	if cap(t.window) == 0 {
		t.window = make([]byte, windowSize)
	}
	n, err := t.file.ReadAt(t.window[:windowSize], t.at)
	t.window = t.window[:n]
	if err == io.EOF {
		err = nil
	}
	return err
}

// page is one of the file, until the next is asked for.
func (t *tree) page(n uint32) ([]byte, error) {
	if n == 0 {
		return nil, errOdd
	}
	at := int64(n-1) * int64(t.size)
	if at < t.at || at+int64(t.size) > t.at+int64(len(t.window)) {
		if err := t.read(at); err != nil {
			return nil, err
		}
	}
	if at+int64(t.size) > t.at+int64(len(t.window)) {
		return nil, errOdd
	}
	return t.window[at-t.at:][:t.usable], nil
}

// walk visits the rows below a page, and says whether there may be more to visit.
func (t *tree) walk(n uint32, depth int, from, to int64, visit func(int64, []byte) error) (more bool, err error) {
	p, err := t.page(n)
	if t.left--; err != nil || depth == maxDepth || t.left < 0 {
		return false, errOdd
	}
	begins := 0
	if n == 1 {
		begins = headerSize
	}
	cells := int(binary.BigEndian.Uint16(p[begins+3:]))
	switch p[begins] {
	case leafPage:
		return t.leaf(p, begins+8, cells, from, to, visit)
	case interiorPage:
	default:
		return false, errOdd
	}
	p = append(t.above[depth][:0], p...) // the window moves
	t.above[depth] = p
	pointers := begins + 12
	if pointers+2*cells > len(p) {
		return false, errOdd
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(p[pointers+2*i:]))
		if at+4 > len(p) {
			return false, errOdd
		}
		last, size := varint(p[at+4:])
		if size == 0 {
			return false, errOdd
		}
		if last < from {
			continue
		}
		if more, err := t.walk(binary.BigEndian.Uint32(p[at:]), depth+1, from, to, visit); !more || err != nil {
			return false, err
		}
	}
	return t.walk(binary.BigEndian.Uint32(p[begins+8:]), depth+1, from, to, visit)
}

// leaf visits the rows of a page that has no others below it.
func (t *tree) leaf(p []byte, pointers, cells int, from, to int64, visit func(int64, []byte) error) (more bool, err error) {
	if pointers+2*cells > len(p) {
		return false, errOdd
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(p[pointers+2*i:]))
		if at > len(p) {
			return false, errOdd
		}
		length, n := varint(p[at:])
		at += n
		row, m := varint(p[at:])
		at += m
		if n == 0 || m == 0 {
			return false, errOdd
		}
		if row < from {
			continue
		}
		if row > to {
			return false, nil
		}
		record, err := t.record(p[at:], length)
		if err == nil {
			err = visit(row, record)
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// record is what a cell holds of a number of bytes, with what lies on other pages
// (section 1.6, "cell payload overflow pages").
func (t *tree) record(cell []byte, length int64) ([]byte, error) {
	most := int64(t.usable - 35)
	if length < 0 || length > maxRecord {
		return nil, errOdd
	}
	if length <= most {
		if length > int64(len(cell)) {
			return nil, errOdd
		}
		return cell[:length], nil
	}
	least := int64((t.usable-12)*32/255 - 23)
	here := least + (length-least)%int64(t.usable-4)
	if here > most {
		here = least
	}
	if here+4 > int64(len(cell)) {
		return nil, errOdd
	}
	t.spilt = append(t.spilt[:0], cell[:here]...)
	if cap(t.spill) < t.size {
		t.spill = make([]byte, t.size)
	}
	page := t.spill[:t.size]
	for next := binary.BigEndian.Uint32(cell[here:]); int64(len(t.spilt)) < length; next = binary.BigEndian.Uint32(page) {
		if next == 0 {
			return nil, errOdd
		}
		if _, err := t.file.ReadAt(page, int64(next-1)*int64(t.size)); err != nil {
			return nil, errOdd
		}
		rest := min(length-int64(len(t.spilt)), int64(t.usable-4))
		t.spilt = append(t.spilt, page[4:4+rest]...)
	}
	return t.spilt, nil
}

// varint reads an integer of 1 to 9 bytes, and how many; 0: it is not all there.
func varint(b []byte) (v int64, size int) {
	for i, c := range b[:min(len(b), 9)] {
		if i == 8 {
			return v<<8 | int64(c), 9
		}
		v = v<<7 | int64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// read takes the columns of report_events from a record (section 2.1). The first is the
// number of the row itself.
func (r *row) read(seq int64, record []byte) error {
	r.seq = seq
	head, n := varint(record)
	if n == 0 || head < int64(n) || head > int64(len(record)) {
		return errOdd
	}
	types, values := record[n:head], record[head:]
	column := 0
	for ; len(types) > 0; column++ {
		kind, n := varint(types)
		if n == 0 || kind < 0 {
			return errOdd
		}
		types = types[n:]
		size := sizeOf(kind)
		if size < 0 || size > int64(len(values)) {
			return errOdd
		}
		if !r.set(column, kind, values[:size]) {
			return errOdd
		}
		values = values[size:]
	}
	if column != 12 || len(values) > 0 {
		return errOdd
	}
	return nil
}

// sizeOf is how many bytes a value of a type has; -1: there is no such type.
func sizeOf(kind int64) int64 {
	switch {
	case kind >= 12:
		return (kind - 12) / 2
	case kind < 10:
		return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[kind]
	}
	return -1
}

// set takes a value, in the order of the columns of the table, if it is of the type that
// is written there.
func (r *row) set(column int, kind int64, value []byte) bool {
	switch column {
	case 0:
		return kind == 0
	case 2:
		return integer(&r.fid, kind, value)
	case 4:
		return integer(&r.revision, kind, value)
	case 6: // what it replaces
		return true
	case 11:
		r.chain = value
		return kind >= 12 && kind%2 == 0
	}
	text := [...]*[]byte{1: &r.kind, 3: &r.id, 5: &r.operation, 7: &r.recorded, 8: &r.actor, 9: &r.reason, 10: &r.body}
	if column >= len(text) {
		return false
	}
	*text[column] = value
	return kind >= 13 && kind%2 == 1
}

// integer takes a value that is one, of 1 to 8 bytes or 0 or 1 in its type.
func integer(v *int64, kind int64, value []byte) bool {
	switch {
	case kind == 8 || kind == 9:
		*v = kind - 8
		return true
	case kind < 1 || kind > 6:
		return false
	}
	*v = int64(int8(value[0]))
	for _, b := range value[1:] {
		*v = *v<<8 | int64(b)
	}
	return true
}
