package key_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"frontierwatch/api/key"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func agency() key.Key {
	return key.Key{Tier: reader.Agency, Scopes: reader.Read | reader.Send, Agency: "RCMP", Country: report.CAN, Source: "rcmp", Note: "duty desk", Created: noon, Expires: noon.Add(time.Hour)}
}

func made(t testing.TB, k key.Key) (key.Key, string) {
	t.Helper()
	k, token, err := key.Make(rand.Reader, k)
	if err != nil {
		t.Fatal(err)
	}
	return k, token
}

func TestAKeyIsFoundByItsToken(t *testing.T) {
	k, token := made(t, agency())
	other, _ := made(t, agency())
	id, ok := key.Names(token)
	if !ok || id != k.ID || !k.Is(token) || other.Is(token) || k.Is(token+"0") || k.Is("") {
		t.Errorf("%s names %q, %v", token, id, ok)
	}
	if len(token) != len("fwk_")+8+1+64 || k.Hash != sha256.Sum256([]byte(token)) {
		t.Errorf("%d characters", len(token))
	}
	if text := string(key.Append(nil, &k)); strings.Contains(text, token[13:]) {
		t.Error("the record holds the secret")
	}
	if got := k.Reader(); got.ID != k.ID || got.Agency != "RCMP" || got.Source != "rcmp" || got.Tier != reader.Agency || got.Scopes != reader.Read|reader.Send {
		t.Errorf("%+v", got)
	}
	for _, no := range []string{"", "fwk_", "fwk_abcdefgh", "fwk_abcdefg_" + strings.Repeat("0", 64), "xxk_abcdefgh_" + strings.Repeat("0", 64), "fwk_abcdefgh_00"} {
		if _, ok := key.Names(no); ok {
			t.Errorf("%q is taken for a key", no)
		}
	}
	if _, _, err := key.Make(strings.NewReader("too short"), agency()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("without randomness: %v", err)
	}
}

// What is shown has every member, null where there is nothing, and nothing secret.
func TestWhatIsShownOfAKey(t *testing.T) {
	k, token := made(t, agency())
	text, err := json.Marshal(k.Shown())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"` + k.ID + `","tier":"agency","scopes":["read","report"],"agency":"RCMP","country":"CAN","source":"rcmp","note":"duty desk",` +
		`"created":"` + noon.Format(time.RFC3339) + `","expires":"` + noon.Add(time.Hour).Format(time.RFC3339) + `","revoked":null}`
	if string(text) != want || strings.Contains(want, token[13:]) {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	k, _ = made(t, key.Key{Tier: reader.Partner, Scopes: reader.Read, Created: noon})
	text, err = json.Marshal(k.Shown())
	if err != nil || !strings.Contains(string(text), `"agency":null,"country":null,"source":null,"note":null,`) || !strings.HasSuffix(string(text), `"expires":null,"revoked":null}`) {
		t.Errorf("%s: %v", text, err)
	}
}

func TestRing(t *testing.T) {
	k, token := made(t, agency())
	other, _ := made(t, agency())
	record := func(k key.Key) key.Record { return key.Record{ID: k.ID, Body: key.Append(nil, &k)} }
	var ring key.Ring
	records := []key.Record{record(other), record(k)}
	for range 2 {
		if got, ok := ring.Find(records, token, noon); !ok || got.ID != k.ID {
			t.Fatalf("%+v, %v", got, ok)
		}
	}
	if _, ok := ring.Find(records, token, noon.Add(time.Hour)); ok {
		t.Error("it is over and stands")
	}
	wrong := []byte(token)
	wrong[len(wrong)-1] ^= 1
	for _, no := range []string{string(wrong), strings.ToUpper(token), "", token[:20]} {
		if _, ok := ring.Find(records, no, noon); ok {
			t.Errorf("%q is let in", no)
		}
	}
	revoked := k
	revoked.Revoked = noon
	if _, ok := ring.Find([]key.Record{record(other), record(revoked)}, token, noon); ok {
		t.Error("it is revoked and stands")
	}
	for _, broken := range [][]byte{nil, []byte("{}"), bytes.Replace(key.Append(nil, &k), []byte(`"agency","scopes"`), []byte(`"admin","scopes"`), 1)} {
		if _, ok := ring.Find([]key.Record{{ID: k.ID, Body: broken}}, token, noon); ok {
			t.Errorf("a record that is %q lets in", broken)
		}
	}
	elsewhere := record(other)
	elsewhere.ID = k.ID
	if _, ok := ring.Find([]key.Record{elsewhere}, token, noon); ok {
		t.Error("a record under another id lets in")
	}
}

func TestWhatKeysMayAllow(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*key.Key)
		member string
	}{
		"as it is":                   {func(*key.Key) {}, ""},
		"partner":                    {func(k *key.Key) { *k = key.Key{Tier: reader.Partner, Scopes: reader.Read, Created: noon} }, ""},
		"analyst":                    {func(k *key.Key) { *k = key.Key{Tier: reader.Analyst, Scopes: reader.Read | reader.Send, Created: noon} }, ""},
		"public":                     {func(k *key.Key) { k.Tier = reader.Public }, "/tier"},
		"no tier":                    {func(k *key.Key) { k.Tier = 9 }, "/tier"},
		"no agency":                  {func(k *key.Key) { k.Agency = "" }, "/agency"},
		"no country":                 {func(k *key.Key) { k.Country = 0 }, "/country"},
		"two countries":              {func(k *key.Key) { k.Country = report.CAN | report.USA }, "/country"},
		"partner of a country":       {func(k *key.Key) { k.Tier, k.Agency = reader.Partner, "" }, "/country"},
		"nothing":                    {func(k *key.Key) { k.Scopes = 0 }, "/scopes"},
		"more than there is":         {func(k *key.Key) { k.Scopes = 255 }, "/scopes"},
		"reports for nobody":         {func(k *key.Key) { k.Source = "" }, "/source"},
		"an agency that makes keys":  {func(k *key.Key) { k.Scopes |= reader.Supervise }, "/scopes"},
		"a source with a colon":      {func(k *key.Key) { k.Source = "a:b" }, "/source"},
		"an analyst with a source":   {func(k *key.Key) { *k = key.Key{Tier: reader.Analyst, Scopes: reader.Read, Source: "a", Created: noon} }, "/source"},
		"a note that moves a cursor": {func(k *key.Key) { k.Note = "\x1b[2J" }, "/note"},
		"over before it begins":      {func(k *key.Key) { k.Expires = noon }, "/expires"},
	} {
		k := agency()
		x.change(&k)
		faults := k.Validate()
		if x.member == "" && len(faults) > 0 || x.member != "" && (len(faults) == 0 || faults[0].Member != x.member) {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// Whatever a record says, it is read only if it is what would be written, so that no
// two readings of it can differ.
func FuzzDecode(f *testing.F) {
	k, _ := made(f, agency())
	text := string(key.Append(nil, &k))
	f.Add(text)
	f.Add(strings.Replace(text, `"agency":"RCMP"`, `"agency":"RCMP","AGENCY":"X"`, 1))
	f.Add(strings.Replace(text, `"tier":"agency"`, `"tier":"agency","tier":"admin"`, 1))
	f.Add(text + " ")
	f.Add(`{"id":"key-a"}`)
	f.Fuzz(func(t *testing.T, text string) {
		k, err := key.Decode([]byte(text))
		if err != nil {
			if !errors.Is(err, key.ErrRecord) {
				t.Errorf("%v", err)
			}
			return
		}
		if got := string(key.Append(nil, &k)); got != text {
			t.Errorf("%s\nis written as\n%s", text, got)
		}
		if faults := k.Validate(); len(faults) > 0 {
			t.Errorf("%v", faults)
		}
	})
}

func TestDecode(t *testing.T) {
	k, _ := made(t, agency())
	text := string(key.Append(nil, &k))
	if got, err := key.Decode([]byte(text)); err != nil || got != k {
		t.Errorf("%+v, %v, want %+v", got, err, k)
	}
	for _, x := range []struct{ old, new string }{
		{`"tier":"agency"`, `"tier":"root"`}, {`"tier":"agency"`, `"tier":"agency","tier":"admin"`}, {`"note"`, `"name"`}, {`["read","report"]`, `["report","read"]`},
		{`"created":"2026-03-05T12:00:00Z"`, `"created":"2026-03-05T13:00:00+01:00"`}, {`{`, ` {`}, {`"country":"CAN"`, `"country":"can"`}, {`"sha256":"`, `"sha256":"00`},
	} {
		if got, err := key.Decode([]byte(strings.Replace(text, x.old, x.new, 1))); err == nil {
			t.Errorf("%s in place of %s: %+v", x.new, x.old, got)
		}
	}
}
