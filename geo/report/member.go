package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The members of a report that faults name, as JSON pointers (RFC 6901).
const (
	atID          = "/id"
	atType        = "/type"
	atProperties  = "/properties"
	atGeometry    = "/geometry"
	atKind        = "/geometry/type"
	atCoordinates = "/geometry/coordinates"
	atLon         = "/geometry/coordinates/0"
	atLat         = "/geometry/coordinates/1"
	atStretch     = "/properties/stretch"
	atPart        = "/properties/stretch/part"
	atFrom        = "/properties/stretch/km_from"
	atTo          = "/properties/stretch/km_to"
	atStart       = "/properties/observed_start"
	atEnd         = "/properties/observed_end"
	atBest        = "/properties/count_best"
	atMin         = "/properties/count_min"
	atMax         = "/properties/count_max"
	atUnit        = "/properties/unit"
	atDirection   = "/properties/direction"
	atRelation    = "/properties/relation"
	atPublished   = "/properties/published"
	atSource      = "/properties/source"
	atRef         = "/properties/source_ref"
	atStatus      = "/properties/status"
	atUncertainty = "/properties/uncertainty_m"
	atOverlaps    = "/properties/overlaps"
	atTLP         = "/properties/tlp"
	atReleasable  = "/properties/releasable_to"
)

// element is the pointer of the i-th element of an array.
func element(array string, i int) string { return array + "/" + strconv.Itoa(i) }

// below says whether a pointer names a member or something in it.
func below(pointer, member string) bool {
	return strings.HasPrefix(pointer, member) && (len(pointer) == len(member) || pointer[len(member)] == '/')
}

// pointer names a member that a stranger has named: cut to a length that fits a
// line and with nothing in it that a terminal or a log would act on.
func pointer(parent string, name []byte) string {
	const longest = 64
	var b strings.Builder
	b.WriteString(parent)
	b.WriteByte('/')
	for i, r := range string(name) {
		switch {
		case utf8.RuneCount(name[:i]) >= longest:
			b.WriteString("…")
			return b.String()
		case r == '~':
			b.WriteString("~0")
		case r == '/':
			b.WriteString("~1")
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
