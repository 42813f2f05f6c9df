package api

import (
	"net/url"

	"frontierwatch/api/codec"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

func (c *call) hotspotWriting() writing[hotspot.Hotspot] {
	return writing[hotspot.Hotspot]{c.encoder.Hotspots, c.encoder.AppendHotspot, c.encoder.ReadHotspots(), c.asked.only}
}

func listHotspots(c *call, s state) (page, error) {
	all, err := c.corpus.Hotspots(c.Request().Context(), c.detection(s))
	return partOf(c, s, all, c.hotspotWriting(), func(h *hotspot.Hotspot) bool {
		return c.meets(h.Stretch, c.asked.boxes)
	}), err
}

func oneHotspot(c *call, s state, id string) (page, error) {
	all, err := c.corpus.Hotspots(c.Request().Context(), c.detection(s))
	p := oneOfAll(s, all, c.hotspotWriting(), func(h *hotspot.Hotspot) bool { return h.ID == id })
	for i := range all {
		if all[i].ID == id {
			p.more = c.evidenceLinks(&all[i])
		}
	}
	return p, err
}

// evidenceLinks lead from a hot spot to what it was reckoned from, and to where it may
// have moved away from.
func (c *call) evidenceLinks(h *hotspot.Hotspot) []codec.Link {
	links := []codec.Link{c.link("describedby", "/flags/"+url.PathEscape(h.ID)+"/receipt"+c.sameTime(), asJSON, "The receipt: everything it was reckoned from")}
	if d := h.Displaced; d != nil {
		for i := d.First; i <= d.Last; i++ {
			links = append(links, c.link("related", itemPath(codec.Segments, c.line.Segments()[i].ID), asGeoJSON, "A segment that it may have moved away from"))
		}
	}
	return links
}

// sameTime is the part of a query that says at which time a feature is asked for.
func (c *call) sameTime() string {
	query, kept := c.Request().URL.Query(), url.Values{}
	for _, name := range [...]string{"datetime", "asOf"} {
		if query.Has(name) {
			kept.Set(name, query.Get(name))
		}
	}
	return encoded(kept)
}

func (c *call) flagWriting() writing[hotspot.Flag] {
	return writing[hotspot.Flag]{c.encoder.Flags, c.encoder.AppendFlag, c.encoder.ReadFlags(), c.asked.only}
}

func listFlags(c *call, s state) (page, error) {
	all, err := c.corpus.Flags(c.Request().Context(), c.detection(s))
	return partOf(c, s, all, c.flagWriting(), func(f *hotspot.Flag) bool {
		return c.meets(f.Stretch, c.asked.boxes)
	}), err
}

func oneFlag(c *call, s state, id string) (page, error) {
	all, err := c.corpus.Flags(c.Request().Context(), c.detection(s))
	p := oneOfAll(s, all, c.flagWriting(), func(f *hotspot.Flag) bool { return f.ID == id })
	for i := range all {
		if all[i].ID == id {
			p.more = append(c.evidenceLinks(&all[i].Hotspot), c.link("related", "/flags/"+url.PathEscape(id)+"/state"+c.sameTime(), asJSON, "What was done about it, and where to do something"))
		}
	}
	return p, err
}

// analysis is the question of an analyst in one call: GET /hotspots.
func (c *call) analysis() error {
	of := c.find(codec.Hotspots)
	return c.items(&collection{id: of.id, title: of.title, description: of.description, moment: daily, found: true, list: listAnalysis})
}

func listAnalysis(c *call, s state) (page, error) {
	q := c.detection(s)
	ctx := c.Request().Context()
	all, err := c.corpus.Hotspots(ctx, q)
	if err != nil {
		return page{}, err
	}
	var unguarded map[string]bool
	if c.asked.guarded != nil {
		if unguarded, err = c.unguarded(s.head, q, all); err != nil {
			return page{}, err
		}
	}
	return partOf(c, s, all, c.hotspotWriting(), func(h *hotspot.Hotspot) bool {
		return h.Level >= c.asked.level &&
			(c.asked.window == 0 || h.WindowDays <= c.asked.window) &&
			(unguarded == nil || unguarded[h.ID] != *c.asked.guarded) &&
			c.meets(h.Stretch, c.asked.boxes)
	}), nil
}

// mostly is the share from which on a stretch counts as unguarded.
const mostly = 0.5

// unguarded are the ids of the hot spots whose stretch was not known to be
// guarded for most of its length and of the hours of the window. For those that
// are raised, flags say so; for the others the segments do.
func (c *call) unguarded(head log.Seq, q hotspot.Query, spots []hotspot.Hotspot) (map[string]bool, error) {
	flags, err := c.corpus.Flags(c.Request().Context(), q)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, f := range flags {
		found[f.ID] = true
	}
	for i := range spots {
		h := &spots[i]
		if h.Raised() || !c.meets(h.Stretch, c.asked.boxes) {
			continue
		}
		q.Window = h.WindowDays
		segments, err := c.segments(head, q)
		if err != nil {
			return nil, err
		}
		found[h.ID] = share(segments[h.First:h.Last+1]) >= mostly
	}
	return found, nil
}

// share is the unguarded share of segments together, by their length.
func share(segments []hotspot.SegmentState) float64 {
	length, unguarded := 0.0, 0.0
	for i := range segments {
		l := float64(segments[i].Stretch.Length())
		length, unguarded = length+l, unguarded+l*segments[i].UnguardedShare
	}
	return unguarded / max(length, 1)
}
