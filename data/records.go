package data

import (
	"maps"
	"slices"

	"frontierwatch/geo/log"
)

// records holds the few records of one kind (posts, sources) with all their
// versions, in the order in which they first appeared. It is immutable.
type records[T any] struct {
	ids      []string
	versions map[string][]version[T]
}

type version[T any] struct {
	entry log.Entry // without its body
	value T         // nothing for a retraction
}

// with is the set after one more entry.
func (r records[T]) with(e log.Entry, value T) records[T] {
	next := records[T]{ids: r.ids, versions: maps.Clone(r.versions)}
	if next.versions == nil {
		next.versions = map[string][]version[T]{}
	}
	if len(r.versions[e.ID]) == 0 {
		next.ids = append(slices.Clip(r.ids), e.ID)
	}
	e.Body = nil
	next.versions[e.ID] = append(slices.Clip(r.versions[e.ID]), version[T]{e, value})
	return next
}

// find is the version of a record that stood at a position.
func (r records[T]) find(id string, at log.AsOf) (T, bool) {
	var none T
	for _, v := range slices.Backward(r.versions[id]) {
		if at.Seq != 0 && v.entry.Seq > at.Seq || !at.Known.IsZero() && v.entry.Recorded.After(at.Known) {
			continue
		}
		return v.value, v.entry.Op != log.Retract
	}
	return none, false
}

// each calls yield for the records that stood at a position, numbered from 1
// by first appearance.
func (r records[T]) each(at log.AsOf, yield func(fid int64, value T)) {
	for i, id := range r.ids {
		if value, ok := r.find(id, at); ok {
			yield(int64(i+1), value)
		}
	}
}

// newest is the value of a record's newest version that has one, and the number
// of the newest revision; 0: there is none.
func (r records[T]) newest(id string) (value T, revision int) {
	versions := r.versions[id]
	if len(versions) == 0 {
		return value, 0
	}
	last := versions[len(versions)-1]
	return last.value, last.entry.Revision
}
