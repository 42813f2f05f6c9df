package data

import (
	"sync"
	"time"

	"frontierwatch/geo/log"
)

const (
	// busyEntries is how many entries of the last second make a corpus busy: with so many,
	// nobody can tell any more which of them an answer should have in it.
	busyEntries = 1000
	busyParts   = 10 // of a second, that entries are counted by
	// renewedParts is after how many of them an answer that may still be given is to be
	// made anew.
	renewedParts = 3
)

// bustle counts the entries of the last second.
type bustle struct {
	elapsed func() time.Duration // never runs back

	mu    sync.Mutex
	parts [busyParts]struct {
		of      int64 // which tenth of a second
		entries int
		before  log.Seq // the newest position when it began
	}
}

func (b *bustle) part() int64 { return int64(b.elapsed() / (time.Second / busyParts)) }

// note counts entries that became visible now, after a position.
func (b *bustle) note(before log.Seq, entries int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.part()
	p := &b.parts[now%busyParts]
	if p.of != now {
		p.of, p.entries, p.before = now, 0, before
	}
	p.entries += entries
}

// busy says whether many have become visible within the last second.
func (b *bustle) busy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	entries, _ := b.last(busyParts)
	return entries >= busyEntries
}

// lately is the least position that was the newest within the last second, and within
// the last three tenths of it, while the corpus is busy; head, both, while it is not.
func (b *bustle) lately(head log.Seq) (second, tenths log.Seq) {
	b.mu.Lock()
	defer b.mu.Unlock()
	entries, second := b.last(busyParts)
	if entries < busyEntries {
		return head, head
	}
	if entries, tenths = b.last(renewedParts); entries == 0 {
		tenths = head
	}
	return second, tenths
}

// last is how many entries became visible within the last so many tenths of a second,
// and after which position, with mu held.
func (b *bustle) last(parts int64) (entries int, before log.Seq) {
	now := b.part()
	for _, p := range b.parts {
		if p.entries == 0 || now-p.of >= parts {
			continue
		}
		if entries == 0 || p.before < before {
			before = p.before
		}
		entries += p.entries
	}
	return entries, before
}
