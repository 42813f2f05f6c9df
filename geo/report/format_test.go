package report

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// formatPage is FORMAT.md: its bodies, and its table as the members in order.
func formatPage(t *testing.T) (bodies, table []string) {
	t.Helper()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```json\n(.*?)\n```").FindAllStringSubmatch(string(page), -1) {
		bodies = append(bodies, m[1])
	}
	for _, m := range regexp.MustCompile("(?m)^\\| \\[?`([a-z_]+)`").FindAllStringSubmatch(string(page), -1) {
		table = append(table, m[1])
	}
	return bodies, table
}

func TestThePageOfTheFormat(t *testing.T) {
	bodies, table := formatPage(t)
	if len(bodies) != 4 || len(table) != 20 {
		t.Fatalf("%d bodies, %d members", len(bodies), len(table))
	}
	for _, body := range bodies[:2] {
		r, err := DecodeBody([]byte(body))
		if got := string(AppendBody(nil, &r)); err != nil || got != body || Validate(r, r.Published) != nil {
			t.Errorf("%v, %v\n got %s\nwant %s", err, Validate(r, r.Published), got, body)
		}
	}
	for _, body := range bodies[2:] {
		s, err := DecodeSource([]byte(body))
		if got := string(AppendSource(nil, &s)); err != nil || got != body || ValidateSource(s) != nil {
			t.Errorf("%v, %v\n got %s\nwant %s", err, ValidateSource(s), got, body)
		}
	}
	// The body with everything has every member of the table, in its order.
	rest := bodies[1]
	for _, member := range table {
		_, after, found := strings.Cut(rest, `"`+member+`":`)
		if !found {
			t.Errorf("%s is not where the table says", member)
		}
		rest = after
	}
	for _, property := range strings.Split(knownProperties, ", ") {
		if !strings.Contains(strings.Join(table, " "), property) {
			t.Errorf("%s is not in the table", property)
		}
	}
}
