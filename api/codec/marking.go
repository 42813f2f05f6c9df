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

// marking is that of all features together, where those that bear none have the label that
// is given. So has what has no features at all: that there are none is told too.
func (w *Writer[T]) marking(unmarked report.TLP) report.Marking {
	if w.bare || w.n == 0 {
		w.marks.Add(unmarked, 0)
	}
	return w.marks.Whole()
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
