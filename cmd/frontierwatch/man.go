package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type manCmd struct{}

func (manCmd) Help() string {
	return `Writes the manual of every command, as man(7) reads it.

Examples:
  frontierwatch man | man -l -
  frontierwatch man > /usr/local/share/man/man1/frontierwatch.1`
}

func (manCmd) Run(s *session, app *kong.Kong) error {
	w := bufio.NewWriter(s.out)
	writeManual(w, app.Model)
	return w.Flush()
}

// writeManual writes the manual page from the definitions of the commands.
func writeManual(w io.Writer, app *kong.Application) {
	fmt.Fprintf(w, ".TH FRONTIERWATCH 1 \"\" \"frontierwatch %s\"\n", roff(version()))
	fmt.Fprintf(w, ".SH NAME\nfrontierwatch \\- %s\n", roff(app.Help))
	fmt.Fprint(w, ".SH SYNOPSIS\n.B frontierwatch\n.I COMMAND\n[\\fIFLAGS\\fR]\n")
	fmt.Fprint(w, ".SH COMMANDS\n")
	for _, c := range app.Leaves(true) {
		fmt.Fprintf(w, ".SS %s\n%s\n", roff(strings.TrimPrefix(c.Summary(), "frontierwatch ")), roff(c.Help))
		paragraphs(w, c.Detail)
		for _, p := range c.Positional {
			fmt.Fprintf(w, ".TP\n\\fI%s\\fR\n%s\n", roff(strings.ToUpper(p.Name)), roff(p.Help))
		}
		for _, f := range c.Flags {
			if !f.Hidden {
				fmt.Fprintf(w, ".TP\n\\fB%s\\fR\n%s\n", roff(f.String()), roff(f.Help))
			}
		}
	}
	fmt.Fprint(w, ".SH ENVIRONMENT\n")
	fmt.Fprintln(w, "Every flag can be set by a variable: FRONTIERWATCH_ and the name of the flag in capitals, with _ for each \\-.")
	fmt.Fprint(w, ".SH EXIT STATUS\n")
	for code, meaning := range []string{"done", "failed", "wrong use", "done, but some rows were refused"} {
		fmt.Fprintf(w, ".TP\n%d\n%s\n", code, meaning)
	}
}

// paragraphs writes text as it stands: its lines are examples as often as prose.
func paragraphs(w io.Writer, text string) {
	if text == "" {
		return
	}
	fmt.Fprint(w, ".PP\n.nf\n")
	for line := range strings.Lines(text) {
		fmt.Fprintln(w, roff(strings.TrimRight(line, "\n")))
	}
	fmt.Fprint(w, ".fi\n")
}

// roff is text in which nothing is a request or an escape.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
