package postgis

import (
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// layer says how a kind of record is shown: the table, and the columns that come
// from the body with their types. Kinds without one are in the view records only.
type layer struct {
	kind    log.Kind
	table   string
	columns string
	read    func(body []byte) ([]any, error) // one value a column; nil: NULL
}

const standing = `fid bigint, id text, revision bigint, seq bigint, replaces bigint, recorded timestamptz, deleted boolean`

func layers() []layer {
	return []layer{
		{log.Report, "reports", `lon float8, lat float8, stretch_part text, stretch_km_from float8, stretch_km_to float8,
			observed_start timestamptz, observed_end timestamptz, count_best bigint, count_min bigint, count_max bigint,
			unit text, direction text, relation text, published timestamptz, source text, source_ref text, status text,
			uncertainty_m float8, overlaps text, tlp text, releasable_to text`, readReport},
		{log.Post, "posts", `lon float8, lat float8, kind text, name text, agency text, part text, km_from float8, km_to float8,
			active_from timestamptz, active_to timestamptz`, readPost},
		{log.Source, "sources", `agency text, country text, cadence text, unit text, caveat text, tlp text`, readSource},
	}
}

// readReport reads the body of a report; of one that was erased, which has none, as
// little as a row can say.
func readReport(body []byte) ([]any, error) {
	never := time.Unix(0, 0).UTC()
	r, err := report.Report{Start: never, End: never}, error(nil)
	if len(body) > 0 {
		r, err = report.DecodeBody(body)
	}
	if err != nil {
		return nil, err
	}
	row := append(point(r.Point), nil, nil, nil)
	if s := r.Stretch; s != nil {
		row = append(row[:2], s.Part.String(), s.From.KM(), s.To.KM())
	}
	var uncertainty any
	if r.Uncertainty != nil {
		uncertainty = float64(*r.Uncertainty)
	}
	return append(row, r.Start, r.End, r.Count.Best, r.Count.Min, r.Count.Max,
		string(r.Unit), string(r.Direction), string(r.Relation), instant(r.Published), r.Source, optional(r.SourceRef), string(r.Status),
		uncertainty, optional(strings.Join(r.Overlaps, ",")), optional(string(r.TLP)), optional(r.Releasable.String())), nil
}

func readPost(body []byte) ([]any, error) {
	p, err := guard.DecodePost(body)
	if err != nil {
		return nil, err
	}
	return append(point(p.Point), p.Kind, p.Name, p.Agency, p.Stretch.Part.String(), p.Stretch.From.KM(), p.Stretch.To.KM(),
		instant(p.ActiveFrom), instant(p.ActiveTo)), nil
}

func readSource(body []byte) ([]any, error) {
	s, err := report.DecodeSource(body)
	if err != nil {
		return nil, err
	}
	return []any{s.Agency, optional(s.Country), optional(report.FormatCadence(s.Cadence)), string(s.Unit), optional(s.Caveat), string(s.TLP)}, nil
}

func point(p *orb.Point) []any {
	if p == nil {
		return []any{nil, nil}
	}
	return []any{p[0], p[1]}
}

// optional is NULL for an empty text.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// instant is NULL for no time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// queue adds the statements that write the events and what people see of them.
func (d *draft) queue(b *pgx.Batch) error {
	d.queueEvents(b)
	d.queueOverwritten(b)
	for _, l := range layers() {
		if err := d.queueLayer(b, l); err != nil {
			return err
		}
	}
	kinds, fids := []string{}, []int64{}
	for kind, fid := range d.kinds {
		kinds, fids = append(kinds, string(kind)), append(fids, fid)
	}
	b.Queue(`INSERT INTO feed_kinds SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT (kind) DO UPDATE SET fid = excluded.fid`, kinds, fids)
	return nil
}

const eventColumns = `seq bigint, kind text, fid bigint, id text, revision bigint, operation text, replaces bigint,
	recorded timestamptz, actor text, reason text, body text, chain bytea`

func (d *draft) queueEvents(b *pgx.Batch) {
	rows := make([][]any, len(d.events))
	for i, e := range d.events {
		rows[i] = []any{int64(e.Seq), string(e.Kind), e.FID, e.ID, int64(e.Revision), string(e.Op), position(e.replaces),
			e.Recorded, e.Actor, e.Reason, string(e.Body), e.chain[:]}
	}
	t := tableOf(eventColumns)
	b.Queue(`INSERT INTO report_events (`+t.names()+`) SELECT * FROM `+t.unnest(), t.arrays(rows)...)
}

// position is NULL for none.
func position(seq log.Seq) any {
	if seq == 0 {
		return nil
	}
	return int64(seq)
}

// queueLayer writes the rows of one table: of each record what its last entry in
// the batch with a body says, and then, where the last entry took it back, that
// it is deleted.
func (d *draft) queueLayer(b *pgx.Batch, l layer) error {
	last, body := map[int64]*event{}, map[int64]*event{}
	var order []int64
	for i := range d.events {
		e := &d.events[i]
		if e.Kind != l.kind {
			continue
		}
		if last[e.FID] == nil {
			order = append(order, e.FID)
		}
		last[e.FID] = e
		if e.Op != log.Retract {
			body[e.FID] = e
		}
	}
	var rows, gone [][]any
	for _, fid := range order {
		if e := body[fid]; e != nil {
			says, err := l.read(e.content)
			if err != nil {
				return fmt.Errorf("%s %s: %w", e.Kind, e.ID, err)
			}
			rows = append(rows, append(stands(e), says...))
		}
		if e := last[fid]; e.Op == log.Retract {
			gone = append(gone, stands(e))
		}
	}
	if len(rows) > 0 {
		t := tableOf(standing + ", " + l.columns)
		b.Queue(`INSERT INTO `+l.table+` (`+t.names()+`) SELECT * FROM `+t.unnest()+` ON CONFLICT (fid) DO UPDATE SET `+t.excluded(), t.arrays(rows)...)
	}
	if len(gone) > 0 {
		t := tableOf(standing)
		b.Queue(`UPDATE `+l.table+` t SET revision = u.revision, seq = u.seq, replaces = u.replaces, recorded = u.recorded, deleted = u.deleted
			FROM `+t.unnest()+` AS u(`+t.names()+`) WHERE t.fid = u.fid`, t.arrays(gone)...)
	}
	return nil
}

// stands is where a record stands after an event.
func stands(e *event) []any {
	return []any{e.FID, e.ID, int64(e.Revision), int64(e.Seq), position(e.replaces), e.Recorded, e.deleted}
}
