package api

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// keeping is a corpus that keeps posts and sources as the true one does, without
// their past.
type keeping struct {
	*fake
	posts   []guard.PostState
	sources []report.SourceState
	swaps   int
}

func newKeeping(t *testing.T) (*client, *keeping) {
	k := &keeping{}
	c := newClient(t, func(cfg *Config) {
		k.fake = cfg.Corpus.(*fake)
		cfg.Corpus = k
	})
	k.posts, _ = k.fake.Posts(context.Background(), log.AsOf{})
	k.sources, _ = k.fake.Sources(context.Background(), log.AsOf{})
	for i := range k.posts { // as they come from a log
		k.posts[i].Post, _ = guard.Place(k.line, k.posts[i].Post)
	}
	return c, k
}

func (k *keeping) Posts(context.Context, log.AsOf) ([]guard.PostState, error) { return k.posts, nil }
func (k *keeping) Sources(context.Context, log.AsOf) ([]report.SourceState, error) {
	return k.sources, nil
}

func (k *keeping) SwapPost(_ context.Context, _ string, old, next *guard.Post) error {
	if next != nil {
		if faults := guard.ValidatePost(*next); len(faults) > 0 {
			return faults
		}
		placed, err := guard.Place(k.line, *next)
		if err != nil {
			return err
		}
		next = &placed
	}
	k.swaps++
	all, err := swapped(k.posts, old, next, guard.AppendPost, func(s *guard.PostState) *guard.Post { return &s.Post },
		func(p *guard.Post) string { return p.ID }, func(p guard.Post) guard.PostState { return guard.PostState{Post: p, FID: 9} })
	k.posts = all
	return err
}

func (k *keeping) SwapSource(_ context.Context, _ string, old, next *report.Source) error {
	if next != nil {
		if faults := report.ValidateSource(*next); len(faults) > 0 {
			return faults
		}
	} else if old.ID == "rcmp" {
		return report.ErrConflict
	}
	k.swaps++
	all, err := swapped(k.sources, old, next, report.AppendSource, func(s *report.SourceState) *report.Source { return &s.Source },
		func(s *report.Source) string { return s.ID }, func(s report.Source) report.SourceState { return report.SourceState{Source: s, FID: 9} })
	k.sources = all
	return err
}

func swapped[T, S any](all []S, old, next *T, body func([]byte, *T) []byte, record func(*S) *T, id func(*T) string, made func(T) S) ([]S, error) {
	of := next
	if of == nil {
		of = old
	}
	for i := range all {
		switch here := record(&all[i]); {
		case id(here) != id(of):
		case old == nil && bytes.Equal(body(nil, here), body(nil, next)):
			return all, nil
		case old == nil || !bytes.Equal(body(nil, here), body(nil, old)):
			return all, report.ErrConflict
		case next == nil:
			return append(append([]S{}, all[:i]...), all[i+1:]...), nil
		default:
			changed := append([]S{}, all...)
			*record(&changed[i]) = *next
			return changed, nil
		}
	}
	if old != nil {
		return all, report.ErrNotFound
	}
	return append(append([]S{}, all...), made(*next)), nil
}

const (
	towerText  = `{"type":"Feature","id":"tower-1","geometry":null,"properties":{"kind":"tower","name":"T","agency":"USBP","part":"main","km_from":10,"km_to":20}}`
	countyText = `{"type":"Feature","id":"county","geometry":null,"properties":{"agency":"County","unit":"persons","tlp":"GREEN","cadence":"P7D"}}`
)

func TestPostsAndSourcesAreWritten(t *testing.T) {
	for _, x := range []struct{ of, id, text, patch, member, want string }{
		{"posts", "tower-1", towerText, `{"properties":{"km_to":30}}`, "km_to", "30"},
		{"sources", "county", countyText, `{"properties":{"cadence":null,"caveat":"late"}}`, "caveat", "late"},
	} {
		t.Run(x.of, func(t *testing.T) {
			c, k := newKeeping(t)
			items := "/collections/" + x.of + "/items"
			one := items + "/" + x.id
			a := c.do("POST", items, x.text, "Content-Type: application/geo+json").is(201)
			if got := a.header.Get("Location"); got != "http://example.com"+one {
				t.Errorf("Location %q", got)
			}
			stored := c.get(one).is(200)
			if !bytes.Equal(a.body, stored.body) || a.header.Get("ETag") != stored.header.Get("ETag") {
				t.Errorf("what was answered is not what is there:\n%s\n%s", a.body, stored.body)
			}
			c.do("POST", items, x.text, "Content-Type: application/geo+json").is(200)
			c.do("POST", items, strings.Replace(x.text, `"agency":"`, `"agency":"X`, 1), "Content-Type: application/geo+json").is(409)
			// A tag stays good while other things are written.
			c.post(reportText("r", -97, "2017-01-31T00:00:00Z", 3)).is(201)
			tag := stored.header.Get("ETag")
			c.get(one, "If-None-Match: "+tag).is(304)
			patch := "Content-Type: " + mediaMergePatch
			c.do("PATCH", one, x.patch, patch).is(428)
			c.do("PATCH", one, x.patch, patch, `If-Match: "other"`).is(412)
			c.do("PATCH", items+"/never", x.patch, patch, "If-Match: *").is(412)
			c.do("PATCH", items+"/never", x.patch, patch).is(404)
			changed := c.do("PATCH", one, x.patch, patch, "If-Match: "+tag).is(200)
			if got := fmt.Sprint(changed.json()["properties"].(map[string]any)[x.member]); got != x.want {
				t.Errorf("%s is %s, want %s", x.member, got, x.want)
			}
			c.do("PATCH", one, x.patch, patch, "If-Match: "+tag).is(412)
			// What was read can be sent back and changes nothing.
			now := c.get(one)
			same := c.do("PUT", one, string(now.body), "Content-Type: application/geo+json", "If-Match: "+now.header.Get("ETag")).is(200)
			if same.header.Get("ETag") != now.header.Get("ETag") {
				t.Error("sent back it is another")
			}
			back := c.do("PUT", one, strings.Replace(x.text, `"id":"`+x.id+`",`, "", 1), "Content-Type: application/geo+json", "If-Match: *").is(200)
			if back.header.Get("ETag") != tag {
				t.Errorf("put back it is another: %s", back.body)
			}
			c.do("DELETE", one, "", `If-Match: "other"`).is(412)
			c.do("DELETE", one, "").is(204)
			c.get(one).is(404)
			c.do("DELETE", one, "").is(404)
			if got := c.do("OPTIONS", one, "").is(200).header.Get("Allow"); got != "GET, HEAD, PUT, PATCH, DELETE, OPTIONS" {
				t.Error(got)
			}
			if k.swaps == 0 {
				t.Error("nothing was swapped")
			}
		})
	}
}

func TestPostsAndSourcesThatAreWrong(t *testing.T) {
	c, k := newKeeping(t)
	k.swaps = 0
	geo := "Content-Type: application/geo+json"
	for _, x := range []struct {
		of, text string
		status   int
		pointer  string
	}{
		{"posts", strings.Replace(towerText, `"tower",`, `"castle",`, 1), 422, "/properties/kind"},
		{"posts", strings.Replace(towerText, `"km_to":20`, `"km_to":5`, 1), 422, "/properties/km_to"},
		{"posts", strings.Replace(towerText, `"type":"Feature"`, `"type":"Feature","tlp":"RED"`, 1), 422, "/tlp"},
		{"posts", strings.Replace(towerText, `"km_to":20`, `"km_to":1e7`, 1), 422, "/properties/km_to"},
		{"posts", strings.Replace(towerText, `"agency"`, `"surname":"Doe","agency"`, 1), 422, "/properties/surname"},
		{"posts", `{`, 400, ""},
		{"sources", strings.Replace(countyText, `"persons"`, `"people"`, 1), 422, "/properties/unit"},
		{"sources", strings.Replace(countyText, `"agency"`, `"surname":"Doe","agency"`, 1), 422, "/properties/surname"},
		{"sources", strings.Replace(countyText, `"geometry":null`, `"geometry":{"type":"Point","coordinates":[1,2]}`, 1), 422, "/geometry"},
		{"sources", strings.Replace(countyText, `"county"`, `"a b"`, 1), 422, "/id"},
		{"sources", strings.Replace(countyText, `"county"`, `7`, 1), 422, "/id"},
		{"sources", strings.Replace(countyText, `"agency"`, `"id":"x","agency"`, 1), 422, "/properties/id"},
		{"sources", `{"type":"Feature","properties":[]}`, 422, "/properties"},
		{"sources", `{"type":"Feature","surname":"Doe","properties":{}}`, 422, ""},
		{"sources", `[]`, 422, ""},
		{"sources", countyText + countyText, 400, ""},
		{"sources", strings.Replace(countyText, "Feature", "feature", 1), 422, "/type"},
	} {
		a := c.do("POST", "/collections/"+x.of+"/items", x.text, geo).is(x.status)
		found := x.pointer == ""
		for _, f := range a.problem().Errors {
			found = found || f.Pointer == x.pointer
		}
		if !found || strings.Contains(string(a.body), "Doe") {
			t.Errorf("%s %s: %s", x.of, x.text, a.body)
		}
	}
	if k.swaps > 0 {
		t.Errorf("%d were written", k.swaps)
	}
	c.do("PUT", "/collections/posts/items/beat-1", towerText, geo, "If-Match: *").is(422)
	c.do("DELETE", "/collections/sources/items/rcmp", "").is(409)
	c.do("POST", "/collections/posts/items", strings.Replace(towerText, `"id":"tower-1",`, "", 1), geo, "Idempotency-Key: mine").is(201)
	c.get("/collections/posts/items/mine").is(200)
	point := `{"type":"Feature","id":"p","geometry":{"type":"Point","coordinates":[-97,49.01]},"properties":{"kind":"station","name":"P","agency":"RCMP"}}`
	a := c.do("POST", "/collections/posts/items", point, geo).is(201)
	if km := a.json()["properties"].(map[string]any)["km_from"].(float64); km < 140 || km > 150 {
		t.Errorf("it is not placed: %s", a.body)
	}
}
