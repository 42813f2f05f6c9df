package report

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

type badFeature struct{ text, want string }

// edit is emerson with one thing replaced.
func edit(old, next string) string { return strings.Replace(emerson, old, next, 1) }

func badFeatures() map[string]badFeature {
	all := map[string]badFeature{}
	for _, group := range []map[string]badFeature{badObjects(), badPlaces(), badStretches(), badTimes(), badNumbers(), badWords()} {
		for name, bad := range group {
			all[name] = bad
		}
	}
	return all
}

func badObjects() map[string]badFeature {
	const known = ", and there is no place for anything else; known are "
	return map[string]badFeature{
		"array": {`[1]`, `must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`},
		"null":  {`null`, `must be a GeoJSON Feature: {"type":"Feature","geometry":…,"properties":{…}}`},
		"empty": {`{}`, `/type: is missing; it must be "Feature"
/properties/count_best: is missing; give a whole number, 0 for a reported zero
/geometry: is missing; give a Point, or null and the property stretch
/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z`},
		"collection":        {edit(`"Feature"`, `"FeatureCollection"`), `/type: must be "Feature"`},
		"type is a number":  {edit(`"Feature"`, `5`), `/type: must be a string`},
		"type twice":        {edit(`"id"`, `"type":"Feature","id"`), `/type: comes twice; give it once`},
		"unknown":           {edit(`"id"`, `"name":"Jane Roe","id"`), `/name: is not known` + known + `type, id, geometry, properties`},
		"another case":      {edit(`"id"`, `"ID"`), `/ID: is not known` + known + `type, id, geometry, properties`},
		"unknown property":  {having(`"nationality":{"of":["x"]}`), `/properties/nationality: is not known` + known + knownProperties},
		"two unknown":       {having(`"a/b":1,"c~d":2`), `/properties/a~1b: is not known` + known + knownProperties + "\n/properties/c~0d: is not known" + known + knownProperties},
		"unknown is empty":  {having(`"":1`), `/properties/: is not known` + known + knownProperties},
		"unknown is evil":   {having(`"\u001b[2J\n":1`), `/properties/\u001b[2J\u000a: is not known` + known + knownProperties},
		"unknown is long":   {having(`"` + strings.Repeat("é", 70) + `":1`), `/properties/` + strings.Repeat("é", 64) + `…: is not known` + known + knownProperties},
		"properties":        {edit(`"properties":{"observed_start":"2017-01-31T18:05:00Z","count_best":3}`, `"properties":[]`), `/properties: must be an object with at least observed_start and count_best`},
		"properties null":   {edit(`"properties":{"observed_start":"2017-01-31T18:05:00Z","count_best":3}`, `"properties":null`), `/properties: must be an object with at least observed_start and count_best`},
		"property twice":    {having(`"unit":"persons","unit":"claims"`), `/properties/unit: comes twice; give it once`},
		"twice, once null":  {having(`"unit":null,"unit":"claims"`), `/properties/unit: comes twice; give it once`},
		"twice, escaped":    {having(`"count\u005fbest":4`), `/properties/count_best: comes twice; give it once`},
		"answer twice":      {having(`"fid":1,"fid":1`), `/properties/fid: comes twice; give it once`},
		"numeric id":        {edit(`"a-1"`, `7`), `/id: must be a string`},
		"empty id":          {edit(`"a-1"`, `""`), `/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -`},
		"id with a slash":   {edit(`"a-1"`, `"a/1"`), `/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -`},
		"id with an accent": {edit(`"a-1"`, `"é"`), `/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -`},
		"long id":           {edit(`"a-1"`, `"`+strings.Repeat("x", 65)+`"`), `/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -`},
		"all at once": {`{"type":"Feature","id":"a b","geometry":{"type":"Point","coordinates":["x",91]},"properties":{"observed_start":"yesterday","observed_end":"2017-02-01T12:05:00.001Z","count_best":-1,"tlp":"PURPLE","phone":"555"}}`,
			`/geometry/coordinates/0: must be a number
/geometry/coordinates/1: latitude must be from -90 to 90; longitude comes first
/properties/observed_start: must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)
/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED
/properties/phone: is not known` + known + knownProperties + `
/id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -
/properties/observed_end: must not be in the future by more than 5 minutes; it is now 2017-02-01T12:00:00Z
/properties/count_best: must be a whole number from 0 to 9007199254740991`},
	}
}

func badPlaces() map[string]badFeature {
	const point = `{"type":"Point","coordinates":[-97.24,49.0]}`
	const kind = `/geometry/type: must be Point, or the geometry null with the property stretch`
	return map[string]badFeature{
		"no place":          {edit(point, `null`), `/geometry: is missing; give a Point, or null and the property stretch`},
		"geometry a text":   {edit(point, `"here"`), `/geometry: must be a Point or null`},
		"polygon":           {edit(`"Point"`, `"Polygon"`), kind},
		"no type":           {edit(`"type":"Point",`, ``), kind},
		"line, no stretch":  {edit(`"Point"`, `"LineString"`), kind},
		"lower case":        {edit(`"Point"`, `"point"`), kind},
		"no coordinates":    {edit(`,"coordinates":[-97.24,49.0]`, ``), `/geometry/coordinates: is missing; give [longitude, latitude]`},
		"coordinates null":  {edit(`[-97.24,49.0]`, `null`), `/geometry/coordinates: must be [longitude, latitude]`},
		"one coordinate":    {edit(`,49.0]`, `]`), `/geometry/coordinates: must be two numbers, longitude and latitude`},
		"none":              {edit(`[-97.24,49.0]`, `[]`), `/geometry/coordinates: must be two numbers, longitude and latitude`},
		"four":              {edit(`49.0]`, `49.0,1,2]`), `/geometry/coordinates: must be two numbers, longitude and latitude`},
		"altitude a text":   {edit(`49.0]`, `49.0,"Jane Roe"]`), `/geometry/coordinates/2: must be a number`},
		"nested":            {edit(`[-97.24,49.0]`, `[[-97.24,49.0]]`), `/geometry/coordinates/0: must be a number`},
		"latitude 91":       {edit(`49.0`, `91`), `/geometry/coordinates/1: latitude must be from -90 to 90; longitude comes first`},
		"longitude -181":    {edit(`-97.24`, `-180.00000001`), `/geometry/coordinates/0: longitude must be from -180 to 180; longitude comes first`},
		"both":              {edit(`-97.24,49.0`, `1e3,-1e3`), "/geometry/coordinates/0: longitude must be from -180 to 180; longitude comes first\n/geometry/coordinates/1: latitude must be from -90 to 90; longitude comes first"},
		"swapped":           {edit(`-97.24,49.0`, `49.0,-97.24`), `/geometry/coordinates/1: latitude must be from -90 to 90; longitude comes first`},
		"beyond numbers":    {edit(`49.0`, `1e999`), `/geometry/coordinates/1: is too large a number`},
		"numbers as text":   {edit(`49.0`, `"49.0"`), `/geometry/coordinates/1: must be a number`},
		"geometry member":   {edit(`"type":"Point"`, `"crs":{},"type":"Point"`), `/geometry/crs: is not known, and there is no place for anything else; known are type, coordinates`},
		"coordinates twice": {edit(`"type":"Point"`, `"coordinates":[1,2],"type":"Point"`), `/geometry/coordinates: comes twice; give it once`},
		"point and stretch": {having(`"stretch":{"part":"main","km_from":1,"km_to":2}`), `/properties/stretch: stands beside a Point; give one of them`},
		"point and ends":    {having(`"part":"main","km_from":1,"km_to":2`), `/properties/km_from: stands beside a Point; give one of them`},
		"no such part":      {having(`"part":"hawaii"`), `/properties/part: must be one of main, alaska`},
		"uncertainty":       {having(`"uncertainty_m":-1`), `/properties/uncertainty_m: must be a number of metres from 0 on`},
		"uncertainty large": {having(`"uncertainty_m":1e300`), `/properties/uncertainty_m: must be a number of metres from 0 on`},
		"uncertainty text":  {having(`"uncertainty_m":"5"`), `/properties/uncertainty_m: must be a number`},
	}
}

func badStretches() map[string]badFeature {
	nested := func(members string) string { return stretched(`"stretch":{` + members + `}`) }
	return map[string]badFeature{
		"stretch a text":      {stretched(`"stretch":"main"`), `/properties/stretch: must be an object: {"part":"main","km_from":4270,"km_to":4290}`},
		"stretch without":     {nested(``), `/properties/stretch: needs part, km_from and km_to`},
		"stretch half":        {nested(`"part":"main","km_from":1`), `/properties/stretch: needs part, km_from and km_to`},
		"stretch with null":   {nested(`"part":"main","km_from":1,"km_to":null`), `/properties/stretch/km_to: must be a number`},
		"stretch backwards":   {nested(`"part":"main","km_from":2,"km_to":1`), `/properties/stretch/km_to: must be greater than km_from`},
		"stretch of nothing":  {nested(`"part":"main","km_from":2,"km_to":2.000001`), `/properties/stretch/km_to: must be greater than km_from`},
		"stretch below zero":  {nested(`"part":"main","km_from":-1,"km_to":1`), `/properties/stretch/km_from: must be a number of kilometres from 0 on`},
		"stretch all wrong":   {nested(`"part":"hawaii","km_from":"a","km_to":1e9`), "/properties/stretch/part: must be one of main, alaska\n/properties/stretch/km_from: must be a number\n/properties/stretch/km_to: must be a number of kilometres from 0 on"},
		"stretch half, below": {nested(`"km_from":-1`), "/properties/stretch/km_from: must be a number of kilometres from 0 on"},
		"stretch infinite":    {nested(`"part":"main","km_from":1,"km_to":1e999`), `/properties/stretch/km_to: is too large a number`},
		"stretch of another":  {nested(`"part":"hawaii","km_from":2,"km_to":1`), "/properties/stretch/part: must be one of main, alaska\n/properties/stretch/km_to: must be greater than km_from"},
		"stretch member":      {nested(`"part":"main","km_from":1,"km_to":2,"who":"x"`), `/properties/stretch/who: is not known, and there is no place for anything else; known are part, km_from, km_to`},
		"stretch twice":       {nested(`"part":"main","part":"main","km_from":1,"km_to":2`), `/properties/stretch/part: comes twice; give it once`},
		"ends without part":   {stretched(`"km_from":1,"km_to":2`), `/properties/part: is missing; a stretch needs part, km_from and km_to`},
		"ends without an end": {stretched(`"part":"main","km_from":1`), `/properties/km_to: is missing; a stretch needs part, km_from and km_to`},
		"ends backwards":      {stretched(`"part":"main","km_from":2,"km_to":1`), `/properties/km_to: must be greater than km_from`},
		"ends that are words": {stretched(`"part":"main","km_from":"a","km_to":"b"`), "/properties/km_from: must be a number\n/properties/km_to: must be a number"},
		"two stretches":       {stretched(`"part":"main","km_from":1,"km_to":2,"stretch":{"part":"main","km_from":1,"km_to":3}`), `/properties/stretch: does not agree with part, km_from and km_to beside it; give one of them`},
		"part alone":          {stretched(`"part":"main"`), `/geometry: is missing; give a Point, or null and the property stretch`},
	}
}

func badTimes() map[string]badFeature {
	const form = "must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset)"
	const future = "must not be in the future by more than 5 minutes; it is now 2017-02-01T12:00:00Z"
	start := func(next string) string { return edit(`"2017-01-31T18:05:00Z"`, next) }
	return map[string]badFeature{
		"no start":          {edit(`"observed_start":"2017-01-31T18:05:00Z",`, ``), `/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z`},
		"start null":        {start(`null`), `/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z`},
		"start a number":    {start(`1485885900`), `/properties/observed_start: must be a string`},
		"start empty":       {start(`""`), `/properties/observed_start: ` + form},
		"start local":       {start(`"2017-01-31T18:05:00"`), `/properties/observed_start: ` + form},
		"start a day":       {start(`"2017-01-31"`), `/properties/observed_start: ` + form},
		"start 30 February": {start(`"2017-02-30T00:00:00Z"`), `/properties/observed_start: ` + form},
		"start of the era":  {start(`"0001-01-01T00:00:00Z"`), `/properties/observed_start: must not be before the year 1900`},
		"start of 1899":     {start(`"1899-12-31T23:59:59Z"`), `/properties/observed_start: must not be before the year 1900`},
		"start tomorrow":    {start(`"2017-02-01T12:05:00.001Z"`), `/properties/observed_start: ` + future},
		"end before start":  {having(`"observed_end":"2017-01-31T18:04:59.999Z"`), `/properties/observed_end: must not be before observed_start`},
		"end next year":     {having(`"observed_end":"2018-01-01T00:00:00Z"`), `/properties/observed_end: ` + future},
		"published in 1":    {having(`"published":"0001-01-01T00:00:00Z"`), `/properties/published: must not be before the year 1900`},
		"published in 1800": {having(`"published":"1800-01-01T00:00:00Z"`), `/properties/published: must not be before the year 1900`},
		"published next":    {having(`"published":"2017-02-02T00:00:00Z"`), `/properties/published: ` + future},
	}
}

func badNumbers() map[string]badFeature {
	best := func(next string) string { return edit(`"count_best":3`, `"count_best":`+next) }
	const bound = "must be a whole number from 0 to 9007199254740991"
	return map[string]badFeature{
		"no count":         {edit(`,"count_best":3`, ``), `/properties/count_best: is missing; give a whole number, 0 for a reported zero`},
		"count null":       {best(`null`), `/properties/count_best: is missing; give a whole number, 0 for a reported zero`},
		"count a text":     {best(`"3"`), `/properties/count_best: must be a whole number, like 3`},
		"count half":       {best(`3.5`), `/properties/count_best: must be a whole number, like 3`},
		"count true":       {best(`true`), `/properties/count_best: must be a whole number, like 3`},
		"count below zero": {best(`-1`), `/properties/count_best: ` + bound},
		"count 2^53":       {best(`9007199254740992`), `/properties/count_best: ` + bound},
		"count of 20":      {best(`99999999999999999999`), `/properties/count_best: is too large a number`},
		"count e":          {best(`1e9223372036854775807`), `/properties/count_best: is too large a number`},
		"min above best":   {having(`"count_min":4`), `/properties/count_min: must not be more than count_best`},
		"max below best":   {having(`"count_max":2`), `/properties/count_max: must not be less than count_best`},
		"all below zero":   {edit(`"count_best":3`, `"count_best":-1,"count_min":-2,"count_max":-3`), "/properties/count_best: " + bound + "\n/properties/count_min: " + bound + "\n/properties/count_max: " + bound},
		"best no number":   {edit(`"count_best":3`, `"count_best":"x","count_min":7,"count_max":1`), `/properties/count_best: must be a whole number, like 3`},
		"min and max":      {having(`"count_min":4,"count_max":2`), "/properties/count_min: must not be more than count_best\n/properties/count_max: must not be less than count_best"},
		"min below zero":   {having(`"count_min":-1`), `/properties/count_min: ` + bound},
		"max infinite":     {having(`"count_max":1e400`), `/properties/count_max: is too large a number`},
	}
}

func badWords() map[string]badFeature {
	const printed = `/properties/source_ref: must be at most 64 printable characters`
	const id = "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -"
	return map[string]badFeature{
		"unit":              {having(`"unit":"people"`), `/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs`},
		"unit in capitals":  {having(`"unit":"Persons"`), `/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs`},
		"direction":         {having(`"direction":"north"`), `/properties/direction: must be one of northbound, southbound, unknown`},
		"relation":          {having(`"relation":""`), `/properties/relation: must be one of between_ports, at_port, inland, unknown`},
		"status":            {having(`"status":["confirmed"]`), `/properties/status: must be a string`},
		"status unknown":    {having(`"status":"new"`), `/properties/status: must be one of unverified, probable, confirmed, rejected`},
		"tlp":               {having(`"tlp":"WHITE"`), `/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED`},
		"tlp with a blank":  {having(`"tlp":"TLP: RED"`), `/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED`},
		"tlp empty":         {having(`"tlp":""`), `/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED`},
		"source empty":      {having(`"source":""`), `/properties/source: ` + id},
		"source with blank": {having(`"source":"r c"`), `/properties/source: ` + id},
		"reference long":    {having(`"source_ref":"` + strings.Repeat("é", 65) + `"`), printed},
		"reference control": {having(`"source_ref":"a\u0007"`), printed},
		"reference lines":   {having(`"source_ref":"a\nb"`), printed},
		"reference hidden":  {having(`"source_ref":"a\u202eb"`), printed},
		"overlaps a text":   {having(`"overlaps":"b"`), `/properties/overlaps: must be an array of strings`},
		"overlaps numbers":  {having(`"overlaps":["b",5]`), `/properties/overlaps/1: must be a string`},
		"overlaps itself":   {having(`"overlaps":["b","a-1"]`), `/properties/overlaps/1: names this report itself`},
		"overlaps twice":    {having(`"overlaps":["b","c","b"]`), `/properties/overlaps/2: names a report for the second time`},
		"overlaps no id":    {having(`"overlaps":["","b c"]`), "/properties/overlaps/0: " + id + "\n/properties/overlaps/1: " + id},
		"overlaps many":     {having(`"overlaps":[` + manyIDs(70) + `]`), `/properties/overlaps/64: is one too many; there may be 64`},
		"releasable_to":     {having(`"releasable_to":["MEX","CAN"]`), `/properties/releasable_to/0: must be CAN or USA`},
		"releasable none":   {having(`"releasable_to":[]`), `/properties/releasable_to: must name CAN, USA or both; leave it out where it is not restricted`},
		"releasable thrice": {having(`"releasable_to":["CAN","USA","CAN"]`), `/properties/releasable_to/2: is one too many; there may be 2`},
	}
}

func manyIDs(n int) string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprint("id", i))
	}
	return strings.Join(ids, ",")
}

func TestBadFeaturesSayExactlyWhatIsWrong(t *testing.T) {
	for name, bad := range badFeatures() {
		if bad.text == emerson {
			t.Errorf("%s: nothing was replaced", name)
		}
		if _, err := Decode([]byte(bad.text), defaults()); said(err) != bad.want {
			t.Errorf("%s: %s\n got %s\nwant %s", name, bad.text, said(err), bad.want)
		}
	}
}

// The control: the feature from which the bad ones are made is good.
func TestTheFeatureBeforeItWasSpoiltIsGood(t *testing.T) {
	for _, text := range []string{emerson, having(`"unit":"persons"`), stretched(`"stretch":{"part":"main","km_from":1,"km_to":2}`)} {
		if _, err := Decode([]byte(text), defaults()); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// No value comes back in an error, whatever member it stands in, whether it is
// known or not: it could be a name.
func TestNoValueIsRepeated(t *testing.T) {
	const secret = "JaneRoe"
	values := []string{`"` + secret + `"`, `["` + secret + `"]`, `{"` + "x" + `":"` + secret + `"}`, `[["` + secret + `"]]`, `"` + secret + "\x01" + `"`, secret}
	for _, member := range append(append([]string{"", "name", "geometry"}, members[:]...), answered[:]...) {
		for _, value := range values {
			for _, text := range []string{
				having(`"` + member + `":` + value),
				edit(`"id"`, `"`+member+`":`+value+`,"id"`),
				edit(`"a-1"`, value), edit(`"Feature"`, value), edit(`"Point"`, value), edit(`49.0`, value),
				edit(`[-97.24,49.0]`, value), edit(`{"type":"Point"`, value+`,{`),
			} {
				if _, err := Decode([]byte(text), defaults()); err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: %v", text, err)
				}
			}
		}
	}
}

func TestErrorsFitALine(t *testing.T) {
	for name, bad := range badFeatures() {
		_, err := Decode([]byte(bad.text), defaults())
		if i := strings.IndexFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%s: %q", name, err)
		}
	}
}

func TestFaultsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, `,"m%d":%d`, i, i)
	}
	_, err := Decode([]byte(having(b.String()[1:])), defaults())
	if faults, ok := err.(Faults); !ok || len(faults) != MaxFaults {
		t.Errorf("%d faults", len(faults))
	}
}

func TestFaultsInWords(t *testing.T) {
	for want, f := range map[string]Fault{
		"is wrong":                   {Detail: "is wrong"},
		"lat: is wrong":              {Member: "lat", Detail: "is wrong"},
		"row 3: is wrong":            {Row: 3, Detail: "is wrong"},
		"row 3: /id: must be better": {Row: 3, Member: "/id", Detail: "must be better"},
	} {
		if f.String() != want {
			t.Errorf("%q, want %q", f.String(), want)
		}
	}
	if got := (Faults{{Detail: "one"}, {Row: 2, Detail: "two"}}).Error(); got != "one; row 2: two" {
		t.Error(got)
	}
}
