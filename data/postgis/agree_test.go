//go:build unix

package postgis

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"frontierwatch/data/boundary"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Where ours and PostGIS do not give the same, it is for one of these reasons; a
// case with none of them fails the test. The counts are logged.
const (
	agrees = "the same"
	// ST_LineLocatePoint on degrees takes a degree of longitude for as long as one
	// of latitude, so that its nearest place is not the nearest in metres.
	planarDegrees = "nearest in degrees, farther in metres"
	// Even with longitudes shortened as at the point, a plane is not the ellipsoid:
	// where two places are nearly as near, it may take the other.
	nearlyAsNear = "another place that is as near within 1 %"
	// A fraction of the length in degrees is not that fraction of the metres.
	fractionOfDegrees = "fraction of the length in degrees"
	// The index of PostGIS, and with it &&, keeps boxes as 32-bit numbers, rounded
	// outwards: it finds points that lie up to 0.00002° outside. ST_Intersects does not.
	singlePrecision = "outside, but not in single precision"
)

const cases = 10_000

// overParts connects to a database with the parts of the frontier as lines.
func overParts(t *testing.T) (*frontier.Frontier, *pgx.Conn) {
	t.Helper()
	line, err := boundary.Frontier()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(ctx) })
	if _, err := c.Exec(ctx, `CREATE TABLE parts (part text PRIMARY KEY, geom geometry(LineString, 4326))`); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts() {
		text := wkb.MustMarshal(line.Slice(frontier.Stretch{Part: part, From: 0, To: line.Length(part)}))
		if _, err := c.Exec(ctx, `INSERT INTO parts VALUES ($1, ST_GeomFromWKB($2, 4326))`, part.String(), text); err != nil {
			t.Fatal(err)
		}
	}
	return line, c
}

func parts() []frontier.Part { return []frontier.Part{frontier.Main, frontier.Alaska} }

// tally counts kinds and shows the count when the test ends.
type tally map[string]int

func (k tally) log(t *testing.T, what string) {
	t.Helper()
	t.Logf("%s: %d cases, %v", what, cases, map[string]int(k))
}

func TestLocateAgreesWithPostGIS(t *testing.T) {
	line, c := overParts(t)
	r := rand.New(rand.NewPCG(4281, 0))
	points := make([]orb.Point, cases)
	places := make([]frontier.Place, cases)
	names, lons, lats := make([]string, cases), make([]float64, cases), make([]float64, cases)
	for i := range points {
		part := parts()[r.IntN(2)]
		at := line.At(part, frontier.Meters(r.Float64())*line.Length(part))
		away := math.Pow(10, 4.3*r.Float64()) / 111_000 // a metre to 20 km
		sin, cos := math.Sincos(2 * math.Pi * r.Float64())
		points[i] = orb.Point{at[0] + away*sin/math.Cos(at[1]*math.Pi/180), at[1] + away*cos}
		var err error
		if places[i], err = line.Locate(points[i], frontier.KM(25)); err != nil {
			t.Fatal(err)
		}
		names[i], lons[i], lats[i] = places[i].Part.String(), points[i][0], points[i][1]
	}
	rows, err := c.Query(t.Context(), `SELECT ST_X(f), ST_Y(f), ST_X(g) / k, ST_Y(g), ST_Distance(p::geography, f::geography)
		FROM unnest($1::text[], $2::float8[], $3::float8[]) WITH ORDINALITY AS w(part, lon, lat, n) JOIN parts USING (part)
		CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS p, cos(radians(lat)) AS k OFFSET 0) a
		CROSS JOIN LATERAL (SELECT ST_LineLocatePoint(geom, p) AS at OFFSET 0) b
		CROSS JOIN LATERAL (SELECT ST_Scale(ST_LineSubstring(geom, greatest(0, at - 0.05), least(1, at + 0.05)), k, 1) AS flat OFFSET 0) d
		CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(geom, at) AS f,
			ST_LineInterpolatePoint(flat, ST_LineLocatePoint(flat, ST_Scale(p, k, 1))) AS g OFFSET 0) e ORDER BY n`, names, lons, lats)
	if err != nil {
		t.Fatal(err)
	}
	degrees, flat := tally{}, tally{}
	var f, g orb.Point
	var theirs float64
	i := 0
	_, err = pgx.ForEachRow(rows, []any{&f[0], &f[1], &g[0], &g[1], &theirs}, func() error {
		p, at := points[i], places[i]
		ours := frontier.Distance(p, at.Nearest)
		if d := frontier.Distance(p, f); math.Abs(float64(d)-theirs) > 0.001 {
			t.Errorf("%v: the distance to %v is %.4f m, PostGIS says %.4f", p, f, d, theirs)
		}
		for _, other := range []orb.Point{f, g} {
			if frontier.Distance(p, other) < ours-0.05 {
				t.Errorf("%v: PostGIS finds %v, which is nearer than %v", p, other, at.Nearest)
			}
		}
		slack := 1 + 0.01*ours
		switch apart := frontier.Distance(f, at.Nearest); {
		case apart <= 1:
			degrees[agrees]++
		case theirs > float64(ours):
			degrees[planarDegrees]++
		default:
			t.Errorf("%v: ours %v, PostGIS %v, without a reason", p, at.Nearest, f)
		}
		switch apart := frontier.Distance(g, at.Nearest); {
		case apart <= slack:
			flat[agrees]++
		case frontier.Distance(p, g) < ours*1.01+1:
			flat[nearlyAsNear]++
		default:
			t.Errorf("%v: ours %v, PostGIS in a plane %v, without a reason", p, at.Nearest, g)
		}
		i++
		return nil
	})
	if err != nil || i != cases {
		t.Fatalf("%d cases, %v", i, err)
	}
	degrees.log(t, "ST_LineLocatePoint on degrees")
	flat.log(t, "ST_LineLocatePoint on a plane at the point")
	if flat[agrees] < cases*98/100 || degrees[planarDegrees] == 0 {
		t.Error("fewer agree than there should, or the difference of degrees and metres was not seen")
	}
}

func TestSliceAgreesWithPostGIS(t *testing.T) {
	line, c := overParts(t)
	r := rand.New(rand.NewPCG(1231, 0))
	stretches := make([]frontier.Stretch, cases)
	names := make([]string, cases)
	var ends [6][]float64 // of both: longitude, latitude, fraction
	for i := range stretches {
		part := parts()[r.IntN(2)]
		length := line.Length(part)
		from := frontier.Meters(r.Float64()) * length
		to := min(length, from+frontier.Meters(1+r.Float64()*100_000))
		stretches[i], names[i] = frontier.Stretch{Part: part, From: from, To: to}, part.String()
		for k, m := range []frontier.Meters{from, to} {
			p := line.At(part, m)
			ends[3*k], ends[3*k+1], ends[3*k+2] = append(ends[3*k], p[0]), append(ends[3*k+1], p[1]), append(ends[3*k+2], float64(m/length))
		}
	}
	rows, err := c.Query(t.Context(), `SELECT ST_AsBinary(ST_LineSubstring(geom, least(a, b), greatest(a, b))), ST_AsBinary(ST_LineSubstring(geom, afrac, bfrac))
		FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
			WITH ORDINALITY AS w(part, alon, alat, afrac, blon, blat, bfrac, n) JOIN parts USING (part)
		CROSS JOIN LATERAL (SELECT ST_LineLocatePoint(geom, ST_SetSRID(ST_MakePoint(alon, alat), 4326)) AS a,
			ST_LineLocatePoint(geom, ST_SetSRID(ST_MakePoint(blon, blat), 4326)) AS b OFFSET 0) l ORDER BY n`,
		names, ends[0], ends[1], ends[2], ends[3], ends[4], ends[5])
	if err != nil {
		t.Fatal(err)
	}
	between, fractions := tally{}, tally{}
	var theirs, naive []byte
	i := 0
	_, err = pgx.ForEachRow(rows, []any{&theirs, &naive}, func() error {
		ours := line.Slice(stretches[i])
		if got := lineOf(t, theirs); sameLine(ours, got, 0.001) {
			between[agrees]++
		} else {
			t.Errorf("%v: %d points from %v to %v, PostGIS %d from %v to %v, without a reason", stretches[i],
				len(ours), ours[0], ours[len(ours)-1], len(got), got[0], got[len(got)-1])
		}
		if got := lineOf(t, naive); sameLine(ours, got, 1) {
			fractions[agrees]++
		} else {
			fractions[fractionOfDegrees]++
		}
		i++
		return nil
	})
	if err != nil || i != cases {
		t.Fatalf("%d cases, %v", i, err)
	}
	between.log(t, "ST_LineSubstring between the same ends")
	fractions.log(t, "ST_LineSubstring by fractions of the length")
	if fractions[fractionOfDegrees] == 0 {
		t.Error("the difference of degrees and metres was not seen")
	}
}

func lineOf(t *testing.T, text []byte) orb.LineString {
	t.Helper()
	g, err := wkb.Unmarshal(text)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := g.(orb.Point); ok {
		return orb.LineString{p}
	}
	return g.(orb.LineString)
}

// sameLine compares the points of two lines, but for points that repeat the one
// before them.
func sameLine(a, b orb.LineString, within frontier.Meters) bool {
	near := func(p, q orb.Point) bool { return p == q || frontier.Distance(p, q) <= within }
	return slices.EqualFunc(slices.CompactFunc(slices.Clone(a), near), slices.CompactFunc(slices.Clone(b), near), near)
}

func TestBoxesAgreeWithPostGIS(t *testing.T) {
	dsn := database(t)
	c, err := nodeCorpus(t.Context(), opened(t, dsn))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := rand.New(rand.NewPCG(20170305, 0))
	var reports []report.Report
	for i := range 2000 {
		w := walk(fmt.Sprint("r", i), 1)
		w.Point = &orb.Point{math.Round((-110+14*r.Float64())*1e7) / 1e7, math.Round((48.85+0.3*r.Float64())*1e7) / 1e7}
		reports = append(reports, w)
	}
	if _, err := c.Add(t.Context(), "tester", reports); err != nil {
		t.Fatal(err)
	}
	boxes := make([]orb.Bound, cases)
	var edges [4][]float64
	for i := range boxes {
		p := *reports[r.IntN(len(reports))].Point
		q := orb.Point{p[0] + r.Float64()*math.Pow(10, -4*r.Float64()), p[1] + 0.2*r.Float64()}
		shift := []float64{0, 0, 1e-7, -1e-7}[r.IntN(4)] // the first corner on a point, or just beside it
		boxes[i] = orb.Bound{Min: orb.Point{p[0] + shift, p[1] - 0.1*r.Float64()}, Max: q}
		for k, v := range []float64{boxes[i].Min[0], boxes[i].Min[1], boxes[i].Max[0], boxes[i].Max[1]} {
			edges[k] = append(edges[k], v)
		}
	}
	rows, err := pgxQuery(t, dsn, `SELECT coalesce(array_agg(r.fid ORDER BY r.fid) FILTER (WHERE r.geom && b), '{}'), coalesce(array_agg(r.fid ORDER BY r.fid) FILTER (WHERE ST_Intersects(r.geom, b)), '{}')
		FROM (SELECT n, ST_MakeEnvelope(w, s, e, h, 4326) AS b FROM unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) WITH ORDINALITY AS u(w, s, e, h, n)) q
		LEFT JOIN standing_reports r ON r.geom && ST_Expand(b, 0.001) GROUP BY n ORDER BY n`, edges[0], edges[1], edges[2], edges[3])
	if err != nil {
		t.Fatal(err)
	}
	kinds := tally{}
	var overlap, meets []int64
	i := 0
	_, err = pgx.ForEachRow(rows, []any{&overlap, &meets}, func() error {
		page, err := c.Reports(t.Context(), report.Query{Boxes: []orb.Bound{boxes[i]}, Limit: 10_000})
		ours := []int64{}
		for _, v := range page.Versions {
			ours = append(ours, v.FID)
		}
		slices.Sort(ours)
		switch {
		case !slices.Equal(ours, meets):
			t.Errorf("%v: ours %v, ST_Intersects %v, without a reason", boxes[i], ours, meets)
		case slices.Equal(ours, overlap):
			kinds[agrees]++
		default:
			kinds[singlePrecision]++
		}
		for _, fid := range overlap {
			if p := *reports[fid-1].Point; !boxes[i].Pad(2e-5).Contains(p) {
				t.Errorf("%v: && finds %v, which is too far outside for single precision", boxes[i], p)
			}
		}
		overlap, meets = nil, nil
		i++
		return err
	})
	if err != nil || i != cases {
		t.Fatalf("%d cases, %v", i, err)
	}
	kinds.log(t, "&& (ST_Intersects is the same everywhere)")
}

func pgxQuery(t *testing.T, dsn, sql string, args ...any) (pgx.Rows, error) {
	c, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c.Query(t.Context(), sql, args...)
}
