package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// What an answer in RESP may be at most; more is a fault and not an answer.
const (
	respDeepest = 8
	respLongest = 1 << 26 // bytes of a string, elements of an array
)

// respError is an error that the server answers with, or errRESP.
type respError string

const errRESP = respError("the answer is not RESP")

func (e respError) Error() string { return string(e) }

// readRESP reads one value of the protocol of Redis (RESP 2): a string, an int64, a
// []any, or nil. An error of the server comes back as respError.
func readRESP(r *bufio.Reader) (any, error) { return readRESPWithin(r, respDeepest) }

func readRESPWithin(r *bufio.Reader, depth int) (any, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	if len(line) < 3 || line[len(line)-2] != '\r' || depth == 0 {
		return nil, errRESP
	}
	kind, text := line[0], string(line[1:len(line)-2])
	switch kind {
	case '+':
		return text, nil
	case '-':
		return nil, respError(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, errRESP
	}
	switch {
	case kind == ':':
		return n, nil
	case (kind == '$' || kind == '*') && n == -1:
		return nil, nil
	case n < 0 || n > respLongest:
		return nil, errRESP
	case kind == '$':
		return readBulk(r, n)
	case kind == '*':
		return readArray(r, n, depth)
	}
	return nil, errRESP
}

func readBulk(r *bufio.Reader, n int64) (any, error) {
	// Read as it comes: a length alone must not take memory.
	text, err := io.ReadAll(io.LimitReader(r, n+2))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) != n+2 {
		return nil, io.ErrUnexpectedEOF
	}
	if text[n] != '\r' || text[n+1] != '\n' {
		return nil, errRESP
	}
	return string(text[:n]), nil
}

func readArray(r *bufio.Reader, n int64, depth int) (any, error) {
	array := []any{}
	for range n {
		v, err := readRESPWithin(r, depth-1)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	return array, nil
}

// writeRESP writes a command.
func writeRESP(w *bufio.Writer, words ...string) {
	fmt.Fprintf(w, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(w, "$%d\r\n%s\r\n", len(word), word)
	}
}
