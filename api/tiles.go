package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/api/tile"
)

const (
	tilesText = "A vector tile (Mapbox Vector Tile 2.1) in the XYZ scheme of web maps, with a layer for each collection asked for. Lines are simplified by zoom. " +
		"Below zoom 8, and where a tile has more than 5,000 reports, reports are gathered to points with their number (`reports`); those on a stretch count at its middle. " +
		"204: there is nothing in the tile. Features have the properties that they have elsewhere, without those that are null, and fid as their id. " +
		"A tile is of all that was stored before the question; but while more than a thousand entries arrive in a second it may be of a position of the last second, " +
		"which is what the tag and Last-Modified are of. What was changed, taken back or erased is in none from then on."
	tileDatetime = "Reports whose observed interval meets this one; hot spots, flags and segments of its end, as in their collections."

	clusterBelow   = 8    // zoom from which on reports are drawn one by one
	maxTileReports = 5000 // more in a tile are gathered at every zoom
)

// tileLayers are the layers of a tile in the order in which they are drawn.
var tileLayers = [...]string{codec.Segments, codec.Ports, codec.Flags, codec.Hotspots, codec.Reports}

func (s *server) paramLayers() parameter {
	words := s.layers()
	return parameter{
		name:        "layers",
		description: "The collections to draw, with commas between; all of them unless told.",
		schema:      schema{"type": "array", "items": schema{"type": "string", "enum": words}},
		read: func(a *asked, text string) error {
			for name := range strings.SplitSeq(text, ",") {
				if _, err := oneOf(name, words); err != nil {
					return fmt.Errorf("must be a list of %s", strings.Join(words, ", "))
				}
				a.layers = append(a.layers, name)
			}
			return nil
		},
	}
}

// layers are those of the collections that the class of the server sees.
func (s *server) layers() []string {
	return slices.DeleteFunc(slices.Clone(tileLayers[:]), func(layer string) bool { return !s.offers(layer) })
}

// drawn says whether a layer is asked for.
func (c *call) drawn(layer string) bool {
	return c.offers(layer) && (len(c.asked.layers) == 0 || slices.Contains(c.asked.layers, layer))
}

// tileMoment is the time that the layers asked for depend on.
func (c *call) tileMoment() (m moment) {
	for layer, depends := range map[string]moment{codec.Segments: current, codec.Ports: current, codec.Flags: daily, codec.Hotspots: daily} {
		if c.drawn(layer) {
			m = max(m, depends)
		}
	}
	return m
}

// vectorTile answers with a tile: GET /tiles/{z}/{x}/{y}.mvt.
func (c *call) vectorTile() error {
	id, err := c.tileID()
	if err != nil {
		return err
	}
	s := c.tileState()
	if c.has(s) {
		return c.unchangedTile(s)
	}
	e, err := c.tileOf(id, s)
	if err != nil {
		return err
	}
	if c.has(e.state) {
		return c.unchangedTile(e.state)
	}
	c.sayWhen(e.state)
	if len(e.plain) == 0 {
		h := c.Response().Header()
		h.Set("ETag", `"`+e.tag+`"`)
		h.Set("Cache-Control", cacheData)
		return c.NoContent(http.StatusNoContent)
	}
	return c.send(e, e.tag, cacheData)
}

// tileState is what a tile that is drawn now is made from.
func (c *call) tileState() state {
	return c.state(&collection{moment: c.tileMoment(), found: c.drawn(codec.Segments) || c.drawn(codec.Flags) || c.drawn(codec.Hotspots)})
}

func (c *call) unchangedTile(s state) error {
	c.sayWhen(s)
	return c.unchanged(cacheData)
}

// sayWhen says of when a tile is, which has no other place for it.
func (c *call) sayWhen(s state) {
	c.Response().Header().Set("Last-Modified", s.time().UTC().Format(http.TimeFormat))
}

// tileID reads which tile is asked for. What is no number is a bad request; a tile
// that there is not is not found.
func (c *call) tileID() (tile.ID, error) {
	y, isTile := strings.CutSuffix(c.Param("y.mvt"), ".mvt")
	if !isTile {
		return tile.ID{}, notFound("a tile is at /tiles/{z}/{x}/{y}.mvt")
	}
	var faults []fault
	var n [3]uint32
	for i, text := range []string{c.Param("z"), c.Param("x"), y} {
		number, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			faults = append(faults, fault{Parameter: "zxy"[i : i+1], Detail: "must be a whole number"})
		}
		n[i] = uint32(number)
	}
	if len(faults) > 0 {
		return tile.ID{}, badRequest(faults)
	}
	id := tile.ID{Z: n[0], X: n[1], Y: n[2]}
	if !id.Exists() {
		return id, notFound(fmt.Sprintf("there is no such tile: zoom goes from 0 to %d, x and y from 0 to 2^zoom - 1", tile.MaxZoom))
	}
	return id, nil
}

// tileOperations are the questions for tiles.
func (s *server) tileOperations() []operation {
	return []operation{
		{http.MethodGet, "/tiles/{z}/{x}/{y}.mvt", "tile", "tiles", "A vector tile", tilesText,
			[]parameter{s.paramLayers(), paramDatetime(tileDatetime), paramUnit()}, []format{asMVT}, nil,
			[]result{{http.StatusOK, "The tile.", ""}, {http.StatusNoContent, "There is nothing in the tile.", ""}}, []int{404}, (*call).vectorTile},
		{http.MethodGet, "/tiles.json", "tiles", "tiles", "What there is in vector tiles (TileJSON 3.0)", "",
			[]parameter{s.paramLayers(), paramDatetime(tileDatetime), paramUnit()}, []format{asJSON}, nil, ok("tilejson"), nil, (*call).tileJSON},
	}
}

// layerJSON is a layer as TileJSON has it.
type layerJSON struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// tileJSON says what there is in tiles: GET /tiles.json.
func (c *call) tileJSON() error {
	layers := []layerJSON{}
	for _, name := range tileLayers {
		if !c.drawn(name) {
			continue
		}
		l := layerJSON{ID: name, Description: c.find(name).description, MaxZoom: tile.MaxZoom, Fields: map[string]string{"id": "Id of the feature."}}
		for _, p := range codec.Properties(name) {
			if shownInTiles(name, p) {
				l.Fields[p.Name] = p.Description
			}
		}
		if name == codec.Reports {
			l.Fields["reports"] = "How many reports a point stands for."
		}
		layers = append(layers, l)
	}
	b := c.corridor
	return c.replyJSON(c.static(), cacheStatic, nil, map[string]any{
		"tilejson": "3.0.0", "name": title, "description": description, "version": "1.0.0", "scheme": "xyz",
		"attribution":   `<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>`,
		"tiles":         []string{c.base + "/tiles/{z}/{x}/{y}.mvt" + encoded(c.QueryParams())},
		"vector_layers": layers, "minzoom": 0, "maxzoom": tile.MaxZoom, "bounds": b, "center": []float64{-97.24, 49, 4},
	})
}

func tileJSONSchema() schema {
	numbers := listOf(schema{"type": "number"})
	return object(schema{
		"tilejson": schema{"type": "string", "enum": []string{"3.0.0"}}, "name": word(""), "description": word(""), "version": word(""), "scheme": word(""),
		"attribution": word(""), "tiles": listOf(word("")), "minzoom": whole(0), "maxzoom": whole(0), "bounds": numbers, "center": numbers,
		"vector_layers": listOf(object(schema{
			"id": word(""), "description": word(""), "minzoom": whole(0), "maxzoom": whole(0),
			"fields": schema{"type": "object", "additionalProperties": word("")},
		}, "id", "fields")),
	}, "tilejson", "tiles", "vector_layers")
}

// worldLines are the lines of the segments on the map of the world.
func (s *server) worldLines() []orb.LineString {
	lines := make([]orb.LineString, len(s.line.Segments()))
	for i, segment := range s.line.Segments() {
		lines[i] = tile.WorldLine(s.line.Slice(segment.Stretch))
	}
	return lines
}
