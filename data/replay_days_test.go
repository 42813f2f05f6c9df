package data_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// late adds two years of reports that were published some days after what they are
// about, in two units, some long after, some tied to others, some corrected.
func late(t *testing.T, c *data.Corpus) {
	t.Helper()
	random := rand.New(rand.NewPCG(8, 8))
	published := func(r *report.Report, days int) {
		r.Published = r.End.Add(time.Duration(random.IntN(1+days*24*60)) * time.Minute)
		if r.Published.After(now) {
			r.Published = now
		}
	}
	var reports []report.Report
	for i := range 700 {
		r := walk(fmt.Sprintf("r%d", i), -109+12*random.Float64(), 1+random.Int64N(3))
		r.Start = now.Add(-time.Duration(random.IntN(700*24)) * time.Hour)
		if i > 560 { // two surges
			r.Point, r.Start = &orb.Point{-104 + float64(i%2*4), 48.99}, now.Add(-time.Duration(random.IntN(40*24))*time.Hour)
		}
		if i%9 == 0 {
			r.Unit = report.Claims
		}
		if i%31 == 0 && i > 0 {
			r.Overlaps, r.Start = []string{fmt.Sprintf("r%d", i-1)}, reports[i-1].Start
		}
		r.End = r.Start
		published(&r, 3)
		if i%40 == 0 {
			published(&r, 300)
		}
		reports = append(reports, r)
	}
	add(t, c, reports...)
	var revised []report.Report
	var revisions []int
	for i := 0; i < len(reports); i += 13 {
		r := reports[i]
		r.Count = report.Count{Best: 9, Min: 1, Max: 12}
		if published(&r, 60); i%26 == 0 {
			r.Status = report.Rejected
		}
		revised, revisions = append(revised, r), append(revisions, 2)
	}
	if _, err := c.Correct(context.Background(), "tester", revised, revisions); err != nil {
		t.Fatal(err)
	}
}

func replayDays(t *testing.T, c *data.Corpus, from, to time.Time) (days []data.Replayed) {
	t.Helper()
	err := c.Replay(context.Background(), from, to, "", func(r data.Replayed) error {
		days = append(days, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// A day of a replay is what is answered for that day as of its end.
func TestReplayIsAsOf(t *testing.T) {
	c := open(t, memlog.New())
	late(t, c)
	from, flags := now.AddDate(0, 0, -75), 0
	days := replayDays(t, c, from, now)
	if len(days) != 76 {
		t.Fatalf("%d days", len(days))
	}
	for i, day := range days {
		if want := from.AddDate(0, 0, i).Truncate(24 * time.Hour); !day.Day.Equal(want) || !day.Known.Equal(want.AddDate(0, 0, 1).Add(-time.Millisecond)) {
			t.Fatalf("day %d is %s, known %s", i, day.Day, day.Known)
		}
		ctx, at := context.Background(), log.AsOf{Known: day.Known}
		q := hotspot.Query{At: day.Day, AsOf: at}
		spots, err1 := c.Hotspots(ctx, q)
		raised, err2 := c.Flags(ctx, q)
		page, err3 := c.Reports(ctx, report.Query{AsOf: at, Limit: 1, Count: true})
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data.Replayed{Day: day.Day, Known: day.Known, Reports: page.Matched, Hotspots: spots, Flags: raised}, day); diff != "" {
			t.Fatalf("%s: asked as of its end (-), replayed (+):\n%s", day.Day.Format(time.DateOnly), diff)
		}
		flags += len(day.Flags)
	}
	if flags < 20 {
		t.Errorf("%d flags on all days: the test shows little", flags)
	}
}

// What is not yet known changes nothing: a corpus that never hears of it says the same.
func TestReplayDoesNotLookAhead(t *testing.T) {
	l := memlog.New()
	c := open(t, keptOpen{l})
	late(t, c)
	to := now.AddDate(0, 0, -12)
	days := replayDays(t, c, to.AddDate(0, 0, -30), to)
	short := open(t, until{keptOpen{l}, days[len(days)-1].Known})
	if a, b := headOf(c), headOf(short); b >= a {
		t.Fatalf("%d entries of %d were known: the test shows nothing", b, a)
	}
	if diff := cmp.Diff(replayDays(t, short, to.AddDate(0, 0, -30), to), days); diff != "" {
		t.Errorf("without the later reports (-), with them (+):\n%s", diff)
	}
	// Where it begins changes nothing either.
	if diff := cmp.Diff(replayDays(t, c, to, to), days[30:]); diff != "" {
		t.Errorf("one day by itself (-), after others (+):\n%s", diff)
	}
}

func headOf(c *data.Corpus) log.Seq {
	head, _ := c.Head()
	return head
}

// until is a log that lacks the reports which were published later.
type until struct {
	data.Log
	known time.Time
}

func (l until) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	seq := after
	return l.Log.Scan(ctx, after, func(e log.Entry) error {
		r, err := report.DecodeBody(e.Body)
		if err != nil {
			return err
		}
		if r.Published.After(l.known) {
			return nil
		}
		seq++
		e.Seq = seq
		return yield(e)
	})
}

func TestReplayStops(t *testing.T) {
	c := open(t, memlog.New())
	late(t, c)
	enough, n := errors.New("enough"), 0
	err := c.Replay(context.Background(), now.AddDate(0, 0, -9), now, report.Claims, func(r data.Replayed) error {
		for _, h := range r.Hotspots {
			if h.Unit != report.Claims {
				t.Errorf("asked for claims, got %s", h.ID)
			}
		}
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 {
		t.Errorf("%d days, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Replay(ctx, now, now, "", func(data.Replayed) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
	if days := replayDays(t, c, now, now.AddDate(0, 0, -1)); days != nil {
		t.Errorf("the wrong way round: %+v", days)
	}
}
