package api

import (
	"cmp"
	"slices"
	"sync"
)

// remembered is how many answers of a memo are kept: the present one, by unit and
// window, and some of the past.
const remembered = 8

// memo remembers the answers to the last few questions. Each is asked for once, by
// the first that wants it; the others wait for that. What failed is forgotten. The
// zero value is ready.
type memo[K comparable, V any] struct {
	most int // answers that are kept; 0: remembered
	mu   sync.Mutex
	all  []*remembering[K, V] // oldest first
}

type remembering[K comparable, V any] struct {
	question K

	once   sync.Once
	answer V
	err    error
}

// get is the answer to a question. It is shared and must not be changed.
func (m *memo[K, V]) get(question K, ask func() (V, error)) (V, error) {
	a := m.find(question)
	a.once.Do(func() { a.answer, a.err = ask() })
	if a.err != nil {
		m.forget(a)
	}
	return a.answer, a.err
}

func (m *memo[K, V]) find(question K) *remembering[K, V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.all {
		if a.question == question {
			return a
		}
	}
	if len(m.all) >= cmp.Or(m.most, remembered) {
		m.all = slices.Delete(m.all, 0, 1)
	}
	a := &remembering[K, V]{question: question}
	m.all = append(m.all, a)
	return a
}

func (m *memo[K, V]) forget(a *remembering[K, V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = slices.DeleteFunc(m.all, func(other *remembering[K, V]) bool { return other == a })
}
