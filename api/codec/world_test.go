package codec

import (
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// world is a small frontier: 200 km of the 49th parallel and a crooked bit of
// Alaska, with source points closer than a centimetre and with more decimals than
// are written.
func world(t testing.TB) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{
		{Part: frontier.Main, CanadaOnRight: true, Points: orb.LineString{
			{-95.5, 49}, {-96.123456789, 49.000012345}, {-96.123456791, 49.000012346}, {-96.5, 49}, {-97.24, 49}, {-98.25, 49}}},
		{Part: frontier.Alaska, CanadaOnRight: false, Points: orb.LineString{
			{-141, 69.6}, {-141, 69.5}, {-140.995, 69.45}, {-141, 69.3}}},
	}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return f.Label([]frontier.Label{
		{Stretch: frontier.Stretch{Part: frontier.Main, From: 0, To: 120_000}, Name: "Lake of the Woods", AdminCA: "MB", AdminUS: "MN"},
		{Stretch: frontier.Stretch{Part: frontier.Main, From: 120_000, To: 200_000}, Name: `Emerson "West"`, AdminCA: "MB", AdminUS: "ND"},
	})
}

var day1 = time.Date(2017, 2, 14, 0, 0, 0, 0, time.UTC)

// One of each collection, with all that it can say.

func walkIn() report.Version {
	uncertainty := frontier.Meters(1500.5)
	return report.Version{
		Report: report.Report{
			ID: "rcmp-2017-01.emerson", Point: &orb.Point{-97.2400001, 49.0012345},
			Start: day1, End: day1.Add(26*time.Hour + 30*time.Minute + 250*time.Millisecond),
			Count: report.Count{Best: 19, Min: 17, Max: 22}, Unit: report.Persons,
			Direction: report.Northbound, Relation: report.BetweenPorts, Published: day1.Add(72 * time.Hour),
			Source: "rcmp", SourceRef: `=F/12 "b"`, Status: report.Confirmed, Uncertainty: &uncertainty,
			Overlaps: []string{"cbsa-1", "cbsa-2"}, TLP: report.AmberStrict, Releasable: report.CAN | report.USA,
		},
		FID: 7, Seq: 41, Replaces: 12, Revision: 2, Recorded: day1.Add(80 * time.Hour),
		Place: frontier.Place{Part: frontier.Main, Measure: 127_345.678, Offset: 137.26, Side: frontier.CA, Segment: 12},
	}
}

// roughly is a report of a total on a stretch that says as little as it can.
func roughly() report.Version {
	return report.Version{
		Report: report.Report{
			ID: "total", Stretch: &frontier.Stretch{Part: frontier.Main, From: 40_000, To: 60_500}, Start: day1, End: day1,
			Unit: report.Interceptions, Direction: report.DirectionUnknown, Relation: report.RelationUnknown,
			Source: "rcmp", Status: report.Unverified,
		},
		FID: 8, Seq: 42, Revision: 1, Recorded: day1,
		Place: frontier.Place{Part: frontier.Main, Measure: 50_250, Segment: 5},
	}
}

func segment(f *frontier.Frontier) hotspot.SegmentState {
	unguarded := false
	return hotspot.SegmentState{
		Segment: f.Segments()[12], Guarded: &unguarded, UnguardedShare: 0.62514, NearestPort: "emerson-pembina", NearestPortKM: 3.2,
		Unit: report.Persons, Observed: 143.0 / 7, Expected: 1e-6, Completeness: 1, Level: hotspot.Critical,
	}
}

func port() guard.PortState {
	return guard.PortState{
		Port: guard.Port{ID: "emerson-pembina", Name: "Emerson–Pembina", NameCA: "Emerson", NameUS: "Pembina", CodeUS: "3401", CodeCA: "502",
			Point: orb.Point{-97.2375, 49.0002}, Part: frontier.Main, Measure: 127_200, HoursCA: "24/7", HoursUS: "Mo-Su 08:00-22:00",
			ZoneCA: "America/Winnipeg", ZoneUS: "America/Chicago", Note: "both sides, one building", Source: "CBSA, 2017"},
		FID: 31, OpenCA: guard.Yes, OpenUS: guard.No, Mismatch: guard.Yes,
	}
}

func post() guard.PostState {
	return guard.PostState{
		Post: guard.Post{ID: "tower-1", Kind: "tower", Name: "Tower 1", Agency: "RCMP",
			Stretch: frontier.Stretch{Part: frontier.Alaska, From: 10_000, To: 13_000.25}, ActiveFrom: day1},
		FID: 2,
	}
}

func source() report.SourceState {
	return report.SourceState{
		Source: report.Source{ID: "rcmp", Agency: "Royal Canadian Mounted Police", Country: "CAN", Cadence: 7 * 24 * time.Hour,
			Unit: report.Interceptions, Caveat: "Between ports only,\nrevised monthly.", TLP: report.Clear},
		FID: 1, LastReport: day1.AddDate(0, 0, 14),
	}
}

func spot() hotspot.Hotspot {
	return hotspot.Hotspot{
		ID: "main-0012-persons-20170214", Unit: report.Persons, Stretch: frontier.Stretch{Part: frontier.Main, From: 120_000, To: 140_000},
		First: 12, Last: 13, FirstSeen: day1, Day: day1.AddDate(0, 0, 3), WindowDays: 56,
		Observed: 39, Expected: 0.3, Ratio: 33.1234567, RatioLow: 22.5, RatioHigh: 47, Score: 12.34567,
		FalseAlarmsMonth: 0.0000005432109, RecurrenceDays: 56_034_567.9, Q: 1.2345e-8, Common: 1.25, Completeness: 0.875,
		Agencies:  []string{"rcmp", "cbsa"},
		Silent:    &hotspot.Silent{Since: day1, Who: []string{"cbsa"}, Part: 0.5},
		Displaced: &hotspot.Displaced{First: 9, Last: 10, Since: day1},
		Direction: report.Northbound, Marking: hotspot.Marking{TLP: report.Green, Releasable: report.USA}, Label: "new", Level: hotspot.Critical, Sentence: "km 120–140: 39 people in 56 days.",
	}
}

func raised() hotspot.Flag {
	return hotspot.Flag{Hotspot: spot(), UnguardedShare: 0.8125, UnknownShare: 0.25, State: "open", TLP: report.Amber, Releasable: report.CAN}
}

// Any of each collection, also what no valid record can be.

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "a", "=1+1", "-", "＝A1", "a,b", `say "so"`, "<b>&amp;</b>", "l\u2028s\u2029", "\x00\x1f\x7f", "\xff\xfe", "é–日本😀"}),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func anyReal() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1e-7, -9e-7, 1e-6, 0.1 + 0.2, 1e15, 1e21, 123456789.123456789,
			math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}),
		rapid.Float64(), rapid.Float64Range(-1000, 1000))
}

func anyTime() *rapid.Generator[time.Time] {
	return rapid.OneOf(
		rapid.SampledFrom([]time.Time{{}, day1, day1.Add(time.Millisecond), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
			time.Date(2020, 2, 29, 23, 59, 59, 120e6, time.FixedZone("", -6*3600))}),
		rapid.Map(rapid.Int64Range(-62135596800, 253402300799), func(s int64) time.Time { return time.Unix(s, s%1000*1e6) }))
}

func anyPoint() *rapid.Generator[orb.Point] {
	return rapid.Map(rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-180, 180), anyReal()), 2, 2), func(v []float64) orb.Point { return orb.Point{v[0], v[1]} })
}

func anyStretch() *rapid.Generator[frontier.Stretch] {
	return rapid.Custom(func(t *rapid.T) frontier.Stretch {
		from := rapid.Float64Range(-5, 250_000).Draw(t, "from")
		return frontier.Stretch{Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"), From: frontier.Meters(from),
			To: frontier.Meters(from + rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1), rapid.Float64Range(0, 50_000)).Draw(t, "length"))}
	})
}

func maybe[T any](t *rapid.T, g *rapid.Generator[T], label string) *T {
	return rapid.Ptr(g, true).Draw(t, label)
}

func anyReport() *rapid.Generator[report.Version] {
	return rapid.Custom(func(t *rapid.T) report.Version {
		v := report.Version{
			Report: report.Report{
				ID: anyText().Draw(t, "id"), Start: anyTime().Draw(t, "start"), End: anyTime().Draw(t, "end"),
				Count: report.Count{Best: rapid.Int64().Draw(t, "best"), Min: rapid.Int64().Draw(t, "min"), Max: rapid.Int64().Draw(t, "max")},
				Unit:  report.Unit(anyText().Draw(t, "unit")), Direction: report.Northbound, Relation: report.Relation(anyText().Draw(t, "relation")),
				Published: anyTime().Draw(t, "published"), Source: anyText().Draw(t, "source"), SourceRef: anyText().Draw(t, "ref"),
				Status: report.Confirmed, Overlaps: rapid.SliceOfN(anyText(), 0, 3).Draw(t, "overlaps"),
				TLP: rapid.SampledFrom(append(report.TLPs(), "")).Draw(t, "tlp"), Releasable: report.Countries(rapid.Uint8Range(0, 3).Draw(t, "countries")),
			},
			FID: rapid.Int64().Draw(t, "fid"), Seq: log.Seq(rapid.Uint64Max(1<<53).Draw(t, "seq")), Replaces: log.Seq(rapid.Uint64Max(2).Draw(t, "replaces")),
			Revision: rapid.Int().Draw(t, "revision"), Recorded: anyTime().Draw(t, "recorded"), Deleted: rapid.Bool().Draw(t, "deleted"),
			Place: frontier.Place{Part: frontier.Alaska, Measure: frontier.Meters(anyReal().Draw(t, "measure")), Offset: frontier.Meters(anyReal().Draw(t, "offset")),
				Side: frontier.Side(rapid.IntRange(0, 2).Draw(t, "side")), Segment: rapid.IntRange(-1, 40).Draw(t, "segment")},
		}
		v.Point = maybe(t, anyPoint(), "point")
		v.Uncertainty = maybe(t, rapid.Map(anyReal(), func(v float64) frontier.Meters { return frontier.Meters(v) }), "uncertainty")
		if v.Point == nil {
			v.Stretch = maybe(t, anyStretch(), "stretch")
		}
		return v
	})
}

func anySegment(f *frontier.Frontier) *rapid.Generator[hotspot.SegmentState] {
	return rapid.Custom(func(t *rapid.T) hotspot.SegmentState {
		return hotspot.SegmentState{
			Segment: rapid.SampledFrom(f.Segments()).Draw(t, "segment"), Guarded: maybe(t, rapid.Bool(), "guarded"),
			UnguardedShare: anyReal().Draw(t, "share"), NearestPort: anyText().Draw(t, "port"), NearestPortKM: anyReal().Draw(t, "km"),
			Unit: rapid.SampledFrom(append(report.Units(), "")).Draw(t, "unit"), Observed: anyReal().Draw(t, "observed"),
			Expected: anyReal().Draw(t, "expected"), Completeness: anyReal().Draw(t, "completeness"), Level: anyLevel().Draw(t, "level"),
		}
	})
}

func anyLevel() *rapid.Generator[hotspot.Level] {
	return rapid.Map(rapid.Uint8Range(0, 5), func(n uint8) hotspot.Level { return hotspot.Level(n) })
}

func anyTri() *rapid.Generator[guard.Tri] {
	return rapid.SampledFrom([]guard.Tri{guard.Unknown, guard.Yes, guard.No})
}

func anyPort() *rapid.Generator[guard.PortState] {
	return rapid.Custom(func(t *rapid.T) guard.PortState {
		p := port()
		p.ID, p.Name, p.CodeUS, p.HoursUS, p.Note = anyText().Draw(t, "id"), anyText().Draw(t, "name"), anyText().Draw(t, "code"), anyText().Draw(t, "hours"), anyText().Draw(t, "note")
		p.Point, p.Measure, p.Closed = anyPoint().Draw(t, "point"), frontier.Meters(anyReal().Draw(t, "measure")), rapid.Bool().Draw(t, "closed")
		p.OpenCA, p.OpenUS, p.Mismatch = anyTri().Draw(t, "ca"), anyTri().Draw(t, "us"), anyTri().Draw(t, "mismatch")
		return p
	})
}

func anyPost() *rapid.Generator[guard.PostState] {
	return rapid.Custom(func(t *rapid.T) guard.PostState {
		return guard.PostState{FID: rapid.Int64().Draw(t, "fid"), Post: guard.Post{
			ID: anyText().Draw(t, "id"), Kind: "patrol", Name: anyText().Draw(t, "name"), Agency: anyText().Draw(t, "agency"),
			Point: maybe(t, anyPoint(), "point"), Stretch: anyStretch().Draw(t, "stretch"), Offset: frontier.Meters(anyReal().Draw(t, "offset")),
			ActiveFrom: anyTime().Draw(t, "from"), ActiveTo: anyTime().Draw(t, "to")}}
	})
}

func anySource() *rapid.Generator[report.SourceState] {
	return rapid.Custom(func(t *rapid.T) report.SourceState {
		s := source()
		s.ID, s.Agency, s.Caveat = anyText().Draw(t, "id"), anyText().Draw(t, "agency"), anyText().Draw(t, "caveat")
		s.Cadence = time.Duration(rapid.Int64Range(0, 1_000_000).Draw(t, "cadence")) * time.Second
		s.LastReport, s.Silent = anyTime().Draw(t, "last"), rapid.Bool().Draw(t, "silent")
		return s
	})
}

func anySpot(f *frontier.Frontier) *rapid.Generator[hotspot.Hotspot] {
	return rapid.Custom(func(t *rapid.T) hotspot.Hotspot {
		h := spot()
		h.First = rapid.IntRange(0, len(f.Segments())-1).Draw(t, "first")
		h.Last = min(h.First+rapid.IntRange(0, 3).Draw(t, "more"), len(f.Segments())-1)
		h.Stretch = f.Segments()[h.First].Stretch
		if last := f.Segments()[h.Last].Stretch; last.Part == h.Stretch.Part {
			h.Stretch.To = last.To
		}
		h.ID, h.Label, h.Sentence, h.Level = anyText().Draw(t, "id"), anyText().Draw(t, "label"), anyText().Draw(t, "sentence"), anyLevel().Draw(t, "level")
		h.Direction, h.Marking.TLP = report.Direction(anyText().Draw(t, "direction")), report.TLP(anyText().Draw(t, "spot tlp"))
		h.Marking.Releasable = report.Countries(rapid.Uint8Range(0, 3).Draw(t, "spot countries"))
		if rapid.Bool().Draw(t, "is silent") {
			h.Silent = &hotspot.Silent{Who: rapid.SliceOfN(anyText(), 0, 3).Draw(t, "silent"), Since: anyTime().Draw(t, "silent since")}
		}
		if rapid.Bool().Draw(t, "has moved") {
			from := rapid.IntRange(0, len(f.Segments())-1).Draw(t, "moved from")
			h.Displaced = &hotspot.Displaced{First: from, Last: min(from+rapid.IntRange(0, 2).Draw(t, "moved more"), len(f.Segments())-1), Since: anyTime().Draw(t, "moved since")}
		}
		h.FirstSeen, h.Day, h.Agencies = anyTime().Draw(t, "seen"), anyTime().Draw(t, "day"), rapid.SliceOfN(anyText(), 0, 3).Draw(t, "agencies")
		for _, v := range []*float64{&h.Observed, &h.Expected, &h.Ratio, &h.RatioLow, &h.RatioHigh, &h.Score, &h.FalseAlarmsMonth, &h.RecurrenceDays, &h.Q, &h.Common, &h.Completeness} {
			*v = anyReal().Draw(t, "figure")
		}
		return h
	})
}

func anyFlag(f *frontier.Frontier) *rapid.Generator[hotspot.Flag] {
	return rapid.Custom(func(t *rapid.T) hotspot.Flag {
		return hotspot.Flag{Hotspot: anySpot(f).Draw(t, "spot"), UnguardedShare: anyReal().Draw(t, "share"), UnknownShare: anyReal().Draw(t, "unknown"),
			State: anyText().Draw(t, "state"), TLP: report.TLP(anyText().Draw(t, "tlp")), Releasable: report.Countries(rapid.Uint8Range(0, 3).Draw(t, "countries"))}
	})
}
