package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const simulated = "../../geo/hotspot/testdata/simulated/rises1/"

// detect runs the command and returns what it wrote and its exit code.
func detect(t *testing.T, args ...string) (out, errors string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), append([]string{"detect"}, args...), stdio{strings.NewReader(""), &o, &e}, time.Now)
	return o.String(), e.String(), code
}

func onSimulated(args ...string) []string {
	return append([]string{"--counts", simulated + "counts.csv.gz", "--areas", simulated + "areas.csv", "--coverage", simulated + "coverage.csv"}, args...)
}

func TestDetectWritesARowForEachSegmentAndDay(t *testing.T) {
	out, errors, code := detect(t, onSimulated("--from", "2016-03-01", "--to", "2016-03-31", "--threshold", "3.23")...)
	if code != exitDone || errors != "" {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || !strings.HasPrefix(out, "date,segment,") {
		t.Fatalf("%v in %.80q", err, out)
	}
	// What the trace of the reference implementation raises on the last day.
	want := map[string]string{"164": "22.3674", "165": "22.3674", "443": "14.0077", "444": "14.0077", "686": "10.2241", "687": "10.2241", "70": "8.58748",
		"280": "6.52151", "281": "6.52151", "282": "6.52151", "283": "6.52151", "301": "4.51632", "183": "3.4466"}
	last := 0
	for _, r := range rows[1:] {
		score, err := strconv.ParseFloat(r[slices.Index(rows[0], "score")], 64)
		if err != nil || score <= 3.23 || r[0] < "2016-03-01" || r[0] > "2016-03-31" {
			t.Errorf("row %v", r)
		}
		if r[0] != "2016-03-31" {
			continue
		}
		last++
		if want[r[1]] != r[slices.Index(rows[0], "score")] {
			t.Errorf("segment %s has the score %v, want %s", r[1], score, want[r[1]])
		}
	}
	if last != len(want) {
		t.Errorf("%d segments on the last day, want %d", last, len(want))
	}
}

func TestDetectFormatsAgree(t *testing.T) {
	days := []string{"--from", "2016-06-30", "--to", "2016-06-30"}
	plain, _, _ := detect(t, onSimulated(days...)...)
	rows, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	objects, _, _ := detect(t, onSimulated(append(days, "--format", "json")...)...)
	lines := strings.Split(strings.TrimSpace(objects), "\n")
	table, _, _ := detect(t, onSimulated(append(days, "--format", "table")...)...)
	tableLines := strings.Split(strings.TrimSpace(table), "\n")
	if len(lines) != len(rows)-1 || len(tableLines) != len(rows) {
		t.Fatalf("%d rows of CSV with the header, %d objects, %d lines of the table", len(rows), len(lines), len(tableLines))
	}
	for i, line := range lines {
		var r flagRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if got := r.texts(); !slices.Equal(got, rows[i+1]) {
			t.Errorf("object %v, row %v", got, rows[i+1])
		}
		if got := strings.Fields(tableLines[i+1]); !slices.Equal(got, rows[i+1]) {
			t.Errorf("line %v, row %v", got, rows[i+1])
		}
	}
	if got := strings.Fields(tableLines[0]); !slices.Equal(got, rows[0]) {
		t.Errorf("the table is headed %v", got)
	}
}

func TestDetectThreshold(t *testing.T) {
	count := func(threshold string) int {
		out, _, _ := detect(t, onSimulated("--from", "2016-05-01", "--to", "2016-05-10", "--threshold", threshold)...)
		return strings.Count(out, "\n")
	}
	if low, usual, high := count("2"), count("3.23"), count("9"); !(low > usual && usual > high && high > 1) {
		t.Errorf("%d, %d and %d rows at thresholds of 2, 3.23 and 9", low, usual, high)
	}
}

func TestDetectRefuses(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "counts.csv")
	if err := os.WriteFile(broken, []byte("date,segment,count\n2016-01-01,890,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	notPacked := filepath.Join(dir, "counts.csv.gz")
	if err := os.WriteFile(notPacked, []byte("date,segment,count\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{}, exitUse, "--counts"},
		{onSimulated("--from", "2016-06-01", "--to", "2016-05-01"), exitUse, "before --from"},
		{onSimulated("--from", "2013-06-01"), exitUse, "2014-01-01 to 2016-12-31"},
		{onSimulated("--to", "2026-06-01"), exitUse, "2014-01-01 to 2016-12-31"},
		{onSimulated("--from", "June"), exitUse, "--from"},
		{onSimulated("--threshold", "-1"), exitUse, "--threshold"},
		{onSimulated("--threshold", "NaN"), exitUse, "--threshold"},
		{[]string{"--counts", broken, "--areas", simulated + "areas.csv"}, exitFailed, "counts: line 2: segment"},
		{[]string{"--counts", notPacked, "--areas", simulated + "areas.csv"}, exitFailed, "counts.csv.gz"},
		{[]string{"--counts", filepath.Join(dir, "none.csv"), "--areas", simulated + "areas.csv"}, exitFailed, "none.csv"},
	} {
		if _, errors, code := detect(t, c.args...); code != c.code || !strings.Contains(errors, c.want) {
			t.Errorf("%v: exit code %d, want %d; %q does not say %q", c.args, code, c.code, errors, c.want)
		}
	}
}

func TestDetectStopsWhenAsked(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, errors bytes.Buffer
	args := append([]string{"detect"}, onSimulated("--from", "2016-06-01", "--to", "2016-12-31")...)
	if code := run(ctx, args, stdio{strings.NewReader(""), &out, &errors}, time.Now); code != exitFailed {
		t.Errorf("exit code %d: %s", code, errors.String())
	}
}
