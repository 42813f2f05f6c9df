package api

import "testing"

func TestWeightsAreRead(t *testing.T) {
	for text, want := range map[string]int{
		"1": 1000, "0": 0, "0.": 0, "0.5": 500, "0.25": 250, "0.001": 1, "1.000": 1000,
		"": -1, "1.001": -1, "2": -1, "0.0001": -1, "-1": -1, ".5": -1, "0.x": -1, "+1": -1, "1e0": -1,
	} {
		if got := weight(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestTheMorePreciseRangeDecides(t *testing.T) {
	offered := []format{asGeoJSON, asCSV, asHTML}
	for header, want := range map[string]format{
		"":                                  asGeoJSON,
		",,":                                asGeoJSON,
		"*/*":                               asGeoJSON,
		"text/html":                         asHTML,
		"text/*":                            asCSV,
		"text/*;q=0.5, text/csv;q=0.1":      asHTML,
		"*/*;q=0.1, text/html":              asHTML,
		"application/geo+json;q=0, */*":     asGeoJSON, // as application/json it is still welcome
		"TEXT/CSV":                          asCSV,
		"text/csv;q=bad, text/html;q=0.2":   asHTML,
		"application/json;q=0.9, text/csv":  asCSV,
		"image/png":                         0,
		"*/*;q=0":                           0,
		"application/vnd.geo+json, image/*": asGeoJSON,
	} {
		if got := negotiate(header, offered); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"", "*/*", "gzip;q=0", "text/csv;q=0.5,application/json", ";;;", ",q=1", "a/b;q=1.0000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		for _, p := range preferences(header) {
			if p.weight < 0 || p.weight > 1000 || p.what == "" {
				t.Fatalf("%q: %+v", header, p)
			}
		}
		negotiate(header, []format{asGeoJSON, asCSV})
		takesGzip(header)
	})
}
