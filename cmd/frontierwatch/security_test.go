package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testNames = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")

// missingTests are the tests that a text names and that are not there.
func missingTests(t *testing.T, text string) (missing []string) {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			var code []byte
			code, err = os.ReadFile(path)
			all.Write(code)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range testNames.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(all.String(), "\nfunc "+m[1]+"(") {
			missing = append(missing, m[1])
		}
	}
	return missing
}

// The page about security names tests that there are, and says something about each of
// the ten risks of OWASP.
func TestSecurityPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	if missing := missingTests(t, string(text)); len(missing) > 0 {
		t.Errorf("the page names tests that there are not: %v", missing)
	}
	if n := len(testNames.FindAllString(string(text), -1)); n < 30 {
		t.Errorf("the page names %d tests", n)
	}
	for _, risk := range []string{"API1 ", "API2 ", "API3 ", "API4 ", "API5 ", "API6 ", "API7 ", "API8 ", "API9 ", "API10 "} {
		if !strings.Contains(string(text), "| "+risk) {
			t.Errorf("the page says nothing of %s", risk)
		}
	}
	// The control.
	if got := missingTests(t, "`TestSecurityPage` `"+"TestNobodyWrote`"); len(got) != 1 {
		t.Errorf("missing are %v", got)
	}
}
