package report

import "strings"

var badTimes = []bad{
	one("no start", feature("-observed_start"), "/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z"),
	one("start is null", feature(`"observed_start":null`), "/properties/observed_start: is missing; give when it was observed, like 2017-01-31T18:05:00Z"),
	one("start is a number", feature(`"observed_start":1486173600`), "/properties/observed_start: must be a string"),
	one("start is a day", feature(`"observed_start":"2017-02-04"`), "/properties/observed_start: "+badTime),
	one("start has no offset", feature(`"observed_start":"2017-02-04T02:00:00"`), "/properties/observed_start: "+badTime),
	one("no such day", feature(`"observed_start":"2017-02-29T02:00:00Z"`), "/properties/observed_start: "+badTime),
	one("end before start", feature(`"observed_end":"2017-02-04T01:59:59.999Z"`), "/properties/observed_end: must not be before observed_start"),
	one("end before start by its offset", feature(`"observed_end":"2017-02-04T03:00:00+02:00"`), "/properties/observed_end: must not be before observed_start"),
	one("start ahead", feature(`"observed_start":"2017-02-10T12:05:00.001Z"`), ""),
	one("end ahead", feature(`"observed_end":"2017-02-10T12:05:00.001Z"`), "/properties/observed_end: "+ahead),
	one("published ahead", feature(`"published":"2017-02-11T00:00:00Z"`), "/properties/published: "+ahead),
	one("published in words", feature(`"published":"yesterday"`), "/properties/published: "+badTime),
	one("too early", feature(`"observed_start":"1899-12-31T23:59:59Z"`), "/properties/observed_start: must not be before the year 1900"),
	one("the zero time", feature(`"observed_start":"0001-01-01T00:00:00Z"`), "/properties/observed_start: must not be before the year 1900"),
	one("published at the zero time", feature(`"published":"0001-01-01T00:00:00Z"`), "/properties/published: must not be before the year 1900"),
	one("end at the zero time", feature(`"observed_end":"0001-01-01T00:00:00Z"`), "/properties/observed_end: must not be before the year 1900"),
}

var badCounts = []bad{
	one("no count", feature("-count_best"), "/properties/count_best: is missing; give a whole number, 0 for a reported zero"),
	one("count is null", feature(`"count_best":null`), "/properties/count_best: is missing; give a whole number, 0 for a reported zero"),
	one("count negative", feature(`"count_best":-1`), "/properties/count_best: "+badCount),
	one("count broken", feature(`"count_best":2.5`), "/properties/count_best: must be a whole number, like 3"),
	one("count tiny", feature(`"count_best":1e-400`), "/properties/count_best: must be a whole number, like 3"),
	one("count in words", feature(`"count_best":"4"`), "/properties/count_best: must be a whole number, like 3"),
	one("count beyond a float", feature(`"count_best":9007199254740992`), "/properties/count_best: "+badCount),
	one("count beyond 64 bits", feature(`"count_best":18446744073709551620`), "/properties/count_best: is too large a number"),
	one("count beyond everything", feature(`"count_best":1e999999999999`), "/properties/count_best: is too large a number"),
	one("min over best", feature(`"count_min":5`), "/properties/count_min: must not be more than count_best"),
	one("max under best", feature(`"count_max":3`), "/properties/count_max: must not be less than count_best"),
	one("min negative", feature(`"count_min":-1`), "/properties/count_min: "+badCount),
	one("max broken", feature(`"count_max":4.000001`), "/properties/count_max: must be a whole number, like 3"),
	{"all negative", feature(`"count_best":-1,"count_min":-2,"count_max":-3`),
		[]string{"/properties/count_best: " + badCount, "/properties/count_min: " + badCount, "/properties/count_max: " + badCount}},
	// With a best value that cannot be read nothing is said about its bounds.
	one("best unreadable", feature(`"count_best":"x","count_min":7,"count_max":1`), "/properties/count_best: must be a whole number, like 3"),
}

var badWords = []bad{
	one("unit", feature(`"unit":"people"`), "/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs"),
	one("unit in capitals", feature(`"unit":"Persons"`), "/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs"),
	one("unit empty", feature(`"unit":""`), "/properties/unit: must be one of persons, interceptions, encounters, claims, detections, signs"),
	one("direction", feature(`"direction":"north"`), "/properties/direction: must be one of northbound, southbound, unknown"),
	one("relation", feature(`"relation":1`), "/properties/relation: must be a string"),
	one("status", feature(`"status":"sure"`), "/properties/status: must be one of unverified, probable, confirmed, rejected"),
	one("tlp", feature(`"tlp":"WHITE"`), "/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED"),
	one("tlp in small letters", feature(`"tlp":"tlp:red"`), "/properties/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED"),
	one("id empty", feature(`/"id":""`), "/id: "+badID),
	one("id is a number", feature(`/"id":7`), "/id: must be a string"),
	one("id with a blank", feature(`/"id":"a 1"`), "/id: "+badID),
	one("id with an accent", feature(`/"id":"é"`), "/id: "+badID),
	one("id too long", feature(`/"id":"`+strings.Repeat("a", 65)+`"`), "/id: "+badID),
	one("source empty", feature(`"source":""`), "/properties/source: "+badID),
	one("source with a slash", feature(`"source":"a/b"`), "/properties/source: "+badID),
	one("source is a list", feature(`"source":["rcmp"]`), "/properties/source: must be a string"),
	one("source_ref too long", feature(`"source_ref":"`+strings.Repeat("é", 65)+`"`), "/properties/source_ref: must be at most 64 printable characters"),
	one("source_ref with a line break", feature(`"source_ref":"a\nb"`), "/properties/source_ref: must be at most 64 printable characters"),
	one("source_ref that turns the line around", feature(`"source_ref":"\u202e1"`), "/properties/source_ref: must be at most 64 printable characters"),
}

var badLists = []bad{
	one("overlaps is a text", feature(`"overlaps":"b1"`), "/properties/overlaps: must be an array of strings"),
	one("overlaps with a number", feature(`"overlaps":["b1",2]`), "/properties/overlaps/1: must be a string"),
	one("overlaps with nothing", feature(`"overlaps":[""]`), "/properties/overlaps/0: "+badID),
	one("overlaps itself", feature(`"overlaps":["b1","a1"]`), "/properties/overlaps/1: names this report itself"),
	one("overlaps twice", feature(`"overlaps":["b1","b2","b1"]`), "/properties/overlaps/2: names a report for the second time"),
	one("overlaps too many", feature(`"overlaps":[`+ids(65)+`]`), "/properties/overlaps/64: is one too many; there may be 64"),
	one("overlaps far too many", feature(`"overlaps":[`+ids(1000)+`]`), "/properties/overlaps/64: is one too many; there may be 64"),
	one("releasable to a text", feature(`"releasable_to":"CAN"`), "/properties/releasable_to: must be an array of strings"),
	one("releasable to nobody", feature(`"releasable_to":[]`), "/properties/releasable_to: must name CAN, USA or both; leave it out where it is not restricted"),
	one("releasable to another", feature(`"releasable_to":["CAN","MEX"]`), "/properties/releasable_to/1: must be CAN or USA"),
	one("releasable to the second, wrong", feature(`"releasable_to":["ca","USA"]`), "/properties/releasable_to/0: must be CAN or USA"),
	one("releasable twice", feature(`"releasable_to":["CAN","CAN"]`), ""),
	one("releasable to three", feature(`"releasable_to":["CAN","USA","MEX"]`), "/properties/releasable_to/2: is one too many; there may be 2"),
}

// ids lists n ids as JSON, without the brackets.
func ids(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"b` + strings.Repeat("x", i%8) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + `"`)
	}
	return b.String()
}
