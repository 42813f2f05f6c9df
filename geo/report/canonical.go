package report

import (
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// canonical reads a body just as AppendBody writes it, and nothing else: members in
// their one order, no white space, no escapes, ASCII only. Almost every body in a log
// is so. Whatever is otherwise makes it give up, which says nothing about the body:
// then decode has the word. Where it does not give up it reads what decode reads;
// tests hold the two together.
type canonical struct {
	body []byte
	at   int
	bad  bool // it has given up
}

// report reads a body into r. It uses again what r holds: texts that are the same,
// and the room of the point and the uncertainty. If it gives up, r is spoilt.
func (c *canonical) report(r *Report) (ok bool) {
	c.must(`{"type":"Feature","id":`)
	c.text(&r.ID)
	c.must(`,"geometry":`)
	c.point(&r.Point)
	c.must(`,"properties":{"observed_start":`)
	r.Start = c.time()
	r.End, r.Published = r.Start, time.Time{}
	if c.may(`,"observed_end":`) {
		r.End = c.time()
	}
	if c.may(`,"published":`) {
		r.Published = c.time()
	}
	c.count(&r.Count)
	c.words(r)
	c.lists(r)
	c.uncertainty(&r.Uncertainty)
	c.stretch(&r.Stretch)
	c.must(`}}`)
	return !c.bad && c.at == len(c.body)
}

func (c *canonical) point(to **orb.Point) {
	if c.may(`null`) {
		*to = nil
		return
	}
	c.must(`{"type":"Point","coordinates":[`)
	lon := float64(c.fixed(7)) / 1e7
	c.must(`,`)
	lat := float64(c.fixed(7)) / 1e7
	c.must(`]}`)
	c.bad = c.bad || !axes[0].holds(lon) || !axes[1].holds(lat)
	if *to == nil {
		*to = new(orb.Point)
	}
	**to = orb.Point{lon, lat}
}

func (c *canonical) count(n *Count) {
	c.must(`,"count_best":`)
	n.Best = c.whole()
	n.Min, n.Max = n.Best, n.Best
	if c.may(`,"count_min":`) {
		n.Min = c.whole()
	}
	if c.may(`,"count_max":`) {
		n.Max = c.whole()
	}
}

func (c *canonical) words(r *Report) {
	c.must(`,"unit":`)
	wordOf(c, &r.Unit, units[:])
	c.must(`,"direction":`)
	wordOf(c, &r.Direction, directions[:])
	c.must(`,"relation":`)
	wordOf(c, &r.Relation, relations[:])
	c.must(`,"source":`)
	c.text(&r.Source)
	if c.may(`,"source_ref":`) {
		c.text(&r.SourceRef)
	} else {
		r.SourceRef = ""
	}
	c.must(`,"status":`)
	wordOf(c, &r.Status, statuses[:])
	if r.TLP = ""; c.may(`,"tlp":`) {
		wordOf(c, &r.TLP, tlps[:])
	}
}

func (c *canonical) lists(r *Report) {
	if r.Overlaps = nil; c.may(`,"overlaps":[`) {
		for more := true; more && !c.bad; more = c.may(`,`) {
			r.Overlaps = append(r.Overlaps, string(c.string()))
		}
		c.must(`]`)
		c.bad = c.bad || len(r.Overlaps) > MaxOverlaps
	}
	r.Releasable = 0
	switch {
	case !c.may(`,"releasable_to":`):
	case c.may(`["CAN"]`):
		r.Releasable = CAN
	case c.may(`["USA"]`):
		r.Releasable = USA
	default:
		c.must(`["CAN","USA"]`)
		r.Releasable = CAN | USA
	}
}

func (c *canonical) uncertainty(to **frontier.Meters) {
	if !c.may(`,"uncertainty_m":`) {
		*to = nil
		return
	}
	if *to == nil {
		*to = new(frontier.Meters)
	}
	**to = frontier.Meters(float64(c.fixed(2)) / 100)
}

func (c *canonical) stretch(to **frontier.Stretch) {
	if *to = nil; !c.may(`,"stretch":{"part":`) {
		return
	}
	s := &frontier.Stretch{}
	part, err := parsePart(string(c.string()))
	c.must(`,"km_from":`)
	s.Part, s.From = part, c.measure()
	c.must(`,"km_to":`)
	s.To = c.measure()
	c.must(`}`)
	c.bad = c.bad || err != nil
	*to = s
}

// measure reads kilometres, of which the last decimal is a centimetre.
func (c *canonical) measure() frontier.Meters {
	m := frontier.Meters(float64(c.fixed(5)) / 100)
	c.bad = c.bad || m < 0 || m >= longest // the very end may be one and may not, by rounding
	return m
}

// may passes over a text if it comes next.
func (c *canonical) may(text string) bool {
	end := c.at + len(text)
	if len(c.body) < end || string(c.body[c.at:end]) != text {
		return false
	}
	c.at = end
	return true
}

// must is may for what has to come.
func (c *canonical) must(text string) {
	if !c.may(text) {
		c.bad = true
	}
}

// string reads a string of printable ASCII without escapes that is not empty.
func (c *canonical) string() []byte {
	c.must(`"`)
	for i, b := range c.body[c.at:] {
		if b == '"' && i > 0 {
			s := c.body[c.at : c.at+i]
			c.at += i + 1
			return s
		}
		if b == '"' || b == '\\' || b < ' ' || b > '~' {
			break
		}
	}
	c.bad = true
	return nil
}

func (c *canonical) text(to *string) {
	if s := c.string(); string(s) != *to {
		*to = string(s)
	}
}

// wordOf reads a word of a vocabulary.
func wordOf[T ~string](c *canonical, to *T, all []T) {
	s := c.string()
	for _, w := range all {
		if string(w) == string(s) {
			*to = w
			return
		}
	}
	c.bad = true
}

// time reads a time as appendTime writes it.
func (c *canonical) time() time.Time {
	const size = len(`"2017-01-31T18:05:00.000Z"`)
	if len(c.body) < c.at+size || c.body[c.at] != '"' || c.body[c.at+size-1] != '"' {
		c.bad = true
		return time.Time{}
	}
	t, err := instant(c.body[c.at+1 : c.at+size-1])
	c.bad = c.bad || err != nil || t.IsZero()
	c.at += size
	return t
}

// whole reads a whole number that an int64 surely holds.
func (c *canonical) whole() (n int64) {
	from := c.at
	i := c.digits(&n, 18)
	c.bad = c.bad || i == 0 || i > 1 && c.body[from] == '0'
	return n
}

// fixed reads a number of up to so many decimals, at most 7, in units of the last of
// them. It is so small that what is made of it is the same as by way of a float.
func (c *canonical) fixed(decimals int) int64 {
	negative := c.may("-")
	n, i := c.whole(), 0
	c.bad = c.bad || n >= 1e8
	if c.may(".") {
		i = c.digits(&n, decimals)
		c.bad = c.bad || i == 0
	}
	for ; i < decimals; i++ {
		n *= 10
	}
	if negative {
		n = -n
	}
	return n
}

// digits adds the digits that come next to a number, not more than the most, and says
// how many they are.
func (c *canonical) digits(n *int64, most int) int {
	from, sum := c.at, *n
	for ; c.at < len(c.body) && c.at-from < most && c.body[c.at]-'0' <= 9; c.at++ {
		sum = sum*10 + int64(c.body[c.at]-'0')
	}
	*n = sum
	return c.at - from
}
