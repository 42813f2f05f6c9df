package api

import (
	"bytes"
	"context"
	"testing"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

func (f *fake) Receipt(_ context.Context, id string, q hotspot.Query) (hotspot.Receipt, error) {
	f.mu.Lock()
	f.asked = q
	f.mu.Unlock()
	for _, s := range f.spots {
		if s.ID == id {
			people := 39.0
			r := hotspot.Receipt{Format: 1, Method: hotspot.Method, Version: hotspot.Version, ID: id, Unit: "persons", Day: "2017-03-05", WindowDays: 56, Part: "main",
				Segments: []hotspot.Evidence{{Segment: "main-0015", Observed: 39, Counts: []*float64{nil, &people}, Completeness: []float64{1, 1}, Season: []float64{1, 1}}}}
			return r, r.Seal()
		}
	}
	return hotspot.Receipt{}, hotspot.ErrNotFound
}

func (f *fake) Flag(ctx context.Context, id string, q hotspot.Query) (hotspot.Flag, []hotspot.Taken, error) {
	flags, err := f.Flags(ctx, q)
	f.mu.Lock()
	defer f.mu.Unlock()
	hotspot.Take(flags, f.steps)
	for i := range flags {
		if flags[i].ID == id && err == nil {
			return flags[i], hotspot.About(&flags[i], f.steps), nil
		}
	}
	return hotspot.Flag{}, nil, hotspot.ErrNotFound
}

func (f *fake) PutFlag(ctx context.Context, actor, id, state, reason string, q hotspot.Query) error {
	flag, _, err := f.Flag(ctx, id, q)
	if err != nil {
		return err
	}
	step := hotspot.StepOf(&flag, state, reason)
	if err := step.Check(flag.State); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return f.full
	}
	f.head++
	f.recorded = noon()
	f.steps = append(f.steps, hotspot.Taken{Step: step, Seq: uint64(f.head), Recorded: f.recorded, Actor: actor})
	return nil
}

// step says what to do about the flag of the tests.
func (c *client) step(body string) *answered {
	c.Helper()
	return c.do("POST", flagAt+"/state", body, "Content-Type: application/json")
}

const flagAt = "/flags/main-0015-persons-20170101"

func TestFlagState(t *testing.T) {
	c := newClient(t)
	before := c.get(flagAt + "/state").is(200)
	if got := before.json(); got["state"] != "open" || len(got["steps"].([]any)) != 0 {
		t.Errorf("%s", before.body)
	}
	after := c.step(`{"state":"acknowledged","reason":"under_review"}`).is(200)
	if got := after.json(); got["state"] != "acknowledged" || got["steps"].([]any)[0].(map[string]any)["actor"] != "local" {
		t.Errorf("%s", after.body)
	}
	c.get(flagAt+"/state", "If-None-Match: "+before.header.Get("ETag")).is(200)
	if got := after.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the answer to a step may be kept: %s", got)
	}
	c.step(`{"state":"closed","reason":"dealt_with"}`).is(200)
	if got := c.get(flagAt + "/state").is(200).json(); got["state"] != "closed" || len(got["steps"].([]any)) != 2 {
		t.Errorf("%v", got)
	}
}

func TestStepsThatAreRefused(t *testing.T) {
	c := newClient(t)
	for body, status := range map[string]int{
		`{"state":"acknowledged"}`:                                    422,
		`{"state":"acknowledged","reason":"dealt_with"}`:              422,
		`{"state":"closed","reason":"met J. Doe"}`:                    422,
		`{"state":"closed","reason":"explained","note":"met J. Doe"}`: 422,
		`{"state":7,"reason":"explained"}`:                            422,
		`[]`:                                                          422,
		`{"state":`:                                                   400,
		``:                                                            400,
		`{"state":"open","reason":"mistake"}`:                         409,
	} {
		if a := c.step(body).is(status); bytes.Contains(a.body, []byte("Doe")) {
			t.Errorf("%s is repeated: %s", body, a.body)
		}
	}
	c.do("POST", flagAt+"/state", `{"state":"closed","reason":"explained"}`, "Content-Type: text/plain").is(415)
	c.do("POST", "/flags/nothing/state", `{"state":"closed","reason":"explained"}`, "Content-Type: application/json").is(404)
	c.do("POST", flagAt+"/state", `{"state":"closed","reason":"explained"}`, "Content-Type: application/json", "Sec-Fetch-Site: cross-site").is(403)
	c.get("/flags/nothing/state").is(404)
	c.get(flagAt + "/state?limit=1").is(400)
	c.corpus.full = log.ErrFull
	c.step(`{"state":"closed","reason":"explained"}`).is(507)
	if c.corpus.steps != nil {
		t.Errorf("%+v", c.corpus.steps)
	}
}

func TestReceipt(t *testing.T) {
	c := newClient(t)
	const at = flagAt + "/receipt"
	a := c.get(at).is(200)
	r, err := hotspot.DecodeReceipt(a.body)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := r.Differences(&r); err != nil || len(found) != 0 || r.ID != "main-0015-persons-20170101" || r.Segments[0].Counts[0] != nil {
		t.Errorf("%q, %v in %s", found, err, a.body)
	}
	c.get(at, "If-None-Match: "+a.header.Get("ETag")).is(304)
	c.get(at + "?asOf=2017-03-01").is(200)
	if got := c.corpus.asked; got.AsOf.Known.IsZero() || got.At.Format("2006-01-02") != "2017-03-01" {
		t.Errorf("as of the first of March, asked for %+v", got)
	}
	c.get("/flags/nothing/receipt").is(404)
	c.get(at + "?bbox=1,2,3,4").is(400)
	c.do("DELETE", at, "").is(405)
}
