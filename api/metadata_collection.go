package api

import (
	"context"
	"slices"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// collectionJSON describes a collection.
type collectionJSON struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Extent      extentJSON `json:"extent"`
	ItemType    string     `json:"itemType"`
	CRS         []string   `json:"crs"`
	StorageCRS  string     `json:"storageCrs"`
	Links       []linkJSON `json:"links"`
}

type extentJSON struct {
	Spatial  spatialJSON   `json:"spatial"`
	Temporal *temporalJSON `json:"temporal,omitempty"`
}

type spatialJSON struct {
	BBox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

type temporalJSON struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

// allCollections lists them: GET /collections.
func (c *call) allCollections() error {
	s := c.state(&collection{})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	dates, err := c.dates()
	if err != nil {
		return err
	}
	links := c.selfLinks("The collections")
	all := make([]collectionJSON, len(c.collections))
	for i, of := range c.collections {
		all[i] = c.described(of, dates, c.collectionLinks(of))
	}
	return c.replyJSON(s, cacheData, links, struct {
		Links       []linkJSON       `json:"links"`
		Collections []collectionJSON `json:"collections"`
	}{linksJSON(links), all})
}

// oneCollection describes one: GET /collections/{c}.
func (c *call) oneCollection(of *collection) error {
	s := c.state(&collection{})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	dates, err := c.dates()
	if err != nil {
		return err
	}
	links := c.collectionLinks(of)
	return c.replyJSON(s, cacheData, links, c.described(of, dates, links))
}

func (c *call) described(of *collection, dates *temporalJSON, links []codec.Link) collectionJSON {
	d := collectionJSON{
		ID: of.id, Title: of.title, Description: of.description,
		Extent:   extentJSON{Spatial: spatialJSON{BBox: [][4]float64{c.corridor}, CRS: crs84}},
		ItemType: "feature", CRS: []string{crs84}, StorageCRS: crs84, Links: linksJSON(links),
	}
	if of.dated {
		d.Extent.Temporal = dates
	}
	return d
}

// dates is the time that reports are about.
func (c *call) dates() (*temporalJSON, error) {
	begin, err := c.oldest(c.Request().Context())
	if err != nil {
		return nil, err
	}
	interval := [2]*string{}
	if !begin.IsZero() {
		text := begin.Format(time.RFC3339)
		interval[0] = &text
	}
	return &temporalJSON{Interval: [][2]*string{interval}, TRS: "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}, nil
}

func (c *call) collectionLinks(of *collection) []codec.Link {
	at := "/collections/" + of.id
	links := []codec.Link{
		c.link("self", at, asJSON, of.title+": the collection"),
		c.link("alternate", at+"?f=html", asHTML, of.title+": the collection as HTML"),
		c.link("items", at+"/items", asGeoJSON, of.title+" as GeoJSON"),
		c.link("items", at+"/items?f=geojsonseq", asGeoJSONSeq, of.title+" as GeoJSON text sequence"),
		c.link("items", at+"/items?f=csv", asCSV, of.title+" as CSV"),
		c.link("items", at+"/items?f=gpkg", asGPKG, of.title+" as GeoPackage"),
		c.link("items", at+"/items?f=html", asHTML, of.title+" as HTML"),
		c.link("http://www.opengis.net/def/rel/ogc/1.0/queryables", at+"/queryables", asSchema, "What they can be filtered by"),
		c.link("http://www.opengis.net/def/rel/ogc/1.0/sortables", at+"/sortables", asSchema, "What they can be sorted by"),
		c.link("http://www.opengis.net/def/rel/ogc/1.0/schema", at+"/schema", asSchema, "What a feature says"),
		c.link("describedby", at+"/schema", asSchema, "What a feature says"),
	}
	if c.geoPackage == nil {
		links = slices.DeleteFunc(links, func(l codec.Link) bool { return l.Type == asGPKG.kind().full })
	}
	return links
}

// oldest is the beginning of the UTC day in which the oldest report began; zero
// where there is none. Reports are found from the newest on, so it halves the
// days until it is there, which takes 17 questions for one report each.
func (c *call) oldest(ctx context.Context) (time.Time, error) {
	const day = 24 * time.Hour
	first := time.Date(report.FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	before := func(n int) (bool, error) { // is there one that began within the first n days?
		until := first.Add(time.Duration(n)*day - time.Millisecond)
		page, err := c.corpus.Reports(ctx, report.Query{To: until, AsOf: log.AsOf{}, Limit: 1})
		return len(page.Versions) > 0, err
	}
	low, high := 0, int(c.now().UTC().Sub(first)/day)+2
	if some, err := before(high); err != nil || !some {
		return time.Time{}, err
	}
	for high-low > 1 {
		middle := (low + high) / 2
		some, err := before(middle)
		if err != nil {
			return time.Time{}, err
		}
		if some {
			high = middle
		} else {
			low = middle
		}
	}
	return first.Add(time.Duration(low) * day), nil
}
