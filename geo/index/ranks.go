package index

import "math/bits"

// ranks is a set of ranks that is filled in any order and read block by block
// from the highest, which sorts what a tree finds without comparing. It is as
// large as the run, and used at a cost that depends only on what is in it.
type ranks struct {
	words []uint64 // a bit for each rank
	some  []uint64 // a bit for each word that is not 0
}

// reach makes room for ranks below n. The set must be empty.
func (s *ranks) reach(n int) {
	if words := blocks(n); words > len(s.words) {
		s.words, s.some = make([]uint64, words), make([]uint64, blocks(words))
	}
}

func (s *ranks) add(i uint32) {
	b := i / block
	s.words[b] |= 1 << (i % block)
	s.some[b/block] |= 1 << (b % block)
}

// below is the highest block before b that holds a rank; −1: there is none.
func (s *ranks) below(b int) int {
	if b <= 0 {
		return -1
	}
	last := b - 1
	word := s.some[last/block] & (^uint64(0) >> (block - 1 - last%block))
	for k := last / block; ; word = s.some[k] {
		if word != 0 {
			return k*block + bits.Len64(word) - 1
		}
		if k--; k < 0 {
			return -1
		}
	}
}

func (s *ranks) clear() {
	for k, word := range s.some {
		for ; word != 0; word &= word - 1 {
			s.words[k*block+bits.TrailingZeros64(word)] = 0
		}
		s.some[k] = 0
	}
}
