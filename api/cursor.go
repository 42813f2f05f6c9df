package api

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontierwatch/geo/log"
)

// cursor is where the next page begins. It holds the position of the log at
// which the first page was answered, so that every page is one of the same
// whole, whatever arrives in between.
type cursor struct {
	sum      uint32    // of the question it belongs to
	head     log.Seq   // the position of the first page
	recorded time.Time // of that position
	at       time.Time // the instant the first page was answered for; zero: for none
	matched  int       // features on all pages
	start    time.Time // the place behind which to go on: the key of a report,
	fid      int64     // or in other collections how many features went before
}

var errCursor = errors.New("is not a cursor of this server: follow the next link as it is")

const cursorVersion = 1

// text writes the cursor: opaque to clients, safe in an address.
func (c *cursor) text() string {
	b := []byte{cursorVersion}
	b = binary.BigEndian.AppendUint32(b, c.sum)
	b = binary.AppendUvarint(b, uint64(c.head))
	b = binary.AppendUvarint(b, uint64(c.matched))
	for _, t := range []time.Time{c.recorded, c.at, c.start} {
		b = binary.AppendVarint(b, milliseconds(t))
	}
	b = binary.AppendVarint(b, c.fid)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(text string) (*cursor, error) {
	const longest = 1 + 4 + 6*binary.MaxVarintLen64 + 4
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 10 || len(b) > longest || b[0] != cursorVersion {
		return nil, errCursor
	}
	body, check := b[:len(b)-4], b[len(b)-4:]
	if binary.BigEndian.Uint32(check) != crc32.ChecksumIEEE(body) {
		return nil, errCursor
	}
	r := varints{rest: body[5:]}
	c := &cursor{sum: binary.BigEndian.Uint32(body[1:])}
	c.head, c.matched = log.Seq(r.unsigned()), int(r.unsigned())
	c.recorded, c.at, c.start = r.time(), r.time(), r.time()
	c.fid = r.signed()
	if r.broken || len(r.rest) > 0 || c.matched < 0 || c.fid < 0 {
		return nil, errCursor
	}
	return c, nil
}

// varints reads numbers one after the other; after the first that is broken all
// are 0.
type varints struct {
	rest   []byte
	broken bool
}

func (r *varints) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	return r.step(v, n)
}

func (r *varints) signed() int64 {
	v, n := binary.Varint(r.rest)
	return int64(r.step(uint64(v), n))
}

func (r *varints) step(v uint64, n int) uint64 {
	if n <= 0 || r.broken {
		r.broken = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *varints) time() time.Time {
	ms := r.signed()
	if ms == zeroTime {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// zeroTime stands for the zero time; nothing that a log or a query holds is as old.
const zeroTime = -1 << 62

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return zeroTime
	}
	return t.UnixMilli()
}

// fingerprint sums up the resource and the parameters that decide which features
// answer: a cursor is only good for the question it came from. How many to a
// page, and in which format, may change on the way.
func fingerprint(resource string, values url.Values) uint32 {
	names := make([]string, 0, len(values))
	for name := range values {
		if name != "next" && name != "limit" && name != "f" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	h := fnv.New32a()
	h.Write([]byte(resource + "\x01"))
	for _, name := range names {
		h.Write([]byte(name + "\x00" + strings.Join(values[name], "\x00") + "\x01"))
	}
	return h.Sum32()
}
