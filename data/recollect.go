package data

import (
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

const (
	// keptMemories is how many memories there are: of today, and of days that people
	// look at besides.
	keptMemories = 3
	// memoryDays is by how many days a question may differ from the one before to be
	// answered from the same memory.
	memoryDays = 7
)

// memories is what detection remembers of the days before, by unit.
type memories map[report.Unit]*hotspot.Memory

func (m memories) of(unit report.Unit) *hotspot.Memory {
	if m[unit] == nil {
		m[unit] = &hotspot.Memory{}
	}
	return m[unit]
}

// recollections makes that what stands now is found by looking only at what has
// changed since somebody asked last. What is found is the same without.
type recollections struct {
	mu   sync.Mutex
	kept []*recollection // the one used last at the end
}

// recollection is the memories for a day and those about it.
type recollection struct {
	mu       sync.Mutex
	day      time.Time // under the lock of recollections
	redacted log.Seq
	memories memories
}

// recall lends the memories that are best for a day. They are the caller's alone until
// use returns.
func (r *recollections) recall(s *state, day time.Time, use func(memories)) {
	one := r.near(day)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.redacted != s.redacted { // nothing of what was overwritten is kept
		one.redacted, one.memories = s.redacted, memories{}
	}
	use(one.memories)
}

// near is the recollection whose day is nearest, or a new one.
func (r *recollections) near(day time.Time) *recollection {
	away := func(o *recollection) time.Duration { return o.day.Sub(day).Abs() }
	r.mu.Lock()
	defer r.mu.Unlock()
	best := -1
	for i, o := range r.kept {
		if away(o) <= memoryDays*24*time.Hour && (best < 0 || away(o) < away(r.kept[best])) {
			best = i
		}
	}
	one := &recollection{memories: memories{}}
	if best >= 0 {
		one = r.kept[best]
		r.kept = slices.Delete(r.kept, best, best+1)
	} else if len(r.kept) == keptMemories {
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	one.day = day
	r.kept = append(r.kept, one)
	return one
}

// recompute finds what stands in a state, from what is remembered.
func (c *Corpus) recompute(s *state, day time.Time) map[report.Unit]hotspot.Result {
	found, now := map[report.Unit]hotspot.Result{}, log.AsOf{}
	voices, setting := s.voices(now), s.method(now)
	c.found.live.recall(s, day, func(m memories) {
		for _, unit := range s.series.Units() {
			found[unit] = m.of(unit).Find(s.series, unit, c.areas, voices, day, setting)
		}
	})
	return found
}
