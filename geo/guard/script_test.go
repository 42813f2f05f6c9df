package guard

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

//go:embed testdata/coverage.txt
var coverageScript string

func TestCoverageScript(t *testing.T) {
	s := script{line: testLine(t)}
	for i, line := range strings.Split(coverageScript, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := s.run(line); err != nil {
			t.Errorf("line %d: %s: %v", i+1, line, err)
		}
	}
	if s.asked < 50 {
		t.Errorf("the script asked only %d questions", s.asked)
	}
}

// The control: a wrong answer in a script must be told.
func TestWrongScriptsFail(t *testing.T) {
	s := script{line: testLine(t)}
	if err := s.run(`port a main 50 ca America/Winnipeg "24/7"`); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"guarded main 49-51 2026-01-01T00:00 = no",
		"share main 49-51 northbound 2026-01-01T00:00 2026-01-02T00:00 = 0.1 0",
		"share main 49-51 northbound 2026-01-01T00:00 2026-01-02T00:00 = 0 0.1",
		"open a 2026-01-01T00:00 = yes yes no",
		"open b 2026-01-01T00:00 = yes unknown unknown",
		"total northbound 2026-01-01T00:00 = 7 0",
		"never northbound 2026-01-01T00:00 2026-01-02T00:00 = 0 0",
		"always northbound 2026-01-01T00:00 2026-01-02T00:00 = 0 0",
		"mismatch a 2026-01-01T00:00 2026-01-08T00:00 = 0 0",
		"mismatch b 2026-01-01T00:00 2026-01-08T00:00 = 0 168",
		"guard main 49-51 2026-01-01T00:00 = yes",
	} {
		if err := s.run(line); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
	if err := s.run("guarded main 49-51 2026-01-01T00:00 = yes"); err != nil {
		t.Error(err)
	}
}

type script struct {
	line  *frontier.Frontier
	reach frontier.Meters
	ports []Port
	posts []Post
	asked int
}

var scriptWord = regexp.MustCompile(`"[^"]*"|\S+`)

func (s *script) run(line string) (err error) {
	command, want, question := strings.Cut(line, " = ")
	f := scriptWord.FindAllString(command, -1)
	defer func() {
		if problem := recover(); problem != nil { // a word that cannot be read
			err = fmt.Errorf("%v", problem)
		}
	}()
	if !question {
		return s.change(f)
	}
	s.asked++
	g, err := New(s.line, s.ports, s.posts, Setting{Reach: s.reach})
	if err != nil {
		return err
	}
	return s.ask(g, f, strings.Fields(want))
}

func (s *script) change(f []string) error {
	switch f[0] {
	case "clear":
		s.reach, s.ports, s.posts = 0, nil, nil
	case "reach":
		s.reach = frontier.Meters(scriptNumber(f[1]))
	case "port":
		p := Port{ID: f[1], Part: scriptPart(f[2]), Measure: frontier.KM(scriptNumber(f[3]))}
		for i := 4; i < len(f); i++ {
			switch f[i] {
			case "closed":
				p.Closed = true
			case "ca":
				p.ZoneCA, p.HoursCA = f[i+1], strings.Trim(f[i+2], `"`)
				i += 2
			case "us":
				p.ZoneUS, p.HoursUS = f[i+1], strings.Trim(f[i+2], `"`)
				i += 2
			default:
				return fmt.Errorf("%s is not known", f[i])
			}
		}
		s.ports = append(s.ports, p)
	case "post":
		p := Post{Stretch: scriptStretch(f[1], f[2])}
		for i := 3; i < len(f); i += 2 {
			switch f[i] {
			case "offset":
				p.Offset = frontier.Meters(scriptNumber(f[i+1]))
			case "from":
				p.ActiveFrom = scriptTime(f[i+1])
			case "to":
				p.ActiveTo = scriptTime(f[i+1])
			default:
				return fmt.Errorf("%s is not known", f[i])
			}
		}
		s.posts = append(s.posts, p)
	default:
		return fmt.Errorf("%s is no command", f[0])
	}
	return nil
}

func (s *script) ask(g *Guard, f, want []string) error {
	switch f[0] {
	case "guarded":
		return scriptWords(want, g.Guarded(scriptStretch(f[1], f[2]), scriptTime(f[3])))
	case "share":
		unguarded, unknown := g.Share(scriptStretch(f[1], f[2]), scriptTime(f[4]), scriptTime(f[5]), report.Direction(f[3]))
		return scriptNumbers(want, 1e-6, unguarded, unknown)
	case "open":
		for _, p := range g.PortsAt(scriptTime(f[2])) {
			if p.ID == f[1] {
				return scriptWords(want, p.OpenCA, p.OpenUS, p.Mismatch)
			}
		}
		return fmt.Errorf("there is no port %s", f[1])
	case "total":
		total := g.Total(scriptTime(f[2]), report.Direction(f[1]))
		return scriptNumbers(want, 0.01, total.Guarded.KM(), total.Unknown.KM())
	case "never":
		never, unknown := g.Never(scriptTime(f[2]), scriptTime(f[3]), report.Direction(f[1]))
		return scriptNumbers(want, 0.01, never.KM(), unknown.KM())
	case "always":
		total := g.always(scriptTime(f[2]), scriptTime(f[3]), report.Direction(f[1]))
		return scriptNumbers(want, 0.01, total.Guarded.KM(), total.Unknown.KM())
	case "mismatch":
		for _, m := range g.Mismatch(scriptTime(f[2]), scriptTime(f[3])) {
			if m.Port == f[1] {
				return scriptNumbers(want, 1e-4, m.Hours, m.Unknown)
			}
		}
		return fmt.Errorf("there is no port %s", f[1])
	}
	return fmt.Errorf("%s is no question", f[0])
}

func scriptWords(want []string, got ...Tri) error {
	for i := range got {
		if len(want) != len(got) || got[i].String() != want[i] {
			return fmt.Errorf("it is %v", got)
		}
	}
	return nil
}

func scriptNumbers(want []string, tolerance float64, got ...float64) error {
	for i := range got {
		if len(want) != len(got) || math.Abs(got[i]-scriptNumber(want[i])) > tolerance {
			return fmt.Errorf("it is %.6f", got)
		}
	}
	return nil
}

func scriptNumber(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return v
}

func scriptPart(s string) frontier.Part {
	part, err := frontier.ParsePart(s)
	if err != nil {
		panic(err)
	}
	return part
}

func scriptStretch(part, kms string) frontier.Stretch {
	from, to, _ := strings.Cut(kms, "-")
	return frontier.Stretch{Part: scriptPart(part), From: frontier.KM(scriptNumber(from)), To: frontier.KM(scriptNumber(to))}
}

func scriptTime(s string) time.Time {
	at, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return at
}
