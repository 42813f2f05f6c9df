package gpkg

import (
	"crypto/sha256"
	"encoding/binary"

	"frontierwatch/geo/log"
)

// chain ties an entry to all that came before: it is the first half of SHA-256
// over the chain of the entry before (zeros for the first) and the entry's own
// fields, each text with its length before it. A byte that changes anywhere in
// the log breaks it there; two logs with the same chain at the end are the same.
type chain [16]byte

// chainer computes chains and reuses its buffer.
type chainer struct{ text []byte }

// next is the chain of e, given that of the entry before.
func (c *chainer) next(before chain, e *log.Entry) (after chain) {
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
