package index

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/report"
)

// told is a report.Places that writes down what it is told, or gathers it by squares
// of so many degrees.
type told struct {
	side   float64 // 0: nothing is gathered
	places []string
	at     []orb.Point
	points int64
	total  [2]int64
	sums   map[int][3]int64
	packs  int
}

func (p *told) square(at orb.Point) int {
	return int(math.Floor(at[0]/p.side))*1_000 + int(math.Floor(at[1]/p.side))
}

func (p *told) At(x, y int32) {
	lon, lat, at := int64(x), int64(y), cell{x, y}.point()
	if p.side > 0 {
		p.Together(p.square(at), 1, lon, lat)
		p.packs--
		return
	}
	p.places, p.at = append(p.places, fmt.Sprint(at)), append(p.at, at)
	p.points, p.total = p.points+1, [2]int64{p.total[0] + lon, p.total[1] + lat}
}

func (p *told) Other(v *report.Version) {
	if v.Point != nil {
		p.places = append(p.places, fmt.Sprint(*v.Point))
		return
	}
	p.places = append(p.places, fmt.Sprint(v.Seq))
}

func (p *told) Within(low, high orb.Point) (int, bool) {
	if p.side == 0 {
		return 0, false
	}
	return p.square(low), p.square(low) == p.square(high)
}

func (p *told) Together(number, n int, lon, lat int64) {
	s := p.sums[number]
	p.sums[number] = [3]int64{s[0] + int64(n), s[1] + lon, s[2] + lat}
	p.packs++
}

func (p *told) sum() (n int64, total [2]int64) {
	for _, s := range p.sums {
		n, total = n+s[0], [2]int64{total[0] + s[1], total[1] + s[2]}
	}
	return n, total
}

// gathered is the points one by one in squares.
func (p *told) gathered(side float64) map[int][3]int64 {
	all := told{side: side, sums: map[int][3]int64{}}
	for _, at := range p.at {
		c, _ := cellOf(at)
		all.At(c.lon, c.lat)
	}
	return all.sums
}

// Packs are told of as a whole: a test that never sees one shows little.
func TestPlacesTellOfPacks(t *testing.T) {
	x := newIndex(zigzag, live())
	versions := synthetic(50_000, 3)
	x.Load(func() error { x.Add(versions...); return nil })
	to := told{side: 4, sums: map[int][3]int64{}}
	if err := x.Snapshot().Places(context.Background(), report.Query{}, &to); err != nil {
		t.Fatal(err)
	}
	if to.packs < 500 {
		t.Errorf("%d packs", to.packs)
	}
}

// Places are those of the versions that the obvious index finds.
func TestPlacesAreThoseOfTheSlowIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, h := newIndex(zigzag, small()), history{}
		for range rapid.IntRange(0, 120).Draw(t, "versions") {
			x.Add(h.draw(t))
		}
		slow := slow{h.versions, zigzag}
		for range 4 {
			q := drawQuery(t, slow.head())
			var want []string
			alone, together := told{}, told{side: float64(rapid.IntRange(1, 12).Draw(t, "side")), sums: map[int][3]int64{}}
			for _, to := range []*told{&alone, &together} {
				if err := x.Snapshot().Places(context.Background(), q, to); err != nil {
					t.Fatal(err)
				}
			}
			got := alone.places
			if n, sum := together.sum(); n != alone.points || sum != alone.total {
				t.Fatalf("%+v: %d points that add up to %v, together %d and %v", q, alone.points, alone.total, n, sum)
			}
			if !maps.Equal(together.sums, alone.gathered(together.side)) {
				t.Fatalf("%+v: in squares %v, together %v", q, alone.gathered(together.side), together.sums)
			}
			q.After, q.Limit, q.Count = nil, math.MaxInt, false
			for _, v := range slow.query(q).Versions {
				if v.Point != nil {
					want = append(want, fmt.Sprint(*v.Point))
				} else {
					want = append(want, fmt.Sprint(v.Seq))
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("%+v\ngot  %v\nwant %v", q, got, want)
			}
		}
	})
}

func TestPlacesOfNothingAndOfAnEndedContext(t *testing.T) {
	var never told
	if err := (Snapshot{}).Places(context.Background(), report.Query{}, &never); err != nil || never.points > 0 {
		t.Error(err, never.points)
	}
	x := newIndex(zigzag, live())
	versions := synthetic(50_000, 3)
	x.Load(func() error { x.Add(versions...); return nil })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := x.Snapshot().Places(ctx, report.Query{}, &never); err == nil {
		t.Error("an ended context is no error")
	}
}

// BenchmarkPlaces is a tile of zoom 6: 5.6 degrees.
func BenchmarkPlaces(b *testing.B) {
	x, _ := loaded(b, 1_000_000)
	s := x.Snapshot()
	var to told
	for b.Loop() {
		to = told{side: 0.0879, sums: map[int][3]int64{}}
		s.Places(context.Background(), report.Query{Boxes: []orb.Bound{{Min: orb.Point{-101.25, 48.9}, Max: orb.Point{-95.625, 52.5}}}}, &to)
	}
	n, _ := to.sum()
	b.ReportMetric(float64(n), "places")
}
