package report

import (
	"encoding/binary"
	"math/bits"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// canonical is what is still to be read of a body that is just as AppendBody writes
// it: members in their one order, no white space, no escapes, ASCII only. Almost every
// body in a log is so. Whatever is otherwise makes it give up, which says nothing about
// the body: then decode has the word. Where it does not give up it reads what decode
// reads; tests hold the two together. It is nil once it has given up, and stays so.
//
// Each step takes it and returns what is left: so it is in registers, and how far the
// reading has come need not be written down and read again at every step.
type canonical []byte

// report reads a body into r. It uses again what r holds: texts that are the same,
// and the room of the point and the uncertainty. If it gives up, r is spoilt.
func (c canonical) report(r *Report) (ok bool) {
	c = c.past(`{"type":"Feature","id":"`).text(&r.ID)
	c = c.point(&r.Point)
	r.Start, c = c.time()
	c = c.when(r)
	c = c.count(&r.Count)
	c = c.words(r)
	c = c.lists(r)
	c = c.uncertainty(&r.Uncertainty)
	c = c.stretch(&r.Stretch)
	c = c.past(`}}`)
	return c != nil && len(c) == 0
}

// past is what follows a text that has to come next.
func (c canonical) past(text string) canonical {
	if len(c) < len(text) || string(c[:len(text)]) != text {
		return nil
	}
	return c[len(text):]
}

// may passes over a text if it comes next.
func (c canonical) may(text string) (canonical, bool) {
	if len(c) < len(text) || string(c[:len(text)]) != text {
		return c, false
	}
	return c[len(text):], true
}

// point reads the geometry and goes on to the first time.
func (c canonical) point(to **orb.Point) canonical {
	const properties = `,"properties":{"observed_start":"`
	at := c.past(`,"geometry":{"type":"Point","coordinates":[`)
	if at == nil {
		*to = nil
		return c.past(`,"geometry":null` + properties)
	}
	lon, c := at.fixed(7)
	lat, c := c.past(`,`).fixed(7)
	if *to == nil {
		*to = new(orb.Point)
	}
	p := *to
	p[0], p[1] = float64(lon)/1e7, float64(lat)/1e7
	if !axes[0].holds(p[0]) || !axes[1].holds(p[1]) {
		return nil
	}
	return c.past(`]}` + properties)
}

// when reads the times that are not there in every report.
func (c canonical) when(r *Report) canonical {
	r.End, r.Published = r.Start, time.Time{}
	if len(c) > 2 && c[2] == 'o' {
		r.End, c = c.past(`,"observed_end":"`).time()
	}
	if len(c) > 2 && c[2] == 'p' {
		r.Published, c = c.past(`,"published":"`).time()
	}
	return c
}

func (c canonical) count(n *Count) canonical {
	n.Best, c = c.past(`,"count_best":`).whole()
	n.Min, n.Max = n.Best, n.Best
	if c, ok := c.may(`,"count_m`); ok {
		return c.bounds(n)
	}
	return c
}

// bounds reads those of a count that has them, from within the name of the first.
func (c canonical) bounds(n *Count) canonical {
	rest, ok := c.may(`in":`)
	if ok {
		if n.Min, c = rest.whole(); c == nil {
			return nil
		}
		if c, ok = c.may(`,"count_m`); !ok {
			return c
		}
	}
	n.Max, c = c.past(`ax":`).whole()
	return c
}

func (c canonical) words(r *Report) canonical {
	c = wordOf(c.past(`,"unit":"`), &r.Unit, &unitsBy, units[:])
	c = wordOf(c.past(`,"direction":"`), &r.Direction, &directionsBy, directions[:])
	c = wordOf(c.past(`,"relation":"`), &r.Relation, &relationsBy, relations[:])
	c = c.past(`,"source":"`).text(&r.Source)
	if rest, ok := c.may(`,"source_ref":"`); ok {
		c = rest.text(&r.SourceRef)
	} else {
		r.SourceRef = ""
	}
	c = wordOf(c.past(`,"status":"`), &r.Status, &statusesBy, statuses[:])
	rest, ok := c.may(`,"tlp":"`)
	if !ok {
		r.TLP = ""
		return c
	}
	return wordOf(rest, &r.TLP, &tlpsBy, tlps[:])
}

func (c canonical) lists(r *Report) canonical {
	r.Overlaps, r.Releasable = nil, 0
	if len(c) > 2 && c[2] == 'o' {
		c = c.past(`,"overlaps":[`).overlaps(&r.Overlaps)
	}
	rest, ok := c.may(`,"releasable_to":`)
	if !ok {
		return c
	}
	for _, x := range [...]struct {
		text string
		of   Countries
	}{{`["CAN"]`, CAN}, {`["USA"]`, USA}, {`["CAN","USA"]`, CAN | USA}} {
		if c, ok = rest.may(x.text); ok {
			r.Releasable = x.of
			return c
		}
	}
	return nil
}

func (c canonical) overlaps(to *[]string) canonical {
	for more := true; more; c, more = c.may(`,`) {
		id := ""
		if c = c.past(`"`).text(&id); c == nil || len(*to) == MaxOverlaps {
			return nil
		}
		*to = append(*to, id)
	}
	return c.past(`]`)
}

func (c canonical) uncertainty(to **frontier.Meters) canonical {
	rest, ok := c.may(`,"uncertainty_m":`)
	if !ok {
		*to = nil
		return c
	}
	if *to == nil {
		*to = new(frontier.Meters)
	}
	centi, rest := rest.fixed(2)
	**to = frontier.Meters(float64(centi) / 100)
	return rest
}

func (c canonical) stretch(to **frontier.Stretch) canonical {
	*to = nil
	c, ok := c.may(`,"stretch":{"part":"`)
	if !ok {
		return c
	}
	s, name := &frontier.Stretch{}, ""
	c = c.text(&name)
	part, err := parsePart(name)
	if s.Part = part; err != nil {
		return nil
	}
	s.From, c = c.past(`,"km_from":`).measure()
	s.To, c = c.past(`,"km_to":`).measure()
	*to = s
	return c.past(`}`)
}

// measure reads kilometres, of which the last decimal is a centimetre.
func (c canonical) measure() (frontier.Meters, canonical) {
	centi, c := c.fixed(5)
	m := frontier.Meters(float64(centi) / 100)
	if m < 0 || m >= longest { // the very end may be one and may not, by rounding
		return 0, nil
	}
	return m, c
}

// Eight bytes are looked at as one number, the first of them its lowest.
const (
	ones  = 0x0101010101010101 // times a byte: eight of it
	highs = ones * 0x80
)

// eight is what comes next, zeros where less is left.
func (c canonical) eight() uint64 {
	if len(c) >= 8 {
		return binary.LittleEndian.Uint64(c)
	}
	var all [8]byte
	copy(all[:], c)
	return binary.LittleEndian.Uint64(all[:])
}

// unlike has the high bit of each of eight bytes that is neither printable ASCII nor
// free of meaning within a string: of the lowest of them for sure, beyond it perhaps of
// others (H. S. Warren, Hacker's Delight, 2013, section 6-1).
func unlike(x uint64) uint64 {
	quote, escape, del := x^ones*'"', x^ones*'\\', x^ones*0x7f
	return (x | (x-ones*' ')&^x | (quote-ones)&^quote | (escape-ones)&^escape | (del-ones)&^del) & highs
}

// text reads the rest of a string of printable ASCII without escapes that is not empty,
// and its closing quote.
func (c canonical) text(to *string) canonical {
	n := 0
	for {
		if found := unlike(c[min(n, len(c)):].eight()); found != 0 {
			n += bits.TrailingZeros64(found) / 8
			break
		}
		n += 8
	}
	if n == 0 || n >= len(c) || c[n] != '"' {
		return nil
	}
	if string(c[:n]) != *to {
		*to = string(c[:n])
	}
	return c[n+1:]
}

// wordOf reads the rest of a string that is a word of a vocabulary. by has the one that
// begins with a letter; where there are two of those it has the first.
func wordOf[T ~string](c canonical, to *T, by *[32]T, all []T) canonical {
	if len(c) == 0 {
		return nil
	}
	w := by[c[0]%32]
	if n := len(w); n > 0 && n < len(c) && c[n] == '"' && string(c[:n]) == string(w) {
		*to = w
		return c[n+1:]
	}
	for _, w := range all {
		if n := len(w); n < len(c) && c[n] == '"' && string(c[:n]) == string(w) {
			*to = w
			return c[n+1:]
		}
	}
	return nil
}

// The words of the vocabularies by their first letter.
var (
	unitsBy      = byLetter(units[:])
	directionsBy = byLetter(directions[:])
	relationsBy  = byLetter(relations[:])
	statusesBy   = byLetter(statuses[:])
	tlpsBy       = byLetter(tlps[:])
)

func byLetter[T ~string](all []T) (by [32]T) {
	for _, w := range all {
		if at := &by[w[0]%32]; *at == "" {
			*at = w
		}
	}
	return by
}

// time reads a time as AppendTime writes it and its closing quote.
func (c canonical) time() (time.Time, canonical) {
	const size = len(`2017-01-31T18:05:00.000Z`)
	if len(c) <= size || c[size] != '"' {
		return time.Time{}, nil
	}
	t, ok := written(c[:size])
	if !ok {
		var err error
		if t, err = instant([]byte(c[:size])); err != nil {
			return time.Time{}, nil
		}
	}
	if t.IsZero() {
		return time.Time{}, nil
	}
	return t, c[size+1:]
}

// whole reads a whole number that an int64 surely holds.
func (c canonical) whole() (int64, canonical) {
	n, size := digits8(c.eight())
	if size == 8 {
		n, size = c.long()
	}
	if size == 0 || size > 1 && c[0] == '0' {
		return 0, nil
	}
	return n, c[size:]
}

// long is the number that up to 18 digits make, and how many they are.
func (c canonical) long() (n int64, size int) {
	for size < min(len(c), 18) && c[size]-'0' <= 9 {
		n = n*10 + int64(c[size]-'0')
		size++
	}
	return n, size
}

// fixed reads a number of up to so many decimals, at most 7, in units of the last of
// them. It is so small that what is made of it is the same as by way of a float.
func (c canonical) fixed(decimals int) (int64, canonical) {
	negative := len(c) > 0 && c[0] == '-'
	if negative {
		c = c[1:]
	}
	n, c := c.whole()
	if n >= 1e8 {
		return 0, nil
	}
	n *= powers[decimals]
	if len(c) > 0 && c[0] == '.' {
		part, size := digits8(c[1:].eight())
		if size == 0 || size > decimals {
			return 0, nil
		}
		n += part * powers[decimals-size]
		c = c[1+size:]
	}
	if negative {
		n = -n
	}
	return n, c
}

var powers = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// digits8 is the number that the first digits of eight bytes make, and how many they
// are.
func digits8(x uint64) (n int64, size int) {
	x ^= ones * '0'
	size = bits.TrailingZeros64(others(x)) / 8
	x <<= uint(8-size) * 8 // zeros before the first
	// Pairs of digits, of pairs, of those: each sum is in the higher of its two places.
	x = (x*10 + x>>8) & 0x00ff00ff00ff00ff
	x = (x*100 + x>>16) & 0x0000ffff0000ffff
	return int64((x*10_000 + x>>32) & 0xffffffff), size
}

// others has the high bit of each of eight bytes that is more than 9.
func others(x uint64) uint64 { return ((x &^ highs) + ones*(0x80-10) | x) & highs }
