package intake

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontierwatch/geo/report"
)

// kind is how the cells of a column are written as JSON.
type kind uint8

const (
	passed kind = iota // what only answers have
	text
	number
	list
)

// column is one that a CSV may have.
type column struct {
	name    string
	pointer string // of the member that it is in a report
	kind    kind
}

// The columns that are not simply a property of their name.
const (
	columnID = iota
	columnLon
	columnLat
	columnPart
	columnFrom
	columnTo
	columnPlain // the first of the others
)

// columns lists what a CSV may have; what is passed over comes last.
var columns = [...]column{
	columnID:   {"id", "/id", text},
	columnLon:  {"lon", "/geometry/coordinates/0", number},
	columnLat:  {"lat", "/geometry/coordinates/1", number},
	columnPart: {"part", "/properties/stretch/part", text},
	columnFrom: {"km_from", "/properties/stretch/km_from", number},
	columnTo:   {"km_to", "/properties/stretch/km_to", number},

	{"observed_start", "/properties/observed_start", text},
	{"observed_end", "/properties/observed_end", text},
	{"count_best", "/properties/count_best", number},
	{"count_min", "/properties/count_min", number},
	{"count_max", "/properties/count_max", number},
	{"unit", "/properties/unit", text},
	{"direction", "/properties/direction", text},
	{"relation", "/properties/relation", text},
	{"published", "/properties/published", text},
	{"source", "/properties/source", text},
	{"source_ref", "/properties/source_ref", text},
	{"status", "/properties/status", text},
	{"uncertainty_m", "/properties/uncertainty_m", number},
	{"overlaps", "/properties/overlaps", list},
	{"tlp", "/properties/tlp", text},
	{"releasable_to", "/properties/releasable_to", list},

	{name: "fid"}, {name: "seq"}, {name: "recorded"}, {name: "km"}, {name: "offset_m"}, {name: "side"},
	{name: "segment"}, {name: "revision"}, {name: "replaces"}, {name: "deleted"},
}

func columnNamed(name string) int {
	return slices.IndexFunc(columns[:], func(c column) bool { return c.name == name })
}

// header reads the first row with something in it: the names of the columns.
func (r *Reader) header() error {
	for {
		r.source.begin()
		more, quoted := r.cells.read(&r.source)
		switch {
		case quoted, !more && r.source.err != io.EOF:
			return r.stopped()
		case r.source.long():
			return r.long()
		case !r.cells.empty():
			return r.sheet.name(&r.cells)
		case !more:
			return r.broken("the file is empty; its first row must name the columns, like id,lon,lat,observed_start,count_best")
		}
	}
}

// sheet is what the header says of the rows.
type sheet struct {
	columns []int                // index in columns of each cell
	cell    [len(columns)]int    // the cell of each column, negative: there is none
	values  [len(columns)][]byte // of the row being read, nil where there is none
	body    []byte               // the row as a Feature
}

// name takes the names of the columns and says all that is wrong with them.
func (t *sheet) name(c *cells) error {
	var faults report.Faults
	refuse := func(name, detail string) {
		faults = append(faults, report.Fault{Member: shown(name), Detail: "in the header: " + detail})
	}
	for i := range t.cell {
		t.cell[i] = -1
	}
	known := "; known are " + known()
	for i := range c.count() {
		name := string(trimmed(c.cell(i)))
		k := columnNamed(name)
		t.columns = append(t.columns, k)
		switch {
		case k < 0 && strings.ContainsAny(name, ";\t") && c.count() == 1:
			refuse(name, "the columns must have commas between them")
		case k < 0:
			refuse(name, "is not a column of a report, which has no place for anything else"+known)
			known = "" // once is enough
		case t.cell[k] >= 0:
			refuse(name, "comes twice; give it once")
		default:
			t.cell[k] = i
		}
	}
	return t.complete(faults)
}

// complete adds to the faults of a header the columns without which every row
// would be refused.
func (t *sheet) complete(faults report.Faults) error {
	missing := func(k int, detail string) {
		if t.cell[k] < 0 {
			faults = append(faults, report.Fault{Member: columns[k].name, Detail: "in the header: " + detail})
		}
	}
	if len(faults) == 0 {
		missing(columnNamed("observed_start"), "is missing")
		missing(columnNamed("count_best"), "is missing")
		stretch := t.cell[columnFrom] >= 0 || t.cell[columnTo] >= 0
		if point := t.cell[columnLon] >= 0 || t.cell[columnLat] >= 0; point || !stretch {
			missing(columnLon, placeless)
			missing(columnLat, placeless)
		}
		if stretch {
			missing(columnPart, placeless)
			missing(columnFrom, placeless)
			missing(columnTo, placeless)
		}
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

const placeless = "is missing; give lon and lat, or part, km_from and km_to"

// known lists the columns that say something.
func known() string {
	var names []string
	for _, c := range columns {
		if c.kind != passed {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

// shown is a name that a stranger has given, fit for a line: cut to a length and
// with nothing in it that a terminal or a log would act on.
func shown(name string) string {
	const longest = 64
	var b strings.Builder
	for i, r := range name {
		switch {
		case utf8.RuneCountInString(name[:i]) >= longest:
			return b.String() + "…"
		case unicode.IsPrint(r) && r != utf8.RuneError:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	if b.Len() == 0 {
		return `""`
	}
	return b.String()
}
