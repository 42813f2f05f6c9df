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
	Newest bool // the newest, in this order; else any
	During bool // the question has a time
	JSON   bool // as one GeoJSON text; else as rows
}

// Found is an answer: rows, or Text.
type Found struct {
	IDs    []string
	Points []orb.Point
	Text   []byte
	Sums   map[string]Sums // by segment
}

// Sums are the people of two spans of time.
type Sums struct{ Before, Now int64 }

// Form is one of the ways in which a question can be put.
type Form struct {
	How  string
	conn *pgx.Conn
	sql  string
	args func(Question) []any
	read func(row [][]byte, f *Found) error
}

// Ask puts the question and reads the answer to its end.
func (f Form) Ask(ctx context.Context, q Question) (found Found, err error) {
	args := append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, f.args(q)...)
	rows, err := f.conn.Query(ctx, f.sql, args...)
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
	columns = `seq, id, geom, observed_start, observed_end, count_best, count_min, count_max, unit, direction, relation, published,
		source, status, uncertainty_m, tlp, part, km, offset_m, segment`
	// && instead of ST_Intersects: for points in a box it is the same but for less than
	// a metre at the edges, is cheaper, and does not keep the planner from reading by time.
	inBox  = ` FROM reports WHERE geom && ST_MakeEnvelope($1, $2, $3, $4, 4326)`
	atTime = ` AND observed_start BETWEEN $5 AND $6`
	byTime = ` ORDER BY observed_start DESC`
	// The index over place and time can be read in the order of the distance to a time
	// that is later than all.
	byTimeInTree = ` ORDER BY observed_start <-> '2100-01-01Z'`
	atMost       = ` LIMIT 1000`
)

// Forms are the ways to ask that an expert would try, for the cheapest to be taken.
func (t *Table) Forms(w Wanted) (forms []Form) {
	where, args := inBox, func(q Question) []any { return corners(q.Box) }
	if w.During {
		where, args = inBox+atTime, func(q Question) []any { return append(corners(q.Box), q.From, q.To) }
	}
	type order struct{ how, sql string }
	orders := []order{{}}
	if w.Newest {
		orders = []order{{"by time, ", byTime}, {"by time in the tree, ", byTimeInTree}}
	}
	for _, o := range orders {
		sql, read := `SELECT `+columns+where+o.sql+atMost, readRow
		if w.JSON {
			sql, read = `SELECT '{"type":"FeatureCollection","features":[' || coalesce(string_agg(ST_AsGeoJSON(r.*), ','), '') || ']}' FROM (`+sql+`) r`, readText
		}
		for _, p := range t.plans {
			forms = append(forms, Form{o.how + p.how, p.Conn, sql, args, read})
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
		forms = append(forms, Form{p.how, p.Conn, sql, args, readSums})
	}
	return forms
}

func corners(b orb.Bound) []any { return []any{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} }

func readRow(row [][]byte, f *Found) error {
	g, _, err := ewkb.Unmarshal(row[2])
	if p, ok := g.(orb.Point); ok {
		f.IDs, f.Points = append(f.IDs, string(row[1])), append(f.Points, p)
	}
	return err
}

func readText(row [][]byte, f *Found) error {
	f.Text = append([]byte(nil), row[0]...) // the row is the connection's again when the next is read
	return nil
}

func readSums(row [][]byte, f *Found) error {
	if f.Sums == nil {
		f.Sums = map[string]Sums{}
	}
	f.Sums[string(row[0])] = Sums{int64(binary.BigEndian.Uint64(row[1])), int64(binary.BigEndian.Uint64(row[2]))}
	return nil
}
