package data

import (
	"context"
	"slices"
	"sync"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// keptFindings is how many answers of detection are remembered: the present one,
// and some of the past that people step through.
const keptFindings = 64

// detections remembers what detection found, so that it is computed once for a
// change and a day, whoever asks, and however often.
type detections struct {
	mu   sync.Mutex
	kept []*finding // oldest first
	live recollections

	recent recents
	told   told
}

// question is what a finding answers.
type question struct {
	series uint64    // version of the counts, where they are the present ones
	named  log.Seq   // of the newest entry of the register of sources
	at     log.AsOf  // bounded, where they are not
	day    time.Time // UTC
	// redacted is the newest entry before which something was overwritten: what was
	// found in counts of before is not found in those of after.
	redacted log.Seq
	guard    *guard.Guard // what guards now, where they are the present ones
}

// finding is what detection found for a day, for every unit that was reported.
type finding struct {
	question
	once  sync.Once
	units map[report.Unit]hotspot.Result
}

// find is the finding that answers a question; it is computed by the first
// caller, and later ones wait for that.
func (d *detections) find(q question, compute func() map[report.Unit]hotspot.Result) map[report.Unit]hotspot.Result {
	d.mu.Lock()
	i := slices.IndexFunc(d.kept, func(f *finding) bool { return f.question == q })
	if i < 0 {
		if len(d.kept) == keptFindings {
			d.kept = slices.Delete(d.kept, 0, 1)
		}
		i, d.kept = len(d.kept), append(d.kept, &finding{question: q})
	}
	f := d.kept[i]
	d.mu.Unlock()
	f.once.Do(func() { f.units = compute() })
	return f.units
}

// detect answers for the day of q, and returns that day too.
func (c *Corpus) detect(ctx context.Context, s *state, q hotspot.Query) (map[report.Unit]hotspot.Result, time.Time) {
	day := c.instant(q).Truncate(24 * time.Hour)
	asked := question{day: day, series: s.series.Version(), named: s.named, redacted: s.redacted, guard: s.guard}
	compute := func() map[report.Unit]hotspot.Result { return c.recompute(s, day) }
	if s.past(q.AsOf) {
		asked = question{day: day, at: s.pinned(q.AsOf), redacted: s.redacted}
		compute = func() map[report.Unit]hotspot.Result {
			return c.compute(c.countsAt(s, q.AsOf), day, s.voices(q.AsOf), s.method(q.AsOf))
		}
	}
	return c.found.find(asked, func() map[report.Unit]hotspot.Result {
		_, detected := c.config.Observe.begin(ctx, StageDetect, 0)
		defer detected(nil)
		return compute()
	}), day
}

// past says whether less is asked for than what stands now.
func (s *state) past(at log.AsOf) bool {
	return !at.Known.IsZero() || at.Seq != 0 && at.Seq < s.head
}

// pinned is the same question for any later state.
func (s *state) pinned(at log.AsOf) log.AsOf {
	if at.Seq == 0 || at.Seq > s.head {
		at.Seq = s.head
	}
	return at
}

// method is what detection is run with: who a source is, is known from the
// register at a position, whenever it was written down.
func (s *state) method(at log.AsOf) hotspot.Setting {
	return hotspot.Setting{Share: s.guardAt(at).Share, Agency: func(id string) string {
		if source, ok := s.sources.find(id, log.AsOf{Seq: at.Seq}); ok && source.Agency != "" {
			return source.Agency
		}
		return id
	}}
}

// instant is the moment a query asks about: the one it names, else the one whose
// knowledge it asks for, else now.
func (c *Corpus) instant(q hotspot.Query) time.Time {
	switch {
	case !q.At.IsZero():
		return q.At.UTC()
	case !q.AsOf.Known.IsZero():
		return q.AsOf.Known.UTC()
	}
	return c.now().UTC()
}

// countsAt is the counts that stood at a position or knowledge; those of the past
// are counted again.
func (c *Corpus) countsAt(s *state, at log.AsOf) series.Snapshot {
	if !s.past(at) {
		return s.series
	}
	set := series.Over(c.frontier, func(id string) *report.Version {
		v, _ := s.reports.Get(id, at)
		return v
	})
	s.reports.Versions(at, func(v *report.Version) bool {
		set.Replace(nil, v)
		return true
	})
	return set.Snapshot()
}

// guardAt is what guarded the frontier as far as was known.
func (s *state) guardAt(at log.AsOf) *guard.Guard {
	if !s.past(at) {
		return s.guard
	}
	var posts []guard.Post
	s.posts.each(at, func(_ int64, p guard.Post) { posts = append(posts, p) })
	return s.guard.WithPosts(posts)
}

// compute finds without remembering anything.
func (c *Corpus) compute(counts series.Snapshot, day time.Time, voices []hotspot.Voice, setting hotspot.Setting) map[report.Unit]hotspot.Result {
	found := map[report.Unit]hotspot.Result{}
	for _, unit := range counts.Units() {
		found[unit] = hotspot.Run(hotspot.NewInput(counts, unit, c.areas, voices...), day, setting)
	}
	return found
}

// Hotspots lists the stretches with risen activity, the highest score first.
func (c *Corpus) Hotspots(ctx context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	spots, _ := c.hotspots(ctx, c.at(q.AsOf), q)
	return spots, nil
}

func (c *Corpus) hotspots(ctx context.Context, s *state, q hotspot.Query) ([]hotspot.Hotspot, time.Time) {
	found, day := c.detect(ctx, s, q)
	var spots []hotspot.Hotspot
	for unit, result := range found {
		if q.Unit == "" || q.Unit == unit {
			spots = append(spots, result.Hotspots...)
		}
	}
	slices.SortFunc(spots, hotspot.ByScore)
	return spots, day
}

// Segments lists every segment with its guard at the instant of q and its counts
// over the window that ends with the day of q.
func (c *Corpus) Segments(ctx context.Context, q hotspot.Query) ([]hotspot.SegmentState, error) {
	s := c.at(q.AsOf)
	found, day := c.detect(ctx, s, q)
	at, window := c.instant(q), q.Window
	if window == 0 {
		window = 28
	}
	unit := q.Unit
	if unit == "" {
		unit = busiest(found, window)
	}
	levels, guarding := c.levels(found, q.Unit), s.guardAt(q.AsOf)
	states := make([]hotspot.SegmentState, len(c.frontier.Segments()))
	for i, segment := range c.frontier.Segments() {
		states[i] = c.segment(guarding, segment, at, day, window)
		states[i].Unit, states[i].Level = unit, levels[i]
		if result, ok := found[unit]; ok {
			states[i].Observed, states[i].Expected, states[i].Completeness = result.Segment(i, window)
		}
	}
	return states, nil
}

// segment is what the guard knows of a segment.
func (c *Corpus) segment(g *guard.Guard, segment frontier.Segment, at, day time.Time, window int) hotspot.SegmentState {
	state := hotspot.SegmentState{Segment: segment, Guarded: truth(g.Guarded(segment.Stretch, at))}
	end := day.AddDate(0, 0, 1)
	state.UnguardedShare, _ = g.Share(segment.Stretch, end.AddDate(0, 0, -window), end, report.DirectionUnknown)
	middle := segment.Stretch.From + segment.Stretch.Length()/2
	if port, distance, ok := g.Nearest(segment.Stretch.Part, middle); ok {
		state.NearestPort, state.NearestPortKM = port.ID, distance.KM()
	}
	return state
}

// levels are the highest levels of the hot spots that touch each segment.
func (c *Corpus) levels(found map[report.Unit]hotspot.Result, only report.Unit) []hotspot.Level {
	levels := make([]hotspot.Level, len(c.frontier.Segments()))
	for unit, result := range found {
		if only != "" && only != unit {
			continue
		}
		for _, spot := range result.Hotspots {
			for i := spot.First; i <= spot.Last; i++ {
				levels[i] = max(levels[i], spot.Level)
			}
		}
	}
	return levels
}

// busiest is the unit with the most people in the window, by name where equal.
func busiest(found map[report.Unit]hotspot.Result, window int) (unit report.Unit) {
	most := -1.0
	for u, result := range found {
		people := 0.0
		for i := range result.Segments() {
			observed, _, _ := result.Segment(i, window)
			people += observed
		}
		if people > most || people == most && u < unit {
			unit, most = u, people
		}
	}
	return unit
}

func truth(t guard.Tri) *bool {
	if t == guard.Unknown {
		return nil
	}
	yes := t == guard.Yes
	return &yes
}
