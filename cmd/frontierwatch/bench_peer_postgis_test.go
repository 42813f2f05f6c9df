//go:build unix

package main

import (
	"errors"
	"strings"
	"testing"

	"frontierwatch/data/postgis/server"
)

// A real PostGIS answers the same.
func TestBesidePostGIS(t *testing.T) {
	if _, err := server.Find(); err != nil {
		t.Skipf("skipped %s: %v", t.Name(), err)
	}
	b := benched(t, "postgis")
	err := errors.Join(b.meet(), b.beside())
	b.Made = false // what is durable is stored
	err = errors.Join(err, b.ingestBeside(), b.part())
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{"PostGIS rows": 8, "PostGIS JSON": 8, "PostGIS rows, counted": 2, "PostGIS": 3}
	for way, n := range rows {
		found := rowsOf(t, b, way)
		if len(found) != n {
			t.Errorf("%s: %d rows, want %d", way, len(found), n)
		}
		for what, f := range found {
			selected := !strings.Contains(f.How, "tlp") // which all has and few has not
			if f.Value <= 0 || strings.HasPrefix(f.Bar, "void") || way != "PostGIS" && selected != strings.HasSuffix(what, withFew) {
				t.Errorf("%s: %+v", what, f)
			}
		}
	}
	if f, _ := b.noted("load into PostGIS, processor time"); f.Value <= 0 {
		t.Errorf("loading is said to cost nothing: %+v", f)
	}
	if f, _ := b.noted("load into PostGIS"); !strings.Contains(f.How, "shared_buffers") {
		t.Errorf("which PostGIS it was is not said: %+v", f)
	}
}
