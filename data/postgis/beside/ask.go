package beside

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// Limit is the most reports that a question is answered with.
const Limit = 1000

// Question is where and when: in Box, edges included, and, unless both are zero,
// from From to To, both included.
type Question struct {
	Box      orb.Bound
	From, To time.Time
}

// Wanted is what of the reports in question an answer holds.
type Wanted struct {
	Newest  bool // the newest, in this order; else any
	During  bool // the question has a time
	Few     bool // of a report id, place, observed_start, count_best and unit; else every column
	JSON    bool // as one GeoJSON text; else as rows
	Counted bool // how many there are in all, beyond the limit too; of rows only
}

// Found is an answer: rows, or Text.
type Found struct {
	IDs    []string
	Points []orb.Point
	Said   []Said
	All    int // how many there are in all, if that was wanted and there are any
	Text   []byte
	Sums   map[string]Sums // by segment
}

// Said is what was said of a report, of what every answer holds.
type Said struct {
	At   int64 // observed_start, µs since 1970
	Best int64
	Unit string
}

// Sums are the people of two spans of time.
type Sums struct{ Before, Now int64 }

// Form is one of the ways in which a question can be put.
type Form struct {
	How  string
	SQL  string
	conn *pgx.Conn
	args func(Question) []any
	read func(row [][]byte, f *Found) error
}

// Ask puts the question and reads the answer to its end.
func (f Form) Ask(ctx context.Context, q Question) (found Found, err error) {
	args := append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, f.args(q)...)
	rows, err := f.conn.Query(ctx, f.SQL, args...)
	if err != nil {
		return Found{}, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f.read(rows.RawValues(), &found); err != nil {
			return Found{}, err
		}
	}
	return found, rows.Err()
}

const (
	fewColumns = `id, geom, observed_start, count_best, unit`
	allColumns = fewColumns + `, seq, observed_end, count_min, count_max, direction, relation, published, source, status, uncertainty_m, tlp,
		part, km, offset_m, segment`
	// && instead of ST_Intersects: for points in a box it is the same but for less than
	// a metre at the edges, is cheaper, and does not keep the planner from reading by time.
	inBox  = ` FROM reports WHERE geom && ST_MakeEnvelope($1, $2, $3, $4, 4326)`
	atTime = ` AND observed_start BETWEEN $5 AND $6`
	byTime = ` ORDER BY observed_start DESC`
	// The index over place and time can be read in the order of the distance to a time
	// that is later than all.
	byTimeInTree = ` ORDER BY observed_start <-> '2100-01-01Z'`
	atMost       = ` LIMIT 1000`

	// The function of PostGIS that writes a feature, and the same by hand, which is
	// cheaper.
	asFeature = `ST_AsGeoJSON(r.*)`
	fewByHand = `'{"type":"Feature","geometry":' || ST_AsGeoJSON(r.geom) || ',"properties":{"id":' || to_json(r.id) ||
		',"observed_start":' || to_json(r.observed_start) || ',"count_best":' || r.count_best || ',"unit":' || to_json(r.unit)`
	allByHand = fewByHand + ` || ',"seq":' || r.seq || ',"observed_end":' || to_json(r.observed_end) || ',"count_min":' || r.count_min ||
		',"count_max":' || r.count_max || ',"direction":' || to_json(r.direction) || ',"relation":' || to_json(r.relation) ||
		',"published":' || coalesce(to_json(r.published)::text, 'null') || ',"source":' || to_json(r.source) || ',"status":' || to_json(r.status) ||
		',"uncertainty_m":' || coalesce(r.uncertainty_m::text, 'null') || ',"tlp":' || to_json(r.tlp) || ',"part":' || to_json(r.part) ||
		',"km":' || r.km || ',"offset_m":' || r.offset_m || ',"segment":' || to_json(r.segment)`
	endByHand = ` || '}}'`
)

// Forms are the ways to ask that an expert would try, for the cheapest to be taken.
func (t *Table) Forms(w Wanted) (forms []Form) {
	where, args := inBox, func(q Question) []any { return corners(q.Box) }
	if w.During {
		where, args = inBox+atTime, func(q Question) []any { return append(corners(q.Box), q.From, q.To) }
	}
	rows := func(row [][]byte, f *Found) error { return readRow(row, f, w.Counted) }
	columns, byHand := allColumns, allByHand
	if w.Few {
		columns, byHand = fewColumns, fewByHand
	}
	type part struct{ how, sql string }
	orders := []part{{}}
	if w.Newest {
		orders = []part{{"by time, ", byTime}, {"by time in the tree, ", byTimeInTree}}
	}
	answers := []part{{"", ""}}
	if w.Counted {
		answers = []part{{"counted apart, ", `, (SELECT count(*)` + where + `)`}, {"counted at once, ", `, count(*) OVER ()`}}
	}
	if w.JSON {
		answers = []part{{"", asFeature}, {"by hand, ", byHand + endByHand}}
	}
	for _, o := range orders {
		for _, a := range answers {
			sql, read := `SELECT `+columns+a.sql+where+o.sql+atMost, rows
			if w.JSON {
				sql = `SELECT '{"type":"FeatureCollection","features":[' || coalesce(string_agg(` + a.sql + `, ','), '') || ']}' FROM (SELECT ` +
					columns + where + o.sql + atMost + `) r`
				read = readText
			}
			for _, p := range t.plans {
				forms = append(forms, Form{o.how + a.how + p.how, sql, p.Conn, args, read})
			}
		}
	}
	return forms
}

// SumForms are the ways to ask for the people of the segments that meet the box,
// in so many days before To and in as many before those. To is not included.
func (t *Table) SumForms(days int) (forms []Form) {
	const sql = `SELECT s.id, r.before, r.now FROM segments s CROSS JOIN LATERAL (
		SELECT coalesce(sum(count_best) FILTER (WHERE observed_start < $6), 0)::bigint AS before,
			coalesce(sum(count_best) FILTER (WHERE observed_start >= $6), 0)::bigint AS now
		FROM reports WHERE segment = s.id AND observed_start >= $5 AND observed_start < $7) r
		WHERE ST_Intersects(s.geom, ST_MakeEnvelope($1, $2, $3, $4, 4326))`
	args := func(q Question) []any {
		return append(corners(q.Box), q.To.AddDate(0, 0, -2*days), q.To.AddDate(0, 0, -days), q.To)
	}
	for _, p := range t.plans {
		forms = append(forms, Form{p.how, sql, p.Conn, args, readSums})
	}
	return forms
}

func corners(b orb.Bound) []any { return []any{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} }

// readRow reads a row, which begins with the few columns; counted: and ends with how
// many there are in all.
func readRow(row [][]byte, f *Found, counted bool) error {
	g, _, err := ewkb.Unmarshal(row[1])
	p, ok := g.(orb.Point)
	if err != nil || !ok {
		return err
	}
	f.IDs, f.Points = append(f.IDs, string(row[0])), append(f.Points, p)
	f.Said = append(f.Said, Said{whole(row[2]) + sincePostgres, whole(row[3]), string(row[4])})
	if last := row[len(row)-1]; counted {
		f.All = int(whole(last))
	}
	return nil
}

// sincePostgres is when PostgreSQL begins to count, in µs since 1970.
const sincePostgres = 946_684_800_000_000

func whole(value []byte) int64 { return int64(binary.BigEndian.Uint64(value)) }

func readText(row [][]byte, f *Found) error {
	f.Text = append([]byte(nil), row[0]...) // the row is the connection's again when the next is read
	return nil
}

func readSums(row [][]byte, f *Found) error {
	if f.Sums == nil {
		f.Sums = map[string]Sums{}
	}
	f.Sums[string(row[0])] = Sums{whole(row[1]), whole(row[2])}
	return nil
}
