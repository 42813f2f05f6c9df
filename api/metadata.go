package api

import (
	"net/http"
	"runtime"
	"slices"

	"frontierwatch/api/codec"
)

// linkJSON is a link as JSON has it.
type linkJSON struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

func linksJSON(links []codec.Link) []linkJSON {
	all := make([]linkJSON, len(links))
	for i, l := range links {
		all[i] = linkJSON{Href: l.Href, Rel: l.Rel, Type: l.Type, Title: l.Title}
	}
	return all
}

// link to an address below the landing page, of a format.
func (c *call) link(rel, path string, f format, title string) codec.Link {
	return codec.Link{Rel: rel, Type: f.kind().full, Title: title, Href: c.base + path}
}

// selfLinks are self and alternate of an answer that has no query but f.
func (c *call) selfLinks(title string) []codec.Link {
	path := c.Request().URL.Path
	links := []codec.Link{c.link("self", path, c.format, title)}
	for _, f := range c.operation.formats {
		if f != c.format {
			links = append(links, c.link("alternate", path+"?f="+f.kind().name, f, title+" as "+f.kind().title))
		}
	}
	return links
}

// landing is the way in: GET /.
func (c *call) landing() error {
	links := append(c.selfLinks("This page"),
		c.link("service-desc", "/api", asOpenAPI, "What this API answers (OpenAPI 3.0)"),
		c.link("service-doc", "/api.html", asHTML, "What this API answers, for people"),
		c.link("conformance", "/conformance", asJSON, "The standards this API keeps"),
		c.link("data", "/collections", asJSON, "The collections of features"),
		c.link("http://www.opengis.net/def/rel/ogc/1.0/conformance", "/conformance", asJSON, "The standards this API keeps"),
		c.link("http://www.opengis.net/def/rel/ogc/1.0/data", "/collections", asJSON, "The collections of features"),
		c.link("related", "/hotspots", asGeoJSON, "Stretches with risen activity, in one call"),
		c.link("related", "/summary", asJSON, "Counts added up by segment, agency or week"),
		c.link("related", "/coverage", asJSON, "How many kilometres are guarded, now and by the hour"),
		c.link("related", "/collections/segments/series", asJSON, "The counts of all segments over time"),
		c.link("related", "/changes", asJSON, "What has changed since a position of the log"),
		c.link("related", "/events", asEvents, "What happens, as it happens"),
		c.link("related", "/tiles.json", asJSON, "Vector tiles of the collections (TileJSON 3.0)"),
	)
	links = c.offered(links)
	return c.replyJSON(c.static(), cacheStatic, links, struct {
		Title       string     `json:"title"`
		Description string     `json:"description"`
		Links       []linkJSON `json:"links"`
	}{title, description, linksJSON(links)})
}

const (
	title       = "frontierwatch"
	description = "Reports of crossings along the Canada–US frontier, and the unguarded stretches where they rise."
)

const spec = "http://www.opengis.net/spec/"

// conformanceClasses are the standards that this API keeps.
func conformanceClasses() []string {
	return []string{
		spec + "ogcapi-features-1/1.0/conf/core",
		spec + "ogcapi-features-1/1.0/conf/geojson",
		spec + "ogcapi-features-1/1.0/conf/oas30",
		spec + "ogcapi-features-1/1.0/conf/html",
		spec + "ogcapi-features-3/1.0/conf/queryables",
		spec + "ogcapi-features-3/1.0/conf/queryables-query-parameters",
		spec + "ogcapi-features-3/1.0/conf/filter",
		spec + "ogcapi-features-3/1.0/conf/features-filter",
		spec + "cql2/1.0/conf/cql2-text",
		spec + "cql2/1.0/conf/cql2-json",
		spec + "cql2/1.0/conf/basic-cql2",
		spec + "cql2/1.0/conf/advanced-comparison-operators",
		spec + "cql2/1.0/conf/case-insensitive-comparison",
		spec + "cql2/1.0/conf/basic-spatial-functions",
		spec + "cql2/1.0/conf/basic-spatial-functions-plus",
		spec + "cql2/1.0/conf/spatial-functions",
		spec + "cql2/1.0/conf/temporal-functions",
		spec + "cql2/1.0/conf/array-functions",
		// Part 4 is a draft (20-002r1); it names no conformance class for its section on
		// ETags, so that the URI is made after the others.
		spec + "ogcapi-features-4/1.0/conf/create-replace-delete",
		spec + "ogcapi-features-4/1.0/conf/update",
		spec + "ogcapi-features-4/1.0/conf/optimistic-locking-etags",
		spec + "ogcapi-features-4/1.0/conf/features",
		spec + "ogcapi-features-5/1.0/conf/schemas",
		spec + "ogcapi-features-8/1.0/conf/sorting",
		spec + "ogcapi-features-8/1.0/conf/features-sorting",
		spec + "ogcapi-features-8/1.0/conf/sortables",
	}
}

func (c *call) conformance() error {
	return c.replyJSON(c.static(), cacheStatic, c.selfLinks("The standards this API keeps"), struct {
		ConformsTo []string `json:"conformsTo"`
	}{conformanceClasses()})
}

// health says that the process answers.
func (c *call) health() error {
	return c.replyJSON(c.static(), cacheNever, nil, map[string]string{"status": "ok"})
}

// ready says whether reports can be stored.
func (c *call) ready() error {
	if err := c.corpus.Ready(); err != nil {
		return newProblem(http.StatusServiceUnavailable, "reports cannot be stored: "+problemOf(err).Detail).retry(10).because(err)
	}
	head, _ := c.corpus.Head()
	return c.replyJSON(c.static(), cacheNever, nil, map[string]any{"status": "ready", "head": head})
}

func (c *call) versions() error {
	return c.replyJSON(c.static(), cacheData, nil, map[string]string{
		"name": title, "version": c.version, "go": runtime.Version(),
	})
}

// find is a collection by its id; nil if there is none.
func (s *server) find(id string) *collection {
	i := slices.IndexFunc(s.collections, func(c *collection) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return s.collections[i]
}
