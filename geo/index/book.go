package index

import (
	"sort"
	"sync/atomic"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// book holds every version there ever was, packed, by number: 0, 1, 2 … in the
// order of the log. One goroutine adds; any number read, without a lock, what was
// added before they learnt its number. Nothing in it is ever changed.
type book struct {
	leaves atomic.Pointer[[]*leaf]
	slabs  atomic.Pointer[[][]byte]
	kinds  atomic.Pointer[[]report.Kind]

	// for the writer alone
	n       uint32
	highest int64 // fid so far
	used    int   // bytes of the newest slab
	kindOf  map[report.Kind]uint32
	last    uint32 // kind that was asked for
	text    []byte
}

// leaf says where versions lie that follow each other. An address is the number
// of a slab and the place in it.
type leaf struct {
	base     uint64 // address of the first
	recorded int64  // when the first was recorded, milliseconds
	at       [leafSize]uint32
	late     [leafSize / block]atomic.Uint64 // a bit for each version whose fid is no higher than all before it, as that of a correction
}

const (
	leafBits = 12
	leafSize = 1 << leafBits

	slabBits = 20 // of the place in a slab; a larger slab holds one version
	lessSlab = 12 // of the first slab: a small book is small
)

func newBook() *book {
	b := &book{kindOf: map[report.Kind]uint32{}}
	b.leaves.Store(&[]*leaf{})
	b.slabs.Store(&[][]byte{})
	b.kinds.Store(&[]report.Kind{})
	return b
}

// grown is a list with one more, which those who have the old one do not see.
func grown[T any](list *atomic.Pointer[[]T], one T) {
	next := append(*list.Load(), one)
	list.Store(&next)
}

// add writes a version, which is at a spot, and returns its number. before is that of
// the version before it, if it is chained to one.
func (b *book) add(v *report.Version, at spot, before uint32, chained bool) uint32 {
	number := b.n
	if number%leafSize == 0 {
		grown(&b.leaves, &leaf{recorded: v.Recorded.UnixMilli()})
	}
	l := (*b.leaves.Load())[number>>leafBits]
	b.text = appendVersion(b.text[:0], v, around{number, before, chained, b.kind(&v.Report), l.recorded, at})
	address := b.write(b.text)
	if number%leafSize == 0 {
		l.base = address
	}
	l.at[number%leafSize] = uint32(address - l.base)
	if number > 0 && v.FID <= b.highest {
		marks(l.late[:]).set(int(number % leafSize))
	}
	b.highest = max(b.highest, v.FID)
	b.n++
	return number
}

// write puts a text where there is room and returns its address.
func (b *book) write(text []byte) uint64 {
	slabs := *b.slabs.Load()
	if len(slabs) == 0 || b.used+len(text) > len(slabs[len(slabs)-1]) {
		size := 1 << min(slabBits, lessSlab+len(slabs))
		grown(&b.slabs, make([]byte, max(size, len(text))))
		slabs, b.used = *b.slabs.Load(), 0
	}
	newest := len(slabs) - 1
	address := uint64(newest)<<slabBits | uint64(b.used)
	b.used += copy(slabs[newest][b.used:], text)
	return address
}

// late says whether a version has another fid than the highest up to it.
func (b *book) late(number uint32) bool {
	l := (*b.leaves.Load())[number>>leafBits]
	return marks(l.late[:]).has(int(number % leafSize))
}

// kind is the number of the kind of a report, a new one if it is.
func (b *book) kind(r *report.Report) uint32 {
	const few = 8 // that are looked at one by one, which costs less than to look one up
	kinds := *b.kinds.Load()
	for i := range kinds[:min(few, len(kinds))] {
		if alike(&kinds[i], r) {
			b.last = uint32(i)
			return b.last
		}
	}
	k := r.Kind()
	number, ok := b.kindOf[k]
	if !ok {
		number = uint32(len(b.kindOf))
		b.kindOf[k] = number
		grown(&b.kinds, k)
	}
	b.last = number
	return number
}

// alike says whether a report is of a kind, without making another of its own.
func alike(k *report.Kind, r *report.Report) bool {
	return k.Unit == r.Unit && k.Direction == r.Direction && k.Relation == r.Relation && k.Status == r.Status &&
		k.TLP == r.TLP && k.Source == r.Source && k.Releasable == r.Releasable
}

// address is where a version begins; later ones begin at greater addresses.
func (b *book) address(number uint32) (uint64, *leaf) {
	l := (*b.leaves.Load())[number>>leafBits]
	return l.base + uint64(l.at[number%leafSize]), l
}

func (b *book) packed(number uint32) (packed, *leaf) {
	address, l := b.address(number)
	return packed{bytes: (*b.slabs.Load())[address>>slabBits], at: int(address & (1<<slabBits - 1))}, l
}

func (b *book) head(number uint32) head {
	p, l := b.packed(number)
	return p.head(number, l.recorded)
}

// id is that of the report.
func (b *book) id(number uint32) string {
	p, l := b.packed(number)
	p.head(number, l.recorded)
	return p.text()
}

// unpack reads a version into u.
func (b *book) unpack(u *unpacked, number uint32) *report.Version {
	p, l := b.packed(number)
	p.unpack(u, number, l.recorded, *b.kinds.Load())
	return &u.version
}

// fetch brings versions near that are about to be unpacked. They lie anywhere, and
// to look at each without waiting for what was read of the one before lets the memory
// work at several at once: unpacking a thousand takes half as long. What it returns
// means nothing, but that they were looked at. n is how many versions there are for who
// asks: what stands behind the last of them is being written.
//
//go:noinline
func (b *book) fetch(numbers []uint32, n uint32) (touched byte) {
	const line = 64 // bytes that are fetched together; most versions lie in two such
	if len(numbers) == 0 {
		return 0
	}
	end, _ := b.address(n - 1)
	for _, number := range numbers {
		p, l := b.packed(number)
		touched += p.bytes[p.at]
		if l.base+uint64(l.at[number%leafSize])+line < end {
			touched += p.bytes[min(p.at+line, len(p.bytes)-1)]
		}
	}
	return touched
}

// version is one that the caller may keep.
func (b *book) version(number uint32) *report.Version { return b.unpack(&unpacked{}, number) }

// versions are some that the caller may keep.
func (b *book) versions(numbers []uint32) []*report.Version {
	if len(numbers) == 0 {
		return nil
	}
	room, versions := make([]unpacked, len(numbers)), make([]*report.Version, len(numbers))
	for i, number := range numbers {
		versions[i] = b.unpack(&room[i], number)
	}
	return versions
}

// until counts, of the first n versions, those up to a position of the log.
func (b *book) until(seq log.Seq, n uint32) uint32 {
	return uint32(sort.Search(int(n), func(i int) bool { return b.head(uint32(i)).seq > seq }))
}
