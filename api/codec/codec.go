// Package codec writes the collections as GeoJSON (RFC 7946), as a GeoJSON text
// sequence (RFC 8142) and as CSV (RFC 4180). It knows no HTTP and no clock.
//
// What a feature says is stated once for each collection, as a table of its
// properties in the order of output. GeoJSON, CSV, the schema and the queryables
// are all made from it. What follows from it:
//
//   - Every feature has a text id, a numeric fid, and every property of its
//     collection, null where there is nothing to say: clients take their schema
//     from the first rows.
//   - Properties are flat: text, numbers, booleans, and lists of text.
//   - Numbers are rounded to the decimals that their property has; NaN and the
//     infinities are null. Times are RFC 3339 in UTC. Text is escaped as
//     encoding/json does without HTML escaping: an answer that is put into a page
//     needs the escaping of that page.
//   - A report's stretch of more than 50 km is drawn simplified: its ends are exact,
//     and it lies nowhere farther from the line than a two-hundredth of its length.
//   - Geometry is a Point or a LineString of at most seven decimals, or null;
//     never empty. The frontier does not cross the antimeridian (frontier.New
//     refuses a line that does), so that nothing needs to be cut there.
package codec

import (
	"sync"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// The names of the collections.
const (
	Reports  = "reports"
	Segments = "segments"
	Ports    = "ports"
	Posts    = "posts"
	Sources  = "sources"
	Hotspots = "hotspots"
	Flags    = "flags"
)

// Collections lists the names in the order in which people read them. The slice
// is the caller's own.
func Collections() []string {
	return []string{Reports, Segments, Ports, Posts, Sources, Hotspots, Flags}
}

// Link is a reference to another resource (RFC 8288) as it stands in an answer.
type Link struct {
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
	Href  string `json:"href"`
}

// Encoder writes the features of one frontier. The lines of its segments are
// encoded once, when it is made; its buffers are used again. It is safe for any
// number of goroutines.
//
// Its Append methods append one GeoJSON Feature to dst and return the result. They
// allocate nothing where dst has room,
// but for reports and hot spots on a stretch that is no segment, whose line has
// to be cut out first. Without links the member is left out.
type Encoder struct {
	ground
	buffers sync.Pool
}

// NewEncoder prepares an encoder.
func NewEncoder(f *frontier.Frontier) *Encoder {
	e := &Encoder{ground: ground{frontier: f, rough: &roughLines{all: map[frontier.Stretch][]byte{}}}}
	segments := f.Segments()
	e.lines = make([][]byte, len(segments))
	for i := range segments {
		e.lines[i] = appendStretch(nil, f, segments[i].Stretch)
	}
	return e
}

// AppendReport appends a report.
func (e *Encoder) AppendReport(dst []byte, v *report.Version, links []Link) []byte {
	return appendFeature(dst, e.ground, &reportTable, v, links)
}

// AppendSegment appends a segment with its state.
func (e *Encoder) AppendSegment(dst []byte, s *hotspot.SegmentState, links []Link) []byte {
	return appendFeature(dst, e.ground, &segmentTable, s, links)
}

// AppendPort appends a port with its state.
func (e *Encoder) AppendPort(dst []byte, p *guard.PortState, links []Link) []byte {
	return appendFeature(dst, e.ground, &portTable, p, links)
}

// AppendPost appends a post.
func (e *Encoder) AppendPost(dst []byte, p *guard.PostState, links []Link) []byte {
	return appendFeature(dst, e.ground, &postTable, p, links)
}

// AppendSource appends a source; its geometry is null.
func (e *Encoder) AppendSource(dst []byte, s *report.SourceState, links []Link) []byte {
	return appendFeature(dst, e.ground, &sourceTable, s, links)
}

// AppendHotspot appends a hot spot.
func (e *Encoder) AppendHotspot(dst []byte, h *hotspot.Hotspot, links []Link) []byte {
	return appendFeature(dst, e.ground, &hotspotTable, h, links)
}

// AppendFlag appends a flag.
func (e *Encoder) AppendFlag(dst []byte, f *hotspot.Flag, links []Link) []byte {
	return appendFeature(dst, e.ground, &flagTable, f, links)
}
