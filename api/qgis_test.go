package api

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// What QGIS reads by its provider for OGC API – Features, as JSON.
const qgisScript = `
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer, QgsFeatureRequest, QgsRectangle, QgsVectorDataProvider
app = QgsApplication([], False)
app.initQgis()
url, found = sys.argv[1], {}
for name in ["reports", "segments", "ports", "posts", "sources", "hotspots", "flags"]:
    layer = QgsVectorLayer("url='%s' typename='%s' pagingEnabled='true' pageSize='7'" % (url, name), name, "OAPIF")
    one = {"valid": layer.isValid(), "error": layer.dataProvider().error().message() if layer.dataProvider() else "no provider"}
    if layer.isValid():
        features = list(layer.getFeatures())
        one["ids"] = sorted(f["id"] for f in features)
        one["fields"] = {f.name(): f.typeName() for f in layer.fields()}
        one["crs"] = layer.crs().authid()
        one["count"] = layer.featureCount()
        e = layer.extent()
        one["extent"] = [e.xMinimum(), e.yMinimum(), e.xMaximum(), e.yMaximum()]
        one["boxed"] = sorted(f["id"] for f in layer.getFeatures(QgsFeatureRequest(QgsRectangle(-95.63, 48.9, -95.47, 49.1))))
        one["geometries"] = sum(1 for f in features if f.hasGeometry())
    found[name] = one
print("FOUND" + json.dumps(found))
sys.stdout.flush()
import os
os._exit(0)
`

type qgisLayer struct {
	Valid      bool
	Error      string
	IDs        []string
	Fields     map[string]string
	CRS        string
	Count      int
	Extent     [4]float64
	Boxed      []string
	Geometries int
}

// QGIS as a client: every collection is a layer, is read to its end by pages, and is
// asked for by a box.
func TestQGISReadsTheService(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import qgis.core").Run() != nil {
		t.Skip("skipped: PyQGIS (Debian python3-qgis) is not installed")
	}
	c := newClient(t)
	c.fill(30)
	server := httptest.NewServer(c)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	home := t.TempDir()
	command := exec.CommandContext(ctx, python, "-c", qgisScript, server.URL)
	command.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home, "TMPDIR="+home)
	command.Dir = home
	out, err := command.CombinedOutput()
	text := string(out)
	at := len(text)
	for i := range text {
		if len(text)-i > 5 && text[i:i+5] == "FOUND" {
			at = i + 5
		}
	}
	found := map[string]qgisLayer{}
	if err != nil || json.Unmarshal([]byte(text[at:]), &found) != nil {
		os.WriteFile(filepath.Join(home, "log"), out, 0o600)
		t.Fatalf("%v\n%.3000s", err, text)
	}
	for name, layer := range found {
		if !layer.Valid || layer.Error != "" {
			t.Errorf("%s is no layer: %s", name, layer.Error)
			continue
		}
		want := c.get("/collections/" + name + "/items?limit=10000").is(200).ids()
		if len(layer.IDs) != len(want) || layer.Count != len(want) {
			t.Errorf("%s: %d features were read and %d counted of %d", name, len(layer.IDs), layer.Count, len(want))
		}
		if lonlat := layer.CRS == "OGC:CRS84" || layer.CRS == "EPSG:4326"; name != "sources" && (layer.Geometries != len(want) || !lonlat || layer.Extent[0] > -60 || layer.Extent[1] < 40) {
			t.Errorf("%s: %d geometries of %d, in %q, extent %v", name, layer.Geometries, len(want), layer.CRS, layer.Extent)
		}
	}
	reports := found["reports"]
	if len(reports.Boxed) != 3 || reports.Boxed[0] != "r000" || reports.Fields["count_best"] == "" || reports.Fields["observed_start"] == "" {
		t.Errorf("reports: in the box %v, fields %v", reports.Boxed, reports.Fields)
	}
	if len(found) != 7 {
		t.Errorf("%d layers", len(found))
	}
}
