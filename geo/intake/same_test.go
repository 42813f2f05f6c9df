package intake_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// The same reports are read from each format, however it is laid out, and its
// format is found out by its beginning.
func TestFormatsSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(anyReport(), 1, 8).Draw(t, "reports")
		layout := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "layout"), 0))
		for format, text := range map[intake.Format]string{
			intake.CSV:        asCSV(want, layout),
			intake.GeoJSON:    asGeoJSON(want, layout),
			intake.GeoJSONSeq: asSequence(want, layout),
			intake.NDJSON:     asNDJSON(want, layout),
		} {
			for _, f := range []intake.Format{format, intake.Auto} {
				rows, err := all(strings.NewReader(text), f)
				if err != nil || len(rows) != len(want) {
					t.Fatalf("%s as %s: %d rows, want %d; %v\n%s", format, f, len(rows), len(want), err, text)
				}
				for i, row := range rows {
					if diff := cmp.Diff(want[i], row.Report); row.Err != nil || row.Number != i+1 || diff != "" {
						t.Fatalf("%s, row %d as %s: %v\n%s\n%s", format, row.Number, f, row.Err, diff, text)
					}
				}
			}
		}
	})
}

// anyReport draws a valid report that says everything itself.
func anyReport() *rapid.Generator[report.Report] {
	id := rapid.StringMatching(`[A-Za-z0-9._:-]{1,64}`)
	ref := rapid.StringOfN(rapid.RuneFrom([]rune{'a', 'Z', '0', ' ', '"', '\\', ';', ',', '=', '-', 'é', '漢', '🛂'}), 0, report.MaxRef, -1)
	return rapid.Custom(func(t *rapid.T) report.Report {
		r := report.Report{
			ID:         id.Draw(t, "id"),
			Unit:       rapid.SampledFrom(report.Units()).Draw(t, "unit"),
			Direction:  rapid.SampledFrom(report.Directions()).Draw(t, "direction"),
			Relation:   rapid.SampledFrom(report.Relations()).Draw(t, "relation"),
			Status:     rapid.SampledFrom(report.Statuses()).Draw(t, "status"),
			TLP:        rapid.SampledFrom(append(report.TLPs(), "")).Draw(t, "tlp"),
			Source:     id.Draw(t, "source"),
			SourceRef:  strings.TrimSpace(ref.Draw(t, "source_ref")),
			Releasable: report.Countries(rapid.IntRange(0, 3).Draw(t, "releasable_to")),
			Start:      instant(t, "start", 0),
		}
		r.End = instant(t, "end", r.Start.UnixMilli())
		if rapid.Bool().Draw(t, "is published") {
			r.Published = instant(t, "published", 0)
		}
		best := rapid.Int64Range(0, report.MaxCount).Draw(t, "best")
		r.Count = report.Count{Best: best, Min: rapid.Int64Range(0, best).Draw(t, "min"), Max: rapid.Int64Range(best, report.MaxCount).Draw(t, "max")}
		for _, other := range rapid.SliceOfNDistinct(id, 0, 4, rapid.ID).Draw(t, "overlaps") {
			if other != r.ID {
				r.Overlaps = append(r.Overlaps, other)
			}
		}
		drawPlace(t, &r)
		return r
	})
}

func drawPlace(t *rapid.T, r *report.Report) {
	hundredths := func(label string, from, to int64) frontier.Meters {
		return frontier.Meters(float64(rapid.Int64Range(from, to).Draw(t, label)) / 100)
	}
	if rapid.Bool().Draw(t, "is a point") {
		r.Point = &orb.Point{
			float64(rapid.Int64Range(-180e7, 180e7).Draw(t, "lon")) / 1e7, float64(rapid.Int64Range(-90e7, 90e7).Draw(t, "lat")) / 1e7,
		}
	} else {
		r.Stretch = &frontier.Stretch{Part: rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part"), From: hundredths("from", 0, 6e8), To: hundredths("to", 6e8+1, 7e8)}
	}
	if rapid.Bool().Draw(t, "is uncertain") {
		u := hundredths("uncertainty", 0, 1e7)
		r.Uncertainty = &u
	}
}

// instant draws a time before the reports came in, milliseconds of Unix time from
// from on.
func instant(t *rapid.T, label string, from int64) time.Time {
	return time.UnixMilli(rapid.Int64Range(from, given().Now.UnixMilli()).Draw(t, label)).UTC()
}

// asCSV writes reports with the columns in any order, those that only answers
// have between them, lists with either separator, and either end of lines.
func asCSV(reports []report.Report, layout *rand.Rand) string {
	columns := append(strings.Split(knownColumns, ", "), "fid", "segment", "deleted")
	layout.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = layout.IntN(2) == 0
	rows := [][]string{columns}
	for i := range reports {
		cells := cellsOf(&reports[i], []string{" ", ";"}[layout.IntN(2)])
		var row []string
		for _, c := range columns {
			row = append(row, cells[c])
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		panic(err)
	}
	return b.String()
}

func cellsOf(r *report.Report, separator string) map[string]string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	cells := map[string]string{
		"fid": "7", "segment": `a "b", c`,
		"id": r.ID, "unit": string(r.Unit), "direction": string(r.Direction), "relation": string(r.Relation), "status": string(r.Status),
		"tlp": string(r.TLP), "source": r.Source, "source_ref": r.SourceRef,
		"observed_start": r.Start.Format(time.RFC3339Nano), "observed_end": r.End.In(time.FixedZone("", -7*3600)).Format(time.RFC3339Nano),
		"count_best": fmt.Sprint(r.Count.Best), "count_min": fmt.Sprint(r.Count.Min), "count_max": fmt.Sprint(r.Count.Max),
		"overlaps": strings.Join(r.Overlaps, separator), "releasable_to": strings.Join(r.Releasable.Names(), separator),
	}
	if !r.Published.IsZero() {
		cells["published"] = r.Published.Format(time.RFC3339Nano)
	}
	if r.Uncertainty != nil {
		cells["uncertainty_m"] = number(float64(*r.Uncertainty))
	}
	if p := r.Point; p != nil {
		cells["lon"], cells["lat"], cells["part"] = number(p[0]), number(p[1]), "main"
	}
	if s := r.Stretch; s != nil {
		cells["part"], cells["km_from"], cells["km_to"] = s.Part.String(), number(s.From.KM()), number(s.To.KM())
	}
	return cells
}

// bodies are the reports as JSON, indented here and there if they may have lines.
func bodies(reports []report.Report, layout *rand.Rand, onLines bool) []string {
	var out []string
	for i := range reports {
		body := report.AppendBody(nil, &reports[i])
		if onLines && layout.IntN(2) == 0 {
			var b bytes.Buffer
			if err := json.Indent(&b, body, "", "\t"); err != nil {
				panic(err)
			}
			body = b.Bytes()
		}
		out = append(out, string(body))
	}
	return out
}

func asGeoJSON(reports []report.Report, layout *rand.Rand) string {
	features := `"features" : [` + strings.Join(bodies(reports, layout, true), []string{",", " ,\n"}[layout.IntN(2)]) + `]`
	members := []string{`"type": "FeatureCollection"`, features, `"links":[{"rel":"self","features":[{}]}]`, `"numberMatched":3`, "\"\":\"}]\\\"\""}
	layout.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{\n" + strings.Join(members, ",\n") + "}\n"
}

func asSequence(reports []report.Report, layout *rand.Rand) string {
	return sequence(bodies(reports, layout, true)...)
}

func asNDJSON(reports []report.Report, layout *rand.Rand) string {
	return strings.Join(bodies(reports, layout, false), []string{"\n", "\r\n", "\n\n"}[layout.IntN(3)])
}
