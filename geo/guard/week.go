package guard

import (
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Week is a stretch over the hours of a week, from Monday 00:00 to 01:00 on.
type Week [7 * 24]Hour

// Hour is one hour of the week, over every time that it came in a window.
type Hour struct {
	Seconds   int64   // of this hour in the window; 0: it did not come
	Unguarded float64 // the part of stretch × time that is not known to be guarded, 0 to 1
	Unknown   float64 // the part of it for which hours are not known
}

// Week tells when in the week a stretch is unguarded: Share for each hour of the
// week over [from, to), in the time of a zone. Of an hour that the clock shows
// twice both count, one that it skips is not there. Parts of an hour, at the ends
// of the window and in zones whose shifts are no whole hours, count as what
// they are.
func (g *Guard) Week(s frontier.Stretch, from, to time.Time, d report.Direction, zone *time.Location) (week Week) {
	type weighed struct {
		watch  *watch
		length frontier.Meters
	}
	var pieces []weighed
	var total frontier.Meters
	g.over(s, way(d), func(length frontier.Meters, w *watch) bool {
		total += length
		pieces = append(pieces, weighed{w, length})
		return true
	})
	eachHour(from.Unix(), to.Unix(), zone, func(slot int, from, to int64) {
		week[slot].Seconds += to - from
		for _, p := range pieces {
			no, unknown := to-from, int64(0)
			if p.watch != nil {
				no, unknown = p.watch.spent(from, to)
			}
			part := float64(p.length / total)
			week[slot].Unguarded += part * float64(no+unknown)
			week[slot].Unknown += part * float64(unknown)
		}
	})
	for i := range week {
		if h := &week[i]; h.Seconds > 0 {
			h.Unguarded = min(h.Unguarded/float64(h.Seconds), 1)
			h.Unknown = min(h.Unknown/float64(h.Seconds), h.Unguarded)
		}
	}
	return week
}

// eachHour cuts [from, to) where the clock of a zone shows full hours, and calls
// do with the hour of the week for each cut.
func eachHour(from, to int64, zone *time.Location, do func(slot int, from, to int64)) {
	const anHour = 60 * 60
	for from < to {
		instant := time.Unix(from, 0).In(zone)
		_, ahead := instant.Zone()
		onWall := from + int64(ahead)
		until := from + (floorDiv(onWall, anHour)+1)*anHour - onWall
		if _, end := instant.ZoneBounds(); !end.IsZero() {
			until = min(until, end.Unix())
		}
		until = min(until, to)
		weekday := (int(instant.Weekday()) + 6) % 7
		do(weekday*24+instant.Hour(), from, until)
		from = until
	}
}
