package view

import (
	"encoding/binary"
	"fmt"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// says ties what a view says to its positions, as the log itself is tied: each sum is
// made from the one before and from the entry as it is shown. A position with the same
// sum has the same past, so that a sum can stand for all that is said there. What is
// withheld has no part in it.
type says struct {
	chainer log.Chainer
	last    log.Chain
	sums    []uint64 // sums[i] is that at position i; [0] is of what no entry says
}

// begin starts with the sources that no entry names.
func (s *says) begin(sources []report.Source) {
	*s = says{}
	for i := range sources {
		s.last = s.chainer.Next(s.last, &log.Entry{Kind: log.Source, Body: report.AppendSource(nil, &sources[i])})
	}
	s.sums = append(s.sums, binary.BigEndian.Uint64(s.last[:]))
}

// add takes the next entry; one that was taken already is passed over.
func (s *says) add(e *log.Entry) {
	if int(e.Seq) == len(s.sums) {
		s.last = s.chainer.Next(s.last, e)
		s.sums = append(s.sums, binary.BigEndian.Uint64(s.last[:]))
	}
}

// at is the sum at a position; of one that was not reached, that of the newest.
func (s *says) at(seq log.Seq) string {
	return fmt.Sprintf("%016x", s.sums[min(seq, log.Seq(len(s.sums)-1))])
}

// sum is that of what the log shows up to a position.
func (l *Log) sum(at log.Seq) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.says.at(at)
}
