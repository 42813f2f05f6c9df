package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func rcmp() Source {
	return Source{
		ID: "rcmp", Agency: "Royal Canadian Mounted Police", Country: "CAN", Cadence: 7 * day, Unit: Interceptions,
		Caveat: "between ports only; revised without notice", TLP: Clear,
	}
}

func TestSourcesToTheLetter(t *testing.T) {
	s := rcmp()
	want := `{"id":"rcmp","agency":"Royal Canadian Mounted Police","country":"CAN","cadence":"P7D","unit":"interceptions",` +
		`"caveat":"between ports only; revised without notice","tlp":"CLEAR"}`
	if got := string(AppendSource([]byte("x"), &s)); got != "x"+want {
		t.Errorf("\n got %s\nwant x%s", got, want)
	}
	if got := string(AppendSource(nil, &Source{ID: "s"})); got != `{"id":"s"}` {
		t.Error(got)
	}
}

func TestSourcesSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Source{
			ID: anyID().Draw(t, "id"), Agency: "a" + anyText(maxAgency-1).Draw(t, "agency"),
			Country: rapid.SampledFrom([]string{"", "CAN", "USA"}).Draw(t, "country"),
			Cadence: time.Duration(rapid.Int64Range(0, int64(maxCadence/time.Second)).Draw(t, "cadence")) * time.Second,
			Unit:    rapid.SampledFrom(Units()).Draw(t, "unit"), Caveat: anyText(maxCaveat).Draw(t, "caveat"), TLP: rapid.SampledFrom(TLPs()).Draw(t, "tlp"),
			Gaps: formatGaps(rapid.SliceOfN(anyGap(), 0, 3).Draw(t, "gaps")),
		}
		if faults := ValidateSource(want); faults != nil {
			t.Fatal(faults)
		}
		body := AppendSource(nil, &want)
		got, err := DecodeSource(body)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || !json.Valid(body) {
			t.Fatalf("%s: %v (-want +got):\n%s", body, err, diff)
		}
	})
}

func TestWhatIsWrongWithASource(t *testing.T) {
	for want, spoil := range map[string]func(*Source){
		"":                   func(s *Source) { s.Country, s.Caveat, s.Cadence = "", "", 0 },
		"/id: " + identifier: func(s *Source) { s.ID = "r c" },
		"/agency: must be 1 to 128 printable characters":                                          func(s *Source) { s.Agency = "" },
		"/agency: must be 1 to 128 printable characters ":                                         func(s *Source) { s.Agency = "a\nb" },
		"/country: must be CAN or USA, or empty":                                                  func(s *Source) { s.Country = "CA" },
		"/cadence: must be a duration of whole seconds up to 100 years, like P1D":                 func(s *Source) { s.Cadence = -day },
		"/cadence: must be a duration of whole seconds up to 100 years, like P1D ":                func(s *Source) { s.Cadence = day + 1 },
		"/cadence: must be a duration of whole seconds up to 100 years, like P1D  ":               func(s *Source) { s.Cadence = maxCadence + day },
		"/unit: must be one of persons, interceptions, encounters, claims, detections, signs":     func(s *Source) { s.Unit = "" },
		"/caveat: must be at most 512 printable characters":                                       func(s *Source) { s.Caveat = strings.Repeat("x", 513) },
		"/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED":                             func(s *Source) { s.TLP = "" },
		"/gaps: " + gapForm + "; the one numbered 2 is not: its part must be one of main, alaska": func(s *Source) { s.Gaps = "2017-01-01/.. 0; ever" },
		"/id: " + identifier + "\n/tlp: must be one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED":    func(s *Source) { s.ID, s.TLP = "", "WHITE" },
	} {
		s := rcmp()
		spoil(&s)
		faults := ValidateSource(s)
		var got []string
		for _, f := range faults {
			got = append(got, f.String())
		}
		if strings.Join(got, "\n") != strings.TrimRight(want, " ") {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}

func TestWhatIsNoSource(t *testing.T) {
	const known = ", and there is no place for anything else; known are " + knownOfSource
	for text, want := range map[string]string{
		``:                             "not JSON at byte 0: the text ends too early",
		`[]`:                           "must be an object with " + knownOfSource,
		`{"id":"a"}x`:                  "not JSON at byte 10: something follows the end of the value",
		`{"id":7}`:                     "/id: must be a string",
		`{"ID":"a"}`:                   "/ID: is not known" + known,
		`{"id":"a","id":"b"}`:          "/id: comes twice; give it once",
		`{"phone":"Jane Roe"}`:         "/phone: is not known" + known,
		`{"cadence":"P1M"}`:            "/cadence: " + errCadence.Error(),
		`{"gaps":["2017-01-01/.. 0"]}`: "/gaps: must be a string",
		`{"cadence":86400}`:            "/cadence: must be a string",
		`{"unit":"people","tlp":"RED","country":1}`: "/unit: must be one of persons, interceptions, encounters, claims, detections, signs\n/country: must be a string",
	} {
		if got, err := DecodeSource([]byte(text)); said(err) != want || got != (Source{}) {
			t.Errorf("%s: %+v\n got %s\nwant %s", text, got, said(err), want)
		}
	}
	got, err := DecodeSource([]byte(` {"tlp":"TLP:RED","id":"a","country":null,"cadence":""} `))
	if want := (Source{ID: "a", TLP: Red}); err != nil || got != want {
		t.Errorf("%+v (%v)", got, err)
	}
}

func TestCadences(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "P1D": day, "P7D": 7 * day, "PT6H": 6 * time.Hour, "PT90M": 90 * time.Minute, "PT1S": time.Second, "P36500D": maxCadence,
	} {
		if got, err := ParseCadence(text); got != want || err != nil {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
		if got := FormatCadence(want); got != text {
			t.Errorf("%s: %s, want %s", want, got, text)
		}
	}
	for text, want := range map[string]time.Duration{"P1W": 7 * day, "PT24H": day, "PT0S": 0, "P01D": day} {
		if got, err := ParseCadence(text); got != want || err != nil {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
	}
	for _, text := range []string{
		"P", "PT", "1D", "P1", "PD", "P1M", "P1Y", "P1.5D", "P-1D", "-P1D", "+P1D", "P+1D", "P1DT1H", "PT1D", "P1H", "p1d", " P1D", "P1D ", "P1 D",
		"P36501D", "P99999999999999999999D", "PT4294967295S", "86400", "24h", "P1W1D",
	} {
		if got, err := ParseCadence(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func FuzzDecodeSource(f *testing.F) {
	s := rcmp()
	f.Add(AppendSource(nil, &s))
	f.Add([]byte(`{"id":"a","cadence":"PT90M","tlp":"TLP:RED","caveat":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := DecodeSource(text)
		if err != nil {
			return
		}
		again, err := DecodeSource(AppendSource(nil, &s))
		if err != nil || again != s {
			t.Fatalf("%+v became %+v (%v)", s, again, err)
		}
	})
}
