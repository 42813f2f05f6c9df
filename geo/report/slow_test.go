package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
)

// slowDecode says what Decode must: whether a text is a report, and which one. It is
// made of encoding/json, math/big, package time and regular expressions, reads
// everything before it judges anything, and shares no code with Decode.
func slowDecode(text []byte, d Defaults) (r Report, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, refused := e.(refusal); !refused {
				panic(e)
			}
			r, ok = Report{}, false
		}
	}()
	s := slow{now: d.Now}
	feature := s.object(tree(text), "type", "id", "geometry", "properties", "links", "bbox")
	s.must(feature["type"] == "Feature")
	properties := s.object(feature["properties"], append(slices.Clone(members[:]), answered[:]...)...)
	r.ID, r.Source = d.ID, d.Source
	s.id(feature["id"], &r.ID)
	s.id(properties["source"], &r.Source)
	s.must(r.Source != "")
	s.place(&r, feature["geometry"], properties)
	s.times(&r, properties)
	s.counts(&r, properties)
	s.words(&r, properties)
	return r, true
}

// refusal is what slow panics with.
type refusal struct{}

type slow struct{ now time.Time }

func (slow) must(is bool) {
	if !is {
		panic(refusal{})
	}
}

// node is an object with its members in order; other values are those of
// encoding/json, numbers json.Number.
type node struct {
	names  []string
	values []any
}

// tree reads one JSON value.
func tree(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v := value(d)
	if _, err := d.Token(); err != io.EOF {
		panic(refusal{})
	}
	return v
}

func value(d *json.Decoder) any {
	token, err := d.Token()
	if err != nil {
		panic(refusal{})
	}
	switch token {
	case json.Delim('{'):
		n := &node{}
		for d.More() {
			n.names = append(n.names, value(d).(string))
			n.values = append(n.values, value(d))
		}
		end(d)
		return n
	case json.Delim('['):
		list := []any{}
		for d.More() {
			list = append(list, value(d))
		}
		end(d)
		return list
	}
	return token
}

func end(d *json.Decoder) {
	if _, err := d.Token(); err != nil {
		panic(refusal{})
	}
}

// object is v as a map, if it has no members but these, and none twice.
func (s slow) object(v any, allowed ...string) map[string]any {
	n, ok := v.(*node)
	s.must(ok)
	m := map[string]any{}
	for i, name := range n.names {
		_, twice := m[name]
		s.must(!twice && slices.Contains(allowed, name))
		m[name] = n.values[i]
	}
	return m
}

var slowID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

func (s slow) id(v any, to *string) {
	if v != nil {
		*to = s.text(v)
		s.must(slowID.MatchString(*to))
	}
}

func (s slow) text(v any) string {
	text, ok := v.(string)
	s.must(ok)
	return text
}

// number is exact, but that one below 10^-400 is a third, which is no integer either.
func (s slow) number(v any) *big.Rat {
	n, ok := v.(json.Number)
	s.must(ok)
	_, err := n.Float64()
	s.must(err == nil)
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(n)), "e")
	if strings.Trim(mantissa, "-0.") == "" {
		return new(big.Rat)
	}
	if e, err := strconv.Atoi(exponent); exponent != "" && (err != nil || e < -400) {
		return big.NewRat(1, 3)
	}
	rat, ok := new(big.Rat).SetString(string(n))
	s.must(ok)
	return rat
}

func (s slow) float(v any) float64 {
	s.number(v)
	f, _ := v.(json.Number).Float64()
	return f
}

func (s slow) place(r *Report, geometry any, properties map[string]any) {
	if v := properties["part"]; v != nil {
		s.part(v)
	}
	line := s.geometry(r, geometry)
	r.Stretch = s.stretch(properties)
	s.must((r.Point == nil) == (r.Stretch != nil))
	s.must(!line || r.Stretch != nil)
}

// geometry says whether it is a line.
func (s slow) geometry(r *Report, v any) bool {
	if v == nil {
		return false
	}
	g := s.object(v, "type", "coordinates", "bbox")
	if g["type"] == "LineString" || g["type"] == "MultiLineString" {
		return true
	}
	s.must(g["type"] == "Point")
	list, ok := g["coordinates"].([]any)
	s.must(ok && (len(list) == 2 || len(list) == 3))
	for _, v := range list {
		s.number(v)
	}
	lon, lat := s.float(list[0]), s.float(list[1])
	s.must(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90)
	r.Point = &orb.Point{nearest(lon, 1e7), nearest(lat, 1e7)}
	return false
}

// nearest rounds to a decimal, and knows no negative zero.
func nearest(v, scale float64) float64 { return math.Round(v*scale)/scale + 0 }

func (s slow) part(v any) frontier.Part {
	part := map[string]frontier.Part{"main": frontier.Main, "alaska": frontier.Alaska}
	p, ok := part[s.text(v)]
	s.must(ok)
	return p
}

func (s slow) stretch(properties map[string]any) *frontier.Stretch {
	var nested, flat *frontier.Stretch
	if v := properties["stretch"]; v != nil {
		nested = s.ends(s.object(v, "part", "km_from", "km_to"))
	}
	if properties["km_from"] != nil || properties["km_to"] != nil {
		if nested == nil {
			flat = s.ends(properties)
			return flat
		}
		// Beside a stretch only what is given must agree, the rest being 0.
		beside := frontier.Stretch{}
		for name, to := range map[string]*frontier.Meters{"km_from": &beside.From, "km_to": &beside.To} {
			if v := properties[name]; v != nil {
				*to = s.meters(s.float(v)*1000, longest)
			}
		}
		if v := properties["part"]; v != nil {
			beside.Part = s.part(v)
		}
		s.must(beside == *nested)
	}
	return nested
}

func (s slow) ends(m map[string]any) *frontier.Stretch {
	e := &frontier.Stretch{Part: s.part(m["part"]), From: s.meters(s.float(m["km_from"])*1000, longest), To: s.meters(s.float(m["km_to"])*1000, longest)}
	s.must(e.From < e.To)
	return e
}

func (s slow) meters(v, most float64) frontier.Meters {
	s.must(v >= 0 && v <= most)
	return frontier.Meters(nearest(v, 100))
}

func (s slow) times(r *Report, properties map[string]any) {
	s.must(properties["observed_start"] != nil)
	for name, to := range map[string]*time.Time{"observed_start": &r.Start, "observed_end": &r.End, "published": &r.Published} {
		if v := properties[name]; v != nil {
			*to = s.time(s.text(v))
			s.must(!to.After(s.now.Add(Ahead)) && to.Year() >= FirstYear)
		}
	}
	if properties["observed_end"] == nil {
		r.End = r.Start
	}
	s.must(!r.End.Before(r.Start))
}

var slowTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:(\d\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func (s slow) time(text string) time.Time {
	m := slowTime.FindStringSubmatchIndex(text)
	s.must(m != nil)
	leap := text[m[2]:m[3]] == "60"
	if leap {
		text = text[:m[2]] + "59.999" + text[m[6]:]
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	s.must(err == nil)
	t = t.UTC().Truncate(time.Millisecond)
	s.must(!leap || t.Hour() == 23 && t.Minute() == 59)
	return t
}

func (s slow) counts(r *Report, properties map[string]any) {
	s.must(properties["count_best"] != nil)
	count := func(name string, otherwise int64) int64 {
		v := properties[name]
		if v == nil {
			return otherwise
		}
		n := s.number(v)
		s.must(n.IsInt() && n.Sign() >= 0 && n.Cmp(big.NewRat(MaxCount, 1)) <= 0)
		return n.Num().Int64()
	}
	r.Count.Best = count("count_best", 0)
	r.Count.Min, r.Count.Max = count("count_min", r.Count.Best), count("count_max", r.Count.Best)
	s.must(r.Count.Min <= r.Count.Best && r.Count.Best <= r.Count.Max)
}

// oneWord is a text that must be one of some.
func oneWord[T ~string](s slow, v any, otherwise T, all ...T) T {
	if v == nil {
		return otherwise
	}
	w := T(s.text(v))
	s.must(slices.Contains(all, w))
	return w
}

func (s slow) words(r *Report, properties map[string]any) {
	r.Unit = oneWord(s, properties["unit"], Persons, Persons, Interceptions, Encounters, Claims, Detections, Signs)
	r.Direction = oneWord(s, properties["direction"], DirectionUnknown, Northbound, Southbound, DirectionUnknown)
	r.Relation = oneWord(s, properties["relation"], RelationUnknown, BetweenPorts, AtPort, Inland, RelationUnknown)
	r.Status = oneWord(s, properties["status"], Unverified, Unverified, Probable, Confirmed, Rejected)
	if v := properties["tlp"]; v != nil {
		r.TLP = oneWord(s, any(strings.TrimPrefix(s.text(v), "TLP:")), "", Clear, Green, Amber, AmberStrict, Red)
	}
	if v := properties["source_ref"]; v != nil {
		r.SourceRef = s.text(v)
		s.must(utf8.RuneCountInString(r.SourceRef) <= 64 && strings.IndexFunc(r.SourceRef, func(c rune) bool { return !unicode.IsPrint(c) }) < 0)
	}
	if v := properties["uncertainty_m"]; v != nil {
		u := s.meters(s.float(v), longest)
		r.Uncertainty = &u
	}
	s.lists(r, properties)
}

func (s slow) lists(r *Report, properties map[string]any) {
	if v := properties["overlaps"]; v != nil {
		list, ok := v.([]any)
		s.must(ok && len(list) <= 64)
		for _, v := range list {
			id := s.text(v)
			s.must(slowID.MatchString(id) && id != r.ID && !slices.Contains(r.Overlaps, id))
			r.Overlaps = append(r.Overlaps, id)
		}
	}
	if v := properties["releasable_to"]; v != nil {
		list, ok := v.([]any)
		s.must(ok && (len(list) == 1 || len(list) == 2))
		for _, v := range list {
			r.Releasable |= map[string]Countries{"CAN": CAN, "USA": USA}[oneWord(s, v, "", "CAN", "USA")]
		}
	}
}
