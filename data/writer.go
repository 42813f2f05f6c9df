package data

import (
	"bytes"
	"maps"
	"math"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/index"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// writer is what one goroutine changes: everything memory holds of the log.
type writer struct {
	frontier *frontier.Frontier
	head     log.Seq
	recorded time.Time
	reports  *index.Index
	series   *series.Set
	ports    []guard.Port
	setting  guard.Setting
	guard    *guard.Guard
	posts    records[guard.Post]
	sources  records[report.Source]
	latest   map[string]time.Time // end of the newest interval that each source reported; replaced, not changed
	paces    paces
	shown    bool                      // readers have latest, so that it is not changed any more
	next     report.Version            // that is being applied
	named    log.Seq                   // of the newest entry about a source
	settled  log.Seq                   // of the newest entry that is no report
	steps    []hotspot.Taken           // about flags, in the order of the log
	own      map[log.Kind]records[Own] // replaced, not changed
	redacted log.Seq                   // the newest entry that overwrote others
	changed  log.Seq                   // the newest entry about a report that was there already
	stale    bool                      // memory holds what has been overwritten since it was read
}

func (w *writer) init(cfg Config) (err error) {
	w.frontier = cfg.Frontier
	w.reports = index.New(cfg.Frontier)
	w.series = series.Over(cfg.Frontier, func(id string) *report.Version {
		v, _ := w.reports.Snapshot().Get(id, log.AsOf{})
		return v
	})
	w.ports, w.setting = cfg.Ports, cfg.Guard
	for _, p := range cfg.Posts {
		w.posts = w.posts.with(log.Entry{Kind: log.Post, ID: p.ID, Op: log.Create}, p)
	}
	for _, s := range cfg.Sources {
		w.sources = w.sources.with(log.Entry{Kind: log.Source, ID: s.ID, Op: log.Create}, s)
	}
	w.guard, err = guard.New(w.frontier, w.ports, w.standingPosts(), w.setting)
	return err
}

// replay applies an entry as the log gives it.
func (w *writer) replay(e log.Entry) error {
	a, err := w.decode(e)
	if err != nil {
		return err
	}
	return w.apply(a)
}

// change is an entry with its body read and placed. One of report, post, source,
// step and own is set, none for a retraction.
type change struct {
	entry   log.Entry
	report  *report.Report
	place   frontier.Place
	created *report.Version // the report as memory takes it, of a creation that was read at start; else nil
	post    *guard.Post
	source  *report.Source
	step    *hotspot.Step
	own     *Own
}

// decode reads the body of an entry. The limit does not apply: what the log
// holds was accepted under the setting of its time.
func (w *writer) decode(e log.Entry) (change, error) {
	c := change{entry: e}
	err := w.decodeInto(&report.Report{}, &c)
	return c, err
}

// decodeInto is decode of a change that has nothing but its entry, into the room of a
// report that nobody holds any more.
func (w *writer) decodeInto(room *report.Report, c *change) (err error) {
	e := &c.entry
	if e.Op == log.Retract || e.Op == log.Redact || e.Erased() {
		return nil
	}
	switch e.Kind {
	case log.Report:
		room.ID = e.ID // so that the text is not kept twice
		if err := report.ReadBody(e.Body, room); err != nil {
			return err
		}
		c.report = room
		c.place, err = place(w.frontier, room, frontier.Meters(math.Inf(1)))
	case log.Post:
		c.post = new(guard.Post)
		*c.post, err = guard.DecodePost(e.Body)
	case log.Source:
		c.source = new(report.Source)
		*c.source, err = report.DecodeSource(e.Body)
	case log.Flag:
		c.step = new(hotspot.Step)
		*c.step, err = hotspot.DecodeStep(e.Body)
	case log.Key, log.Subscription:
		c.own = &Own{ID: e.ID, Body: bytes.Clone(e.Body)}
	}
	return err // nil for kinds that memory holds nothing of
}

// apply is the one way into memory, live and at start.
func (w *writer) apply(c change) error {
	e := c.entry
	switch e.Kind {
	case log.Report:
		w.applyReport(c)
	case log.Post:
		var p guard.Post
		if c.post != nil {
			p = *c.post
		}
		w.posts = w.posts.with(e, p)
		w.guard = w.guard.WithPosts(w.standingPosts())
	case log.Source:
		var s report.Source
		if c.source != nil {
			s = *c.source
		}
		w.sources, w.named = w.sources.with(e, s), e.Seq
	case log.Flag:
		if c.step != nil { // readers see no further than where the slice ended for them
			w.steps = append(w.steps, hotspot.Taken{Step: *c.step, Seq: uint64(e.Seq), Recorded: e.Recorded, Actor: e.Actor})
		}
	case log.Key, log.Subscription:
		var o Own
		if c.own != nil {
			o = *c.own
		}
		w.own = maps.Clone(w.own)
		if w.own == nil {
			w.own = map[log.Kind]records[Own]{}
		}
		w.own[e.Kind] = w.own[e.Kind].with(e, o)
	}
	if w.head, w.recorded = e.Seq, e.Recorded; e.Kind != log.Report {
		w.settled = e.Seq
	}
	return nil
}

func (w *writer) applyReport(c change) {
	e := c.entry
	if e.Op == log.Redact {
		w.redacted, w.stale = e.Seq, true
	}
	if e.Op != log.Create {
		w.changed = e.Seq
	}
	if e.Erased() {
		return
	}
	var old *report.Version
	if e.Op != log.Create { // what is created was not there
		old, _ = w.reports.Snapshot().Get(e.ID, log.AsOf{})
	}
	next := &w.next // nobody holds on to it
	*next = report.Version{FID: e.FID, Seq: e.Seq, Revision: e.Revision, Recorded: e.Recorded}
	if old != nil {
		next.Replaces = old.Seq
	}
	switch {
	case c.report != nil:
		next.Report, next.Place = *c.report, c.place
	case old != nil: // a redaction leaves what stands as it reads it in the log
		next.Report, next.Place, next.Deleted = old.Report, old.Place, e.Op == log.Retract || old.Deleted
	default:
		return // all of it was erased
	}
	w.reports.Add(next)
	w.series.Replace(old, next)
	w.noteLatest(old, next)
	w.paces.note(old, next)
}

// noteLatest keeps the newest report of each source. Only where the one that was
// newest is taken back, all have to be looked at again.
func (w *writer) noteLatest(old, next *report.Version) {
	if old != nil && !old.Deleted && w.latest[old.Source].Equal(old.End) &&
		(next.Deleted || next.Source != old.Source || next.End.Before(old.End)) {
		w.latest, w.shown = latest(w.reports.Snapshot(), log.AsOf{}), false
		return
	}
	if !next.Deleted && next.End.After(w.latest[next.Source]) {
		if w.shown || w.latest == nil {
			w.latest, w.shown = maps.Clone(w.latest), false
		}
		if w.latest == nil {
			w.latest = map[string]time.Time{}
		}
		w.latest[next.Source] = next.End
	}
}

// latest is the end of the newest interval that each source reported, by looking
// at every report that stood.
func latest(reports index.Snapshot, at log.AsOf) map[string]time.Time {
	last := map[string]time.Time{}
	reports.Versions(at, func(v *report.Version) bool {
		if v.End.After(last[v.Source]) {
			last[v.Source] = v.End
		}
		return true
	})
	return last
}

func (w *writer) standingPosts() (posts []guard.Post) {
	w.posts.each(log.AsOf{}, func(_ int64, p guard.Post) { posts = append(posts, p) })
	return posts
}

// publish makes what was applied visible to readers.
func (w *writer) publish() *state {
	w.shown = true
	return &state{
		head: w.head, recorded: w.recorded,
		reports: w.reports.Snapshot(), series: w.series.Snapshot(),
		guard: w.guard, posts: w.posts, sources: w.sources, latest: w.latest, paces: w.paces.show(), named: w.named, settled: w.settled, setting: w.setting, steps: w.steps, own: w.own, redacted: w.redacted, changed: w.changed,
		passed: make(chan struct{}),
	}
}

// place puts a report on the frontier: its point by Locate, its stretch by its
// middle.
func place(f *frontier.Frontier, r *report.Report, limit frontier.Meters) (frontier.Place, error) {
	if r.Point != nil {
		return f.Locate(*r.Point, limit)
	}
	s := *r.Stretch
	if end := f.Length(s.Part); s.To > end {
		return frontier.Place{}, report.Faults{{
			Member: "/properties/stretch/km_to",
			Detail: "the " + s.Part.String() + " part ends before this: give a km_to of at most " + kmText(end),
		}}
	}
	middle := s.From + s.Length()/2
	return frontier.Place{
		Part: s.Part, Measure: middle, Nearest: f.At(s.Part, middle),
		Segment: f.SegmentAt(s.Part, middle),
	}, nil
}
