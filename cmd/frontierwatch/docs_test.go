//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// The README and the pages of docs/ are run as they stand:
//
//   - In a block ```console, "$ command" is run, and the lines up to the next one are
//     its answer, on both outputs, to the letter; three dots stand for anything. A
//     command that fails is a fault, whatever it says.
//   - All commands of a page are run by one shell in a folder of its own, so that
//     variables and files stay. A block with a name behind its language is such a file.
//   - What serves goes on until ^C, another that serves, or the end of the page.
//     127.0.0.1:8080 stands for where it listens, 127.0.0.1:9090 for where its numbers are.
//   - A page that says so in a comment (asksDemo) shares one demo, which is served, and
//     lies beside it as frontier-demo.gpkg. It leaves nothing there that others see.
//   - Other blocks are not run. Those of commands say why, in their first line
//     (notRun). In all of them every address must be answered (of the demo), every command
//     of the program must be one that it has, and JSON must be JSON. So must be the
//     commands and flags that the text names.
//   - What else a page may be run beside is with besideDocs.
//   - Files of the house that the text names, and those that links lead to, are there.
//
// It is eight o'clock on the first of January 2026.
const asksDemo = "<!-- run beside: frontierwatch demo -->"

const notRun = "# Not run by the tests"

func TestDocs(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("docs", "*.md"))
	if err != nil || len(pages) < 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, tool := range docsTools {
		if missing(tool) {
			t.Logf("skipped: %s is not installed; what asks for it was not run", tool)
		}
	}
	if missing("curl") || missing("openssl") {
		t.Skip("skipped: curl or openssl is not installed; the pages were not run")
	}
	demo := t.TempDir()
	beside := serveDocs(t, demo, "frontierwatch demo --store frontier-demo.gpkg")
	if beside.url == "" {
		t.Fatalf("the demo does not serve:\n%s", beside.said)
	}
	pages = append(pages, filepath.Join("..", "..", "README.md"))
	read, ran := 0, 0
	for _, path := range pages {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p := docsPage{at: filepath.Dir(path), dir: t.TempDir(), demo: beside}
			if strings.Contains(string(text), asksDemo) || filepath.Base(path) == "README.md" {
				p.dir, p.server = demo, beside
			}
			beside, absent := layBeside(t, string(text))
			if absent != nil {
				t.Skipf("skipped: %s was not run: %v", path, absent)
			}
			p.beside = beside
			for _, fault := range p.run(t, string(text)) {
				t.Error(fault)
			}
			read, ran = read+1, ran+p.ran
		})
	}
	if read == len(pages) && ran < 60 {
		t.Errorf("the pages have only %d commands", ran)
	}
}

// The control: a page with a fault of each kind.
func TestDocsFaultsAreFound(t *testing.T) {
	demo := servedDocs{url: "http://127.0.0.1:1"} // nobody is there
	for text, want := range map[string]string{
		"```console\n$ echo one\ntwo\n```\n":                                        "answers",
		"```console\n$ echo one; echo two\none\n```\n":                              "answers",
		"```console\n$ echo one two three\none ... four\n```\n":                     "answers",
		"```console\n$ echo one\n```\n":                                             "answers",
		"```console\n$ echo one; false\none\n```\n":                                 "exit 1",
		"```console\n$ frontierwatch verify --store no.gpkg; echo it\nit\n```\n":    "answers",
		"```console\n$ curl -s http://127.0.0.1:8080/\n```\n":                       "nothing serves",
		"```console\n$ frontierwatch serve --store no/where.gpkg\n```\n":            "does not serve",
		"```console\none\n```\n":                                                    "no command",
		"```js\nfetch('http://127.0.0.1:8080/nowhere')\n```\n":                      "is not answered",
		"```sh\nfrontierwatch serve --stroe a.gpkg\n```\n":                          "unknown flag",
		"```sh\nsudo make neverland\n```\n":                                         "Makefile",
		"see `geo/nowhere/at.go`":                                                   "is not there",
		"see [this](nothing.md#here)":                                               "leads nowhere",
		"```sh\ncurl http://127.0.0.1:8080/api\n```\n":                              "is not run",
		"text\n\n    frontierwatch version\n":                                       "no block",
		"```json\n{\"a\":}\n```\n":                                                  "invalid character",
		"```sh\nfrontierwatch version\n```\n":                                       "does not say why",
		"run `frontierwatch serve --stroe x` and see":                               "unknown flag",
		"give `--stroe` a path":                                                     "flag of no command",
		"text\n```console\n$ A=1\n$ echo $A\n1\n$ cat f.txt\nx\n```\n":              "exit 1",
		"```txt f.txt\nx\n```\n```console\n$ A=1\n$ echo $A\n1\n$ cat f.txt\n```\n": "answers",
	} {
		p := docsPage{at: "docs", dir: t.TempDir(), demo: &demo}
		faults := p.run(t, text)
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("%s\nshould be faulted with %q: %q", text, want, faults)
		}
	}
	right := "[o](deployment.md#sizing) [p](https://a.example) `geo/hotspot/run.go`\n```txt f.txt\nx\n```\n```console\n$ A=1\n$ echo $A; cat f.txt\n1\nx\n$ echo one two three >&2\none ... three\n```\n" +
		"```sh\n# Not run by the tests: it is an example.\nfrontierwatch serve --store 'a b.gpkg'   # as it is\nmake test\n```\n```json\n{}\n```\n"
	p := docsPage{at: "docs", dir: t.TempDir(), demo: &demo}
	if faults := p.run(t, right); len(faults) > 0 {
		t.Errorf("a page that is right: %q", faults)
	}
}

// docsTools are what commands ask for that not every machine has.
var docsTools = []string{"ogrinfo", "ogr2ogr"}

func missing(tool string) bool {
	_, err := exec.LookPath(tool)
	return err != nil
}

// docsPage is a page while it is run.
type docsPage struct {
	at     string      // the folder it is in
	dir    string      // the folder it is run in
	server *servedDocs // nil: none
	demo   *servedDocs
	beside *besideDocs // nil: nothing
	own    bool        // the server is of this page
	ran    int         // commands
	faults []string
}

func (p *docsPage) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

// run says everything in which a page and the program do not agree.
func (p *docsPage) run(t *testing.T, text string) []string {
	t.Helper()
	sh := startShell(t, p.dir, p.beside)
	defer sh.end()
	defer p.stop()
	p.named(text)
	for _, b := range docsBlocks(text) {
		language, name, _ := strings.Cut(b.info, " ")
		switch {
		case language == "console":
			calls := readmeCalls(b.text)
			if len(calls) == 0 {
				p.fault("a console with no command:\n%s", b.text)
			}
			for _, call := range calls {
				p.call(t, sh, call)
			}
		case name != "":
			if err := os.WriteFile(filepath.Join(p.dir, name), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if language != "console" {
			p.look(language, b.text)
		}
	}
	return p.faults
}

var (
	docsFile   = regexp.MustCompile("`((?:api|cmd|data|geo)/[\\w/.-]+)`")
	docsInline = regexp.MustCompile("`(frontierwatch|make) ([^`]*)`")
	docsFlag   = regexp.MustCompile("`--([a-z-]+)")
	docsBare   = regexp.MustCompile(`(?m)^(?: {4}|\t)(?:\$ |[A-Z_]+=\S+ )*(?:frontierwatch|curl) .*$`)
	docsLink   = regexp.MustCompile(`\]\(([^)#:]+)[^):]*\)`)
)

// named checks that files are there which the text names or leads to.
func (p *docsPage) named(text string) {
	for _, m := range docsFile.FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(m[1]))); err != nil {
			p.fault("%s is not there", m[1])
		}
	}
	for _, line := range docsBare.FindAllString(text, -1) {
		p.fault("%s: is in no block", strings.TrimSpace(line))
	}
	for _, m := range docsInline.FindAllStringSubmatch(text, -1) {
		if err := understood(m[1], docsWords(m[2])); err != nil && strings.Contains(err.Error(), "unknown") {
			p.fault("%s: %v", m[0], err)
		}
	}
	for _, m := range docsFlag.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(docsFlags(), m[1]) {
			p.fault("%s is a flag of no command", m[1])
		}
	}
	for _, m := range docsLink.FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(p.at, filepath.FromSlash(m[1]))); err != nil {
			p.fault("the link to %s leads nowhere", m[1])
		}
	}
}

var servesDocs = regexp.MustCompile(`^([A-Z_]+=\S+ )*frontierwatch (serve|demo)( |$)`)

// call runs one command.
func (p *docsPage) call(t *testing.T, sh *docsShell, call readmeCall) {
	command := p.beside.there(call.command)
	p.ran++
	for _, tool := range docsTools {
		if missing(tool) && regexp.MustCompile(`(^|\| |\$\()`+tool+" ").MatchString(command) {
			return
		}
	}
	if command == "^C" {
		p.stop()
		return
	}
	if servesDocs.MatchString(command) && !regexp.MustCompile(`--no-serve|--print-config|--help|; `).MatchString(command) {
		p.stop()
		s := serveDocs(t, p.dir, command, p.beside.environ()...)
		if p.server, p.own = s, true; s.url == "" {
			p.server = nil
			p.fault("%s\ndoes not serve:\n%s", command, s.said)
		} else if call.answer != "" && !answered(call.answer, s.said) {
			p.fault("%s\nanswers\n%s\nand the page says\n%s", command, s.said, call.answer)
		}
		return
	}
	if strings.Contains(command, "127.0.0.1:8080") && p.server == nil {
		p.fault("%s\nand nothing serves", command)
		return
	}
	if p.server != nil {
		command = p.server.there(command)
	}
	got, exit := sh.do(t, command)
	if p.server != nil {
		got = p.server.here(got)
	}
	if exit != "0" {
		p.fault("%s\nexit %s:\n%s", call.command, exit, got)
	} else if !answered(call.answer, got) {
		p.fault("%s\nanswers\n%s\nand the page says\n%s", call.command, got, call.answer)
	}
}

func (p *docsPage) stop() {
	if p.own && p.server != nil {
		p.server.stop()
	}
	p.server, p.own = nil, false
}

var (
	docsAddress = regexp.MustCompile("http://127\\.0\\.0\\.1:8080[^\\s'\"`<>)\\\\]*")
	docsCurl    = regexp.MustCompile(`^\s*(\$ )?curl `)
	docsProgram = regexp.MustCompile(`^\s*(?:\$ )?(?:sudo |[A-Z_]+=\S+ )*(frontierwatch|make) ([^|;#>]*)`)
)

// look checks a block that is not run.
func (p *docsPage) look(language, text string) {
	if language == "sh" && !strings.HasPrefix(text, notRun) {
		p.fault("%s\nis not run, and does not say why: begin with %s: and the reason", text, notRun)
	}
	for _, address := range docsAddress.FindAllString(text, -1) {
		at := p.demo.there(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(address))
		answer, err := http.Head(at)
		if err != nil {
			p.fault("%s is not answered: %v", address, err)
			continue
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			p.fault("%s is not answered: %s", address, answer.Status)
		}
	}
	for line := range strings.Lines(text) {
		if docsCurl.MatchString(line) {
			p.fault("%s: is not run; put it into a console", strings.TrimSpace(line))
		}
		if m := docsProgram.FindStringSubmatch(line); m != nil && (language == "sh" || language == "ini") {
			if err := understood(m[1], docsWords(m[2])); err != nil {
				p.fault("%s: %v", strings.TrimSpace(line), err)
			}
		}
	}
	if language == "json" {
		if err := json.Unmarshal([]byte(text), new(any)); err != nil {
			p.fault("%v in\n%s", err, text)
		}
	}
}

// understood says whether there is such a command.
func understood(program string, args []string) error {
	if program == "make" {
		text, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
		for _, target := range args {
			if err == nil && !strings.Contains("\n"+string(text), "\n"+target+":") {
				err = fmt.Errorf("%s is not in the Makefile", target)
			}
		}
		return err
	}
	parser, err := kong.New(&cli{}, kong.Name("frontierwatch"), kong.DefaultEnvars("FRONTIERWATCH"), kong.WithHyphenPrefixedParameters(true), kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
	if err == nil {
		_, err = parser.Parse(args)
	}
	return err
}

// docsFlags are the flags of all commands.
func docsFlags() (all []string) {
	parser, err := kong.New(&cli{}, kong.Name("frontierwatch"))
	if err != nil {
		panic(err) // every test would fail
	}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			all = append(all, flag.Name, "no-"+flag.Name)
		}
		return next(nil)
	})
	return all
}

// docsWords are those of a command line, of which quotes are taken off.
func docsWords(line string) (all []string) {
	for _, w := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(line, -1) {
		all = append(all, strings.NewReplacer("'", "", `"`, "").Replace(w))
	}
	return all
}

// answered says whether an answer is what a page says; three dots stand for anything.
// How lines end (CSV has CRLF) does not show on a page.
func answered(want, got string) bool {
	got = strings.ReplaceAll(got, "\r\n", "\n")
	var parts []string
	for part := range strings.SplitSeq(strings.TrimSpace(want), "...") {
		parts = append(parts, regexp.QuoteMeta(part))
	}
	return regexp.MustCompile(`(?s)\A` + strings.Join(parts, ".*") + `\z`).MatchString(strings.TrimSpace(got))
}

// servedDocs is the program while it serves for a page.
type servedDocs struct {
	url, metrics string // of the metrics only address and port
	said         string // until it served
	stop         func()
}

func (s *servedDocs) there(text string) string {
	host := s.url[strings.Index(s.url, "//")+2:]
	text = strings.ReplaceAll(text, "127.0.0.1:8080", host)
	if s.metrics != "" {
		text = strings.ReplaceAll(text, "127.0.0.1:9090", s.metrics)
	}
	return text
}

func (s *servedDocs) here(text string) string {
	text = strings.ReplaceAll(text, s.url[strings.Index(s.url, "//")+2:], "127.0.0.1:8080")
	if s.metrics != "" {
		text = strings.ReplaceAll(text, s.metrics, "127.0.0.1:9090")
	}
	return text
}

var docsServing = regexp.MustCompile(`msg=(serving|metrics) url=(https?://([0-9.:]+))/`)

// serveDocs starts a command that serves, until it listens. Where it does not, its
// url is empty.
func serveDocs(t *testing.T, dir, command string, env ...string) *servedDocs {
	t.Helper()
	m := servesDocs.FindString(command)
	command = strings.NewReplacer("--listen 127.0.0.1:8080", "", "127.0.0.1:9090", "127.0.0.1:0").Replace(command)
	command = strings.Replace(m, "frontierwatch", "exec frontierwatch", 1) + " --listen 127.0.0.1:0 " + strings.TrimPrefix(command+" ", m)
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := docsCommand(t, dir, "-c", command)
	c.Env = append(c.Env, env...)
	c.Stdout, c.Stderr = in, in
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	s := &servedDocs{}
	lines := bufio.NewReader(out)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		s.said += line
		if m := docsServing.FindStringSubmatch(line); m != nil && m[1] == "metrics" {
			s.metrics = m[3]
		} else if m != nil {
			s.url = m[2]
		}
		if err != nil {
			break
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, lines)
		out.Close()
	}()
	s.stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		<-drained
	}
	if s.url == "" {
		s.stop()
		return s
	}
	s.said = s.here(s.said)
	t.Cleanup(s.stop)
	return s
}

// docsCommand is a shell that finds the program under its name.
func docsCommand(t *testing.T, dir string, args ...string) *exec.Cmd {
	c := exec.Command("sh", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "TEST_NOW="+morning.Format(time.RFC3339), "TZ=UTC", "HOME="+dir)
	return c
}

// docsShell is the shell of a page.
type docsShell struct {
	in  io.WriteCloser
	out *bufio.Reader
	end func()
}

func startShell(t *testing.T, dir string, beside *besideDocs) *docsShell {
	t.Helper()
	c := docsCommand(t, dir)
	c.Env = append(c.Env, beside.environ()...)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = write, write
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	return &docsShell{in, bufio.NewReader(out), func() {
		in.Close()
		_ = c.Wait()
		out.Close()
	}}
}

// do runs a command and says what it answered, and how it ended.
func (s *docsShell) do(t *testing.T, command string) (answer, exit string) {
	t.Helper()
	const mark = "=== ended "
	fmt.Fprintf(s.in, "{ %s\n} </dev/null\nprintf '\\n%s%%d\\n' $?\n", command, mark)
	var all bytes.Buffer
	for {
		line, err := s.out.ReadString('\n')
		if exit, ok := strings.CutPrefix(line, mark); ok {
			return all.String(), strings.TrimSpace(exit)
		}
		all.WriteString(line)
		if err != nil {
			t.Fatalf("%s ended the shell: %s", command, all.String())
		}
	}
}

type docsBlock struct{ info, text string }

// docsBlocks are the blocks of a page between fences.
func docsBlocks(text string) (all []docsBlock) {
	parts := strings.Split(text, "```")
	for i := 1; i < len(parts); i += 2 {
		if info, body, ok := strings.Cut(parts[i], "\n"); ok {
			all = append(all, docsBlock{info, body})
		}
	}
	return all
}

type readmeCall struct{ command, answer string }

// readmeCalls reads what a console shows: "$ command" and its answer.
func readmeCalls(text string) (calls []readmeCall) {
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			calls = append(calls, readmeCall{command: strings.TrimSuffix(command, "\n")})
		} else if strings.TrimSpace(line) == "^C" {
			calls = append(calls, readmeCall{command: "^C"})
		} else if len(calls) > 0 {
			calls[len(calls)-1].answer += line
		}
	}
	return calls
}
