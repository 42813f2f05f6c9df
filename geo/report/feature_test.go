package report

import (
	"errors"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
)

// noon is now in these tests.
func noon() time.Time { return time.Date(2017, 2, 1, 12, 0, 0, 0, time.UTC) }

func defaults() Defaults { return Defaults{Now: noon(), Source: "rcmp"} }

// emerson is a plain valid feature, which edit and having make others of.
const emerson = `{"type":"Feature","id":"a-1","geometry":{"type":"Point","coordinates":[-97.24,49.0]},` +
	`"properties":{"observed_start":"2017-01-31T18:05:00Z","count_best":3}}`

// having adds members to the properties.
func having(members string) string {
	return strings.TrimSuffix(emerson, "}}") + "," + members + "}}"
}

// stretched is a feature without a point and with members in its properties.
func stretched(members string) string {
	return `{"type":"Feature","id":"s","geometry":null,"properties":{"observed_start":"2017-01-31T18:05:00Z","count_best":3,` + members + `}}`
}

// said lists the faults of an error, one a line.
func said(err error) string {
	var faults Faults
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &faults):
		return err.Error()
	}
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// anyReport draws a valid report of which nothing lies behind noon.
func anyReport() *rapid.Generator[Report] {
	return rapid.Custom(func(t *rapid.T) Report {
		r := Report{
			ID:        anyID().Draw(t, "id"),
			Unit:      rapid.SampledFrom(Units()).Draw(t, "unit"),
			Direction: rapid.SampledFrom(Directions()).Draw(t, "direction"),
			Relation:  rapid.SampledFrom(Relations()).Draw(t, "relation"),
			Source:    anyID().Draw(t, "source"),
			SourceRef: anyText(MaxRef).Draw(t, "source_ref"),
			Status:    rapid.SampledFrom(Statuses()).Draw(t, "status"),
			TLP:       rapid.SampledFrom(append(TLPs(), "")).Draw(t, "tlp"),
		}
		r.Releasable = Countries(rapid.IntRange(0, int(CAN|USA)).Draw(t, "releasable_to"))
		drawPlace(t, &r)
		first, last := time.Date(FirstYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), noon().UnixMilli()
		start := rapid.Int64Range(first, last).Draw(t, "start")
		r.Start = time.UnixMilli(start).UTC()
		r.End = time.UnixMilli(rapid.Int64Range(start, last).Draw(t, "end")).UTC()
		if rapid.Bool().Draw(t, "is published") {
			r.Published = time.UnixMilli(rapid.Int64Range(start, last).Draw(t, "published")).UTC()
		}
		best := rapid.Int64Range(0, MaxCount).Draw(t, "best")
		r.Count = Count{best, rapid.Int64Range(0, best).Draw(t, "min"), rapid.Int64Range(best, MaxCount).Draw(t, "max")}
		other := anyID().Filter(func(id string) bool { return id != r.ID })
		if ids := rapid.SliceOfNDistinct(other, 0, 5, rapid.ID).Draw(t, "overlaps"); len(ids) > 0 {
			r.Overlaps = ids
		}
		return r
	})
}

func drawPlace(t *rapid.T, r *Report) {
	if rapid.Bool().Draw(t, "is a point") {
		r.Point = &orb.Point{
			float64(rapid.Int64Range(-180e7, 180e7).Draw(t, "lon")) / 1e7,
			float64(rapid.Int64Range(-90e7, 90e7).Draw(t, "lat")) / 1e7,
		}
	} else {
		from := rapid.Int64Range(0, 6_416_000_00).Draw(t, "from")
		to := rapid.Int64Range(from+1, 7_000_000_00).Draw(t, "to")
		r.Stretch = &frontier.Stretch{
			Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"),
			From: frontier.Meters(float64(from) / 100), To: frontier.Meters(float64(to) / 100),
		}
	}
	if rapid.Bool().Draw(t, "is uncertain") {
		u := frontier.Meters(float64(rapid.Int64Range(0, 1e9).Draw(t, "uncertainty")) / 100)
		r.Uncertainty = &u
	}
}

func anyID() *rapid.Generator[string] { return rapid.StringMatching(`[A-Za-z0-9._:-]{1,64}`) }

func anyText(most int) *rapid.Generator[string] {
	printed := rapid.RuneFrom([]rune{'a', 'Z', '0', ' ', '"', '\\', '/', '<', '&', 'é', '–', '漢', '🛂', ',', '\''})
	return rapid.StringOfN(printed, 0, most, -1)
}
