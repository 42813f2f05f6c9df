package hook

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"frontierwatch/geo/log"
)

// Message is one call, and what became of it.
type Message struct {
	ID           string          `json:"id"`
	Subscription string          `json:"subscription"`
	Type         string          `json:"type"`
	Created      time.Time       `json:"created"`
	Body         json.RawMessage `json:"body"`
	State        State           `json:"state"`
	Next         time.Time       `json:"next,omitzero"` // of the next attempt, while it is pending
	Tries        int             `json:"tries"`         // since it was last asked for
	Attempts     []Attempt       `json:"attempts,omitempty"`
}

// State is how a message stands.
type State string

const (
	Pending   State = "pending"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Attempt is one try.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // 0: there was no answer
	Error  string    `json:"error,omitempty"`
	MS     int64     `json:"ms"`
}

// Cursor is how far a subscription has been told.
type Cursor struct {
	Seq  log.Seq           `json:"seq"`
	Told map[string]string `json:"told"` // state of each hot spot and flag, by kind and id
}

// line is a line of the journal: what is set replaces what was known.
type line struct {
	Subscription string    `json:"subscription,omitempty"`
	Cursor       *Cursor   `json:"cursor,omitempty"`
	Messages     []Message `json:"messages,omitempty"`
	Drop         bool      `json:"drop,omitempty"` // the subscription is gone
}

const (
	keptDone     = 200     // messages a subscription of which the end is known
	leastCompact = 4 << 20 // bytes
	maxAttempts  = 20      // that are kept of a message
)

// Journal is the state of delivery in a file: lines, each with its sum. A line that
// a crash has cut is not there; everything before it is. Only one process may have
// it open.
type Journal struct {
	mu       sync.Mutex
	path     string
	file     *os.File
	size     int64
	compact  int64 // size from which on it is written anew
	cursors  map[string]Cursor
	messages map[string][]*Message // by subscription, the oldest first
}

// OpenJournal opens a journal, or begins one.
func OpenJournal(path string) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, file: file, cursors: map[string]Cursor{}, messages: map[string][]*Message{}}
	if err = lock(file); err == nil {
		err = j.read()
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("journal %s: %w", path, err)
	}
	return j, nil
}

// read reads up to the first line that is not whole, and cuts the rest off.
func (j *Journal) read() error {
	r := bufio.NewReader(j.file)
	for {
		text, err := r.ReadBytes('\n')
		l, ok := decodeLine(text)
		if errors.Is(err, io.EOF) || !ok {
			break
		}
		if err != nil {
			return err
		}
		j.size += int64(len(text))
		j.apply(l)
	}
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	_, err := j.file.Seek(j.size, io.SeekStart)
	j.compact = max(leastCompact, 2*j.size)
	return err
}

func encodeLine(l line) []byte {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // bodies are JSON already
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(text), text)
}

func decodeLine(text []byte) (l line, ok bool) {
	text, ended := bytes.CutSuffix(text, []byte("\n"))
	sum, body, spaced := bytes.Cut(text, []byte(" "))
	want, err := strconv.ParseUint(string(sum), 16, 32)
	if !ended || !spaced || err != nil || uint32(want) != crc32.ChecksumIEEE(body) {
		return l, false
	}
	return l, json.Unmarshal(body, &l) == nil
}

// apply is what a line says, for lines that are read and for those that are written.
func (j *Journal) apply(l line) {
	if l.Drop {
		delete(j.cursors, l.Subscription)
		delete(j.messages, l.Subscription)
		return
	}
	if l.Cursor != nil {
		j.cursors[l.Subscription] = *l.Cursor
	}
	for i := range l.Messages {
		m := &l.Messages[i]
		all := j.messages[m.Subscription]
		at := slices.IndexFunc(all, func(o *Message) bool { return o.ID == m.ID })
		if at < 0 {
			all = append(all, m)
		} else {
			all[at] = m
		}
		j.messages[m.Subscription] = trimmed(all)
	}
}

// trimmed leaves the oldest messages out whose end is known.
func trimmed(all []*Message) []*Message {
	done := 0
	for _, m := range all {
		if m.State != Pending {
			done++
		}
	}
	return slices.DeleteFunc(all, func(m *Message) bool {
		if m.State == Pending || done <= keptDone {
			return false
		}
		done--
		return true
	})
}

// put makes a line durable, then applies it.
func (j *Journal) put(l line) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := encodeLine(l)
	_, err := j.file.Write(text)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil { // half a line must not stand before the next
		return errors.Join(err, j.file.Truncate(j.size), seek(j.file, j.size))
	}
	j.size += int64(len(text))
	j.apply(l)
	if j.size > j.compact {
		return j.rewrite()
	}
	return nil
}

func seek(f *os.File, to int64) error {
	_, err := f.Seek(to, io.SeekStart)
	return err
}

// rewrite writes what is known into another file and puts it in the place of this.
func (j *Journal) rewrite() error {
	next, err := os.OpenFile(j.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	var text []byte
	for id, cursor := range j.cursors {
		text = append(text, encodeLine(line{Subscription: id, Cursor: &cursor})...)
	}
	for _, all := range j.messages {
		for _, m := range all {
			text = append(text, encodeLine(line{Messages: []Message{*m}})...)
		}
	}
	if err = lock(next); err == nil {
		_, err = next.Write(text)
	}
	if err == nil {
		err = next.Sync()
	}
	if err == nil {
		err = os.Rename(next.Name(), j.path)
	}
	if err != nil {
		return errors.Join(err, next.Close())
	}
	if folder, err := os.Open(filepath.Dir(j.path)); err == nil {
		folder.Sync() // where the system has that
		folder.Close()
	}
	j.file.Close()
	j.file, j.size, j.compact = next, int64(len(text)), max(leastCompact, 2*int64(len(text)))
	return nil
}

// Close closes the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Close()
}

// cursor is how far a subscription has been told; false: nothing is known of it.
func (j *Journal) cursor(id string) (Cursor, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c, ok := j.cursors[id]
	return c, ok
}

// Messages are those of a subscription, the newest first.
func (j *Journal) Messages(id string) (all []Message) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, m := range slices.Backward(j.messages[id]) {
		all = append(all, *m)
	}
	return all
}

// subscriptions are those that something is known of.
func (j *Journal) subscriptions() (all []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for id := range j.cursors {
		all = append(all, id)
	}
	return all
}

// pending counts the messages of a subscription whose end is not known; due is the
// first of them that may be tried at an instant.
func (j *Journal) pending(id string, at time.Time) (n int, due *Message) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, m := range j.messages[id] {
		if m.State == Pending {
			n++
			if !m.Next.After(at) && due == nil {
				copied := *m
				due = &copied
			}
		}
	}
	return n, due
}

// Waiting is how many messages have not been delivered yet and not been given up, and
// when the oldest of them was made.
func (j *Journal) Waiting() (pending int, oldest time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, all := range j.messages {
		for _, m := range all {
			if m.State == Pending {
				if pending++; oldest.IsZero() || m.Created.Before(oldest) {
					oldest = m.Created
				}
			}
		}
	}
	return pending, oldest
}
