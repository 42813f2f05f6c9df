package data_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"go.uber.org/goleak"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is when everything in these tests happens, unless a test says otherwise.
var now = time.Date(2017, 3, 1, 12, 0, 0, 0, time.UTC)

// parallel is a frontier of one part: a thousand kilometres along the 49th.
func parallel(t testing.TB) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-110, 49}, {-96, 49}}}}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var police = report.Source{ID: "police", Agency: "police", Country: "CAN", Unit: report.Persons, TLP: report.Green, Cadence: 24 * time.Hour}

// open opens a corpus over a log; the test closes it.
func open(t testing.TB, l data.Log, change ...func(*data.Config)) *data.Corpus {
	t.Helper()
	cfg := data.Config{Frontier: parallel(t), Log: l, Sources: []report.Source{police}, Now: func() time.Time { return now }}
	for _, f := range change {
		f(&cfg)
	}
	c, err := data.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// walk is a valid report of some people at a place a little north of the line.
func walk(id string, lon float64, people int64) report.Report {
	return report.Report{
		ID: id, Point: &orb.Point{lon, 49.01}, Start: now.Add(-time.Hour), End: now.Add(-time.Hour),
		Count: report.Count{Best: people, Min: people, Max: people}, Unit: report.Persons,
		Direction: report.Northbound, Relation: report.BetweenPorts, Source: "police", Status: report.Confirmed,
	}
}

func add(t testing.TB, c *data.Corpus, reports ...report.Report) []report.Added {
	t.Helper()
	added, err := c.Add(context.Background(), "tester", reports)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestAddPlacesAndShows(t *testing.T) {
	c := open(t, memlog.New())
	got := add(t, c, walk("a", -100, 3))[0]
	if got.Err != nil || got.Already {
		t.Fatalf("a new report: %+v", got)
	}
	v, err := c.Report(context.Background(), "a", log.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Seq != 1 || v.FID != 1 || v.Revision != 1 || !v.Recorded.Equal(now) {
		t.Errorf("the log gave %d, fid %d, revision %d, recorded %s", v.Seq, v.FID, v.Revision, v.Recorded)
	}
	if v.Place.Side != frontier.CA || v.Place.Offset < 1100 || v.Place.Offset > 1120 {
		t.Errorf("0.01 degrees north of the line: %v, %.0f m", v.Place.Side, float64(v.Place.Offset))
	}
	if v.TLP != report.Green {
		t.Errorf("a report without marking has %q, not that of its source", v.TLP)
	}
	page, err := c.Reports(context.Background(), report.Query{Limit: 10, Count: true})
	if err != nil || len(page.Versions) != 1 || page.Matched != 1 || !reflect.DeepEqual(page.Versions[0], v) {
		t.Errorf("asked for all: %+v, %v", page, err)
	}
	if head, at := c.Head(); head != 1 || !at.Equal(now) {
		t.Errorf("head %d recorded %s", head, at)
	}
}

func TestAddTwiceIsOnce(t *testing.T) {
	c := open(t, memlog.New())
	add(t, c, walk("a", -100, 3))
	if got := add(t, c, walk("a", -100, 3))[0]; got.Err != nil || !got.Already || got.Version.Seq != 1 {
		t.Errorf("the same again: %+v", got)
	}
	if got := add(t, c, walk("a", -100, 4))[0]; !errors.Is(got.Err, report.ErrConflict) {
		t.Errorf("another body under the same id: %+v", got)
	}
	// within one call too
	both := add(t, c, walk("b", -100, 1), walk("b", -100, 1), walk("b", -100, 2))
	if both[0].Err != nil || both[0].Already || !both[1].Already || !errors.Is(both[2].Err, report.ErrConflict) {
		t.Errorf("three times in one call: %+v", both)
	}
	if head, _ := c.Head(); head != 2 {
		t.Errorf("the head is at %d after two new reports", head)
	}
}

func TestWhatIsRefusedKeepsNothingElseOut(t *testing.T) {
	c := open(t, memlog.New())
	kansas := walk("kansas", -98, 1)
	kansas.Point = &orb.Point{-98.5, 38.5}
	stranger := walk("stranger", -100, 1)
	stranger.Source = "nobody"
	backwards := walk("backwards", -100, 1)
	backwards.End = backwards.Start.Add(-time.Hour)
	backwards.Count.Min = 9
	beyond := walk("beyond", -100, 1)
	beyond.Point, beyond.Stretch = nil, &frontier.Stretch{From: frontier.KM(900), To: frontier.KM(99_000)}

	added := add(t, c, kansas, walk("good", -100, 1), stranger, backwards, beyond)
	var far *frontier.TooFarError
	if !errors.As(added[0].Err, &far) || far.Distance.KM() < 1100 || far.Distance.KM() > 1200 {
		t.Errorf("Kansas: %v", added[0].Err)
	}
	if added[1].Err != nil {
		t.Errorf("the good one: %v", added[1].Err)
	}
	for i, want := range map[int][]string{2: {"/properties/source", "police"}, 3: {"observed_end", "count_min"}, 4: {"km_to"}} {
		for _, w := range want {
			if added[i].Err == nil || !strings.Contains(added[i].Err.Error(), w) {
				t.Errorf("%d: %v does not speak of %s", i, added[i].Err, w)
			}
		}
	}
	checked := c.Check(context.Background(), []report.Report{kansas, walk("good", -100, 1), walk("good", -100, 2), walk("new", -100, 2)})
	if checked[0].Err == nil || !checked[1].Already || !errors.Is(checked[2].Err, report.ErrConflict) || checked[3].Err != nil || checked[3].Already {
		t.Errorf("a check: %+v", checked)
	}
	if head, _ := c.Head(); head != 1 {
		t.Errorf("the head is at %d: something refused or only checked was written", head)
	}
}

func TestCorrectionsLeaveThePastAsItWas(t *testing.T) {
	ctx := context.Background()
	clock := now
	c := open(t, memlog.New(), func(cfg *data.Config) { cfg.Now = func() time.Time { return clock } })
	first := walk("jan", -100, 476)
	first.Published = now.AddDate(0, 0, -20)
	add(t, c, first)
	clock = clock.AddDate(0, 1, 0)
	second := walk("jan", -100, 315)
	second.Start, second.End = first.Start, first.End
	second.Published = now.AddDate(0, 0, -5)
	corrected, err := c.Correct(ctx, "tester", []report.Report{second}, []int{2})
	if err != nil || corrected[0].Err != nil {
		t.Fatal(err, corrected[0].Err)
	}
	for _, q := range []struct {
		at   log.AsOf
		want int64
	}{
		{log.AsOf{}, 315}, {log.AsOf{Seq: 1}, 476}, {log.AsOf{Seq: 2}, 315},
		{log.AsOf{Known: now.AddDate(0, 0, -10)}, 476}, {log.AsOf{Known: now.AddDate(0, 0, -5)}, 315},
	} {
		v, err := c.Report(ctx, "jan", q.at)
		if err != nil || v.Count.Best != q.want {
			t.Errorf("as of %+v: %+v, %v; want %d", q.at, v, err, q.want)
		}
	}
	if _, err := c.Report(ctx, "jan", log.AsOf{Known: now.AddDate(-1, 0, 0)}); !errors.Is(err, report.ErrNotFound) {
		t.Errorf("before it was published: %v", err)
	}
	if again, err := c.Correct(ctx, "tester", []report.Report{walk("jan", -100, 9)}, []int{2}); err != nil || !errors.Is(again[0].Err, report.ErrConflict) {
		t.Errorf("a second revision 2: %+v, %v", again, err)
	}
	if never, err := c.Correct(ctx, "tester", []report.Report{walk("never", -100, 9)}, []int{2}); err != nil || !errors.Is(never[0].Err, report.ErrNotFound) {
		t.Errorf("a correction of nothing: %+v, %v", never, err)
	}
}

func TestSources(t *testing.T) {
	ctx := context.Background()
	c := open(t, memlog.New())
	camera := report.Source{ID: "camera", Agency: "tower 7", Country: "USA", Unit: report.Detections, TLP: report.Amber}
	for range 2 { // the second time nothing changes
		if err := c.PutSource(ctx, "tester", camera); err != nil {
			t.Fatal(err)
		}
	}
	if head, _ := c.Head(); head != 1 {
		t.Errorf("the head is at %d after the same source twice", head)
	}
	camera.Caveat = "blind in snow"
	if err := c.PutSource(ctx, "tester", camera); err != nil {
		t.Fatal(err)
	}
	if err := c.PutSource(ctx, "tester", report.Source{ID: "no spaces"}); err == nil {
		t.Error("a source with a bad id was taken")
	}
	late := walk("late", -100, 1)
	late.Start, late.End = now.AddDate(0, 0, -9), now.AddDate(0, 0, -9)
	add(t, c, late)
	sources, err := c.Sources(ctx, log.AsOf{})
	if err != nil || len(sources) != 2 {
		t.Fatalf("%+v, %v", sources, err)
	}
	if s := sources[0]; s.ID != "police" || !s.LastReport.Equal(late.End) || !s.Silent {
		t.Errorf("a daily source nine days after its last report: %+v", s)
	}
	if s := sources[1]; s.Source != camera || s.Silent || !s.LastReport.IsZero() {
		t.Errorf("a source that never reported: %+v", s)
	}
}
