package index

import (
	"hash/maphash"
	"sync/atomic"
)

// catalog finds records by id. One goroutine puts; any number get, without a
// lock and without waiting. It is an open hash table cut into shards, so that
// the growth of one is short. An id costs 11 to 22 bytes beside its record.
type catalog[T any] struct {
	id     func(*T) string
	seed   maphash.Seed
	shards [1 << shardBits]shard[T]
}

const shardBits = 8

type shard[T any] struct {
	table atomic.Pointer[table[T]]
	used  int // for the writer alone
}

// table has a power of two of slots, at least a quarter of them empty.
type table[T any] []atomic.Pointer[T]

func newCatalog[T any](id func(*T) string) *catalog[T] {
	return &catalog[T]{id: id, seed: maphash.MakeSeed()}
}

// get is the record with an id, nil if there is none.
func (c *catalog[T]) get(id string) *T {
	h := maphash.String(c.seed, id)
	t := c.shards[h>>(64-shardBits)].table.Load()
	if t == nil {
		return nil
	}
	return c.slot(*t, h, id).Load()
}

// put adds a record, or puts it in the place of the one with the same id.
func (c *catalog[T]) put(record *T) {
	id := c.id(record)
	h := maphash.String(c.seed, id)
	s := &c.shards[h>>(64-shardBits)]
	t := c.roomy(s)
	slot := c.slot(t, h, id)
	if slot.Load() == nil {
		s.used++
	}
	slot.Store(record)
}

// slot is where an id is, or else the empty slot where it would be.
func (c *catalog[T]) slot(t table[T], h uint64, id string) *atomic.Pointer[T] {
	mask := uint64(len(t) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if record := t[i].Load(); record == nil || c.id(record) == id {
			return &t[i]
		}
	}
}

// roomy is the table of a shard, made larger if one more record would fill more
// than three quarters of it.
func (c *catalog[T]) roomy(s *shard[T]) table[T] {
	old := s.table.Load()
	if old == nil {
		fresh := make(table[T], 8)
		s.table.Store(&fresh)
		return fresh
	}
	if (s.used+1)*4 <= len(*old)*3 {
		return *old
	}
	larger := make(table[T], 2*len(*old))
	for i := range *old {
		if record := (*old)[i].Load(); record != nil {
			id := c.id(record)
			c.slot(larger, maphash.String(c.seed, id), id).Store(record)
		}
	}
	s.table.Store(&larger)
	return larger
}

// each calls yield for every record until it returns false.
func (c *catalog[T]) each(yield func(*T) bool) {
	for i := range c.shards {
		t := c.shards[i].table.Load()
		if t == nil {
			continue
		}
		for k := range *t {
			if record := (*t)[k].Load(); record != nil && !yield(record) {
				return
			}
		}
	}
}
