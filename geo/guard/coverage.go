package guard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known where the machine has none

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Reach is how far a port or a post guards along the line, to either side, unless
// a setting says otherwise.
const Reach frontier.Meters = 3_000

// Guard answers what is guarded when. It is immutable and safe for any number of
// goroutines. The zero value guards nothing.
//
// A measure is guarded at an instant when it is within reach of a port that is open
// then on the side that would meet the crosser, or of a post that is active. Who goes
// north is met by Canada's half of a port, who goes south by that of the United
// States; where the direction is not known, either half that is open will do,
// because somebody is there who sees. A port whose hours are not known guards
// neither surely nor surely not: the answer is Unknown, never Yes.
//
// Instants are taken to the second.
type Guard struct {
	frontier *frontier.Frontier
	reach    frontier.Meters
	ports    []guardedPort
	nearest  [len(frontier.Parts)][]int   // ports of a part that are not closed, by measure
	pieces   [len(frontier.Parts)][]piece // what is within reach of anything, by measure
	watches  map[string]*watch            // those of the pieces, by what is in them
}

type guardedPort struct {
	Port
	ca, us *clock
}

// piece is a part of the line all of which is within reach of the same ports and
// posts. Pieces do not overlap.
type piece struct {
	from, to frontier.Meters
	watch    [directions]*watch // by who comes
}

// The ways that somebody may come, as an index.
const (
	eitherWay = iota
	northward
	southward
	directions
)

func way(d report.Direction) int {
	switch d {
	case report.Northbound:
		return northward
	case report.Southbound:
		return southward
	}
	return eitherWay
}

// New builds the guard of a frontier. A reach of 0 is Reach. It fails on a reach
// that is no length, and on a port whose id is not its own, whose measure is not on
// the frontier, or whose hours or zone cannot be read. Posts are taken as they come: what
// of one lies off the frontier guards nothing.
func New(f *frontier.Frontier, ports []Port, posts []Post, s Setting) (*Guard, error) {
	g := &Guard{frontier: f, reach: s.Reach}
	if s.Reach == 0 {
		g.reach = Reach
	}
	if !(g.reach > 0) {
		return nil, fmt.Errorf("a reach of %g m is no length", float64(s.Reach))
	}
	clocks := clockmaker{}
	seen := map[string]bool{}
	for _, p := range ports {
		if seen[p.ID] {
			return nil, fmt.Errorf("two ports have the id %q", p.ID)
		}
		seen[p.ID] = true
		guarded, err := g.port(p, clocks)
		if err != nil {
			return nil, fmt.Errorf("port %s: %w", p.ID, err)
		}
		g.ports = append(g.ports, guarded)
	}
	g.sortPorts()
	g.cover(posts, nil)
	return g, nil
}

// WithPosts returns the guard with other posts and the same ports. It costs less
// than New and keeps what was reckoned.
func (g *Guard) WithPosts(posts []Post) *Guard {
	next := &Guard{frontier: g.frontier, reach: g.reach, ports: g.ports, nearest: g.nearest}
	next.cover(posts, g.watches)
	return next
}

func (g *Guard) port(p Port, clocks clockmaker) (guarded guardedPort, err error) {
	if length := g.frontier.Length(p.Part); !(p.Measure >= 0 && p.Measure <= length) || length == 0 {
		return guarded, fmt.Errorf("km %.3f is not on part %s", p.Measure.KM(), p.Part)
	}
	guarded.Port = p
	if guarded.ca, err = clocks.get(p.HoursCA, p.ZoneCA, Canada); err != nil {
		return guarded, fmt.Errorf("side of Canada: %w", err)
	}
	if guarded.us, err = clocks.get(p.HoursUS, p.ZoneUS, UnitedStates); err != nil {
		return guarded, fmt.Errorf("side of the United States: %w", err)
	}
	return guarded, nil
}

func (g *Guard) sortPorts() {
	for i, p := range g.ports {
		if !p.Closed {
			g.nearest[p.Part] = append(g.nearest[p.Part], i)
		}
	}
	for _, list := range g.nearest {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(g.ports[a].Measure, g.ports[b].Measure) })
	}
}

// clockmaker gives the same clock to all that have the same hours.
type clockmaker map[clockKey]*clock

type clockKey struct {
	hours, zone string
	calendar    Calendar
}

func (m clockmaker) get(hours, zone string, c Calendar) (*clock, error) {
	key := clockKey{hours, zone, c}
	if known := m[key]; known != nil {
		return known, nil
	}
	parsed, err := ParseHours(hours)
	if err != nil {
		return nil, err
	}
	if zone == "" && hours != "" {
		return nil, fmt.Errorf("hours need the time zone they are in")
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	m[key] = &clock{parsed.Holidays(c), location}
	return m[key], nil
}

// arm is a port or post with what of the line is in its reach.
type arm struct {
	from, to frontier.Meters
	ca, us   *clock // of a port
	term     term   // of a post, where the clocks are nil
}

// cover cuts the line into pieces. Watches that are known already are used again.
func (g *Guard) cover(posts []Post, known map[string]*watch) {
	g.watches = map[string]*watch{}
	var arms [len(frontier.Parts)][]arm
	add := func(part frontier.Part, a arm) {
		if int(part) >= len(arms) {
			return
		}
		a.from, a.to = max(a.from-g.reach, 0), min(a.to+g.reach, g.frontier.Length(part))
		if a.from < a.to {
			arms[part] = append(arms[part], a)
		}
	}
	for i := range g.ports {
		if p := &g.ports[i]; !p.Closed {
			add(p.Part, arm{from: p.Measure, to: p.Measure, ca: p.ca, us: p.us})
		}
	}
	for i := range posts {
		p := &posts[i]
		if t := p.term(); p.Offset <= g.reach && t.from < t.to && p.Stretch.From <= p.Stretch.To {
			add(p.Stretch.Part, arm{from: p.Stretch.From, to: p.Stretch.To, term: t})
		}
	}
	for part := range arms {
		g.pieces[part] = g.cut(arms[part], known)
	}
}

func (p *Post) term() term {
	t := term{sinceEver, forEver}
	if !p.ActiveFrom.IsZero() {
		t.from = p.ActiveFrom.Unix()
	}
	if !p.ActiveTo.IsZero() {
		t.to = p.ActiveTo.Unix()
	}
	return t
}

// cut goes along a part and makes a piece wherever the arms that reach it change.
func (g *Guard) cut(arms []arm, known map[string]*watch) (pieces []piece) {
	slices.SortFunc(arms, func(a, b arm) int { return cmp.Compare(a.from, b.from) })
	ends := make([]frontier.Meters, 0, 2*len(arms))
	for _, a := range arms {
		ends = append(ends, a.from, a.to)
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	var here []arm
	next := 0
	for i := 0; i+1 < len(ends); i++ {
		from, to := ends[i], ends[i+1]
		here = slices.DeleteFunc(here, func(a arm) bool { return a.to <= from })
		for ; next < len(arms) && arms[next].from <= from; next++ {
			here = append(here, arms[next])
		}
		if len(here) == 0 {
			continue
		}
		p := piece{from: from, to: to, watch: g.watching(here, known)}
		if last := len(pieces) - 1; last >= 0 && pieces[last].to == from && pieces[last].watch == p.watch {
			pieces[last].to = to
			continue
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// watching is what guards where some arms reach, for each way to come.
func (g *Guard) watching(arms []arm, known map[string]*watch) (watches [directions]*watch) {
	for direction := range watches {
		w := &watch{base: No}
		for _, a := range arms {
			if a.ca == nil {
				w.addTerm(a.term)
				continue
			}
			if direction != southward {
				w.addClock(a.ca)
			}
			if direction != northward {
				w.addClock(a.us)
			}
		}
		watches[direction] = g.intern(w, known)
	}
	return watches
}

func (w *watch) addTerm(t term) {
	if t == (term{sinceEver, forEver}) {
		w.base = Yes
	}
	w.terms = append(w.terms, t)
}

func (w *watch) addClock(c *clock) {
	if state, always := c.hours.always(); always {
		w.base = either(w.base, state)
	} else if !slices.Contains(w.clocks, c) {
		w.clocks = append(w.clocks, c)
	}
}

// intern returns the one watch for all that are alike, so that they share what
// they reckon.
func (g *Guard) intern(w *watch, known map[string]*watch) *watch {
	if w.base == Yes {
		w.clocks, w.terms = nil, nil
	}
	key := w.key()
	if same := g.watches[key]; same != nil {
		return same
	}
	if same := known[key]; same != nil {
		w = same
	}
	g.watches[key] = w
	return w
}

// key is the same for watches that are alike.
func (w *watch) key() string {
	var key strings.Builder
	fmt.Fprint(&key, w.base)
	for _, c := range w.clocks {
		fmt.Fprintf(&key, " %p", c)
	}
	for _, t := range w.terms {
		fmt.Fprintf(&key, " %d..%d", t.from, t.to)
	}
	return key.String()
}
