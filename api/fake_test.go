package api

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/index"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// noon is now in these tests.
func noon() time.Time { return time.Date(2017, 3, 5, 12, 0, 30, 0, time.UTC) }

// testLine is a frontier of two straight lines: along the 49th parallel, and along
// the 141st meridian.
func testLine() *frontier.Frontier {
	line, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, Points: orb.LineString{{-95, 49}, {-105, 49}, {-114, 49}, {-123, 49}}, CanadaOnRight: true},
		{Part: frontier.Alaska, Points: orb.LineString{{-141, 69.6}, {-141, 65}, {-141, 60.3}}},
	}, frontier.KM(10))
	if err != nil {
		panic(err)
	}
	return line
}

// fake is a small corpus in memory.
type fake struct {
	line  *frontier.Frontier
	index *index.Index

	mu       sync.Mutex
	head     log.Seq
	recorded time.Time
	behind   log.Seq    // of what detection has found
	late     [2]log.Seq // by how much kept answers may be behind: given, and not made anew
	settled  int        // how often
	full     error      // what Add and Ready answer
	broken   error      // what everything else answers
	actor    string
	entries  []log.Entry   // of the log
	passed   chan struct{} // closed when there is another entry; nil: nobody waits

	spots  []hotspot.Hotspot
	voices []hotspot.Voice // of sources, for the series
	steps  []hotspot.Taken // about flags
	asked  hotspot.Query   // the last question to detection
	at     time.Time       // the last instant that ports were asked for
}

func newFake() *fake {
	line := testLine()
	return &fake{line: line, index: index.New(line), spots: testSpots(line)}
}

func (f *fake) Frontier() *frontier.Frontier { return f.line }

func (f *fake) Head() (log.Seq, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.head, f.recorded
}

// Found is behind the head by what a test says.
func (f *fake) Found(context.Context, time.Time) (log.Seq, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.behind == 0 {
		return f.head, f.recorded
	}
	at := f.head - f.behind
	return at, noon().Add(time.Duration(at) * time.Millisecond)
}

// Lately is the newest position, or what a test says.
func (f *fake) Lately() (least, renewed log.Seq) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.head - min(f.head, f.late[0]), f.head - min(f.head, f.late[1])
}

func (f *fake) Settle() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled, f.behind = f.settled+1, 0
}

func (f *fake) Ready() error { return f.full }

func (f *fake) Check(_ context.Context, reports []report.Report) []report.Added {
	all := make([]report.Added, len(reports))
	for i := range reports {
		all[i] = f.check(reports[i])
	}
	return all
}

func (f *fake) check(r report.Report) report.Added {
	var faults report.Faults
	if r.Source != "local" && r.Source != "rcmp" {
		faults = append(faults, report.Fault{Member: "/properties/source", Detail: "is not a registered source"})
	}
	if r.TLP == "" {
		r.TLP = report.Amber
	}
	v := &report.Version{Report: r, Revision: 1}
	if r.Point != nil {
		place, err := f.line.Locate(*r.Point, frontier.Limit)
		if err != nil && len(faults) == 0 {
			return report.Added{Err: err}
		}
		if err != nil {
			faults = append(faults, report.Fault{Member: "/geometry", Detail: err.Error()})
		}
		v.Place = place
	} else if r.Stretch != nil {
		middle := (r.Stretch.From + r.Stretch.To) / 2
		v.Place = frontier.Place{Part: r.Stretch.Part, Measure: middle, Segment: f.line.SegmentAt(r.Stretch.Part, middle)}
	}
	if len(faults) > 0 {
		return report.Added{Err: faults}
	}
	if old, ok := f.index.Snapshot().Get(r.ID, log.AsOf{}); ok {
		if string(report.AppendBody(nil, &old.Report)) != string(report.AppendBody(nil, &r)) {
			return report.Added{Err: report.ErrConflict}
		}
		return report.Added{Version: old, Already: true}
	}
	return report.Added{Version: v}
}

func (f *fake) Add(_ context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return nil, f.full
	}
	f.actor = actor
	all := make([]report.Added, len(reports))
	for i := range reports {
		all[i] = f.check(reports[i])
		if all[i].Err != nil || all[i].Already {
			continue
		}
		f.head++
		f.recorded = noon().Add(time.Duration(f.head) * time.Millisecond)
		v := all[i].Version
		v.Seq, v.FID, v.Recorded = f.head, int64(f.head), f.recorded
		f.index.Add(v)
		f.entries = append(f.entries, entryOf(v, log.Create))
		f.awaken()
	}
	return all, nil
}

func (f *fake) Reports(ctx context.Context, q report.Query) (report.Page, error) {
	if f.broken != nil {
		return report.Page{}, f.broken
	}
	return f.index.Snapshot().Query(ctx, q)
}

func (f *fake) Places(ctx context.Context, q report.Query, to report.Places) error {
	if f.broken != nil {
		return f.broken
	}
	return f.index.Snapshot().Places(ctx, q, to)
}

func (f *fake) Touched(after log.Seq, box orb.Bound) bool {
	return f.index.Snapshot().Touched(after, box)
}

func (f *fake) Report(_ context.Context, id string, at log.AsOf) (*report.Version, error) {
	v, ok := f.index.Snapshot().Get(id, at)
	if !ok || v.Deleted {
		return nil, fmt.Errorf("report %q: %w", id, report.ErrNotFound)
	}
	return v, nil
}

func (f *fake) Sources(context.Context, log.AsOf) ([]report.SourceState, error) {
	return []report.SourceState{
		{Source: report.Source{ID: "local", Agency: "operator", Unit: report.Persons, TLP: report.Amber}, FID: 1},
		{Source: report.Source{ID: "rcmp", Agency: "Royal Canadian Mounted Police", Country: "CAN", Cadence: 30 * 24 * time.Hour,
			Unit: report.Interceptions, Caveat: "preliminary, \"revised\" later", TLP: report.Clear}, FID: 2, LastReport: noon(), Silent: true},
	}, f.broken
}

func (f *fake) Ports(_ context.Context, at time.Time) ([]guard.PortState, error) {
	f.at = at
	var ports []guard.PortState
	for i, m := range []frontier.Meters{frontier.KM(155), frontier.KM(700)} {
		p := guard.Port{ID: fmt.Sprintf("port-%d", i), Name: fmt.Sprintf("Port–%d", i), CodeUS: "3401", Point: f.line.At(frontier.Main, m), Measure: m, HoursCA: "24/7"}
		ports = append(ports, guard.PortState{Port: p, FID: int64(i + 1), OpenCA: guard.Yes, OpenUS: guard.No, Mismatch: guard.Yes})
	}
	return ports, f.broken
}

func (f *fake) Posts(context.Context, log.AsOf) ([]guard.PostState, error) {
	point := f.line.At(frontier.Main, frontier.KM(300))
	return []guard.PostState{
		{Post: guard.Post{ID: "station-1", Kind: "station", Name: "A station", Agency: "USBP", Point: &point, Stretch: frontier.Stretch{From: frontier.KM(297), To: frontier.KM(303)}}, FID: 1},
		{Post: guard.Post{ID: "beat-1", Kind: "patrol", Name: "A beat", Agency: "RCMP", Stretch: frontier.Stretch{From: frontier.KM(500), To: frontier.KM(540)},
			ActiveFrom: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), ActiveTo: time.Date(2017, 2, 1, 0, 0, 0, 0, time.UTC)}, FID: 2},
	}, f.broken
}

func (f *fake) Segments(_ context.Context, q hotspot.Query) ([]hotspot.SegmentState, error) {
	f.mu.Lock()
	f.asked = q
	f.mu.Unlock()
	var all []hotspot.SegmentState
	for _, s := range f.line.Segments() {
		guarded := s.Index%2 == 0
		state := hotspot.SegmentState{Segment: s, Guarded: &guarded, UnguardedShare: float64(s.Index%2) * 0.8, NearestPort: "port-0", NearestPortKM: 12.5, Unit: report.Persons, Observed: 3, Expected: 1.5, Completeness: 1}
		if s.Index == 7 {
			state.Guarded, state.Level = nil, hotspot.High
		}
		all = append(all, state)
	}
	return all, f.broken
}

func (f *fake) Series(_ context.Context, q hotspot.Query) (hotspot.Series, error) {
	set := series.New(f.line)
	all := f.index.Snapshot()
	all.Versions(q.AsOf, func(v *report.Version) bool {
		kept, _ := all.Get(v.ID, q.AsOf)
		set.Replace(nil, kept)
		return true
	})
	counts := set.Snapshot()
	unit := q.Unit
	if units := counts.Units(); unit == "" && len(units) > 0 {
		unit = units[0]
	}
	in := hotspot.NewInput(counts, unit, hotspot.Areas(f.line.Segments()), f.voices...)
	return hotspot.Series{Unit: unit, Units: counts.Units(), Counts: counts, Baseline: hotspot.NewBaseline(in, q.At)}, f.broken
}

func (f *fake) Hotspots(_ context.Context, q hotspot.Query) ([]hotspot.Hotspot, error) {
	f.mu.Lock()
	f.asked = q
	f.mu.Unlock()
	return f.spots, f.broken
}

func (f *fake) Flags(_ context.Context, q hotspot.Query) ([]hotspot.Flag, error) {
	f.mu.Lock()
	f.asked = q
	f.mu.Unlock()
	var all []hotspot.Flag
	for _, s := range f.spots {
		if s.Raised() && s.First%2 == 1 {
			all = append(all, hotspot.Flag{Hotspot: s, UnguardedShare: 0.8, UnknownShare: 0.1, State: "open", TLP: report.Amber})
		}
	}
	return all, f.broken
}

// testSpots are four hot spots, the highest score first: two of them raised, two
// on odd segments, which are unguarded.
func testSpots(line *frontier.Frontier) []hotspot.Hotspot {
	day := time.Date(2017, 3, 5, 0, 0, 0, 0, time.UTC)
	var spots []hotspot.Hotspot
	for i, s := range []struct {
		segment, days int
		score         float64
		level         hotspot.Level
	}{{15, 56, 9, hotspot.Critical}, {42, 28, 5, hotspot.High}, {51, 14, 2.8, hotspot.Low}, {80, 7, 2.6, hotspot.Low}} {
		segment := line.Segments()[s.segment]
		spots = append(spots, hotspot.Hotspot{
			ID: fmt.Sprintf("%s-persons-2017010%d", segment.ID, i+1), Unit: report.Persons, Stretch: segment.Stretch, First: s.segment, Last: s.segment,
			FirstSeen: day.AddDate(0, 0, -20), Day: day, WindowDays: s.days, Observed: 39, Expected: 0.3, Ratio: 100, RatioLow: 60, RatioHigh: 150,
			Score: s.score, FalseAlarmsMonth: 0.0001, RecurrenceDays: 300000, Q: 0.001, Common: 1, Completeness: 1, Agencies: []string{"RCMP"},
			Label: "new", Level: s.level, Sentence: "39 people in 56 days",
		})
	}
	return spots
}
