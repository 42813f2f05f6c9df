package intake

import (
	"bytes"
	"errors"
	"io"
)

var errUTF16 = errors.New("the text is UTF-16; save it as UTF-8")

const (
	leastBuffer = 32 << 10
	mostBuffer  = MaxRow + leastBuffer
)

// source gives the bytes of a file one by one and keeps those of the row that is
// being read together, from a mark on. It stops at the end, at an error of the
// reader below, and where more than MaxRow bytes lie behind the mark.
type source struct {
	from io.Reader
	buf  []byte // what was read and may still be needed
	mark int    // where the row begins in buf
	at   int    // the next byte in buf
	line int    // on which at is, from 1
	// err is why there is no more behind buf, io.EOF at the end. It is nil where
	// the row is too long.
	err error
}

// begin lets the row begin here.
func (s *source) begin() { s.mark = s.at }

// row is what was read of it. It holds until something more is read.
func (s *source) row() []byte { return s.buf[s.mark:s.at] }

// long says whether the row is longer than one may be.
func (s *source) long() bool { return s.at-s.mark > MaxRow }

// next reads a byte.
func (s *source) next() (byte, bool) {
	if s.at == len(s.buf) && !s.fill() {
		return 0, false
	}
	c := s.buf[s.at]
	s.at++
	if c == '\n' {
		s.line++
	}
	return c, true
}

// peek is the byte that next would read.
func (s *source) peek() (byte, bool) {
	if s.at == len(s.buf) && !s.fill() {
		return 0, false
	}
	return s.buf[s.at], true
}

// until reads up to and including a byte, and says whether it came.
func (s *source) until(c byte) bool {
	for {
		i := bytes.IndexByte(s.buf[s.at:], c)
		end := s.at + i + 1
		if i < 0 {
			end = len(s.buf)
		}
		s.line += bytes.Count(s.buf[s.at:end], []byte{'\n'})
		s.at = end
		if i >= 0 {
			return true
		}
		if !s.fill() {
			return false
		}
	}
}

// solid passes over white space and reads the byte behind it.
func (s *source) solid() (byte, bool) {
	for {
		if c, ok := s.next(); !ok || !white(c) {
			return c, ok
		}
	}
}

// peekSolid passes over white space and is the byte behind it. White space with
// which a row begins is no part of it.
func (s *source) peekSolid() (byte, bool) {
	leading := s.at == s.mark
	for {
		c, ok := s.peek()
		if !ok || !white(c) {
			return c, ok
		}
		s.next()
		if leading {
			s.begin()
		}
	}
}

// white is what JSON takes for white space.
func white(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// fill gets more bytes behind those in buf, of which all from the mark on stay.
func (s *source) fill() bool {
	if s.err != nil || len(s.buf)-s.mark > MaxRow {
		return false
	}
	if s.mark > 0 {
		s.buf = append(s.buf[:0], s.buf[s.mark:]...)
		s.mark, s.at = 0, s.at-s.mark
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), min(max(2*cap(s.buf), leastBuffer), mostBuffer))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.from.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		s.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// skipMark passes over the byte order mark of UTF-8, and refuses those of UTF-16.
func (s *source) skipMark() error {
	for len(s.buf) < 3 && s.fill() {
	}
	switch {
	case bytes.HasPrefix(s.buf, []byte("\xef\xbb\xbf")):
		s.at = 3
		s.begin()
	case bytes.HasPrefix(s.buf, []byte("\xff\xfe")), bytes.HasPrefix(s.buf, []byte("\xfe\xff")):
		return errUTF16
	}
	return nil
}
