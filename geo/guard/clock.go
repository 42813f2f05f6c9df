package guard

import "time"

// clock is opening hours in a time zone: those of one half of a port, or of all
// halves that have the same.
type clock struct {
	hours *Hours
	zone  *time.Location
}

// at is whether it is open at an instant.
func (c *clock) at(instant int64) Tri { return c.hours.Open(time.Unix(instant, 0).In(c.zone)) }

// change is an instant, in seconds since 1970-01-01 UTC, from which on a state
// holds.
type change struct {
	at    int64
	state Tri
}

// changes appends the states that hold in [from, to), the first of them at from.
//
// Between two shifts of the zone (daylight saving time) the clock on the wall and
// the seconds run alike, so each such time is done for itself.
func (c *clock) changes(dst []change, from, to int64) []change {
	first := len(dst)
	for from < to {
		instant := time.Unix(from, 0).In(c.zone)
		_, offset := instant.Zone()
		until := to
		if _, end := instant.ZoneBounds(); !end.IsZero() {
			until = min(until, end.Unix())
		}
		dst = c.steady(dst, first, from, until, int64(offset))
		from = until
	}
	return dst
}

// steady does a time in which the zone is ahead of UTC by the same seconds.
func (c *clock) steady(dst []change, first int, from, until, ahead int64) []change {
	add := func(at int64, state Tri) {
		if len(dst) == first || dst[len(dst)-1].state != state {
			dst = append(dst, change{at, state})
		}
	}
	begin := from + ahead // on the wall
	d := day(floorDiv(begin, secondsADay))
	yesterday, today := c.hours.on(d-1), c.hours.on(d)
	add(from, c.hours.resolve(today, yesterday, int(begin-int64(d)*secondsADay)/60))
	for {
		midnight := int64(d)*secondsADay - ahead
		for _, minute := range c.hours.minutes {
			switch at := midnight + int64(minute)*60; {
			case at >= until:
				return dst
			case at > from:
				add(at, c.hours.resolve(today, yesterday, minute))
			}
		}
		d++
		yesterday, today = today, c.hours.on(d)
	}
}
