package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/api/codec"
	"frontierwatch/api/live"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// parameter is a query parameter: what reads it is what the API document says of
// it. Its detail texts never repeat what was sent, which may be anything.
type parameter struct {
	name        string
	description string
	schema      schema
	read        func(a *asked, text string) error
}

// asked is what the query parameters of a request ask for. What was not sent is
// zero.
type asked struct {
	format string
	boxes  []orb.Bound // any of them; empty: everywhere
	times  span
	limit  int
	next   *cursor
	asOf   log.AsOf
	equal  []equality

	language string // of filter; empty: CQL2 text
	filter   *filtered
	orders   []order
	only     codec.Selection

	unit      report.Unit
	window    int // days
	guarded   *bool
	level     hotspot.Level
	dryRun    bool
	bin       binning
	direction report.Direction
	layers    []string
	by        string
	after     log.Seq
	changed   []string // collections; nil: all

	told       *live.Position // what a stream of events has told already
	filterText string         // of a filter over several collections

	sum uint32 // of everything that decides which features answer, for the cursor
}

// span is an interval of time, both ends inclusive; zero: open.
type span struct{ from, to time.Time }

// ask reads the query of a request. Every parameter that is wrong has a fault; a
// parameter that the operation does not have is one, and so is one sent twice,
// since clients differ in which of the two they mean.
func ask(resource, query string, parameters []parameter) (asked, []fault) {
	a := asked{limit: defaultLimit}
	values, err := url.ParseQuery(query)
	if err != nil {
		return a, []fault{{Detail: "the query is not well formed: escape % as %25 and ; as %3B"}}
	}
	var faults []fault
	for name := range values {
		if !known(parameters, name) {
			faults = append(faults, fault{Parameter: shown(name), Detail: unknownParameter(parameters)})
		}
	}
	slices.SortFunc(faults, func(x, y fault) int { return strings.Compare(x.Parameter, y.Parameter) })
	faults = faults[:min(len(faults), maxUnknown)]
	for _, p := range parameters {
		switch sent := values[p.name]; {
		case len(sent) > 1:
			faults = append(faults, fault{Parameter: p.name, Detail: "was sent more than once"})
		case len(sent) == 1:
			if err := p.read(&a, sent[0]); err != nil {
				faults = append(faults, fault{Parameter: p.name, Detail: err.Error()})
			}
		}
	}
	a.sum = fingerprint(resource, values)
	if a.next != nil && a.next.sum != a.sum {
		faults = append(faults, fault{Parameter: "next", Detail: errCursorElsewhere.Error()})
	}
	return a, faults
}

// maxUnknown is how many unknown parameters an answer names: enough for a mistake,
// too few to make a long answer of a short question.
const maxUnknown = 10

func known(parameters []parameter, name string) bool {
	return slices.ContainsFunc(parameters, func(p parameter) bool { return p.name == name })
}

var errCursorElsewhere = errors.New("belongs to another question: follow the next link as it is")

func unknownParameter(known []parameter) string {
	if len(known) == 0 {
		return "is not a parameter of this resource, which has none"
	}
	all := make([]string, len(known))
	for i, p := range known {
		all[i] = p.name
	}
	return "is not a parameter of this resource; those are " + strings.Join(all, ", ")
}

// shown is a name that a stranger has chosen, cut to what fits a line and
// without anything that a terminal would act on.
func shown(name string) string {
	const longest = 64
	var b strings.Builder
	for _, r := range name {
		if b.Len() >= longest {
			b.WriteString("…")
			break
		}
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
