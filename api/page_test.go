package api

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is readable is what a replacer makes of it, and says the same.
func TestReadableQueriesSayTheSame(t *testing.T) {
	slow := strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/")
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.OneOf(rapid.String(), rapid.StringMatching(`[%2CAF3,:/ ]{0,12}`)).Draw(t, "value")
		query := url.Values{"bbox": {sent}}.Encode()
		got := plainQuery(query)
		if want := slow.Replace(query); got != want {
			t.Fatalf("%q became %q, want %q", query, got, want)
		}
		if back, err := url.ParseQuery(got); err != nil || back.Get("bbox") != sent {
			t.Fatalf("%q is read as %q, %v", got, back.Get("bbox"), err)
		}
	})
	if raw := "%2"; plainQuery(raw) != raw || plainQuery("%2C%") != ",%" {
		t.Error("what is cut off is not as it was")
	}
}
