package intake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// csvRow is a table of one row: a cell for each column.
func csvRow(columns, cells string) string { return columns + "\n" + cells + "\n" }

// minimal are columns without which there is no report; behind them come more.
const (
	minimal      = "id,lon,lat,observed_start,count_best"
	minimalCells = "a,-97.3,49.001,2017-02-05T02:00:00Z,1"
)

func oneRow(t *testing.T, text string) report.Report {
	t.Helper()
	rows, err := all(strings.NewReader(text), intake.CSV)
	if err != nil || len(rows) != 1 || rows[0].Err != nil {
		t.Fatalf("%q: %d rows, %v, %+v", text, len(rows), err, rows)
	}
	return rows[0].Report
}

func TestEveryColumn(t *testing.T) {
	uncertainty := frontier.Meters(500)
	want := report.Report{
		ID: "a", Point: &orb.Point{-97.3, 49.001}, Uncertainty: &uncertainty,
		Count: report.Count{Best: 3, Min: 2, Max: 5},
		Unit:  report.Encounters, Direction: report.Northbound, Relation: report.BetweenPorts, Status: report.Confirmed,
		Start: time.Date(2017, 2, 5, 2, 0, 0, 0, time.UTC), End: time.Date(2017, 2, 5, 3, 0, 0, 0, time.UTC),
		Published: time.Date(2017, 2, 6, 0, 0, 0, 0, time.UTC),
		Source:    "rcmp", SourceRef: "A/17, 3", Overlaps: []string{"b", "c"}, TLP: report.AmberStrict, Releasable: report.CAN | report.USA,
	}
	got := oneRow(t, csvRow(
		"id,lon,lat,uncertainty_m,observed_start,observed_end,published,count_best,count_min,count_max,unit,direction,relation,status,source,source_ref,overlaps,tlp,releasable_to",
		`a,-97.3,49.001,500,2017-02-05T02:00:00Z,2017-02-05T03:00:00Z,2017-02-06T00:00:00Z,3,2,5,encounters,northbound,between_ports,confirmed,rcmp,"A/17, 3",b c,AMBER+STRICT,CAN;USA`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What may be left out has the defaults of report.Decode, and an empty cell is one
// that is left out.
func TestEmptyCellsAreMissing(t *testing.T) {
	want := oneRow(t, csvRow(minimal, minimalCells))
	if want.Source != "local" || want.Unit != report.Persons || want.Status != report.Unverified || want.Count.Max != 1 || !want.End.Equal(want.Start) {
		t.Errorf("defaults: %+v", want)
	}
	got := oneRow(t, csvRow(
		minimal+",part,km_from,km_to,observed_end,count_min,count_max,unit,direction,relation,published,source,source_ref,status,uncertainty_m,overlaps,tlp,releasable_to",
		minimalCells+`,,"", ,`+"\t"+`,,,,,,,,,,,,,`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := oneRow(t, csvRow("lat,lon,count_best,observed_start", "49.001,-97.3,1,2017-02-05T02:00:00Z")); got.ID != "" {
		t.Errorf("the id %q came from nowhere", got.ID)
	}
}

// What the service writes out can be read again: its columns that say nothing new
// are passed over, whatever is in them.
func TestAnsweredColumnsArePassedOver(t *testing.T) {
	want := oneRow(t, csvRow(minimal, minimalCells))
	got := oneRow(t, csvRow("fid,seq,recorded,part,km,offset_m,side,segment,revision,replaces,deleted,"+minimal,
		`7,9,x,main,"a, b",,CA,main-0427,1,,false,`+minimalCells))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStretchInCells(t *testing.T) {
	const columns = "id,part,km_from,km_to,observed_start,count_best,lon,lat"
	want := frontier.Stretch{Part: frontier.Alaska, From: 100, To: 20500}
	got := oneRow(t, csvRow(columns, "a,alaska,0.1,20.5,2017-02-05T02:00:00Z,0,,"))
	if got.Point != nil || got.Stretch == nil || *got.Stretch != want {
		t.Errorf("%+v", got)
	}
}

// RFC 4180, section 2, and what is written beside it.
func TestQuotes(t *testing.T) {
	for cell, want := range map[string]string{
		`plain`:              "plain",
		`"quoted"`:           "quoted",
		`"a, b"`:             "a, b",
		`"say ""so"""`:       `say "so"`,
		`""""`:               `"`,
		`  between blanks  `: "between blanks",
		`" in quotes "`:      "in quotes",
		`"back\slash"`:       `back\slash`,
		`é漢🛂`:                "é漢🛂",
		`'=1+1`:              "=1+1",
		`'-5`:                "-5",
		`'@x`:                "@x",
		`'t was`:             "'t was",
		`'`:                  "'",
		`null`:               "null",
	} {
		if got := oneRow(t, csvRow(minimal+",source_ref", minimalCells+","+cell)); got.SourceRef != want {
			t.Errorf("%s is %q, want %q", cell, got.SourceRef, want)
		}
	}
}

func TestListsInCells(t *testing.T) {
	for cell, want := range map[string]string{
		"b":           "b",
		"b c":         "b c",
		"b;c":         "b c",
		"b; c ;;d":    "b c d",
		`"b;c d"`:     "b c d",
		` ; `:         "",
		"b;c;d;e;f;g": "b c d e f g",
	} {
		if got := oneRow(t, csvRow(minimal+",overlaps", minimalCells+","+cell)); strings.Join(got.Overlaps, " ") != want {
			t.Errorf("%q is %q, want %q", cell, got.Overlaps, want)
		}
	}
	for cell, want := range map[string]report.Countries{"CAN": report.CAN, "USA": report.USA, "USA CAN": report.CAN | report.USA, "CAN;CAN": report.CAN} {
		if got := oneRow(t, csvRow(minimal+",releasable_to", minimalCells+","+cell)); got.Releasable != want {
			t.Errorf("%q is %v, want %v", cell, got.Releasable, want)
		}
	}
}

// A row may hold line breaks; the lines are counted all the same.
func TestRowsOverLines(t *testing.T) {
	text := "count_best,id,lon,lat,observed_start\r\n1,\"a\r\n\",-97.3,49.001,2017-02-05T02:00:00Z\r\n\r\n,,,,\n2,b,\"\n\n-97.3\",49.001,2017-02-05T02:00:00Z\n3,c,-97.3,49.001,2017-02-05T02:00:00Z"
	const badID = "id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ : -"
	wantOutcome(t, text, intake.CSV, "1/2 row 1: "+badID, "2/6 row 2: lon: must be a number", "3/9 c -97.3,49.001 3")
}
