package log

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Chain ties an entry to all that came before: it is the first half of SHA-256
// over the chain of the entry before (zeros for the first) and the entry's own
// fields, each text with its length before it. A byte that changes anywhere in
// the log breaks it there; two logs with the same chain at the end are the same,
// whatever store they are in. The zero value is the chain of an empty log.
type Chain [16]byte

// String is the chain in hexadecimal digits, as people compare it.
func (c Chain) String() string { return hex.EncodeToString(c[:]) }

// Chainer computes chains and reuses its buffer. The zero value is ready.
type Chainer struct{ text []byte }

// Next is the chain of e, given that of the entry before.
func (c *Chainer) Next(before Chain, e *Entry) (after Chain) {
	t := append(c.text[:0], before[:]...)
	for _, n := range [...]uint64{uint64(e.Seq), uint64(e.FID), uint64(e.Revision), uint64(e.Recorded.UnixMilli())} {
		t = binary.BigEndian.AppendUint64(t, n)
	}
	for _, s := range [...]string{string(e.Kind), e.ID, string(e.Op), e.Actor, e.Reason} {
		t = append(binary.BigEndian.AppendUint32(t, uint32(len(s))), s...)
	}
	t = append(binary.BigEndian.AppendUint32(t, uint32(len(e.Body))), e.Body...)
	c.text = t
	sum := sha256.Sum256(t)
	copy(after[:], sum[:])
	return after
}
