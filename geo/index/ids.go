package index

import (
	"hash/maphash"
	"sync/atomic"
)

// ids finds the newest version of a report by its id. One goroutine puts; any
// number get, without a lock and without waiting. It is an open hash table cut
// into shards, so that the growth of one is short. A report costs 11 to 21 bytes.
type ids struct {
	book   *book
	seed   maphash.Seed
	shards [1 << shardBits]shard
}

const shardBits = 8

type shard struct {
	table atomic.Pointer[table]
	used  int // for the writer alone
}

// table has a power of two of slots, at least a quarter of them empty. A slot
// holds half of the hash of an id and, plus 1, the number of the newest version of
// its report; 0: it is empty. The half spares most looks into the book.
type table []atomic.Uint64

func slotOf(hash uint64, number uint32) uint64 { return hash<<32 | uint64(number) + 1 }

func newIDs(b *book) *ids { return &ids{book: b, seed: maphash.MakeSeed()} }

// get is the number of the newest version with an id; false: there is none.
func (d *ids) get(id string) (uint32, bool) {
	h := d.hash(id)
	t := d.shards[h>>(64-shardBits)].table.Load()
	if t == nil {
		return 0, false
	}
	slot := (*t)[d.find(*t, h, id)].Load()
	return uint32(slot) - 1, slot != 0
}

// hash is that of an id, which the writer needs once for all that it does with it.
func (d *ids) hash(id string) uint64 { return maphash.String(d.seed, id) }

// slot is that of an id with its hash, or the empty one where put is to put it.
func (d *ids) slot(h uint64, id string) *atomic.Uint64 {
	t := d.shards[h>>(64-shardBits)].roomy()
	return &t[d.find(t, h, id)]
}

// put makes a version, which the book holds, the newest with its id, in the slot that
// is the id's.
func (d *ids) put(slot *atomic.Uint64, h uint64, number uint32) {
	if slot.Load() == 0 {
		d.shards[h>>(64-shardBits)].used++
	}
	slot.Store(slotOf(h, number))
}

// fetch brings near what the writer is about to ask for, as book.fetch does.
//
//go:noinline
func (d *ids) fetch(hashes []uint64) (touched uint64) {
	for _, h := range hashes {
		if t := d.shards[h>>(64-shardBits)].table.Load(); t != nil {
			touched += (*t)[h&uint64(len(*t)-1)].Load()
		}
	}
	return touched
}

// find is which slot holds an id, or the empty one where it would be.
func (d *ids) find(t table, h uint64, id string) uint64 {
	mask := uint64(len(t) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := t[i].Load()
		if slot == 0 || slot>>32 == h&(1<<32-1) && d.book.id(uint32(slot)-1) == id {
			return i
		}
	}
}

// roomy is the table of a shard, made larger if one more would fill more than
// three quarters of it.
func (s *shard) roomy() table {
	old := s.table.Load()
	switch {
	case old == nil:
		first := make(table, 8)
		s.table.Store(&first)
		return first
	case (s.used+1)*4 <= len(*old)*3:
		return *old
	}
	larger := make(table, 2*len(*old))
	mask := uint64(len(larger) - 1)
	for i := range *old {
		slot := (*old)[i].Load()
		if slot == 0 {
			continue
		}
		k := slot >> 32 & mask
		for larger[k].Load() != 0 {
			k = (k + 1) & mask
		}
		larger[k].Store(slot)
	}
	s.table.Store(&larger)
	return larger
}

// each calls yield with the newest version of every report until it returns false.
func (d *ids) each(yield func(uint32) bool) {
	for i := range d.shards {
		t := d.shards[i].table.Load()
		if t == nil {
			continue
		}
		for k := range *t {
			if slot := (*t)[k].Load(); slot != 0 && !yield(uint32(slot)-1) {
				return
			}
		}
	}
}
