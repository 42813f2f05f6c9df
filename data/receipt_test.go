package data_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// receipt is that of the highest hot spot of a filled corpus.
func receipt(t *testing.T, c *data.Corpus) hotspot.Receipt {
	t.Helper()
	ctx := context.Background()
	flags, err := c.Flags(ctx, hotspot.Query{})
	if err != nil || len(flags) == 0 {
		t.Fatalf("%d flags, %v", len(flags), err)
	}
	r, err := c.Receipt(ctx, flags[0].ID, hotspot.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Result.Flagged || r.Result.UnguardedShare != flags[0].UnguardedShare || r.Result.Agencies[0] != "police" || r.Parameters.ReachM != 3000 {
		t.Errorf("the flag %+v and its receipt %+v differ", flags[0], r)
	}
	return r
}

func verify(t *testing.T, c *data.Corpus, r hotspot.Receipt) []string {
	t.Helper()
	differences, err := c.VerifyReceipt(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return differences
}

func TestReceiptsAgreeHoweverFarTheLogGoesOn(t *testing.T) {
	l := memlog.New()
	c := open(t, keptOpen{l})
	fill(t, c, rand.New(rand.NewPCG(1, 2)))
	r := receipt(t, c)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = hotspot.DecodeReceipt(text); err != nil {
		t.Fatal(err)
	}
	if found := verify(t, c, r); len(found) != 0 {
		t.Errorf("at once: %q", found)
	}
	add(t, c, walk("later1", -104, 50), walk("later2", -104, 50))
	revised := []report.Report{walk("r501", -104, 9)}
	if corrected, err := c.Correct(context.Background(), "tester", revised, []int{2}); err != nil || corrected[0].Err != nil {
		t.Fatalf("%+v, %v", corrected, err)
	}
	if found := verify(t, c, r); len(found) != 0 {
		t.Errorf("after more reports and a correction: %q", found)
	}
	if found := verify(t, open(t, keptOpen{l}), r); len(found) != 0 {
		t.Errorf("by a corpus read from the log: %q", found)
	}
}

func TestAnotherStoreIsFoundOut(t *testing.T) {
	l := memlog.New()
	c := open(t, keptOpen{l})
	fill(t, c, rand.New(rand.NewPCG(1, 2)))
	r := receipt(t, c)

	// One report has another count.
	other := open(t, changed{keptOpen{l}})
	found := verify(t, other, r)
	if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "/segments/") && strings.Contains(s, "/counts/") }) {
		t.Errorf("another count in the log: %q", found)
	}

	// Posts reach farther, the line is another.
	other = open(t, memlog.New(), func(cfg *data.Config) { cfg.Guard.Reach = frontier.KM(5) })
	fill(t, other, rand.New(rand.NewPCG(1, 2)))
	if found := verify(t, other, r); len(found) == 0 || !strings.HasPrefix(found[0], "/parameters/reach_m: ") {
		t.Errorf("another reach: %q", found)
	}

	r.Version = "1"
	if found := verify(t, c, r); len(found) != 2 || !strings.HasPrefix(found[1], "/version: ") {
		t.Errorf("another version: %q", found)
	}
	r.Log.Seq = 1
	if found := verify(t, c, r); !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "/id: ") }) {
		t.Errorf("at a position where there was no hot spot: %q", found)
	}
	r.Log.Seq = 1 << 40
	if _, err := c.VerifyReceipt(context.Background(), r); err == nil || !strings.Contains(err.Error(), "1 to ") {
		t.Errorf("beyond the log: %v", err)
	}
	if _, err := c.Receipt(context.Background(), "nothing", hotspot.Query{}); !errors.Is(err, hotspot.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
}

// changed is a log in which one report near the end counts a person more.
type changed struct{ data.Log }

func (l changed) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	return l.Log.Scan(ctx, after, func(e log.Entry) error {
		if e.ID == "r555" {
			r, err := report.DecodeBody(e.Body)
			if err != nil {
				return err
			}
			r.Count.Best, r.Count.Max = r.Count.Best+1, r.Count.Max+1
			e.Body = report.AppendBody(nil, &r)
		}
		return yield(e)
	})
}

// Who reported is called what the register of the asked position says.
func TestAgenciesAreThoseOfTheRegister(t *testing.T) {
	c := open(t, memlog.New())
	fill(t, c, rand.New(rand.NewPCG(1, 2)))
	before, _ := c.Head()
	renamed := police
	renamed.Agency = "Mounted Police"
	if err := c.PutSource(context.Background(), "tester", renamed); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[log.AsOf]string{{}: "Mounted Police", {Seq: before}: "police", {Known: now}: "Mounted Police"} {
		spots, err := c.Hotspots(context.Background(), hotspot.Query{AsOf: at})
		if err != nil || len(spots) == 0 || !slices.Equal(spots[0].Agencies, []string{want}) {
			t.Errorf("as of %+v: %+v, %v; want %s", at, spots, err, want)
		}
	}
}
