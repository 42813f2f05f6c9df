package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontierwatch/data/gpkg"
	"frontierwatch/geo/report"
)

// ownMarkings is the marking of a page, reckoned from what its features say, and what the
// page says of itself.
func ownMarkings(t *testing.T, answer string) (reckoned, said string) {
	t.Helper()
	_, body, _ := strings.Cut(answer, "\n{")
	type marking struct {
		TLP        string   `json:"tlp"`
		Releasable []string `json:"releasable_to"`
	}
	var page struct {
		marking
		Features []struct{ Properties marking }
	}
	if err := json.Unmarshal([]byte("{"+body), &page); err != nil {
		t.Fatal(err)
	}
	order := []string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}
	strictest, can, usa, nobody := 0, true, true, false
	named := false
	for _, f := range page.Features {
		strictest = max(strictest, slices.Index(order, f.Properties.TLP))
		if to := f.Properties.Releasable; len(to) > 0 {
			named, can, usa = true, can && slices.Contains(to, "CAN"), usa && slices.Contains(to, "USA")
		}
	}
	nobody = named && !can && !usa
	text := func(label string, to []string) string {
		if len(to) == 0 {
			return "TLP:" + label
		}
		return "TLP:" + label + ", releasable to " + strings.Join(to, " and ")
	}
	var to []string
	if named && can {
		to = append(to, "CAN")
	}
	if named && usa {
		to = append(to, "USA")
	}
	if nobody {
		strictest, to = 5, nil
	}
	return text(order[strictest], to), text(page.TLP, page.Releasable)
}

// Whatever leaves the server bears the strictest marking of what is in it, and the countries
// that may see all of that: pages, what is printed of them, files. Other contents have
// another marking, which is the control.
func TestWhatLeavesIsMarked(t *testing.T) {
	w := newWorld(t, everyReport, everySource)
	seen := map[string]bool{}
	for _, name := range []string{"partner", "agency", "colleague", "originator", "analyst"} {
		token, _ := tokenOf(name)
		for _, of := range []string{"reports", "hotspots", "flags"} {
			for _, query := range []string{"limit=10000", "limit=3", "limit=1", "filter=tlp%3D'GREEN'&limit=10000", "filter=releasable_to%3D'CAN'&limit=1000"} {
				at := "/collections/" + of + "/items?" + query
				answer := w.answer("GET", at, token, "")
				if status(answer) != "200" {
					continue // the filter cannot be asked of a list
				}
				want, said := ownMarkings(t, answer)
				if want == "TLP:" { // nothing
					continue
				}
				if seen[want] = true; said != want {
					t.Errorf("%s: %s is marked %s, want %s", name, at, said, want)
				}
				if page := w.answer("GET", at+"&f=html", token, ""); strings.Count(page, `<p class="marking">`+strings.ReplaceAll(want, "+", "&#43;")+"</p>") != 2 {
					t.Errorf("%s: the page of %s is not marked %s", name, at, want)
				}
				if file := w.answer("GET", at+"&f=gpkg", token, ""); !strings.Contains(file, want) || !strings.Contains(file, want+". ") {
					t.Errorf("%s: the GeoPackage of %s is not marked %s", name, at, want)
				}
			}
		}
		for _, id := range risenAt(w) {
			receipt := w.answer("GET", "/flags/"+id+"/receipt", token, "")
			if status(receipt) != "200" {
				continue
			}
			var r struct {
				Result struct{ TLP string }
			}
			_, body, _ := strings.Cut(receipt, "\n{")
			if err := json.Unmarshal([]byte("{"+body), &r); err != nil || r.Result.TLP == "" {
				t.Fatalf("%s: %v", id, err)
			}
			if page := w.answer("GET", "/flags/"+id+"/receipt?f=html", token, ""); strings.Count(page, `<p class="marking">TLP:`+strings.ReplaceAll(r.Result.TLP, "+", "&#43;")) != 2 {
				t.Errorf("%s: the receipt of %s is not marked %s", name, id, r.Result.TLP)
			}
		}
	}
	for _, want := range []string{"TLP:GREEN", "TLP:AMBER", "TLP:RED"} {
		if !seen[want] {
			t.Errorf("nothing was marked %s: %v", want, seen)
		}
	}
	if page := w.answer("GET", "/conformance?f=html", "", ""); strings.Contains(page, `class="marking"`) {
		t.Error("what everybody knows is marked")
	}
	for of, want := range map[string]string{"segments": "RED", "ports": "GREEN", "posts": "AMBER", "reports": ""} { // reports bear their own
		token, _ := tokenOf("analyst")
		rows := w.answer("GET", "/collections/"+of+"/items?f=csv&limit=5", token, "")
		if _, table, _ := strings.Cut(rows, "\nid,"); want != "" && (strings.Count(table, ","+want+"\r\n") == 0 || strings.Count(table, ","+want+"\r\n") != strings.Count(table, "\n")-1 || !strings.Contains(table, ",tlp\r\n")) {
			t.Errorf("rows of %s are not all marked %s: %.300s", of, want, rows)
		} else if want == "" && strings.Count(table[:strings.Index(table, "\r\n")], ",tlp") != 1 {
			t.Errorf("rows of %s have not their own label alone: %.300s", of, rows)
		}
		texts := w.answer("GET", "/collections/"+of+"/items?f=geojsonseq&limit=5", token, "")
		if n := strings.Count(texts, "\x1e"); n == 0 || want != "" && strings.Count(texts, `,"tlp":"`+want+"\"}\n") != n {
			t.Errorf("texts of %s are not marked %s: %.300s", of, want, texts)
		}
	}
	if page := w.answer("GET", "/collections/segments/items?limit=2", "", ""); !strings.Contains(page, `"tlp":"CLEAR","releasable_to":null`) {
		t.Error("what the public is told is not marked CLEAR")
	}
}

// A feature that leaves alone bears its marking where its properties do not tell it: what
// bears no label of its own that of its collection, and another its own, which are not
// among the properties that were asked for.
func TestSingleFeaturesAreMarked(t *testing.T) {
	w := newWorld(t, everyReport, everySource)
	type marking struct {
		TLP        string
		Releasable []string `json:"releasable_to"`
	}
	type feature struct {
		ID string
		marking
		Properties marking
	}
	read := func(answer string, v any) {
		t.Helper()
		_, body, _ := strings.Cut(answer, "\n{")
		if err := json.Unmarshal([]byte("{"+body), v); err != nil {
			t.Fatalf("%v: %.300s", err, answer)
		}
	}
	seen := map[string]bool{}
	for name, bare := range map[string]map[string]string{
		"":        {"segments": "CLEAR", "ports": "CLEAR", "posts": "CLEAR"},
		"partner": {"segments": "GREEN", "ports": "GREEN", "posts": "GREEN"},
		"analyst": {"segments": "RED", "ports": "GREEN", "posts": "AMBER"},
	} {
		token := ""
		if name != "" {
			token, _ = tokenOf(name)
		}
		for _, of := range []string{"segments", "ports", "posts", "sources", "reports", "hotspots", "flags"} {
			list := w.answer("GET", "/collections/"+of+"/items?limit=200", token, "")
			if status(list) != "200" {
				continue // it is not for this reader
			}
			var page struct{ Features []feature }
			read(list, &page)
			for _, f := range page.Features[:min(len(page.Features), 40)] {
				at := "/collections/" + of + "/items/" + f.ID
				var whole, part feature
				read(w.answer("GET", at, token, ""), &whole)
				read(w.answer("GET", at+"?properties=fid", token, ""), &part)
				want := whole.Properties
				if bare[of] != "" {
					want = marking{TLP: bare[of]}
				}
				if bare[of] == "" && (whole.TLP != "" || want.TLP == "") || bare[of] != "" && !reflect.DeepEqual(whole.marking, want) {
					t.Errorf("%q: %s is marked %+v, and its properties %+v", name, at, whole.marking, whole.Properties)
				}
				if part.Properties.TLP != "" || !reflect.DeepEqual(part.marking, want) {
					t.Errorf("%q: of %s a part is marked %+v, want %+v", name, at, part.marking, want)
				}
				if page := w.answer("GET", at+"?f=html&properties=fid", token, ""); strings.Count(page, `<p class="marking">TLP:`+strings.ReplaceAll(want.TLP, "+", "&#43;")) != 2 {
					t.Errorf("%q: the page of %s is not marked %s", name, at, want.TLP)
				}
				seen[of+" "+want.TLP] = true
			}
		}
	}
	for _, want := range []string{"segments CLEAR", "segments GREEN", "segments RED", "ports GREEN", "posts AMBER", "sources GREEN", "reports RED", "reports GREEN", "hotspots RED"} {
		if !seen[want] {
			t.Errorf("no feature was among %s: %v", want, seen)
		}
	}
}

// Files of every format bear markings, and GDAL's validator has nothing to say against it.
func TestExportedGeoPackagesAreMarked(t *testing.T) {
	store, err := gpkg.Open(filepath.Join(t.TempDir(), "frontier.gpkg"), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	corpus, err := openCorpus(t.Context(), store, newWorld(t, everyReport, everySource).door.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer corpus.Close()
	path := ""
	for i, want := range []string{"TLP:GREEN", "TLP:GREEN, releasable to CAN", "TLP:AMBER+STRICT, releasable to CAN", "TLP:RED"} {
		r := marked()[0]
		r.ID, r.Source, r.Overlaps = "m"+string(rune('0'+i)), "local", nil
		r.TLP = []report.TLP{report.Green, report.Clear, report.AmberStrict, report.Green}[i]
		r.Releasable = []report.Countries{0, report.CAN, report.CAN | report.USA, report.USA}[i]
		if added, err := corpus.Add(t.Context(), "test", []report.Report{r}); err != nil || added[0].Err != nil {
			t.Fatal(err, added)
		}
		path = filepath.Join(t.TempDir(), "out.gpkg")
		if err := store.Export(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), want) < 2 || strings.Contains(string(text), "TLP:RED") != (want == "TLP:RED") {
			t.Errorf("%v: the file is not marked %s", err, want)
		}
	}
	if exec.Command("/usr/bin/python3", "-c", "import osgeo_utils.samples.validate_gpkg").Run() != nil {
		t.Skip("skipped: osgeo_utils is not installed (Debian: apt-get install gdal-bin python3-gdal)")
	}
	if out, err := exec.Command("/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := exec.Command("ogrinfo", "-ro", path).CombinedOutput(); err != nil || !strings.Contains(string(out), "TLP:RED") {
		t.Errorf("GDAL does not see the marking: %v\n%s", err, out)
	}
}
