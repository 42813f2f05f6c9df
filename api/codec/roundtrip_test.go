package codec

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// validReport is any report that is accepted, placed on the frontier.
func validReport(f *frontier.Frontier) *rapid.Generator[report.Version] {
	name := rapid.StringMatching(`[A-Za-z0-9._:-]{1,64}`)
	moment := rapid.Map(rapid.Int64Range(-2208988800000, 4102444800000), func(ms int64) time.Time { return time.UnixMilli(ms).UTC() })
	return rapid.Custom(func(t *rapid.T) report.Version {
		best := rapid.Int64Range(0, report.MaxCount).Draw(t, "best")
		start := moment.Draw(t, "start")
		v := report.Version{
			Report: report.Report{
				ID: name.Draw(t, "id"), Start: start, End: start.Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "length")) * time.Millisecond),
				Count: report.Count{Best: best, Min: rapid.Int64Range(0, best).Draw(t, "min"), Max: rapid.Int64Range(best, report.MaxCount).Draw(t, "max")},
				Unit:  rapid.SampledFrom(report.Units()).Draw(t, "unit"), Direction: rapid.SampledFrom(report.Directions()).Draw(t, "direction"),
				Relation: rapid.SampledFrom(report.Relations()).Draw(t, "relation"), Source: name.Draw(t, "source"),
				SourceRef: rapid.StringMatching(`([=+@"-]?[!-&(-~é–]([ -~é–]{0,40}[!-~])?)?`).Draw(t, "ref"), Status: rapid.SampledFrom(report.Statuses()).Draw(t, "status"),
				TLP: rapid.SampledFrom(append(report.TLPs(), "")).Draw(t, "tlp"), Releasable: report.Countries(rapid.Uint8Range(0, 3).Draw(t, "countries")),
			},
			FID: rapid.Int64Min(1).Draw(t, "fid"), Seq: 9, Revision: 1, Recorded: moment.Draw(t, "recorded"),
		}
		if rapid.Bool().Draw(t, "published") {
			v.Published = moment.Draw(t, "when")
		}
		if rapid.Bool().Draw(t, "uncertain") {
			uncertainty := frontier.Meters(rapid.Float64Range(0, 1e6).Draw(t, "by"))
			v.Uncertainty = &uncertainty
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "overlaps") {
			if id := name.Draw(t, "overlap"); id != v.ID && !slices.Contains(v.Overlaps[:i], id) {
				v.Overlaps = append(v.Overlaps, id)
				continue
			}
			break
		}
		if rapid.Bool().Draw(t, "point") {
			v.Point = &orb.Point{rapid.Float64Range(-99, -95).Draw(t, "lon"), rapid.Float64Range(48.9, 49.1).Draw(t, "lat")}
		} else {
			part := rapid.SampledFrom(frontier.Parts[:]).Draw(t, "part")
			from := rapid.Float64Range(0, 20_000).Draw(t, "from")
			v.Stretch = &frontier.Stretch{Part: part, From: frontier.Meters(from), To: frontier.Meters(from + rapid.Float64Range(0.02, 10_000).Draw(t, "long"))}
			v.Place = frontier.Place{Part: part, Measure: (v.Stretch.From + v.Stretch.To) / 2, Segment: f.SegmentAt(part, v.Stretch.From)}
		}
		v.Report = report.Rounded(v.Report)
		if faults := report.Validate(v.Report, time.Time{}); faults != nil {
			t.Fatalf("the generator made a report that is not valid: %v", faults)
		}
		return v
	})
}

// TestAnswersCanBeSentBack decodes what a client was answered: it is the report.
func TestAnswersCanBeSentBack(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	rapid.Check(t, func(t *rapid.T) {
		v := validReport(f).Draw(t, "report")
		text := e.AppendReport(nil, &v, someLinks)
		back, err := report.Decode(text, report.Defaults{})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(v.Report, back); diff != "" {
			t.Fatalf("-sent +read:\n%s", diff)
		}
	})
}

// TestExportsCanBeImported reads whole collections again, in each format.
func TestExportsCanBeImported(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	for format, as := range map[Format]intake.Format{GeoJSON: intake.GeoJSON, GeoJSONSeq: intake.GeoJSONSeq, CSV: intake.CSV} {
		rapid.Check(t, func(t *rapid.T) {
			reports := rapid.SliceOfN(validReport(f), 0, 4).Draw(t, "reports")
			var b bytes.Buffer
			w := e.Reports(&b, format)
			for i := range reports {
				w.Write(&reports[i])
			}
			if err := w.Close(End{Links: someLinks, At: day1, Matched: 7}); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			in := intake.New(&b, as, report.Defaults{})
			for i := range reports {
				row, err := in.Next()
				if err := errors.Join(err, row.Err); err != nil {
					t.Fatalf("%s, row %d: %v\n%s", as, i+1, err, text)
				}
				if diff := cmp.Diff(reports[i].Report, row.Report); diff != "" {
					t.Fatalf("%s, row %d (-written +read):\n%s\n%s", as, i+1, diff, text)
				}
			}
			if _, err := in.Next(); len(reports) > 0 && err != io.EOF {
				t.Fatalf("%s: behind the end: %v", as, err)
			}
		})
	}
}
