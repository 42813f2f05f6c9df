package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// The members of a post that faults name, as JSON pointers (RFC 6901).
const (
	atType       = "/type"
	atID         = "/id"
	atGeometry   = "/geometry"
	atProperties = "/properties"
	atKind       = "/properties/kind"
	atName       = "/properties/name"
	atAgency     = "/properties/agency"
	atPart       = "/properties/part"
	atFrom       = "/properties/km_from"
	atTo         = "/properties/km_to"
	atOffset     = "/properties/offset_m"
	atActiveFrom = "/properties/active_from"
	atActiveTo   = "/properties/active_to"
)

// AppendPost appends the canonical form of a post: the GeoJSON Feature that
// DecodePost reads, compact, its members in a fixed order, what is not set left
// out. Equal posts have equal bodies, byte for byte, and DecodePost gives the post
// back. Times are kept to the millisecond, coordinates to seven decimals, metres to
// the centimetre.
func AppendPost(dst []byte, p *Post) []byte {
	q := rounded(*p)
	dst = appendText(append(dst, `{"type":"Feature","id":`...), q.ID)
	dst = append(dst, `,"geometry":`...)
	if q.Point != nil {
		dst = appendNumber(append(dst, `{"type":"Point","coordinates":[`...), q.Point[0])
		dst = appendNumber(append(dst, ','), q.Point[1])
		dst = append(dst, `]}`...)
	} else {
		dst = append(dst, `null`...)
	}
	dst = appendText(append(dst, `,"properties":{"kind":`...), q.Kind)
	dst = appendText(append(dst, `,"name":`...), q.Name)
	dst = appendText(append(dst, `,"agency":`...), q.Agency)
	dst = appendText(append(dst, `,"part":`...), q.Stretch.Part.String())
	dst = appendNumber(append(dst, `,"km_from":`...), round(q.Stretch.From.KM(), 1e5))
	dst = appendNumber(append(dst, `,"km_to":`...), round(q.Stretch.To.KM(), 1e5))
	if q.Offset != 0 {
		dst = appendNumber(append(dst, `,"offset_m":`...), float64(q.Offset))
	}
	dst = appendTime(dst, `,"active_from":"`, q.ActiveFrom)
	dst = appendTime(dst, `,"active_to":"`, q.ActiveTo)
	return append(dst, `}}`...)
}

// appendText writes a string; what is no UTF-8 in it becomes U+FFFD.
func appendText(dst []byte, s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always has a form
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func appendNumber(dst []byte, v float64) []byte { return strconv.AppendFloat(dst, v, 'f', -1, 64) }

func appendTime(dst []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return append(t.AppendFormat(append(dst, name...), "2006-01-02T15:04:05.000Z"), '"')
}

// DecodePost reads a post from a GeoJSON Feature (RFC 7946): a Point or no
// geometry, and the properties kind, name, agency, part, km_from, km_to, offset_m,
// active_from and active_to. Names are exact, no member may come twice, and one
// that a post does not have is a fault; links, bbox and tlp of the feature, fid, and the
// line that answers draw for a stretch are passed over, so that what was read can be
// sent back. A tlp stricter than that of posts is a fault: it would not hold. A member that is null is one that is missing.
//
// It does not say whether the post is valid: see ValidatePost. The error is a
// *report.SyntaxError for what is no JSON, else report.Faults with every fault there is.
func DecodePost(body []byte) (Post, error) {
	if err := syntax(body); err != nil {
		return Post{}, err
	}
	var d postDecoder
	typed := false
	d.members(body, "", func(name, at string, value json.RawMessage) bool {
		switch name {
		case "type":
			typed = d.text(at, value) == "Feature"
		case "id":
			d.post.ID = d.text(at, value)
		case "geometry":
			d.geometry(at, value)
		case "properties":
			d.members(value, at, d.property)
		case "tlp":
			d.label(at, value)
		case "links", "bbox":
		default:
			return false
		}
		return true
	})
	if !typed {
		d.fault(atType, `must be "Feature"`)
	}
	if d.post.Point == nil && !d.parted && len(d.faults) == 0 {
		d.fault(atPart, "is missing; where there is no point, part, km_from and km_to say where the post is")
	}
	if len(d.faults) > 0 {
		return Post{}, d.faults
	}
	return rounded(d.post), nil
}

func syntax(body []byte) error {
	if !utf8.Valid(body) {
		return &report.SyntaxError{Detail: "not UTF-8; save the text in that encoding"}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	var value json.RawMessage
	err := decoder.Decode(&value)
	if err == nil {
		if _, err := decoder.Token(); err != io.EOF {
			return &report.SyntaxError{Offset: int(decoder.InputOffset()), Detail: "something follows the end of the post"}
		}
		return nil
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &report.SyntaxError{Offset: len(body), Detail: "the text ends too early", Cut: true}
	}
	fault := &report.SyntaxError{Detail: "a post is one GeoJSON Feature"}
	var at *json.SyntaxError
	if errors.As(err, &at) {
		fault.Offset = int(at.Offset)
	}
	return fault
}

type postDecoder struct {
	post   Post
	parted bool // the part was said
	faults report.Faults
}

func (d *postDecoder) fault(at, detail string) {
	d.faults = append(d.faults, report.Fault{Member: at, Detail: detail})
}

// members reads an object, which is JSON, and calls read for each member, with its
// pointer. What read does not know is a fault, and so is a name that comes twice.
func (d *postDecoder) members(object json.RawMessage, at string, read func(name, at string, value json.RawMessage) bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		d.fault(at, "must be an object")
		return
	}
	seen := map[string]bool{}
	for decoder.More() {
		token, _ := decoder.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return // it was checked to be JSON before
		}
		pointer := at + "/" + shown(name)
		if seen[name] {
			d.fault(pointer, "is there twice")
		}
		seen[name] = true
		if !read(name, pointer, value) {
			d.fault(pointer, "is not known; take it out")
		}
	}
}

// shown is the name of a member that a stranger has chosen, for a JSON pointer.
func shown(name string) string {
	const longest = 64
	var b []byte
	for i, r := range []rune(name) {
		switch {
		case i == longest:
			return string(b) + "…"
		case r == '~':
			b = append(b, "~0"...)
		case r == '/':
			b = append(b, "~1"...)
		case strconv.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, strconv.QuoteRuneToASCII(r)...)
		}
	}
	return string(b)
}

func (d *postDecoder) property(name, at string, value json.RawMessage) bool {
	p := &d.post
	switch name {
	case "kind":
		p.Kind = d.text(at, value)
	case "name":
		p.Name = d.text(at, value)
	case "agency":
		p.Agency = d.text(at, value)
	case "part":
		part, err := frontier.ParsePart(d.text(at, value))
		if err != nil {
			d.fault(at, "must be main or alaska")
		}
		p.Stretch.Part, d.parted = part, true
	case "km_from":
		p.Stretch.From = frontier.KM(d.number(at, value))
	case "km_to":
		p.Stretch.To = frontier.KM(d.number(at, value))
	case "offset_m":
		p.Offset = frontier.Meters(d.number(at, value))
	case "active_from":
		p.ActiveFrom = d.time(at, value)
	case "active_to":
		p.ActiveTo = d.time(at, value)
	case "fid":
	default:
		return false
	}
	return true
}

func (d *postDecoder) text(at string, value json.RawMessage) (s string) {
	if json.Unmarshal(value, &s) != nil {
		d.fault(at, "must be a string")
	}
	return s
}

// label reads the label that answers give all posts. None can have another.
func (d *postDecoder) label(at string, value json.RawMessage) {
	if !slices.Contains([]report.TLP{"", report.Clear, report.Green, report.Amber}, report.TLP(d.text(at, value))) {
		d.fault(at, "must be AMBER or absent: posts are shown to all agencies, and none of them can be marked otherwise")
	}
}

// number is 0 for null.
func (d *postDecoder) number(at string, value json.RawMessage) (v float64) {
	const most = 1e9
	if json.Unmarshal(value, &v) != nil || v > most || v < -most {
		d.fault(at, "must be a number, and not beyond any distance on Earth")
		return 0
	}
	return v
}

func (d *postDecoder) time(at string, value json.RawMessage) time.Time {
	s := d.text(at, value)
	if s == "" {
		return time.Time{}
	}
	t, err := report.ParseTime(s)
	if err != nil {
		d.fault(at, err.Error())
	}
	return t
}

func (d *postDecoder) geometry(at string, value json.RawMessage) {
	if string(value) == "null" {
		return
	}
	kind := ""
	var coordinates json.RawMessage
	d.members(value, at, func(name, at string, value json.RawMessage) bool {
		switch name {
		case "type":
			kind = d.text(at, value)
		case "coordinates":
			coordinates = value
		default:
			return false
		}
		return true
	})
	switch kind {
	case "Point":
		point := d.coordinates(at+"/coordinates", coordinates)
		d.post.Point = &point
	case "LineString", "MultiLineString":
	default:
		d.fault(at, "must be a Point or null; where a post has no point, its stretch says where it is")
	}
}

// coordinates reads longitude and latitude; an altitude is passed over.
func (d *postDecoder) coordinates(at string, value json.RawMessage) (p orb.Point) {
	var values []json.RawMessage
	if json.Unmarshal(value, &values) != nil || len(values) < 2 || len(values) > 3 {
		d.fault(at, "must be longitude and latitude")
		return p
	}
	for i := range p {
		p[i] = d.number(at, values[i])
	}
	return p
}
