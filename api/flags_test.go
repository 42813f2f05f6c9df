package api

import (
	"context"
	"testing"

	"frontierwatch/geo/hotspot"
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

func TestReceipt(t *testing.T) {
	c := newClient(t)
	const at = "/flags/main-0015-persons-20170101/receipt"
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
