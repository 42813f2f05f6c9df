package api

import (
	"frontierwatch/api/codec"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func (c *call) portWriting() writing[guard.PortState] {
	return writing[guard.PortState]{c.encoder.Ports, c.encoder.AppendPort, c.encoder.ReadPorts(), c.asked.only}
}

func listPorts(c *call, s state) (page, error) {
	all, err := c.corpus.Ports(c.Request().Context(), s.at)
	return partOf(c, s, all, c.portWriting(), func(p *guard.PortState) bool { return inside(p.Point, c.asked.boxes) }), err
}

func onePort(c *call, s state, id string) (page, error) {
	all, err := c.corpus.Ports(c.Request().Context(), s.at)
	return oneOfAll(s, all, c.portWriting(), func(p *guard.PortState) bool { return p.ID == id }), err
}

func (c *call) postWriting() writing[guard.PostState] {
	return writing[guard.PostState]{c.encoder.Posts, c.encoder.AppendPost, c.encoder.ReadPosts(), c.asked.only}
}

func listPosts(c *call, s state) (page, error) {
	all, err := c.corpus.Posts(c.Request().Context(), c.known(s))
	return partOf(c, s, all, c.postWriting(), func(p *guard.PostState) bool {
		if !c.asked.times.meets(p.ActiveFrom, p.ActiveTo) {
			return false
		}
		if p.Point != nil {
			return inside(*p.Point, c.asked.boxes)
		}
		return c.meets(p.Stretch, c.asked.boxes)
	}), err
}

func onePost(c *call, s state, id string) (page, error) {
	all, err := c.corpus.Posts(c.Request().Context(), c.known(s))
	return oneShown(all, c.postWriting(), func(p *guard.PostState) bool { return p.ID == id }), err
}

func (c *call) sourceWriting() writing[report.SourceState] {
	return writing[report.SourceState]{c.encoder.Sources, c.encoder.AppendSource, c.encoder.ReadSources(), c.asked.only}
}

func listSources(c *call, s state) (page, error) {
	all, err := c.corpus.Sources(c.Request().Context(), c.known(s))
	return partOf(c, s, all, c.sourceWriting(), func(*report.SourceState) bool { return true }), err
}

func oneSource(c *call, s state, id string) (page, error) {
	all, err := c.corpus.Sources(c.Request().Context(), c.known(s))
	return oneShown(all, c.sourceWriting(), func(v *report.SourceState) bool { return v.ID == id }), err
}

func (c *call) segmentWriting() writing[hotspot.SegmentState] {
	return writing[hotspot.SegmentState]{c.encoder.Segments, c.encoder.AppendSegment, c.encoder.ReadSegments(), c.asked.only}
}

func listSegments(c *call, s state) (page, error) {
	all, err := c.segments(s.head, c.detection(s))
	return partOf(c, s, all, c.segmentWriting(), func(v *hotspot.SegmentState) bool {
		return c.meets(v.Stretch, c.asked.boxes)
	}), err
}

func oneSegment(c *call, s state, id string) (page, error) {
	all, err := c.segments(s.head, c.detection(s))
	p := oneOfAll(s, all, c.segmentWriting(), func(v *hotspot.SegmentState) bool { return v.ID == id })
	if p.n > 0 {
		at := itemPath(codec.Segments, id)
		p.more = []codec.Link{
			c.link("related", at+"/series", asJSON, "Its counts over time"),
			c.link("related", at+"/week", asJSON, "When in the week it is unguarded"),
		}
	}
	return p, err
}

// detection is the question of a call to what detection found: for the position of
// its state, so that the answer is what it says it is. Asking for a position that is
// not the newest costs counting again, unless detection has said it just now.
func (c *call) detection(s state) hotspot.Query {
	q := hotspot.Query{At: s.at, AsOf: c.asked.asOf, Unit: c.asked.unit, Window: c.asked.window}
	if q.AsOf.Seq >= s.head {
		q.AsOf.Seq = 0
	}
	if c.asked.next != nil || s.found {
		q.AsOf = c.known(s)
	}
	if q.AsOf.Known.After(c.now().Add(report.Ahead)) {
		q.AsOf.Known = log.AsOf{}.Known
	}
	return q
}
