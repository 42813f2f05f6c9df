package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/report"
)

// loaded is an index of n synthetic versions, with a live tail and young runs.
func loaded(b *testing.B, n int) (*Index, []*report.Version) {
	b.Helper()
	versions := synthetic(n, 7)
	x := newIndex(zigzag, live())
	live := min(n/2, 6000)
	x.Load(func() error { x.Add(versions[:n-live]...); return nil })
	for _, v := range versions[n-live:] {
		x.Add(v)
	}
	return x, versions
}

func BenchmarkQuery(b *testing.B) {
	const n = 1_000_000
	x, _ := loaded(b, n)
	day := 24 * time.Hour
	for _, bench := range []struct {
		name          string
		width, height float64
		lasting       time.Duration // 0: always
		limit         int
		count         bool
	}{
		{"small box", 0.0006, 0.02, 0, 1000, false},
		{"small box counted", 0.0006, 0.02, 0, 1000, true},
		{"empty box", 0.001, 0.001, 0, 1000, false},
		{"medium box newest 1000", 2, 1, 0, 1000, false},
		{"medium box counted", 2, 1, 0, 10, true},
		{"large box 30 days newest 1000", 20, 2, 30 * day, 1000, false},
		{"large box newest 1000", 20, 2, 0, 1000, false},
		{"everything newest 1000", 0, 0, 0, 1000, false},
		{"everything one day", 0, 0, day, 1000, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 2))
			hits := 0
			b.ReportAllocs()
			for b.Loop() {
				q := report.Query{Limit: bench.limit, Count: bench.count}
				if bench.width > 0 {
					// around a site, as people look where reports are
					x := -125 + 55*(float64(random.IntN(130))+0.5)/150
					q.Boxes = []orb.Bound{{Min: orb.Point{x, 49 - bench.height/2}, Max: orb.Point{x + bench.width, 49 + bench.height/2}}}
				}
				if bench.lasting > 0 {
					q.From = epoch.Add(time.Duration(random.IntN(1000)) * day)
					q.To = q.From.Add(bench.lasting)
				}
				page, err := x.Snapshot().Query(context.Background(), q)
				if err != nil {
					b.Fatal(err)
				}
				hits += len(page.Versions)
			}
			b.ReportMetric(float64(hits)/float64(b.N), "versions/op")
		})
	}
}

func BenchmarkGet(b *testing.B) {
	x, versions := loaded(b, 1_000_000)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := x.Snapshot().Get(versions[random.IntN(len(versions))].ID, report.Query{}.AsOf); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkAddOne(b *testing.B) {
	x, _ := loaded(b, 1_000_000)
	more := synthetic(1_000_000+b.N, 8)[1_000_000:]
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		x.Add(more[i])
	}
}

// BenchmarkLoad reads a log of n reports, asking for each id before it is added,
// as a replay does.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		for _, how := range []string{"load", "add"} {
			b.Run(fmt.Sprintf("%s/%d", how, n), func(b *testing.B) {
				versions := synthetic(n, 7)
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				var x *Index
				for b.Loop() {
					x = newIndex(zigzag, live())
					fill := func() error {
						for _, v := range versions {
							x.Snapshot().Get(v.ID, report.Query{}.AsOf)
							x.Add(v)
						}
						return nil
					}
					if how == "load" {
						x.Load(fill)
					} else {
						fill()
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/report")
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "B/report")
				runtime.KeepAlive(x)
				runtime.KeepAlive(versions)
			})
		}
	}
}
