package gpkg

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// GDAL is the other implementation of GeoPackage: what it says of our files
// counts. Debian has it in gdal-bin and python3-gdal.

func gdal(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("skipped: %s is not installed (Debian: apt-get install gdal-bin)", name)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%s %v says: %s", name, args, stderr.String())
	}
	return string(out)
}

// validate runs GDAL's validator, with the Python that has it.
func validate(t *testing.T, path string) {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import osgeo_utils.samples.validate_gpkg").Run() != nil {
			continue
		}
		out, err := exec.Command(python, "-m", "osgeo_utils.samples.validate_gpkg", path).CombinedOutput()
		if err != nil {
			t.Errorf("validate_gpkg %s: %v\n%s", filepath.Base(path), err, out)
		}
		return
	}
	t.Skip("skipped: osgeo_utils is not installed (Debian: apt-get install python3-gdal)")
}

var featureCount = regexp.MustCompile(`Feature Count: (\d+)`)

func countByGDAL(t *testing.T, path string) int {
	t.Helper()
	out := gdal(t, "ogrinfo", "-ro", "-so", path, "reports")
	m := featureCount.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("ogrinfo counts nothing:\n%s", out)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func TestGDALValidates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	s.Close()
	validate(t, path) // without a single report
	s = open(t, path)
	add(t, s, mixed()...)
	s.Close()
	validate(t, path)
}

func TestGDALReadsTheLayers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	add(t, s, mixed()...)
	s.Close()
	summary := gdal(t, "ogrinfo", "-ro", "-so", path, "reports")
	for _, want := range []string{
		"Geometry: Point", "Feature Count: 5", `ID["EPSG",4326]`,
		"FID Column = fid", "Geometry Column = geom", "observed_start: DateTime (0.0) NOT NULL", "count_best: Integer64 (0.0) NOT NULL",
		"deleted: Integer(Boolean) (0.0) NOT NULL", "id: String (64.0) UNIQUE NOT NULL", "uncertainty_m: Real (0.0)",
	} {
		if !strings.Contains(summary, want) {
			t.Errorf("ogrinfo does not say %q:\n%s", want, summary)
		}
	}
	if list := gdal(t, "ogrinfo", "-ro", path); strings.Contains(list, "report_events") || !strings.Contains(list, "sources") {
		t.Errorf("people are shown other layers than they should be:\n%s", list)
	}
	full := gdal(t, "ogrinfo", "-ro", "-q", path, "reports", "-where", "count_best = 143")
	for _, want := range []string{
		"observed_start (DateTime) = 2017/01/31 12:04:00+00", "observed_end (DateTime) = 2017/01/31 13:34:00+00", "POINT (-97.008 49.000514",
		"source_ref (String) = it's 7/2017", "releasable_to (String) = CAN,USA", "uncertainty_m (Real) = 250.5", "deleted (Integer(Boolean)) = 0",
	} {
		if !strings.Contains(full, want) {
			t.Errorf("ogrinfo does not say %q:\n%s", want, full)
		}
	}
}

// Others may look while we write: what they count is what was committed.
func TestGDALReadsALiveFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	rounds, looks := 2, 2
	if soak() {
		rounds, looks = 20, 20
	}
	for round := range rounds {
		add(t, s, walks(round*50, 50)...)
		if n := countByGDAL(t, path); n != 50*(round+1) {
			t.Errorf("round %d: ogrinfo counts %d of %d reports", round, n, 50*(round+1))
		}
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 50 * rounds; ; n++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if _, err := s.Append(context.Background(), walks(n, 1)); err != nil {
				done <- fmt.Errorf("append beside ogrinfo: %w", err)
				return
			}
		}
	}()
	for range looks {
		before, _ := s.Head(context.Background())
		n := countByGDAL(t, path)
		if after, _ := s.Head(context.Background()); n < int(before) || n > int(after) {
			t.Errorf("ogrinfo counts %d while the file went from %d to %d", n, before, after)
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}
