package codec

// Selection is which parts of features are written. The zero value is all.
type Selection struct {
	Columns    []bool // by place in Properties; nil: all
	NoGeometry bool   // the geometry is null; CSV has no lon and lat
}

// Has says whether a property is selected, by its place in Properties.
func (s Selection) Has(column int) bool { return s.Columns == nil || s.Columns[column] }

func (s Selection) all() bool { return s.Columns == nil && !s.NoGeometry }

// Select lets the writer write only parts of features. It comes before the first
// Write.
func (w *Writer[T]) Select(only Selection) {
	w.only = only
	w.header()
}

// header begins CSV anew, with the columns that there are.
func (w *Writer[T]) header() {
	if w.format == CSV {
		*w.buf = w.table.appendHeader((*w.buf)[:0], w.only, w.label())
	}
}

func (w *Writer[T]) appendFeature(dst []byte, v *T) []byte {
	if w.only.all() {
		return appendFeature(dst, w.enc.ground, w.table, v, nil)
	}
	return appendByColumns(dst, w.enc.ground, w.table, v, nil, w.only)
}

// Append appends what is selected of a feature as a GeoJSON Feature.
func (r Reader[T]) Append(dst []byte, v *T, links []Link, only Selection) []byte {
	if only.all() {
		return appendFeature(dst, r.ground, r.table, v, links)
	}
	return appendByColumns(dst, r.ground, r.table, v, links, only)
}
