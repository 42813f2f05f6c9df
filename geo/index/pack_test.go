package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// drawVersion draws anything that a version can be, valid or not, but for what a
// book does not keep: parts of milliseconds, and what is nearest.
func drawVersion(t *rapid.T) *report.Version {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "ä", strings.Repeat("x", 64), strings.Repeat("y", 3000)}), rapid.String())
	whole := rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64())
	real := rapid.OneOf(rapid.SampledFrom([]float64{0, 0.01, -97.1234567, 1e-9, math.MaxFloat64}), rapid.Float64())
	moments := rapid.Custom(func(t *rapid.T) time.Time {
		ms := rapid.OneOf(rapid.SampledFrom([]int64{0, time.Time{}.UnixMilli()}), rapid.Int64Range(-62135596800000, 253402300799999))
		return moment(ms.Draw(t, "ms"))
	})
	v := &report.Version{
		FID: whole.Draw(t, "fid"), Seq: log.Seq(whole.Draw(t, "seq")), Replaces: log.Seq(whole.Draw(t, "replaces")),
		Revision: int(whole.Draw(t, "revision")), Recorded: moments.Draw(t, "recorded"), Deleted: rapid.Bool().Draw(t, "deleted"),
		Report: report.Report{
			ID: text.Draw(t, "id"), Start: moments.Draw(t, "start"), End: moments.Draw(t, "end"),
			Count:     report.Count{Best: whole.Draw(t, "best"), Min: whole.Draw(t, "min"), Max: whole.Draw(t, "max")},
			Unit:      report.Unit(text.Draw(t, "unit")),
			Direction: report.Direction(text.Draw(t, "direction")),
			Relation:  report.Relation(text.Draw(t, "relation")),
			Published: moments.Draw(t, "published"), Source: text.Draw(t, "source"), SourceRef: text.Draw(t, "ref"),
			Status: report.Status(text.Draw(t, "status")), TLP: report.TLP(text.Draw(t, "tlp")),
			Releasable: report.Countries(rapid.Byte().Draw(t, "releasable")),
			Overlaps:   rapid.SliceOfN(text, 0, 3).Draw(t, "overlaps"),
		},
		Place: frontier.Place{
			Part: frontier.Part(rapid.Byte().Draw(t, "part")), Side: frontier.Side(rapid.Int8().Draw(t, "side")),
			Segment: int(whole.Draw(t, "segment")), Measure: frontier.Meters(real.Draw(t, "measure")), Offset: frontier.Meters(real.Draw(t, "offset")),
		},
	}
	if len(v.Overlaps) == 0 {
		v.Overlaps = nil
	}
	if rapid.Bool().Draw(t, "point") {
		v.Point = &orb.Point{real.Draw(t, "lon"), real.Draw(t, "lat")}
	}
	if rapid.Bool().Draw(t, "rough") {
		v.Stretch = &frontier.Stretch{Part: frontier.Alaska, From: frontier.Meters(real.Draw(t, "from")), To: frontier.Meters(real.Draw(t, "to"))}
	}
	if rapid.Bool().Draw(t, "uncertain") {
		u := frontier.Meters(real.Draw(t, "uncertainty"))
		v.Uncertainty = &u
	}
	return v
}

// What a book is given it gives back, however much came after it.
func keepsAll(t *rapid.T) {
	b := newBook()
	var all []*report.Version
	for range rapid.IntRange(1, 20).Draw(t, "versions") {
		v := drawVersion(t)
		chained := len(all) > 0 && rapid.Bool().Draw(t, "chained")
		before := uint32(0)
		if chained {
			before = uint32(rapid.IntRange(0, len(all)-1).Draw(t, "before"))
		}
		number := b.add(v, spotOf(v), before, chained)
		if h := b.head(number); chained != (h.flags&hasBefore != 0) || chained && h.before != before || h.seq != v.Seq || h.fid != v.FID || h.known() != v.Known().UnixMilli() {
			t.Fatalf("the head of %+v is %+v", v, h)
		}
		all = append(all, v)
	}
	numbers := make([]uint32, len(all))
	for i, v := range all {
		numbers[i] = uint32(i)
		if got := b.version(uint32(i)); !reflect.DeepEqual(got, v) || b.id(uint32(i)) != v.ID {
			t.Fatalf("got  %+v\nwant %+v", got, v)
		}
	}
	if got := b.versions(numbers); !slices.EqualFunc(got, all, same) {
		t.Fatal("together they are others than one by one")
	}
}

func TestABookGivesBackWhatItIsGiven(t *testing.T) { rapid.Check(t, keepsAll) }

func FuzzABookGivesBackWhatItIsGiven(f *testing.F) { f.Fuzz(rapid.MakeFuzz(keepsAll)) }

// Slabs and leaves end, and one version may be larger than a slab.
func TestALargeBook(t *testing.T) {
	b := newBook()
	ref := strings.Repeat("long ", 1000)
	n := 3*leafSize + 5
	for i := range n {
		v := &report.Version{Report: report.Report{ID: fmt.Sprint("r", i), SourceRef: ref}, FID: int64(i), Revision: 1, Recorded: epoch.Add(time.Duration(i) * time.Second)}
		if i == leafSize+1 {
			v.SourceRef = strings.Repeat("larger than a slab ", 1<<17)
		}
		b.add(v, spotOf(v), 0, false)
	}
	if slabs := len(*b.slabs.Load()); slabs < 50 {
		t.Fatalf("only %d slabs", slabs)
	}
	for i := range uint32(n) {
		v := b.version(i)
		if v.ID != fmt.Sprint("r", i) || v.FID != int64(i) || !v.Recorded.Equal(epoch.Add(time.Duration(i)*time.Second)) || len(v.SourceRef) < len(ref) {
			t.Fatalf("%d is %+v", i, v)
		}
	}
}

// Readers find every id while the tables grow.
func TestIDsAreFoundWhileMoreArePut(t *testing.T) {
	r := newRevisions()
	if _, ok := r.ids.get("nobody"); ok {
		t.Error("an id in an empty book")
	}
	const n = 20_000
	var reading sync.WaitGroup
	done := make(chan struct{}, n)
	reading.Go(func() {
		for i := 0; i < n; i++ {
			<-done
			if number, ok := r.ids.get(fmt.Sprint("r", i)); !ok || number != uint32(i) {
				t.Errorf("r%d is %d, %v", i, number, ok)
				return
			}
		}
	})
	for i := range n {
		v := &report.Version{Report: report.Report{ID: fmt.Sprint("r", i)}}
		r.add(v, spotOf(v), r.ids.hash(v.ID))
		done <- struct{}{}
	}
	reading.Wait()
	seen := map[uint32]bool{}
	for number := range r.ids.each {
		seen[number] = true
	}
	if len(seen) != n {
		t.Errorf("%d of %d reports", len(seen), n)
	}
}

// Whatever two kinds differ by, a report of one is not of the other.
func TestAlikeComparesAllOfAKind(t *testing.T) {
	for i := range reflect.TypeFor[report.Kind]().NumField() {
		var k report.Kind
		switch f := reflect.ValueOf(&k).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString("another")
		default:
			f.SetUint(1)
		}
		var r report.Report
		if alike(&k, &r) {
			t.Errorf("%+v is taken for a kind of nothing", k)
		}
		if k.Make(&r); !alike(&k, &r) || r.Kind() != k {
			t.Errorf("what is of %+v is not taken for it", k)
		}
	}
}

// Beyond the kinds that a column has numbers for, the versions are asked.
func TestManyKinds(t *testing.T) {
	x := newIndex(zigzag, small())
	const n = manyKinds + 10
	x.Load(func() error {
		for i := range n {
			v := synthetic(1, uint64(i))[0]
			v.ID, v.FID, v.Seq, v.Source = fmt.Sprint("r", i), int64(i+1), log.Seq(i+1), fmt.Sprint("s", i)
			x.Add(v)
		}
		return nil
	})
	for _, want := range []string{"s0", "s65000", fmt.Sprint("s", n-1)} {
		page, err := x.Snapshot().Query(t.Context(), report.Query{Limit: 10, Count: true, Kind: func(k report.Kind) bool { return k.Source == want }})
		if err != nil || len(page.Versions) != 1 || page.Versions[0].Source != want || page.Matched != 1 {
			t.Errorf("%s: %d versions, %d match, %v", want, len(page.Versions), page.Matched, err)
		}
	}
	if err := x.Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

func TestCellsOfABoxAreThosePointsInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.OneOf(rapid.Float64Range(-200, 200), rapid.Map(rapid.Int32Range(-1_800_000_000, 1_800_000_000), func(n int32) float64 { return float64(n) / perDegree }))
		b := orb.Bound{Min: orb.Point{at.Draw(t, "west"), at.Draw(t, "south")}, Max: orb.Point{at.Draw(t, "east"), at.Draw(t, "north")}}
		asked := cellsIn(b)
		for range 20 {
			near := func(v float64) int32 {
				n := math.Round(v*perDegree) + float64(rapid.IntRange(-2, 2).Draw(t, "off"))
				return int32(max(-1.8e9, min(1.8e9, n)))
			}
			c := cell{near(rapid.SampledFrom([]float64{b.Min[0], b.Max[0]}).Draw(t, "x")), near(rapid.SampledFrom([]float64{b.Min[1], b.Max[1]}).Draw(t, "y"))}
			want := in(b, c.point())
			if got := asked.has(c.lon, c.lat); got != want {
				t.Fatalf("%v in %v: %v, want %v", c, b, got, want)
			}
			if around := cellsAround(c.point().Bound()); around != (cells{c.lon, c.lat, c.lon, c.lat}) {
				t.Fatalf("%v: around it lie %v", c, around)
			}
			if back, ok := cellOf(c.point()); !ok || back != c {
				t.Fatalf("%v comes back as %v, %v", c, back, ok)
			}
		}
	})
}

// Along a Hilbert curve every cell comes once, each beside the one before it.
func TestHilbertGoesFromCellToCell(t *testing.T) {
	const side = 64
	at := map[uint32][2]int{}
	for x := range side {
		for y := range side {
			d := hilbert(uint32(x), uint32(y))
			if _, twice := at[d]; twice {
				t.Fatalf("%d twice", d)
			}
			at[d] = [2]int{x, y}
		}
	}
	for d := uint32(1); d < side*side; d++ {
		a, ok1 := at[d-1]
		b, ok2 := at[d]
		if dx, dy := a[0]-b[0], a[1]-b[1]; !ok1 || !ok2 || dx*dx+dy*dy != 1 {
			t.Fatalf("from %v to %v at %d", a, b, d)
		}
	}
}

// Strides lead where single steps lead.
func TestHilbertIsTheCurveStepByStep(t *testing.T) {
	slow := func(x, y uint32) (d uint32) {
		for s := uint32(1) << (hilbertBits - 1); s > 0; s >>= 1 {
			right, up := x&s != 0, y&s != 0
			switch {
			case right && !up:
				d += 3 * s * s
			case right:
				d += 2 * s * s
			case up:
				d += s * s
			}
			if !up { // turn the quadrant
				if right {
					x, y = ^x, ^y
				}
				x, y = y, x
			}
		}
		return d
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := uint32(rapid.Uint16().Draw(t, "x")), uint32(rapid.Uint16().Draw(t, "y"))
		if got, want := hilbert(x, y), slow(x, y); got != want {
			t.Fatalf("%d, %d lies at %d, want %d", x, y, got, want)
		}
	})
}

// What is sorted by place without comparing is sorted.
func TestSortByPlace(t *testing.T) {
	for _, n := range []int{0, 1, 100, 1 << 11, 50_000} {
		random := rand.New(rand.NewPCG(uint64(n), 1))
		places := make([]uint64, n)
		for i := range places {
			places[i] = uint64(random.Uint32()>>random.IntN(32))<<32 | uint64(i)
		}
		want := slices.Sorted(slices.Values(places))
		if sortByPlace(places, make([]uint64, n)); !slices.Equal(places, want) {
			t.Errorf("%d places are not in order", n)
		}
	}
}
