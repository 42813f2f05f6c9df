package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"

	"frontierwatch/api/codec"
)

//go:embed page.html
var pageText string

const pageStyle = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 1rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
h1, h2 { line-height: 1.2; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #ddd; white-space: nowrap; }
.marking { font-weight: bold; text-align: center; margin: 0.5rem 0; }
figure { margin: 1rem 0; }
svg { width: 100%; max-height: 24rem; background: #eef2f5; }
path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.frontier { stroke: #666; stroke-width: 1.5; }
.line { stroke: #b3261e; stroke-width: 4; }
circle { fill: #0b57d0; fill-opacity: 0.7; }
a:focus, .wide:focus { outline: 3px solid #0b57d0; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16181b; } a { color: #9ecbff; } dt { color: #bbb; } th, td { border-color: #444; } svg { background: #22262b; } .frontier { stroke: #bbb; } .line { stroke: #ff8a80; } circle { fill: #9ecbff; } }
`

// htmlLimit is how many features a page for people has, unless they ask for more.
const htmlLimit = 100

// forPeople lets everything that can be read also be read as HTML, but for tiles.
func forPeople(operations []operation) []operation {
	for i := range operations {
		op := &operations[i]
		if op.method == http.MethodGet && !slices.Contains(op.formats, asHTML) && !slices.Contains(op.formats, asMVT) && !slices.Contains(op.formats, asEvents) {
			op.formats = append(slices.Clone(op.formats), asHTML)
		}
	}
	return operations
}

// pages writes answers as HTML: what their JSON says, all of it, with links that can
// be followed.
type pages struct {
	template *template.Template
	policy   string // Content-Security-Policy: nothing but the page's own style
}

func newPages() *pages {
	sum := sha256.Sum256([]byte(pageStyle))
	return &pages{
		template: template.Must(template.New("page").Parse(pageText)),
		policy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
}

// pageData is what a page shows.
type pageData struct {
	Title, Text string
	Marking     string // of what is on the page; empty: nobody made a secret of that
	Style       template.CSS
	Data        map[string]any // schema.org
	Way         []codec.Link   // from the landing page to here
	Map         *sketch
	Columns     []string
	Rows        [][]shownNode
	Body        shownNode
	Links       []codec.Link
}

// shownNode is a value of JSON as a page shows it.
type shownNode struct {
	Text    string
	Href    string // where it leads to, if it is an address
	Members []shownMember
	Items   []shownNode
}

type shownMember struct {
	Name  string
	Value shownNode
}

// writePageHTML writes a page of the answer.
func (c *call) writePageHTML(w io.Writer, d pageData) error {
	d.Style = pageStyle
	if d.Title == "" {
		d.Title = c.operation.summary
	}
	d.Way = c.way()
	if d.Data == nil {
		d.Data = map[string]any{"@type": "Dataset", "name": d.Title, "description": description}
	}
	d.Data["@context"], d.Data["url"], d.Data["isAccessibleForFree"] = "https://schema.org/", c.base+c.Request().URL.Path, true
	if d.Data["@type"] == "Dataset" {
		d.Data["spatialCoverage"] = "The frontier of Canada and the United States"
	}
	return c.pages.template.Execute(w, d)
}

// way is the pages above this one.
func (c *call) way() []codec.Link {
	links := []codec.Link{{Title: title, Href: c.base + "/"}}
	path := ""
	parts := strings.Split(strings.Trim(c.Request().URL.Path, "/"), "/")
	for _, part := range parts[:len(parts)-1] {
		path += "/" + part
		links = append(links, codec.Link{Title: part, Href: c.base + path})
	}
	return links
}

// policy lets a page have its style, unless it has said which already.
func (c *call) policy() {
	const name = "Content-Security-Policy"
	if h := c.Response().Header(); c.format == asHTML && !strings.Contains(h.Get(name), "style-src") {
		h.Set(name, c.pages.policy)
	}
}

// writeValueHTML writes a page of what is otherwise written as JSON.
func (c *call) writeValueHTML(w io.Writer, links []codec.Link, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	body, err := shownOf(text, "links")
	if err != nil {
		return err
	}
	kind := "Dataset"
	if path := c.Request().URL.Path; path == "/" || path == "/collections" {
		kind = "DataCatalog"
	}
	name := c.operation.summary
	return c.writePageHTML(w, pageData{
		Marking: c.markingOf(text), Title: name, Body: body, Links: links, Data: map[string]any{"@type": kind, "name": name, "description": description},
	})
}

// shownOf reads JSON in the order in which it is written, without the members of the
// outermost object that are named.
func shownOf(text []byte, without ...string) (shownNode, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	node, err := readNode(d)
	var kept []shownMember
	for _, m := range node.Members {
		if len(without) == 0 || m.Name != without[0] {
			kept = append(kept, m)
		}
	}
	node.Members = kept
	return node, err
}

func readNode(d *json.Decoder) (n shownNode, err error) {
	token, err := d.Token()
	if err != nil {
		return n, err
	}
	switch v := token.(type) {
	case json.Delim:
		for err == nil && d.More() {
			if v == '[' {
				var item shownNode
				item, err = readNode(d)
				n.Items = append(n.Items, item)
				continue
			}
			var m shownMember
			if token, err = d.Token(); err == nil {
				m.Name = token.(string) // the key of an object
				m.Value, err = readNode(d)
			}
			n.Members = append(n.Members, m)
		}
		if err == nil {
			_, err = d.Token()
		}
		return linked(n), err
	case string:
		n.Text = v
		if address := strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://"); address && !strings.Contains(v, "{") {
			n.Href = v
		}
	case json.Number:
		n.Text = v.String()
	case bool:
		n.Text = "no"
		if v {
			n.Text = "yes"
		}
	}
	return n, nil
}

// linked makes of an object that is a link one that can be followed, and of a list of
// plain values a line.
func linked(n shownNode) shownNode {
	var href, rel, name string
	for _, m := range n.Members {
		switch m.Name {
		case "href":
			href = m.Value.Text
		case "rel":
			rel = m.Value.Text
		case "title":
			name = m.Value.Text
		}
	}
	plain := len(n.Items) > 0
	var texts []string
	for _, item := range n.Items {
		plain = plain && item.Href == "" && item.Members == nil && item.Items == nil
		texts = append(texts, item.Text)
	}
	if plain {
		return shownNode{Text: strings.Join(texts, ", ")}
	}
	if href != "" && rel != "" {
		if name == "" {
			name = href
		}
		return shownNode{Text: name + " (" + rel + ")", Href: href}
	}
	return n
}
