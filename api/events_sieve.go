package api

import (
	"slices"

	"frontierwatch/api/codec"
	"frontierwatch/api/live"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// sieve says which events are wanted. It is for one goroutine.
type sieve struct {
	names    []string // of collections
	report   func(*report.Version) bool
	hotspot  func(*hotspot.Hotspot) bool
	flag     func(*hotspot.Flag) bool
	boxed    func(any) bool
	anything bool // neither filter nor box
}

// toldAs are the collections and the events that are about them.
func toldAs(kind live.Kind) string {
	switch kind {
	case live.Report:
		return codec.Reports
	case live.Hotspot:
		return codec.Hotspots
	}
	return codec.Flags
}

func (w *sieve) reports() bool { return slices.Contains(w.names, codec.Reports) }

// derived are the collections that are not in the log but follow from it.
func (w *sieve) derived() []string {
	return slices.DeleteFunc(slices.Clone(w.names), func(name string) bool { return name == codec.Reports })
}

func (w *sieve) findings() bool { return len(w.derived()) > 0 }

// sieve is what a request asks to be told.
func (c *call) sieve() (sieve, error) {
	names := c.asked.changed
	if names == nil {
		names = c.toldCollections()
	}
	slices.Sort(names)
	return newSieve(c.server, slices.Compact(names), c.asked)
}

func newSieve(s *server, names []string, a asked) (sieve, error) {
	w := sieve{names: names, boxed: func(v any) bool { return s.within(v, a) }, anything: len(a.boxes) == 0 && a.filterText == ""}
	if a.filterText == "" {
		return w, nil
	}
	for _, name := range names {
		f, err := parseFilter(name, a.language, a.filterText)
		if err != nil {
			return w, badRequest([]fault{{Parameter: "filter", Detail: "of " + name + ": " + err.Error()}})
		}
		switch name {
		case codec.Reports:
			w.report = filterMatcher(f, s.encoder.ReadReports())
		case codec.Hotspots:
			w.hotspot = filterMatcher(f, s.encoder.ReadHotspots())
		case codec.Flags:
			w.flag = filterMatcher(f, s.encoder.ReadFlags())
		}
	}
	return w, nil
}

// within says whether a thing lies in one of the boxes that are asked for.
func (s *server) within(v any, a asked) bool {
	switch v := v.(type) {
	case *hotspot.Hotspot:
		return s.meets(v.Stretch, a.boxes)
	case *hotspot.Flag:
		return s.meets(v.Stretch, a.boxes)
	case *report.Version:
		if v.Point == nil {
			return v.Stretch != nil && s.meets(*v.Stretch, a.boxes)
		}
		for _, b := range a.boxes {
			if b.Contains(*v.Point) {
				return true
			}
		}
	}
	return len(a.boxes) == 0
}

// wants says whether a thing answers; nil does not.
func (w *sieve) wants(v any) bool {
	switch v := v.(type) {
	case *report.Version:
		return w.boxed(v) && (w.report == nil || w.report(v))
	case *hotspot.Hotspot:
		return w.boxed(v) && (w.hotspot == nil || w.hotspot(v))
	case *hotspot.Flag:
		return w.boxed(v) && (w.flag == nil || w.flag(v))
	}
	return false
}

// keeps says what of an event is told: what answers now as it is; what answered
// before and does not any more has ended for this listener.
func (w *sieve) keeps(e *live.Event) (kept bool, change live.Change, data []byte) {
	if !slices.Contains(w.names, toldAs(e.Kind)) {
		return false, "", nil
	}
	is := e.New != nil && (w.anything || w.wants(e.New))
	was := e.Old != nil && (w.anything || w.wants(e.Old))
	switch {
	case is && was:
		return true, live.Changed, e.Data
	case is:
		return true, live.Found, e.Data
	case was:
		return true, live.Ended, e.Gone
	}
	return false, "", nil
}
