package api

import (
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/api/tile"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// drawing is a tile while it is made.
type drawing struct {
	*call
	ctx   context.Context
	id    tile.ID
	bound orb.Bound // with the buffer
	state state
}

// drawTile makes the bytes of a tile; none: it is empty.
func (c *call) drawTile(ctx context.Context, id tile.ID, s state) (text []byte, err error) {
	d := &drawing{call: c, ctx: ctx, id: id, bound: id.Bound(tile.Buffer), state: s}
	for _, name := range tileLayers {
		if !c.drawn(name) {
			continue
		}
		l := tile.NewLayer(name)
		switch name {
		case codec.Segments:
			err = d.segmentLayer(l)
		case codec.Ports:
			err = d.portLayer(l)
		case codec.Flags:
			err = d.flagLayer(l)
		case codec.Hotspots:
			err = d.hotspotLayer(l)
		case codec.Reports:
			err = d.reportLayer(l)
		}
		if err != nil {
			return nil, err
		}
		text = l.Append(text)
	}
	return text, nil
}

func (d *drawing) segmentLayer(l *tile.Layer) error {
	lines := d.lines()
	near := false
	for _, b := range d.bounds {
		near = near || b.Intersects(d.bound)
	}
	if !near { // then nobody needs to ask how they are
		return nil
	}
	all, err := d.call.segments(d.state.head, d.detection(d.state))
	if err != nil {
		return err
	}
	drawer := newDrawer(l, codec.Segments, d.encoder.ReadSegments())
	for i := range all {
		if d.bounds[i].Intersects(d.bound) {
			drawer.begin(&all[i])
			l.Lines(d.id.Line(lines[i]))
		}
	}
	return nil
}

func (d *drawing) portLayer(l *tile.Layer) error {
	all, err := d.corpus.Ports(d.ctx, d.state.at)
	drawer := newDrawer(l, codec.Ports, d.encoder.ReadPorts())
	for i := range all {
		if d.bound.Contains(all[i].Point) {
			drawer.begin(&all[i])
			l.Point(d.place(all[i].Point))
		}
	}
	return err
}

func (d *drawing) hotspotLayer(l *tile.Layer) error {
	all, err := d.corpus.Hotspots(d.ctx, d.detection(d.state))
	drawer := newDrawer(l, codec.Hotspots, d.encoder.ReadHotspots())
	for i := range all {
		if d.meets(all[i].Stretch, []orb.Bound{d.bound}) {
			drawer.begin(&all[i])
			l.Lines(d.stretch(all[i].Stretch))
		}
	}
	return err
}

func (d *drawing) flagLayer(l *tile.Layer) error {
	all, err := d.corpus.Flags(d.ctx, d.detection(d.state))
	drawer := newDrawer(l, codec.Flags, d.encoder.ReadFlags())
	for i := range all {
		if d.meets(all[i].Stretch, []orb.Bound{d.bound}) {
			drawer.begin(&all[i])
			l.Lines(d.stretch(all[i].Stretch))
		}
	}
	return err
}

func (d *drawing) place(p orb.Point) tile.Point { return d.id.Point(tile.World(p)) }

func (d *drawing) stretch(s frontier.Stretch) [][]tile.Point {
	return d.id.Line(tile.WorldLine(d.line.Slice(s)))
}

// reports is the question for the reports in a box.
func (d *drawing) reports(box orb.Bound) report.Query {
	q := report.Query{Boxes: []orb.Bound{box}, From: d.asked.times.from, To: d.asked.times.to}
	q.AsOf.Seq = d.state.head
	if unit := d.asked.unit; unit != "" {
		q.Kind = func(k report.Kind) bool { return k.Unit == unit }
	}
	return q
}

func (d *drawing) reportLayer(l *tile.Layer) error {
	if d.state.head == 0 {
		return nil
	}
	if d.id.Z >= clusterBelow {
		q := d.reports(d.bound)
		q.Limit = maxTileReports
		found, err := d.corpus.Reports(d.ctx, q)
		if err != nil {
			return err
		}
		if found.Next == nil {
			d.eachReport(l, found.Versions)
			return nil
		}
	}
	return d.clusters(l)
}

func (d *drawing) eachReport(l *tile.Layer, versions []*report.Version) {
	drawer := newDrawer(l, codec.Reports, d.encoder.ReadReports())
	for _, v := range versions {
		drawer.begin(v)
		l.Number("reports", 1)
		if v.Point != nil {
			l.Point(d.place(*v.Point))
		} else if v.Stretch != nil {
			l.Lines(d.stretch(*v.Stretch))
		}
	}
}

// gathering is the reports of a tile by the cells of a grid. A stretch whose middle
// lies in another tile counts there.
type gathering struct {
	*tile.Grid
	line *frontier.Frontier
}

// Other implements report.Places.
func (g gathering) Other(v *report.Version) {
	if p := v.Point; p != nil {
		g.Point(*p)
	}
	if s := v.Stretch; s != nil {
		g.Point(g.line.At(s.Part, s.From+s.Length()/2))
	}
}

// clusters draws the reports of a tile gathered.
func (d *drawing) clusters(l *tile.Layer) error {
	grid := tile.NewGrid(d.id)
	err := d.corpus.Places(d.ctx, d.reports(d.id.Bound(0)), gathering{grid, d.line})
	for c := range grid.Clusters {
		l.Feature(c.ID)
		l.Number("reports", float64(c.Count))
		l.Point(c.At)
	}
	return err
}

// reportsInTiles are the properties of reports that tiles have.
var reportsInTiles = []string{
	"observed_start", "observed_end", "count_best", "count_min", "count_max", "unit", "direction", "relation", "source", "status", "tlp", "part", "km", "segment",
}

// shownInTiles says whether a property stands in tiles: lists do not, and of reports
// only what maps need.
func shownInTiles(collection string, p codec.Property) bool {
	return p.Name != "fid" && p.Type != "array" && (collection != codec.Reports || slices.Contains(reportsInTiles, p.Name))
}

// drawer writes the features of one collection into a layer.
type drawer[T any] struct {
	layer      *tile.Layer
	reader     codec.Reader[T]
	fid        int // where it stands among the properties
	properties []tileProperty
}

// tileProperty is a property with its place among those of its collection.
type tileProperty struct {
	codec.Property
	index int
}

func newDrawer[T any](l *tile.Layer, collection string, r codec.Reader[T]) drawer[T] {
	d := drawer[T]{layer: l, reader: r}
	for i, p := range codec.Properties(collection) {
		switch {
		case p.Name == "fid":
			d.fid = i
		case shownInTiles(collection, p):
			d.properties = append(d.properties, tileProperty{p, i})
		}
	}
	return d
}

// begin begins a feature with its id and its properties, without those that are null.
func (d *drawer[T]) begin(v *T) {
	l := d.layer
	l.Feature(uint64(d.reader.Value(v, d.fid).Number))
	l.Text("id", d.reader.ID(v))
	for _, p := range d.properties {
		value := d.reader.Value(v, p.index)
		switch {
		case !value.Known:
		case p.Type == "number" || p.Type == "integer":
			l.Number(p.Name, value.Number)
		case p.Type == "boolean":
			l.Truth(p.Name, value.Truth)
		case p.Format == "date-time":
			l.Text(p.Name, value.Time.Format(time.RFC3339Nano))
		case p.Format == "date":
			l.Text(p.Name, value.Time.Format(time.DateOnly))
		default:
			l.Text(p.Name, value.Text)
		}
	}
}
