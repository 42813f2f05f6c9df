package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// said is what a command prints; the test fails if it fails.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, err strings.Builder
	if code := run(t.Context(), args, stdio{strings.NewReader(""), &out, &err}, time.Now); code != exitDone {
		t.Fatalf("%v: exit %d, %s", args, code, err.String())
	}
	return out.String()
}

func TestBashCompletes(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("skipped: bash is not installed; what it completes was not tried")
	}
	script := printed(t, "completion", "bash")
	for _, c := range []struct {
		typed      string // the cursor is at its end
		want, less string
	}{
		{"frontierwatch ", "serve", "--store"},
		{"frontierwatch ver", "verify version", "serve"},
		{"frontierwatch export --", "--format", "--listen"},
		{"frontierwatch export --format ", "geojsonseq", "--store"},
		{"frontierwatch export --store x.gpkg --for", "--format", "--store"},
		{"frontierwatch completion ", "--help", "serve"},
	} {
		words := strings.Split(c.typed, " ")
		text := fmt.Sprintf("%s\nCOMP_WORDS=(%s ''); COMP_CWORD=%d; unset 'COMP_WORDS[%d]'; COMP_WORDS[%d]='%s'; _frontierwatch; echo \"${COMPREPLY[*]}\"",
			script, strings.Join(words[:len(words)-1], " "), len(words)-1, len(words)-1, len(words)-1, words[len(words)-1])
		out, err := exec.Command("bash", "-euc", text).CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v %s", c.typed, err, out)
		}
		got := " " + strings.TrimSpace(string(out)) + " "
		if !strings.Contains(got, c.want) || strings.Contains(got, " "+c.less+" ") {
			t.Errorf("%q completes to%s", c.typed, got)
		}
	}
}

func TestOtherShellsAreWritten(t *testing.T) {
	for shell, want := range map[string]string{
		"zsh":  "#compdef frontierwatch",
		"fish": "complete -c frontierwatch -n '__fish_seen_subcommand_from export' -l format",
	} {
		if got := printed(t, "completion", shell); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in\n%s", shell, want, got)
		}
	}
}

// The manual names every command, and man reads it without a complaint.
func TestManual(t *testing.T) {
	page := printed(t, "man")
	for _, want := range []string{".SS serve", `\fB\-\-listen`, "EXIT STATUS", "FRONTIERWATCH_"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the manual", want)
		}
	}
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("skipped: groff is not installed; whether the manual is well formed was not tried")
	}
	groff := exec.Command("groff", "-man", "-Tutf8", "-ww", "-k")
	groff.Stdin = strings.NewReader(page)
	var complaints, out strings.Builder
	groff.Stderr, groff.Stdout = &complaints, &out
	if err := groff.Run(); err != nil || complaints.Len() > 0 {
		t.Errorf("groff: %v %s", err, complaints.String())
	}
	if !strings.Contains(out.String(), "frontierwatch backup --store frontier.gpkg frontier-monday.gpkg") {
		t.Error("an example is not as it was written")
	}
}
