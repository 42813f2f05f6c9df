package api

import (
	"net/http"

	"frontierwatch/api/codec"
)

// operations is everything that can be asked, on one screen.
func (s *server) operations() []operation {
	const get, post = http.MethodGet, http.MethodPost
	page, geo := []format{asJSON}, []format{asGeoJSON, asGeoJSONSeq, asCSV}
	if s.geoPackage != nil {
		geo = append(geo, asGPKG)
	}
	missing, refused := []int{404}, []int{403, 409, 413, 415, 422, 507} // problems that not every operation has
	files := &accepts{media: []string{"text/csv", "application/geo+json", "application/geo+json-seq", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json"}, most: maxImport}
	all := []operation{
		{get, "/", "landing", metaTag, "The way in", "", nil, page, nil, ok("landing"), nil, (*call).landing},
		{get, "/conformance", "conformance", metaTag, "The standards this API keeps", "", nil, page, nil, ok("conformance"), nil, (*call).conformance},
		{get, "/api", "api", metaTag, "This document", "", nil, []format{asOpenAPI}, nil, ok("anything"), nil, (*call).openAPI},
		{get, "/api.html", "apiPage", metaTag, "This document, for people", "", nil, []format{asHTML}, nil, ok(""), nil, (*call).apiPage},
		{get, "/collections", "collections", metaTag, "All collections", "", nil, page, nil, ok("collections"), nil, (*call).allCollections},

		{get, "/hotspots", "analysis", callTag, "Hot spots in one call", analysisText, s.analysisParameters(), geo, nil, ok("hotspotsPage"), nil, (*call).analysis},
		{post, "/imports", "import", callTag, "Take a file of reports", importText, []parameter{paramDryRun()}, page, files, ok("imported"), refused, (*call).importReports},

		{get, "/healthz", "health", metaTag, "Does the process answer?", "", nil, page, nil, ok("anything"), nil, (*call).health},
		{get, "/readyz", "ready", metaTag, "Can reports be stored?", "", nil, page, nil, ok("anything"), nil, (*call).ready},
		{get, "/version", "version", metaTag, "The version of the program", "", nil, page, nil, ok("anything"), nil, (*call).versions},
	}
	all = append(all, s.seriesOperations()...)
	all = append(all, s.tileOperations()...)
	all = append(all, s.summaryOperations()...)
	all = append(all, s.coverageOperations()...)
	all = append(all, s.flagOperations()...)
	all = append(all, s.changeOperations()...)
	all = append(all, s.eventOperations()...)
	all = append(all, s.keyOperations()...)
	all = append(all, s.subscriptionOperations()...)
	for _, of := range s.collections {
		at, name := "/collections/"+of.id, of.id
		all = append(all,
			operation{get, at, "describe." + name, name, of.title + ": the collection", "", nil, page, nil, ok("collection"), nil, of.bind((*call).oneCollection)},
			operation{get, at + "/queryables", "queryables." + name, name, of.title + ": what they can be filtered by", "", nil, []format{asSchema}, nil, ok("anything"), nil, of.bind((*call).queryables)},
			operation{get, at + "/sortables", "sortables." + name, name, of.title + ": what they can be sorted by", "", nil, []format{asSchema}, nil, ok("anything"), nil, of.bind((*call).sortables)},
			operation{get, at + "/schema", "schema." + name, name, of.title + ": what a feature says", "", nil, []format{asSchema}, nil, ok("anything"), nil, of.bind((*call).schema)},
			operation{get, at + "/items", "items." + name, name, of.title, of.description + geoPackageText, of.itemsParameters(), geo, nil, ok(name + "Page"), nil, of.bind((*call).items)},
			operation{get, at + "/items/{id}", "item." + name, name, of.title + ": one of them", "", append(of.itemParameters(), paramsSelection(of.id)...), []format{asGeoJSON, asCSV}, nil, ok(name + "Feature"), missing, of.bind((*call).one)},
		)
		if of.write != nil {
			all = append(all, of.writes(at+"/items")...)
		}
	}
	return forPeople(all)
}

// bind is a handler for a collection.
func (of *collection) bind(handle func(*call, *collection) error) func(*call) error {
	return func(c *call) error { return handle(c, of) }
}

const metaTag, callTag = "description", "analysis"

const (
	analysisText = "Hot spots that meet a box, of a day, with the evidence: observed, expected, ratio with bounds, and how often chance would do that. " + lateText
	lateText     = "What is found is of all that was stored before the question; but while more than a thousand entries arrive in a second it may be of a position of the " +
		"last second, which is what timeStamp and the tag are of. With asOf it is of that, always."
	createText = "Stores one GeoJSON Feature. 201: it is durable. 200: the same was there already. 409: the id is taken by another. " +
		"One without id gets one: from the header Idempotency-Key if that is sent, so that sending it again does no harm, else a UUIDv7."
	importText = "Takes CSV, GeoJSON, a GeoJSON text sequence (RFC 8142) or NDJSON, packed with gzip or not, and stores it as it is read. " +
		"Each row stands for itself. 200: at least one row was taken, or there was none. 422: every row was refused. " +
		"400: the file is broken at some place. 413: it has too many rows or bytes. What stands before that place is stored. " +
		"A row without id gets one made from what it says, so that sending a file again changes nothing."
)

// itemsParameters are those of the features of a collection.
func (of *collection) itemsParameters() []parameter {
	all := []parameter{paramBBox()}
	if of.datetime != "" {
		all = append(all, paramDatetime(of.datetime))
	}
	all = append(all, paramLimit(), paramNext())
	if of.asOf {
		all = append(all, paramAsOf())
	}
	all = append(all, of.also...)
	all = append(all, paramsFilter(of.id)...)
	all = append(all, paramSortby(of))
	all = append(all, paramsSelection(of.id)...)
	return append(all, equalities(of.id, all)...)
}

// itemParameters are those that say at which time a feature is asked for.
func (of *collection) itemParameters() (all []parameter) {
	if of.moment.asked() {
		all = append(all, paramDatetime(of.datetime))
	}
	if of.asOf {
		all = append(all, paramAsOf())
	}
	return append(all, of.also...)
}

func (s *server) analysisParameters() []parameter {
	of := s.find(codec.Hotspots)
	all := []parameter{paramBBox(), paramDatetime(of.datetime), paramAsOf(), paramUnit(), paramLevel()}
	if s.offers(codec.Flags) { // which say what is guarded
		all = append(all, paramGuarded())
	}
	all = append(all, paramWindow("Only hot spots found over at most so many days."), paramLimit(), paramNext())
	all = append(append(all, paramsFilter(of.id)...), paramSortby(of))
	all = append(all, paramsSelection(of.id)...)
	return append(all, equalities(of.id, all)...)
}

// equalities are a parameter for each property that can be asked for by name,
// but for those that have a parameter already.
func equalities(collection string, already []parameter) (all []parameter) {
	properties := append([]codec.Property{{Name: "id", Type: "string", Description: "Id of the feature."}}, codec.Scalars(collection)...)
	for _, p := range properties {
		if !known(already, p.Name) {
			all = append(all, paramEqual(p))
		}
	}
	return all
}
