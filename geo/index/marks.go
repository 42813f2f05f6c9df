package index

import "sync/atomic"

// marks is a bitmap that one goroutine sets while others read. Bits are never
// cleared.
type marks []atomic.Uint64

// block is how many rows one word of a bitmap stands for.
const block = 64

func blocks(rows int) int { return (rows + block - 1) / block }

func (m marks) set(i int)             { m[i/block].Or(1 << (i % block)) }
func (m marks) has(i int) bool        { return m.word(i/block)>>(i%block)&1 == 1 }
func (m marks) word(block int) uint64 { return m[block].Load() }

// grown is a bitmap for at least n rows with the same bits set.
func (m marks) grown(n int) marks {
	if blocks(n) <= len(m) {
		return m
	}
	next := make(marks, max(2*len(m), blocks(n)))
	for b := range m {
		next[b].Store(m[b].Load())
	}
	return next
}
