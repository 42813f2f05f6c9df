package index

import (
	"hash/maphash"
	"sync/atomic"
)

// catalog finds records by id. One goroutine puts; any number get, without a
// lock and without waiting. It is an open hash table cut into shards, so that
// the growth of one is short. An id costs 12 to 24 bytes beside its record.
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

// table has a power of two of slots, at least a quarter of them empty. A tag is
// eight bits of the hash of the id in its slot, which spares most looks at other
// ids. It is written before its slot is filled, and not again.
type table[T any] struct {
	slots []atomic.Pointer[T]
	tags  []uint8
}

func newTable[T any](slots int) *table[T] {
	return &table[T]{make([]atomic.Pointer[T], slots), make([]uint8, slots)}
}

func newCatalog[T any](id func(*T) string) *catalog[T] {
	return &catalog[T]{id: id, seed: maphash.MakeSeed()}
}

func (c *catalog[T]) shard(hash uint64) *shard[T] { return &c.shards[hash>>(64-shardBits)] }

func tag(hash uint64) uint8 { return uint8(hash >> (64 - shardBits - 8)) }

// get is the record with an id, nil if there is none.
func (c *catalog[T]) get(id string) *T {
	h := maphash.String(c.seed, id)
	t := c.shard(h).table.Load()
	if t == nil {
		return nil
	}
	return t.slots[c.find(t, h, id)].Load()
}

// slot is where the record with an id is, or is to be stored by the caller, the
// writer, before anything else. It holds nil if the id is new.
func (c *catalog[T]) slot(id string) *atomic.Pointer[T] {
	h := maphash.String(c.seed, id)
	s := c.shard(h)
	t := c.roomy(s)
	i := c.find(t, h, id)
	if t.slots[i].Load() == nil {
		t.tags[i] = tag(h)
		s.used++
	}
	return &t.slots[i]
}

// find is the number of the slot that holds an id, or of the empty one where it
// would be.
func (c *catalog[T]) find(t *table[T], h uint64, id string) uint64 {
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		record := t.slots[i].Load()
		if record == nil || t.tags[i] == tag(h) && c.id(record) == id {
			return i
		}
	}
}

// roomy is the table of a shard, made larger if one more record would fill more
// than three quarters of it.
func (c *catalog[T]) roomy(s *shard[T]) *table[T] {
	old := s.table.Load()
	if old != nil && (s.used+1)*4 <= len(old.slots)*3 {
		return old
	}
	larger := newTable[T](8)
	if old != nil {
		larger = newTable[T](2 * len(old.slots))
		for i := range old.slots {
			if record := old.slots[i].Load(); record != nil {
				c.move(larger, record)
			}
		}
	}
	s.table.Store(larger)
	return larger
}

func (c *catalog[T]) move(to *table[T], record *T) {
	id := c.id(record)
	h := maphash.String(c.seed, id)
	i := c.find(to, h, id)
	to.tags[i] = tag(h)
	to.slots[i].Store(record)
}

// each calls yield for every record until it returns false.
func (c *catalog[T]) each(yield func(*T) bool) {
	for i := range c.shards {
		t := c.shards[i].table.Load()
		if t == nil {
			continue
		}
		for k := range t.slots {
			if record := t.slots[k].Load(); record != nil && !yield(record) {
				return
			}
		}
	}
}
