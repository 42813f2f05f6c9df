package report

import "testing"

const (
	badLat     = "/geometry/coordinates/1: latitude must be from -90 to 90; longitude comes first"
	badLon     = "/geometry/coordinates/0: longitude must be from -180 to 180; longitude comes first"
	badID      = "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -"
	badCount   = "must be a whole number from 0 to 9007199254740991"
	badTime    = "must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)"
	ahead      = "must not be in the future by more than 5 minutes; it is now 2017-02-10T12:00:00Z"
	noPlace    = "/geometry: is missing; give a Point, or null and the property stretch"
	needsAll   = "/properties/stretch: needs part, km_from and km_to"
	twoNumbers = "/geometry/coordinates: must be two numbers, longitude and latitude"
	noFeature  = `must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`
	isUnknown  = ": is not known, and there is no place for anything else; known are "
	ofFeature  = isUnknown + "type, id, geometry, properties"
	ofPoint    = isUnknown + "type, coordinates"
	ofStretch  = isUnknown + "part, km_from, km_to"
	ofReport   = isUnknown + "stretch, observed_start, observed_end, count_best, count_min, count_max, unit, direction, relation, " +
		"published, source, source_ref, status, uncertainty_m, overlaps, tlp, releasable_to"
)

// bad is a text and every fault that it must have, in any order.
type bad struct {
	name, text string
	faults     []string
}

func one(name, text, fault string) bad { return bad{name, text, []string{fault}} }

func TestDecodeRefuses(t *testing.T) {
	for _, table := range [][]bad{badFeatures, badPlaces, badTimes, badCounts, badWords, badLists} {
		for _, c := range table {
			t.Run(c.name, func(t *testing.T) {
				_, err := Decode([]byte(c.text), given)
				wantFaults(t, err, c.faults...)
			})
		}
	}
}

var badFeatures = []bad{
	one("no object", `[]`, noFeature),
	one("a word", `"Feature"`, noFeature),
	one("a collection", `{"type":"FeatureCollection","features":[]}`, ""),
	{"nothing in it", `{}`, []string{`/type: is missing; it must be "Feature"`, noPlace,
		"/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z",
		"/properties/count_best: is missing; give a whole number, 0 for a reported zero"}},
	one("type", feature(`/"type":"feature"`), `/type: must be "Feature"`),
	one("type null", feature(`/"type":null`), `/type: must be "Feature"`),
	one("no type", feature("/-type"), `/type: is missing; it must be "Feature"`),
	one("unknown member", feature(`/"name":"Jane Roe"`), "/name"+ofFeature),
	one("member in another case", feature(`/"ID":"b"`), "/ID"+ofFeature),
	one("unknown property", feature(`"passport":"X1234567"`), "/properties/passport"+ofReport),
	one("unknown property that is null", feature(`"passport":null`), "/properties/passport"+ofReport),
	one("unknown property that is large", feature(`"who":{"name":["Jane","Roe"],"born":1980}`), "/properties/who"+ofReport),
	one("unknown in the point", feature(`/"geometry":{"type":"Point","coordinates":[-97,49],"who":"Jane Roe"}`), "/geometry/who"+ofPoint),
	one("unknown in the stretch", feature(rough(`{"part":"main","km_from":1,"km_to":2,"who":"Jane Roe"}`)...), "/properties/stretch/who"+ofStretch),
	one("a name with what pointers escape", feature(`"a/b~c":1`), "/properties/a~1b~0c"+ofReport),
	one("a name that would act on a terminal", feature(`"\u001b[2J":1`), `/properties/\u001b[2J`+ofReport),
	one("a property twice", feature(`"count_best":4,"count_best":5`), "/properties/count_best: comes twice; give it once"),
	one("a null twice", feature(`"tlp":null,"tlp":null`), "/properties/tlp: comes twice; give it once"),
	one("answered twice", feature(`"seq":1,"seq":2`), "/properties/seq: comes twice; give it once"),
	one("a member twice", feature(`/"id":"a1","id":"a1"`), "/id: comes twice; give it once"),
	one("twice under an escape", feature(`"unit":"persons","un\u0069t":"signs"`), "/properties/unit: comes twice; give it once"),
	one("properties are a list", feature(`/"properties":[]`), "/properties: must be an object with at least observed_start and count_best"),
	one("properties are null", feature(`/"properties":null`), "/properties: must be an object with at least observed_start and count_best"),
}

var badPlaces = []bad{
	one("latitude", feature(point(`[-97.2,91]`)), badLat),
	one("latitude, just", feature(point(`[-97.2,-90.0000001]`)), badLat),
	one("longitude", feature(point(`[180.0000001,49]`)), badLon),
	one("the other order", feature(point(`[49,-97.2]`)), badLat),
	{"both", feature(point(`[1e3,-1e3]`)), []string{badLon, badLat}},
	one("too large for a float", feature(point(`[-97.2,1e999]`)), "/geometry/coordinates/1: is too large a number"),
	one("a text for a number", feature(point(`[-97.2,"49"]`)), "/geometry/coordinates/1: must be a number"),
	{"nulls", feature(point(`[null,null]`)), []string{"/geometry/coordinates/0: must be a number", "/geometry/coordinates/1: must be a number"}},
	one("one coordinate", feature(point(`[-97.2]`)), twoNumbers),
	one("none", feature(point(`[]`)), twoNumbers),
	one("four", feature(point(`[-97.2,49,230,1]`)), twoNumbers),
	one("an altitude that is none", feature(point(`[-97.2,49,"high"]`)), "/geometry/coordinates/2: must be a number"),
	one("coordinates are no list", feature(point(`{}`)), "/geometry/coordinates: must be [longitude, latitude]"),
	one("no coordinates", feature(`/"geometry":{"type":"Point"}`), "/geometry/coordinates: is missing; give [longitude, latitude]"),
	one("no type of geometry", feature(`/"geometry":{"coordinates":[-97.2,49]}`), "/geometry/type: must be Point, or the geometry null with the property stretch"),
	one("a polygon", feature(`/"geometry":{"type":"Polygon","coordinates":[]}`), "/geometry/type: must be Point, or the geometry null with the property stretch"),
	one("a line without a stretch", feature(`/"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}`), "/geometry/type: must be Point, or the geometry null with the property stretch"),
	one("geometry is a text", feature(`/"geometry":"POINT (-97 49)"`), "/geometry: must be a Point or null"),
	one("geometry is a list", feature(`/"geometry":[-97.2,49]`), "/geometry: must be a Point or null"),
	one("no place", feature(`/"geometry":null`), noPlace),
	one("no geometry", feature("/-geometry"), noPlace),
	one("coordinates twice", feature(`/"geometry":{"type":"Point","coordinates":[-97,49],"coordinates":[-98,49]}`), "/geometry/coordinates: comes twice; give it once"),
	one("point and stretch", feature(`"stretch":{"part":"main","km_from":1,"km_to":2}`), "/properties/stretch: stands beside a Point; give one of them"),
	one("point and flat stretch", feature(`"part":"main","km_from":1,"km_to":2`), "/properties/km_from: stands beside a Point; give one of them"),
	one("stretch is a list", feature(rough(`["main",1,2]`)...), `/properties/stretch: must be an object: {"part":"main","km_from":4270,"km_to":4290}`),
	one("stretch without a part", feature(rough(`{"km_from":1,"km_to":2}`)...), needsAll),
	one("stretch without an end", feature(rough(`{"part":"main","km_from":1}`)...), needsAll),
	one("nothing in the stretch", feature(rough(`{}`)...), needsAll),
	one("no such part", feature(rough(`{"part":"yukon","km_from":1,"km_to":2}`)...), "/properties/stretch/part: must be one of main, alaska"),
	one("part is null", feature(rough(`{"part":null,"km_from":1,"km_to":2}`)...), "/properties/stretch/part: must be a string"),
	one("stretch the wrong way", feature(rough(`{"part":"main","km_from":2,"km_to":1}`)...), "/properties/stretch/km_to: must be greater than km_from"),
	one("stretch of no length", feature(rough(`{"part":"main","km_from":2,"km_to":2}`)...), "/properties/stretch/km_to: must be greater than km_from"),
	one("stretch of no length to the centimetre", feature(rough(`{"part":"main","km_from":2,"km_to":2.000001}`)...), "/properties/stretch/km_to: must be greater than km_from"),
	one("stretch before the beginning", feature(rough(`{"part":"main","km_from":-0.1,"km_to":2}`)...), "/properties/stretch/km_from: must be a number of kilometres from 0 on"),
	one("stretch around the Earth", feature(rough(`{"part":"main","km_from":1,"km_to":40076}`)...), "/properties/stretch/km_to: must be a number of kilometres from 0 on"),
	one("stretch in words", feature(rough(`{"part":"main","km_from":"1","km_to":2}`)...), "/properties/stretch/km_from: must be a number"),
	{"flat stretch the wrong way", feature(`/"geometry":null`, `"part":"main","km_from":2,"km_to":1`), []string{"/properties/km_to: must be greater than km_from"}},
	one("flat stretch without a part", feature(`/"geometry":null`, `"km_from":2,"km_to":3`), "/properties/part: is missing; a stretch needs part, km_from and km_to"),
	one("two stretches that differ", feature(`/"geometry":null`, `"stretch":{"part":"main","km_from":1,"km_to":2},"part":"main","km_from":1,"km_to":3`),
		"/properties/stretch: does not agree with part, km_from and km_to beside it; give one of them"),
	one("uncertainty negative", feature(`"uncertainty_m":-1`), "/properties/uncertainty_m: must be a number of metres from 0 on"),
	one("uncertainty of the Earth", feature(`"uncertainty_m":1e9`), "/properties/uncertainty_m: must be a number of metres from 0 on"),
	one("uncertainty in words", feature(`"uncertainty_m":"500"`), "/properties/uncertainty_m: must be a number"),
}
