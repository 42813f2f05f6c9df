package codec

import (
	"io"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

const (
	full    = 32 << 10  // bytes in the buffer of a Writer before they are passed on
	largest = 256 << 10 // capacity of a buffer that is kept
)

// Writer writes one collection, feature by feature, to an io.Writer, in pieces of
// about 32 KiB. After the first error it writes nothing more and returns it again.
// Close must be called, also after an error. It is for one goroutine.
type Writer[T any] struct {
	to     io.Writer
	format Format
	table  *table[T]
	enc    *Encoder
	only   Selection
	buf    *[]byte // nil: closed
	n      int     // features written
	marks  report.Markings
	bare   bool // some feature bears no marking
	// unmarked is the label of those; empty: markings that are not of a feature are left out
	unmarked report.TLP
	err      error
}

// End is what stands behind the features of a FeatureCollection; the other
// formats have no place for it.
type End struct {
	Links   []Link    // nil: the member is left out
	At      time.Time // timeStamp; zero: left out
	Matched int       // numberMatched; negative: not known and left out
}

// Reports writes reports.
func (e *Encoder) Reports(w io.Writer, f Format) *Writer[report.Version] {
	return newWriter(e, w, f, &reportTable)
}

// Segments writes segments.
func (e *Encoder) Segments(w io.Writer, f Format) *Writer[hotspot.SegmentState] {
	return newWriter(e, w, f, &segmentTable)
}

// Ports writes ports.
func (e *Encoder) Ports(w io.Writer, f Format) *Writer[guard.PortState] {
	return newWriter(e, w, f, &portTable)
}

// Posts writes posts.
func (e *Encoder) Posts(w io.Writer, f Format) *Writer[guard.PostState] {
	return newWriter(e, w, f, &postTable)
}

// Sources writes sources.
func (e *Encoder) Sources(w io.Writer, f Format) *Writer[report.SourceState] {
	return newWriter(e, w, f, &sourceTable)
}

// Hotspots writes hot spots.
func (e *Encoder) Hotspots(w io.Writer, f Format) *Writer[hotspot.Hotspot] {
	return newWriter(e, w, f, &hotspotTable)
}

// Flags writes flags.
func (e *Encoder) Flags(w io.Writer, f Format) *Writer[hotspot.Flag] {
	return newWriter(e, w, f, &flagTable)
}

func newWriter[T any](e *Encoder, to io.Writer, f Format, t *table[T]) *Writer[T] {
	w := &Writer[T]{to: to, format: f, table: t, enc: e, buf: e.buffer()}
	switch f {
	case GeoJSON:
		*w.buf = append(*w.buf, `{"type":"FeatureCollection","features":[`...)
	case CSV:
		w.header()
	}
	return w
}

// Write writes one feature without links.
func (w *Writer[T]) Write(v *T) error {
	if w.err != nil {
		return w.err
	}
	dst := *w.buf
	switch w.format {
	case GeoJSON:
		w.mark(v)
		if w.n > 0 {
			dst = append(dst, ',')
		}
		dst = w.appendFeature(dst, v)
	case GeoJSONSeq:
		dst = appendLabel(w.appendFeature(append(dst, 0x1e), v), w.label())
		dst = append(dst, '\n')
	case CSV:
		dst = w.table.appendRow(dst, w.enc.frontier, v, w.only, w.label())
	}
	*w.buf = dst
	w.n++
	if len(dst) >= full {
		w.flush()
	}
	return w.err
}

// Close ends the collection and writes what is left. Only the first call does
// something.
func (w *Writer[T]) Close(end End) error {
	if w.buf == nil {
		return w.err
	}
	if w.format == GeoJSON {
		var m report.Marking
		if w.unmarked != "" {
			m = w.marking()
		}
		*w.buf = end.append(*w.buf, w.n, m)
	}
	w.flush()
	w.enc.release(w.buf)
	w.buf = nil
	return w.err
}

func (w *Writer[T]) flush() {
	if w.err == nil && len(*w.buf) > 0 {
		_, w.err = w.to.Write(*w.buf)
	}
	*w.buf = (*w.buf)[:0]
}

// append appends what stands behind n features, with the marking of all of them; of the
// zero value nothing is said.
func (end *End) append(dst []byte, n int, m report.Marking) []byte {
	dst = append(dst, ']')
	if m.TLP != "" {
		dst = appendMarking(dst, m)
	}
	if end.Links != nil {
		dst = appendLinks(append(dst, `,"links":`...), end.Links)
	}
	if writable(end.At) {
		dst = appendInstant(append(dst, `,"timeStamp":"`...), end.At)
		dst = append(dst, '"')
	}
	if end.Matched >= 0 {
		dst = appendInteger(append(dst, `,"numberMatched":`...), int64(end.Matched))
	}
	dst = appendInteger(append(dst, `,"numberReturned":`...), int64(n))
	return append(dst, "}\n"...)
}

func (e *Encoder) buffer() *[]byte {
	if buf, ok := e.buffers.Get().(*[]byte); ok {
		return buf
	}
	buf := make([]byte, 0, 2*full)
	return &buf
}

func (e *Encoder) release(buf *[]byte) {
	if cap(*buf) <= largest {
		*buf = (*buf)[:0]
		e.buffers.Put(buf)
	}
}

// WriteHotspots writes hot spots that are all there are.
func WriteHotspots(w io.Writer, f Format, line *frontier.Frontier, spots []hotspot.Hotspot) error {
	e := &Encoder{ground: ground{frontier: line}}
	out := e.Hotspots(w, f)
	for i := range spots {
		if out.Write(&spots[i]) != nil {
			break
		}
	}
	return out.Close(End{Matched: len(spots)})
}
