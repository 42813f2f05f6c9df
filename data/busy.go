package data

import (
	"sync"
	"time"
)

const (
	// busyEntries is how many entries of the last second make a corpus busy: with so many,
	// nobody can tell any more which of them an answer should have in it.
	busyEntries = 1000
	busyParts   = 10 // of a second, that entries are counted by
)

// bustle counts the entries of the last second.
type bustle struct {
	elapsed func() time.Duration // never runs back

	mu    sync.Mutex
	parts [busyParts]struct {
		of      int64 // which tenth of a second
		entries int
	}
}

func (b *bustle) part() int64 { return int64(b.elapsed() / (time.Second / busyParts)) }

// note counts entries that became visible now.
func (b *bustle) note(entries int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.part()
	p := &b.parts[now%busyParts]
	if p.of != now {
		p.of, p.entries = now, 0
	}
	p.entries += entries
}

// busy says whether many have become visible within the last second.
func (b *bustle) busy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, entries := b.part(), 0
	for _, p := range b.parts {
		if now-p.of < busyParts {
			entries += p.entries
		}
	}
	return entries >= busyEntries
}
