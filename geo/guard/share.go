package guard

import (
	"sort"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// over calls yield for what there is on a stretch, in the order of measures: pieces
// with their watch, and with no watch what is out of everything's reach. A stretch
// without length is its point, with length 1. What lies off the frontier is out of
// reach. It stops when yield returns false.
func (g *Guard) over(s frontier.Stretch, direction int, yield func(length frontier.Meters, w *watch) bool) {
	if int(s.Part) >= len(g.pieces) {
		yield(max(s.Length(), 1), nil)
		return
	}
	pieces := g.pieces[s.Part]
	i := sort.Search(len(pieces), func(i int) bool { return pieces[i].to > s.From })
	if !(s.From < s.To) {
		g.overPoint(s, i, direction, yield)
		return
	}
	at := s.From
	for ; i < len(pieces) && pieces[i].from < s.To; i++ {
		p := &pieces[i]
		if p.from > at && !yield(p.from-at, nil) {
			return
		}
		from, to := max(p.from, at), min(p.to, s.To)
		if !yield(to-from, p.watch[direction]) {
			return
		}
		at = to
	}
	if at < s.To {
		yield(s.To-at, nil)
	}
}

// overPoint yields the piece that holds a point; i is the first that ends behind
// it. The end of a part belongs to the piece that ends there.
func (g *Guard) overPoint(s frontier.Stretch, i, direction int, yield func(frontier.Meters, *watch) bool) {
	pieces := g.pieces[s.Part]
	if i == len(pieces) && i > 0 && s.From == pieces[i-1].to && s.From == g.frontier.Length(s.Part) {
		i--
	}
	if i < len(pieces) && pieces[i].from <= s.From {
		yield(1, pieces[i].watch[direction])
		return
	}
	yield(1, nil)
}

// Guarded says whether every metre of a stretch is within reach of a port that is
// open on either side or of an active post: Yes; No where some metre surely is
// not; else Unknown. A stretch without length is its point.
func (g *Guard) Guarded(s frontier.Stretch, at time.Time) Tri {
	result, instant := Yes, at.Unix()
	g.over(s, eitherWay, func(_ frontier.Meters, w *watch) bool {
		state := No
		if w != nil {
			state = w.at(instant)
		}
		if state != Yes {
			result = state
		}
		return state != No
	})
	return result
}

// Share is the part of stretch × time in [from, to) that is not known to be guarded
// against somebody who comes that way, from 0 to 1, and the part of it for which
// hours are not known. It is exact: an integral over the changes of hours, not a sample.
// A time without length is its first instant, a stretch without length its point.
func (g *Guard) Share(s frontier.Stretch, from, to time.Time, d report.Direction) (unguarded, unknown float64) {
	begin, end := from.Unix(), to.Unix()
	instant := begin >= end
	if instant {
		end = begin + 1
	}
	seconds := float64(end - begin)
	var all, surely, unsure float64
	g.over(s, way(d), func(length frontier.Meters, w *watch) bool {
		weight := float64(length)
		all += weight
		switch {
		case w == nil:
			surely += weight
		case instant:
			switch w.at(begin) {
			case No:
				surely += weight
			case Unknown:
				unsure += weight
			}
		default:
			no, unknown := w.spent(begin, end)
			surely += weight * float64(no) / seconds
			unsure += weight * float64(unknown) / seconds
		}
		return true
	})
	return min((surely+unsure)/all, 1), min(unsure/all, 1)
}
