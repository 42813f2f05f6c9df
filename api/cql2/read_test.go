package cql2

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func alike(a, b Node) string {
	return cmp.Diff(a, b, cmpopts.IgnoreUnexported(Node{}), cmpopts.EquateEmpty())
}

// One filter in both languages, one of each kind that the standard has.
var pairs = []struct{ text, json string }{
	{`unit = 'persons'`, `{"op":"=","args":[{"property":"unit"},"persons"]}`},
	{`"km" <> -97.5`, `{"op":"<>","args":[{"property":"km"},-97.5]}`},
	{`km < 1e3`, `{"op":"<","args":[{"property":"km"},1000]}`},
	{`km<=.5`, `{"op":"<=","args":[{"property":"km"},0.5]}`},
	{`3 > km`, `{"op":">","args":[3,{"property":"km"}]}`},
	{`km >= +3.`, `{"op":">=","args":[{"property":"km"},3]}`},
	{`guarded = true`, `{"op":"=","args":[{"property":"guarded"},true]}`},
	{`TRUE`, `true`},
	{`a = 1 AND b = 2 and c = 3`, `{"op":"and","args":[{"op":"=","args":[{"property":"a"},1]},{"op":"=","args":[{"property":"b"},2]},{"op":"=","args":[{"property":"c"},3]}]}`},
	{`a = 1 OR b = 2 AND NOT c = 3`, `{"op":"or","args":[{"op":"=","args":[{"property":"a"},1]},{"op":"and","args":[{"op":"=","args":[{"property":"b"},2]},{"op":"not","args":[{"op":"=","args":[{"property":"c"},3]}]}]}]}`},
	{`(a = 1 OR b = 2) AND c = 3`, `{"op":"and","args":[{"op":"or","args":[{"op":"=","args":[{"property":"a"},1]},{"op":"=","args":[{"property":"b"},2]}]},{"op":"=","args":[{"property":"c"},3]}]}`},
	{`name LIKE 'Emer%'`, `{"op":"like","args":[{"property":"name"},"Emer%"]}`},
	{`CASEI(name) NOT LIKE casei('emer_on')`, `{"op":"not","args":[{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},{"op":"casei","args":["emer_on"]}]}]}`},
	{`km BETWEEN 10 AND 20 AND a = 1`, `{"op":"and","args":[{"op":"between","args":[{"property":"km"},10,20]},{"op":"=","args":[{"property":"a"},1]}]}`},
	{`km NOT BETWEEN 10 AND 20`, `{"op":"not","args":[{"op":"between","args":[{"property":"km"},10,20]}]}`},
	{`unit IN ('claims', 'signs')`, `{"op":"in","args":[{"property":"unit"},["claims","signs"]]}`},
	{`a not in (1)`, `{"op":"not","args":[{"op":"in","args":[{"property":"a"},[1]]}]}`},
	{`a IS NULL`, `{"op":"isNull","args":[{"property":"a"}]}`},
	{`a is not null`, `{"op":"not","args":[{"op":"isNull","args":[{"property":"a"}]}]}`},
	{`t > TIMESTAMP('2017-01-31T18:05:00.5Z')`, `{"op":">","args":[{"property":"t"},{"timestamp":"2017-01-31T18:05:00.5Z"}]}`},
	{`d = DATE('2017-01-31')`, `{"op":"=","args":[{"property":"d"},{"date":"2017-01-31"}]}`},
	{`T_DURING(INTERVAL(t, e), INTERVAL('2017-01-01', '2017-02-28T12:00:00Z'))`, `{"op":"t_during","args":[{"interval":[{"property":"t"},{"property":"e"}]},{"interval":["2017-01-01","2017-02-28T12:00:00Z"]}]}`},
	{`T_AFTER(t, INTERVAL('..', '2017-02-28'))`, `{"op":"t_after","args":[{"property":"t"},{"interval":["..","2017-02-28"]}]}`},
	{`T_INTERSECTS(d, DATE('2017-02-28'))`, `{"op":"t_intersects","args":[{"property":"d"},{"date":"2017-02-28"}]}`},
	{`S_INTERSECTS(geometry, POINT(-97.24 49))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[-97.24,49]}]}`},
	{`S_INTERSECTS(geometry, POINT Z (-97.24 49 240))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[-97.24,49,240]}]}`},
	{`S_INTERSECTS(geometry, BBOX(170, 60, -140, 70))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[170,60,-140,70]}]}`},
	{`S_INTERSECTS(geometry, BBOX(-98,48,0,-97,50,100))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[-98,48,0,-97,50,100]}]}`},
	{`S_DISJOINT(geometry, LINESTRING(-98 49, -97 49.5))`, `{"op":"s_disjoint","args":[{"property":"geometry"},{"type":"LineString","coordinates":[[-98,49],[-97,49.5]]}]}`},
	{`S_INTERSECTS(geometry, POLYGON((-98 48,-97 48,-97 50,-98 48),(-97.2 48.5,-97.1 48.5,-97.1 48.6,-97.2 48.5)))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[-98,48],[-97,48],[-97,50],[-98,48]],[[-97.2,48.5],[-97.1,48.5],[-97.1,48.6],[-97.2,48.5]]]}]}`},
	{`S_INTERSECTS(geometry, MULTIPOINT((1 2),(3 4)))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}]}`},
	{`S_INTERSECTS(geometry, MULTILINESTRING((1 2,3 4)))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}]}`},
	{`S_INTERSECTS(geometry, MULTIPOLYGON(((1 2,3 4,5 2,1 2))))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,2],[1,2]]]]}]}`},
	{`t_metby(INTERVAL(t, e), INTERVAL('..', '2017-02-28'))`, `{"op":"t_metBy","args":[{"interval":[{"property":"t"},{"property":"e"}]},{"interval":["..","2017-02-28"]}]}`},
	// The examples that the standard has of arrays, and what its grammar has besides.
	{`A_CONTAINS(layer:ids, ('layers-ca','layers-us'))`, `{"op":"a_contains","args":[{"property":"layer:ids"},["layers-ca","layers-us"]]}`},
	{`A_CONTAINEDBY("values", ('a', 'b', 'c'))`, `{"op":"a_containedBy","args":[{"property":"values"},["a","b","c"]]}`},
	{`A_EQUALS(('a', TRUE, 1.0, 8), "values")`, `{"op":"a_equals","args":[["a",true,1.0,8],{"property":"values"}]}`},
	{`A_OVERLAPS("values", (TIMESTAMP('2012-08-10T05:30:00.000000Z'), DATE('2010-02-10'), FALSE))`, `{"op":"a_overlaps","args":[{"property":"values"},[{"timestamp":"2012-08-10T05:30:00.000000Z"},{"date":"2010-02-10"},false]]}`},
	{`a_equals((), ((), ('a', ('b')), CASEI(c), BBOX(1,2,3,4), INTERVAL('..','..')))`, `{"op":"a_equals","args":[[],[[],["a",["b"]],{"op":"casei","args":[{"property":"c"}]},{"bbox":[1,2,3,4]},{"interval":["..",".."]}]]}`},
	{`S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4)))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}]}`},
}

func TestTextAndJSONAreOneTree(t *testing.T) {
	for _, x := range pairs {
		fromText, err := ParseText(x.text)
		if err != nil {
			t.Errorf("%s: %v", x.text, err)
			continue
		}
		fromJSON, err := ParseJSON(x.json)
		if err != nil {
			t.Errorf("%s: %v", x.json, err)
			continue
		}
		if d := alike(fromText, fromJSON); d != "" {
			t.Errorf("%s is another tree than its JSON:\n%s", x.text, d)
		}
		again, err := ParseText(fromText.String())
		if d := alike(fromText, again); err != nil || d != "" {
			t.Errorf("%s, written as %s: %v\n%s", x.text, fromText, err, d)
		}
		written, err := json.Marshal(fromText)
		if err != nil {
			t.Fatal(err)
		}
		again, err = ParseJSON(string(written))
		if d := alike(fromText, again); err != nil || d != "" {
			t.Errorf("%s, written as %s: %v\n%s", x.text, written, err, d)
		}
	}
}

func TestQuotesInText(t *testing.T) {
	for text, want := range map[string]string{
		`a = 'l''été'`:  `l'été`,
		`a = 'l\'été'`:  `l'été`,
		`a = '50 \% _'`: `50 \% _`,
		`a = ''`:        ``,
		`a = ''''`:      `'`,
		"a = '\\\\''":   `\'`, // only before a quote a backslash is not itself
	} {
		n, err := ParseText(text)
		if err != nil || n.Args[1].Text != want {
			t.Errorf("%s reads as %q, want %q: %v", text, n.Args, want, err)
		}
	}
}

func TestTextThatIsWrongSaysWhereAndHowToMendIt(t *testing.T) {
	for text, x := range map[string]struct {
		at   int
		says string
	}{
		``:                                 {1, "property or a value"},
		`unit`:                             {5, "comparison"},
		`unit =`:                           {7, "property or a value"},
		`unit == 'a'`:                      {7, "property or a value"},
		`unit = 'a`:                        {8, "close it"},
		`unit = "a`:                        {8, "close it"},
		`"ü" = 'ü' extra`:                  {11, "should end here"},
		`unit = 'a' AND`:                   {15, "property or a value"},
		`(unit = 'a'`:                      {12, ")"},
		`km + 1 = 2`:                       {4, "arithmetic"},
		`km = 1e999`:                       {6, "too large"},
		`km = 1e`:                          {6, "number"},
		`km BETWEEN 1 OR 2`:                {14, "AND"},
		`km IS 3`:                          {7, "NULL"},
		`unit IN ()`:                       {10, "property or a value"},
		`unit IN 'a'`:                      {9, "("},
		`NOT`:                              {4, "property or a value"},
		`unit NOT = 'a'`:                   {10, "comparison"},
		`TRUE NOT`:                         {9, "comparison"},
		`AND = 1`:                          {1, "keyword"},
		`foo(unit) = 1`:                    {1, "no such function"},
		`unit = ; DROP`:                    {8, "no meaning"},
		`d = DATE('2017-02-29')`:           {10, "date like"},
		`d = DATE('2017-01-01T00:00:00Z')`: {10, "date like"},
		`d = TIMESTAMP('2017-01-01')`:      {15, "timestamp in UTC"},
		`d = TIMESTAMP('2017-01-01T00:00:00+01:00')`:                          {15, "timestamp in UTC"},
		`T_AFTER(t, '2017-01-01')`:                                            {12, "TIMESTAMP("},
		`T_AFTER(t)`:                                                          {10, ","},
		`T_DURING(t, INTERVAL('2017-01-02','2017-01-01'))`:                    {13, "before it begins"},
		`T_DURING(t, INTERVAL('2017-01-02',3))`:                               {35, "an end of an interval"},
		`A_CONTAINS(a)`:                                                       {13, ","},
		`A_CONTAINS(a, 'b')`:                                                  {15, "('a', 'b')"},
		`A_CONTAINS('a', b)`:                                                  {12, "property that is a list"},
		`A_CONTAINS(a, ('b',))`:                                               {20, "property or a value"},
		`A_CONTAINS(a, ('b' 'c'))`:                                            {20, ")"},
		`A_CONTAINS(a, ('b')`:                                                 {20, ")"},
		"A_EQUALS(a," + strings.Repeat("(", 100):                              {0, "too deep"},
		`S_INTERSECTS(geometry, 3)`:                                           {24, "BBOX("},
		`S_INTERSECTS(geometry, BBOX(1,2,3))`:                                 {24, "4 numbers"},
		`S_INTERSECTS(geometry, BBOX(1,2,3,91))`:                              {24, "between -90 and 90"},
		`S_INTERSECTS(geometry, BBOX(1,5,3,4))`:                               {24, "south not above north"},
		`S_INTERSECTS(geometry, POINT(1))`:                                    {31, "number"},
		`S_INTERSECTS(geometry, POINT(49 -197))`:                              {24, "longitude first"},
		`S_INTERSECTS(geometry, POINT(1 2, 3 4))`:                             {39, "one position"},
		`S_INTERSECTS(geometry, LINESTRING(1 2))`:                             {24, "too few"},
		`S_INTERSECTS(geometry, POLYGON((1 2,3 4,5 2,1 3)))`:                  {24, "end where it begins"},
		`S_INTERSECTS(geometry, GEOMETRYCOLLECTION(CIRCLE()))`:                {43, "one of POINT"},
		strings.Repeat("(", 100):                                              {65, "too deep"},
		strings.Repeat("NOT ", 100) + "TRUE":                                  {261, "too deep"},
		"S_INTERSECTS(geometry," + strings.Repeat("GEOMETRYCOLLECTION(", 100): {0, "too deep"},
		strings.Repeat("CASEI(", 100):                                         {0, "too deep"},
		"\xff":                                                                {1, "UTF-8"},
		strings.Repeat(" ", MaxLength+1):                                      {MaxLength, "too long"},
	} {
		_, err := ParseText(text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.60s: %v", text, err)
			continue
		}
		if x.at > 0 && e.Character != x.at || !strings.Contains(e.Detail, x.says) {
			t.Errorf("%.60s: %v; want character %d and %q", text, e, x.at, x.says)
		}
	}
}

func TestJSONThatIsWrongSaysWhereAndHowToMendIt(t *testing.T) {
	deep := strings.Repeat(`{"op":"not","args":[`, 100) + "true" + strings.Repeat(`]}`, 100)
	nested := `{"op":"a_equals","args":[` + strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100) + `,[]]}`
	for text, x := range map[string]struct{ at, says string }{
		``:                                {"", "not JSON"},
		`unit = 'a'`:                      {"", "filter-lang=cql2-text"},
		`true true`:                       {"", "not JSON"},
		`3`:                               {"", `{"op"`},
		`{"op":"=","args":[1,2],"x":3}`:   {"", `{"op"`},
		`{"op":"xor","args":[true,true]}`: {"/op", "t_overlappedBy, t_overlaps, t_startedBy, t_starts, a_containedBy"},
		`{"op":"and","args":[true]}`:      {"/args", "at least 2"},
		`{"op":"=","args":[1]}`:           {"/args", "2 args"},
		`{"op":"and","args":[true,{"op":"=","args":[1,[]]}]}`:                         {"/args/1/args/1", "property"},
		`{"op":"in","args":[1,[]]}`:                                                   {"/args/1", "at least one"},
		`{"op":"=","args":[1,{"op":"accenti","args":["a"]}]}`:                         {"/args/1/op", "casei"},
		`{"op":"=","args":[1,{"date":"gestern"}]}`:                                    {"/args/1", "date like"},
		`{"op":"t_after","args":["2017-01-01",{"date":"2017-01-01"}]}`:                {"/args/0", "timestamp"},
		`{"op":"t_after","args":[{"interval":["..",3]},{"date":"2017-01-01"}]}`:       {"/args/0/interval/1", "an end"},
		`{"op":"a_overlaps","args":[{"property":"a"},"b"]}`:                           {"/args/1", "list of values"},
		`{"op":"a_overlaps","args":[["a",["b",null]],{"property":"a"}]}`:              {"/args/0/1/1", "or a value"},
		`{"op":"a_overlaps","args":[["a"]]}`:                                          {"/args", "2 args"},
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point"}]}`:     {"/args/1/coordinates", "position"},
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Circle"}]}`:    {"/args/1", "GeoJSON"},
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3,"4"]}]}`: {"/args/1/bbox/3", "number"},
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,300,4]}]}`: {"/args/1/bbox", "between -180"},
		`{"op":"=","args":[{"property":"km"},1e999]}`:                                 {"/args/1", "too large"},
		deep:   {"", "too deep"},
		nested: {"", "too deep"},
	} {
		_, err := ParseJSON(text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.60s: %v", text, err)
			continue
		}
		if text != deep && text != nested && e.Pointer != x.at || !strings.Contains(e.Detail, x.says) {
			t.Errorf("%.80s: %q %v; want %s and %q", text, e.Pointer, e, x.at, x.says)
		}
	}
}

// Whatever is read can be written and read again, in both languages.
func FuzzParse(f *testing.F) {
	for _, x := range pairs {
		f.Add(x.text)
		f.Add(x.json)
	}
	f.Add(`a = '\'''`)
	f.Add(`{"op":"=","args":[{"property":"a\"b"},"c\\"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseText(text)
		if err == nil {
			again, err := ParseText(n.String())
			if d := alike(n, again); err != nil || d != "" {
				t.Fatalf("%q, written as %q: %v\n%s", text, n.String(), err, d)
			}
		} else if n, err = ParseJSON(text); err != nil {
			return
		}
		written, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		if len(written) > MaxLength {
			return
		}
		again, err := ParseJSON(string(written))
		if d := alike(n, again); err != nil || d != "" {
			t.Fatalf("%q, written as %s: %v\n%s", text, written, err, d)
		}
	})
}
