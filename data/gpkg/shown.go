package gpkg

import (
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// layerTables are the tables of gpkg_contents that have points.
var layerTables = [...]string{"reports", "posts"}

// description says how a kind of record is shown: the table, the columns that
// come from the body, and how a body is read.
type description struct {
	table   string
	columns []string
	read    func(body []byte) (shown, error)
}

// described lists the kinds that have a table of their own. Those of other kinds
// are kept in the table records, without what their bodies say.
func described(kind log.Kind) description {
	switch kind {
	case log.Report:
		return description{"reports", reportColumns(), readReport}
	case log.Post:
		return description{"posts", postColumns(), readPost}
	case log.Source:
		return description{"sources", sourceColumns(), readSource}
	}
	return description{table: "records", read: func([]byte) (shown, error) { return nothingShown{}, nil }}
}

// hasPoints says whether the table has a geometry column.
func (d description) hasPoints() bool { return slices.Contains(layerTables[:], d.table) }

// shown is what a body says, ready for its table.
type shown interface {
	bind(*binder)
	point() *orb.Point // nil: none
}

type nothingShown struct{}

func (nothingShown) bind(*binder)      {}
func (nothingShown) point() *orb.Point { return nil }

type reportShown report.Report

func reportColumns() []string {
	return strings.Fields(`geom stretch_part stretch_km_from stretch_km_to observed_start observed_end count_best count_min count_max
		unit direction relation published source source_ref status uncertainty_m overlaps tlp releasable_to`)
}

// readReport reads the body of a report; of one that was erased, which has none, as
// little as a row can say.
func readReport(body []byte) (shown, error) {
	if len(body) == 0 {
		never := time.Unix(0, 0)
		return &reportShown{Start: never, End: never}, nil
	}
	r, err := report.DecodeBody(body)
	return (*reportShown)(&r), err
}

func (r *reportShown) point() *orb.Point { return r.Point }

func (r *reportShown) bind(b *binder) {
	b.point(r.Point)
	if s := r.Stretch; s != nil {
		b.string(s.Part.String())
		b.real(s.From.KM())
		b.real(s.To.KM())
	} else {
		b.nulls(3)
	}
	b.time(r.Start)
	b.time(r.End)
	b.integer(r.Count.Best)
	b.integer(r.Count.Min)
	b.integer(r.Count.Max)
	b.string(string(r.Unit))
	b.string(string(r.Direction))
	b.string(string(r.Relation))
	b.maybeTime(r.Published)
	b.string(r.Source)
	b.optional(r.SourceRef)
	b.string(string(r.Status))
	if u := r.Uncertainty; u != nil {
		b.real(float64(*u))
	} else {
		b.null()
	}
	b.optional(strings.Join(r.Overlaps, ","))
	b.optional(string(r.TLP))
	b.optional(r.Releasable.String())
}

type postShown struct{ guard.Post }

func postColumns() []string {
	return strings.Fields(`geom kind name agency part km_from km_to active_from active_to`)
}

func readPost(body []byte) (shown, error) {
	p, err := guard.DecodePost(body)
	return &postShown{p}, err
}

func (p *postShown) point() *orb.Point { return p.Point }

func (p *postShown) bind(b *binder) {
	b.point(p.Point)
	b.string(p.Kind)
	b.string(p.Name)
	b.string(p.Agency)
	b.string(p.Stretch.Part.String())
	b.real(p.Stretch.From.KM())
	b.real(p.Stretch.To.KM())
	b.maybeTime(p.ActiveFrom)
	b.maybeTime(p.ActiveTo)
}

type sourceShown struct{ report.Source }

func sourceColumns() []string {
	return strings.Fields(`agency country cadence unit caveat tlp`)
}

func readSource(body []byte) (shown, error) {
	s, err := report.DecodeSource(body)
	return &sourceShown{s}, err
}

func (s *sourceShown) point() *orb.Point { return nil }

func (s *sourceShown) bind(b *binder) {
	b.string(s.Agency)
	b.optional(s.Country)
	b.optional(report.FormatCadence(s.Cadence))
	b.string(string(s.Unit))
	b.optional(s.Caveat)
	b.string(string(s.TLP))
}
