package view

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"go.uber.org/goleak"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tester is a test, or one of many that rapid draws.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Cleanup(func())
}

// clock is a time that tests move.
type clock struct {
	mu   sync.Mutex
	time time.Time
}

// at is a clock that stands at a time.
func at(t time.Time) *clock { return &clock{time: t} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = t
}

// wednesday is when the tests begin.
var wednesday = time.Date(2017, 3, 1, 12, 0, 0, 0, time.UTC)

// parallel is a frontier of one part: some 300 kilometres along the 49th.
func parallel(t tester) *frontier.Frontier {
	t.Helper()
	f, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-100, 49}, {-96, 49}}}}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func builtIn() []report.Source {
	return []report.Source{
		{ID: "rcmp", Agency: "RCMP", Country: "CAN", Unit: report.Persons, TLP: report.Green},
		{ID: "cbp", Agency: "CBP", Country: "USA", Unit: report.Persons, TLP: report.Amber},
		{ID: "strict", Agency: "RCMP", Country: "CAN", Unit: report.Persons, TLP: report.AmberStrict},
		{ID: "red", Agency: "RCMP", Country: "CAN", Unit: report.Persons, TLP: report.Red},
	}
}

func settings(t tester, now func() time.Time) data.Config {
	port := guard.Port{ID: "emerson", Name: "Emerson", Point: orb.Point{-97.24, 49}, Measure: frontier.KM(201), HoursCA: "08:00-20:00", HoursUS: "08:00-22:00", ZoneCA: "America/Winnipeg", ZoneUS: "America/Chicago"}
	post := guard.Post{ID: "house", Kind: guard.Station, Name: "House", Agency: "RCMP", Stretch: frontier.Stretch{From: frontier.KM(50), To: frontier.KM(60)}}
	return data.Config{Frontier: parallel(t), Ports: []guard.Port{port}, Posts: []guard.Post{post}, Sources: builtIn(), Now: now}
}

// openMaster opens a corpus that holds everything.
func openMaster(t tester, now func() time.Time) *data.Corpus {
	t.Helper()
	cfg := settings(t, now)
	cfg.Log = memlog.New()
	c, err := data.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func openViews(t tester, master *data.Corpus, change ...func(*Config)) *Views {
	t.Helper()
	cfg := Config{Master: master}
	for _, f := range change {
		f(&cfg)
	}
	v := New(cfg)
	t.Cleanup(func() { v.Close() })
	return v
}

func viewOf(t tester, v *Views, class reader.Class) *View {
	t.Helper()
	view, err := v.Of(context.Background(), class)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// walk is a report of three people at a place a little north of the line.
func walk(id, source string, tlp report.TLP, lon float64) report.Report {
	at := wednesday.Add(-30 * time.Hour)
	return report.Report{
		ID: id, Point: &orb.Point{lon, 49.01}, Start: at, End: at, Count: report.Count{Best: 3, Min: 3, Max: 3}, Unit: report.Persons,
		Direction: report.Northbound, Relation: report.BetweenPorts, Source: source, SourceRef: "ref-" + id, Status: report.Confirmed, TLP: tlp,
	}
}

func add(t tester, c interface {
	Add(context.Context, string, []report.Report) ([]report.Added, error)
}, reports ...report.Report) []report.Added {
	t.Helper()
	added, err := c.Add(context.Background(), "secret", reports)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// ids lists the reports that stand with their numbers, newest first.
func ids(t tester, c interface {
	Reports(context.Context, report.Query) (report.Page, error)
}) string {
	t.Helper()
	page, err := c.Reports(context.Background(), report.Query{Limit: 1000, Count: true})
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(page.Matched, " at ", page.Head, ":")
	for _, v := range page.Versions {
		text += fmt.Sprintf(" %s/%d/%d/%d", v.ID, v.FID, v.Seq, v.Revision)
	}
	return text
}

// classesOf are one of each kind that there is.
func classesOf() map[string]reader.Class {
	return map[string]reader.Class{
		"partner":          {Tier: reader.Partner},
		"partner of cbp":   {Tier: reader.Partner, Source: "cbp"},
		"CBSA":             {Tier: reader.Agency, Agency: "CBSA", Country: report.CAN},
		"RCMP":             {Tier: reader.Agency, Agency: "RCMP", Country: report.CAN},
		"CBP":              {Tier: reader.Agency, Agency: "CBP", Country: report.USA},
		"RCMP, key of red": {Tier: reader.Agency, Agency: "RCMP", Country: report.CAN, Source: "red"},
		"of no country":    {Tier: reader.Agency},
	}
}

// everything is the log of a corpus.
func everything(t tester, c interface {
	Entries(context.Context, log.Seq, func(log.Entry) error) error
}, after log.Seq) (all []log.Entry) {
	t.Helper()
	err := c.Entries(context.Background(), after, func(e log.Entry) error {
		e.Body = append([]byte{}, e.Body...)
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
