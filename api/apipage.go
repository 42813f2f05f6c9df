package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strings"
)

//go:embed apipage.html
var apiPageText string

const apiPageStyle = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
h1, h2, h3 { line-height: 1.2; }
h3 { margin-top: 2rem; border-top: 1px solid #ccc; padding-top: 1rem; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; background: #f2f2f2; padding: 0 0.2em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #eee; }
a:focus { outline: 3px solid #0b57d0; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16181b; } code { background: #2a2d31; } a { color: #9ecbff; } h3 { border-color: #444; } th, td { border-color: #333; } }
`

// apiPage is the operations for people, and what its style is allowed by in a
// Content-Security-Policy.
func apiPage(operations []operation) (page []byte, style string) {
	type row struct{ Name, Description, Values string }
	type part struct {
		Method, Path, Summary, Text string
		Link                        bool
		Parameters                  []row
		Answers, Takes              string
	}
	var parts []part
	for i := range operations {
		op := &operations[i]
		p := part{
			Method: op.method, Path: op.path, Summary: op.summary, Text: op.text,
			Link: op.method == "GET" && !strings.Contains(op.path, "{"), Answers: strings.Join(medias(op.formats), ", "),
		}
		for _, parameter := range op.parameters {
			values, _ := parameter.schema["enum"].([]string)
			p.Parameters = append(p.Parameters, row{parameter.name, parameter.description, strings.Join(values, ", ")})
		}
		if op.takes != nil {
			p.Takes = strings.Join(op.takes.media, ", ")
		}
		parts = append(parts, p)
	}
	var b bytes.Buffer
	t := template.Must(template.New("api").Parse(apiPageText))
	if err := t.Execute(&b, map[string]any{
		"Title": title, "Description": description, "Style": template.CSS(apiPageStyle), "Here": here, "Operations": parts,
	}); err != nil {
		panic("the API page: " + err.Error()) // the template is part of the program
	}
	sum := sha256.Sum256([]byte(apiPageStyle))
	return b.Bytes(), "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
