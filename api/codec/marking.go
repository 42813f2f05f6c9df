package codec

import "frontierwatch/geo/report"

// Marking is that of a feature; of one that bears none, the label that is given.
func (r Reader[T]) Marking(v *T, unmarked report.TLP) report.Marking {
	if m := r.table.marked(v); m.TLP != "" {
		return m
	}
	return report.Marking{TLP: unmarked}
}

// marked is what a feature bears.
func (t *table[T]) marked(v *T) (m report.Marking) {
	if t.marking != nil {
		m = t.marking(v)
	}
	return m
}

// mark takes the marking of one more feature.
func (w *Writer[T]) mark(v *T) {
	m := w.table.marked(v)
	w.bare = w.bare || m.TLP == ""
	w.marks.Add(m.TLP, m.Releasable)
}

// Mark gives the label of features that bear none. A FeatureCollection then says in tlp
// and releasable_to what the marking of all features together is; rows and text sequences
// of a collection without labels bear it each, since those formats have no other place. It
// comes before the first Write.
func (w *Writer[T]) Mark(unmarked report.TLP) {
	w.unmarked = unmarked
	w.header()
}

// label is what each feature bears of a collection that has no labels, where there is no
// place for one of all; empty: none.
func (w *Writer[T]) label() report.TLP {
	if w.table.marking != nil || w.format == GeoJSON {
		return ""
	}
	return w.unmarked
}

// marking is that of all features together. What has no features at all is marked as
// those that bear none: that there are none is told too.
func (w *Writer[T]) marking() report.Marking {
	if w.bare || w.n == 0 {
		w.marks.Add(w.unmarked, 0)
	}
	return w.marks.Whole()
}

// AppendMarked is Append with the marking of the feature behind its members, where its
// properties do not tell it: its collection has no labels, and the one that is given is that
// of all of it, or others were selected.
func (r Reader[T]) AppendMarked(dst []byte, v *T, links []Link, only Selection, unmarked report.TLP) []byte {
	dst = r.Append(dst, v, links, only)
	switch {
	case r.table.marking == nil:
		return appendLabel(dst, unmarked)
	case r.table.tells(only):
		return dst
	}
	return append(appendMarking(dst[:len(dst)-1], r.Marking(v, unmarked)), '}')
}

// tells says whether the whole marking is among the properties that are selected.
func (t *table[T]) tells(only Selection) bool {
	for i := range t.columns {
		if name := t.columns[i].Name; (name == "tlp" || name == "releasable_to") && !only.Has(i) {
			return false
		}
	}
	return true
}

// appendLabel puts a label behind the last member of a feature, if there is one.
func appendLabel(dst []byte, label report.TLP) []byte {
	if label == "" {
		return dst
	}
	dst = append(dst[:len(dst)-1], `,"tlp":`...)
	return append(appendText(dst, string(label)), '}')
}

// appendMarking appends the members tlp and releasable_to.
func appendMarking(dst []byte, m report.Marking) []byte {
	dst = appendText(append(dst, `,"tlp":`...), string(m.TLP))
	dst = append(dst, `,"releasable_to":`...)
	if m.Releasable == 0 {
		return append(dst, "null"...)
	}
	return appendTexts(dst, m.Releasable.Names())
}
