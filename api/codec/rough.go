package codec

import (
	"math"
	"sync"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

const (
	// trueLength is how long the stretch of a report may be and still be drawn as the
	// line is, metres. A longer one is known so roughly that every bend of the line
	// would say more than is meant, and make pages of many megabytes.
	trueLength = 50_000
	// roughness is which part of the length of a longer stretch its drawn line may lie
	// away from the true one: 5 km of 1,000.
	roughness = 1.0 / 200
	// maxRough is how many drawn stretches are remembered: figures are published for
	// the same provinces and sectors again and again.
	maxRough = 1024
)

// roughLines remembers the geometries of long stretches as they are written. It may
// be used by any number of goroutines.
type roughLines struct {
	mu  sync.RWMutex
	all map[frontier.Stretch][]byte
}

// appendRough appends the line of a report's stretch: that of appendStretch, but
// simplified (Douglas and Peucker) if it is long. Its ends are exact, and no point of
// the true line is farther from it than the roughness allows.
func (g ground) appendRough(dst []byte, segment int, s frontier.Stretch) []byte {
	if !(s.Length() > trueLength) {
		return g.appendLine(dst, segment, s)
	}
	if g.rough == nil {
		return appendSimplified(dst, g.frontier, s)
	}
	g.rough.mu.RLock()
	text, ok := g.rough.all[s]
	g.rough.mu.RUnlock()
	if !ok {
		text = appendSimplified(nil, g.frontier, s)
		g.rough.put(s, text)
	}
	return append(dst, text...)
}

// appendSimplified appends the simplified line of a stretch; where it is no line what
// appendStretch does.
func appendSimplified(dst []byte, f *frontier.Frontier, s frontier.Stretch) []byte {
	if line := simplified(f, s); len(line) > 1 {
		return appendLineString(dst, line)
	}
	return appendStretch(dst, f, s)
}

func (r *roughLines) put(s frontier.Stretch, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) >= maxRough {
		clear(r.all)
	}
	r.all[s] = text
}

// simplified is the line of a stretch with only those of its points that it takes to
// be drawn as rough as its length allows; empty where the stretch is no line.
func simplified(f *frontier.Frontier, s frontier.Stretch) orb.LineString {
	line := f.Slice(s)
	if len(line) < 3 {
		return line
	}
	length := min(s.To, f.Length(s.Part)) - max(s.From, 0)
	plane := metres(line)
	kept := make([]bool, len(line))
	kept[0], kept[len(line)-1] = true, true
	keep(plane, kept, 0, len(line)-1, float64(length)*roughness)
	n := 0
	for i, p := range line {
		if kept[i] {
			line[n] = p
			n++
		}
	}
	return line[:n]
}

// metres lays a line flat. Longitudes are as wide as where they are widest, so that
// distances come out too long rather than too short.
func metres(line orb.LineString) orb.LineString {
	const degree = 111_400 // of latitude at most, and of longitude at the equator
	widest := 0.0
	for _, p := range line {
		widest = max(widest, math.Cos(p[1]*math.Pi/180))
	}
	plane := make(orb.LineString, len(line))
	for i, p := range line {
		plane[i] = orb.Point{p[0] * degree * widest, p[1] * degree}
	}
	return plane
}

// keep marks the point between two that lies farthest from the line between them, if
// that is farther than the tolerance, and so on to either side of it.
func keep(line orb.LineString, kept []bool, first, last int, tolerance float64) {
	farthest, most := -1, tolerance
	for i := first + 1; i < last; i++ {
		if d := distance(line[i], line[first], line[last]); d > most {
			farthest, most = i, d
		}
	}
	if farthest < 0 {
		return
	}
	kept[farthest] = true
	keep(line, kept, first, farthest, tolerance)
	keep(line, kept, farthest, last, tolerance)
}

// distance is how far a point lies from the line between two others.
func distance(p, a, b orb.Point) float64 {
	x, y := b[0]-a[0], b[1]-a[1]
	along := 0.0
	if length := x*x + y*y; length > 0 {
		along = max(0, min(1, ((p[0]-a[0])*x+(p[1]-a[1])*y)/length))
	}
	return math.Hypot(p[0]-a[0]-along*x, p[1]-a[1]-along*y)
}
