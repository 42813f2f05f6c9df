package guard

import (
	"math"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// What a post may be.
const (
	Station = "station"
	Patrol  = "patrol"
	Tower   = "tower"
)

const maxName = 128 // characters of a name or agency

// Place puts a post on the frontier. One with a point is located: its stretch is
// the nearest point of the line, unless it has one with a length already, and its
// offset the distance from there. One without must have a stretch that lies on its part.
// The error is report.Faults.
func Place(f *frontier.Frontier, p Post) (Post, error) {
	if p.Point != nil {
		place, err := f.Locate(*p.Point, frontier.Meters(math.Inf(1)))
		if err != nil {
			return p, report.Faults{{Member: atGeometry, Detail: err.Error()}}
		}
		p.Offset = frontier.Meters(math.Abs(float64(place.Offset)))
		if !(p.Stretch.From < p.Stretch.To) {
			p.Stretch = frontier.Stretch{Part: place.Part, From: place.Measure, To: place.Measure}
		}
	} else {
		p.Offset = 0
	}
	if length := f.Length(p.Stretch.Part); p.Stretch.To > length {
		return p, report.Faults{{Member: atTo, Detail: "the part ends before this: give at most " + strconv.FormatFloat(math.Floor(length.KM()*1000)/1000, 'f', -1, 64)}}
	}
	return rounded(p), nil
}

// ValidatePost lists everything that is wrong with a post by itself; nil means
// nothing. Whether its stretch lies on the frontier is for Place to say.
func ValidatePost(p Post) (faults report.Faults) {
	check := func(ok bool, member, detail string) {
		if !ok {
			faults = append(faults, report.Fault{Member: member, Detail: detail})
		}
	}
	check(identifier(p.ID), atID, "must be 1 to "+strconv.Itoa(report.MaxID)+" of the characters A-Z a-z 0-9 . _ : -")
	check(p.Kind == Station || p.Kind == Patrol || p.Kind == Tower, atKind, "must be one of station, patrol, tower")
	check(p.Name != "" && printable(p.Name), atName, "must be 1 to "+strconv.Itoa(maxName)+" printable characters")
	check(p.Agency != "" && printable(p.Agency), atAgency, "must be 1 to "+strconv.Itoa(maxName)+" printable characters")
	if q := p.Point; q != nil {
		check(math.Abs(q[0]) <= 180 && math.Abs(q[1]) <= 90, atGeometry, "coordinates must be longitude, -180 to 180, and latitude, -90 to 90")
	}
	_, err := frontier.ParsePart(p.Stretch.Part.String())
	check(err == nil, atPart, "must be main or alaska")
	check(p.Stretch.From >= 0 && !math.IsInf(float64(p.Stretch.From), 0), atFrom, "must be a number of kilometres from 0 on")
	check(p.Stretch.To >= p.Stretch.From && !math.IsInf(float64(p.Stretch.To), 0), atTo, "must not be less than km_from")
	check(p.Point != nil || p.Stretch.From < p.Stretch.To, atTo, "must be greater than km_from where there is no point")
	check(p.Offset >= 0 && !math.IsInf(float64(p.Offset), 0), atOffset, "must be a number of metres from 0 on")
	check(p.ActiveFrom.IsZero() || p.ActiveFrom.Year() >= report.FirstYear, atActiveFrom, "must not be before 1900")
	check(p.ActiveTo.IsZero() || p.ActiveTo.After(p.ActiveFrom), atActiveTo, "must be later than active_from")
	return faults
}

func identifier(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case letter(c), c >= '0' && c <= '9', c == '.', c == '_', c == ':', c == '-':
		default:
			return false
		}
	}
	return len(s) >= 1 && len(s) <= report.MaxID
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxName
}

// rounded is a post as its body keeps it.
func rounded(p Post) Post {
	if p.Point != nil {
		p.Point = &orb.Point{round(p.Point[0], 1e7), round(p.Point[1], 1e7)}
	}
	for _, m := range [...]*frontier.Meters{&p.Stretch.From, &p.Stretch.To, &p.Offset} {
		*m = frontier.Meters(round(float64(*m), 100))
	}
	for _, t := range [...]*time.Time{&p.ActiveFrom, &p.ActiveTo} {
		if !t.IsZero() {
			*t = t.UTC().Truncate(time.Millisecond)
		}
	}
	return p
}

// round is v to the nearest of 1/scale, and never the negative zero.
func round(v, scale float64) float64 { return math.Round(v*scale)/scale + 0 }
