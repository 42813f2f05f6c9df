// Package web serves the map: a page, its script and its style, built from the
// sources in this folder by Vite and embedded in the program. What is built is not
// kept in the repository, so the package also compiles and answers without it, and
// then says how to build it.
//
// Nothing comes from elsewhere: the policy sent with every file lets the browser
// load from this server only.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist
var built embed.FS

// Prefix is where the map lives.
const Prefix = "/map/"

// policy lets the page use what this server sends and nothing else. MapLibre
// draws images that it has made itself (blob:) and its style sheet carries its
// icons (data:).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"worker-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const unbuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The map is not built</title>
<h1>The map is not built into this program</h1>
<p>The API is served all the same: see <a href="../api.html">its description</a>.</p>
<p>To build the map, install Node.js 20 or later, run <code>make build</code> in the source folder, and start the program anew.</p>
</html>
`

// file is one file as it is sent, packed too where that pays.
type file struct {
	body, packed []byte
	tag          string // strong entity tag, of the unpacked body
	media        string
	hashed       bool // its name changes with its content
}

// Handler answers for everything at and below Prefix.
func Handler() http.Handler {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the name is a constant
	}
	return handler(dist)
}

// Over serves the map where its address is asked for, and all else by next.
func Over(next http.Handler) http.Handler {
	pages := Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, Prefix):
			pages.ServeHTTP(w, r)
		case r.URL.Path == strings.TrimSuffix(Prefix, "/"):
			redirect(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// redirect sends from /map to /map/, by a relative address, since the server may
// stand behind another path.
func redirect(w http.ResponseWriter, r *http.Request) {
	to := "map/"
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusPermanentRedirect)
}

func handler(dist fs.FS) http.Handler {
	files := read(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		if name == "" {
			name = "index.html"
		}
		f, ok := files[name]
		if !ok {
			http.Error(w, "no such file", http.StatusNotFound)
			return
		}
		f.send(w, r)
	})
}

// send answers with a file, or with 304 where the client has it.
func (f file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "no-cache")
	if f.hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := f.body, f.tag
	if f.packed != nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.packed, f.tag+"-gz"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip says whether an Accept-Encoding header names gzip and does not
// refuse it.
func takesGzip(header string) bool {
	for element := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(element, ";")
		weight = strings.ReplaceAll(weight, " ", "")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return strings.TrimRight(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// read takes what was built. Where nothing was, the page says so.
func read(dist fs.FS) map[string]file {
	files := map[string]file{}
	for _, pattern := range []string{"index.html", "assets/*"} {
		names, _ := fs.Glob(dist, pattern) // the patterns are well formed
		for _, name := range names {
			if body, err := fs.ReadFile(dist, name); err == nil {
				files[name] = newFile(name, body)
			}
		}
	}
	if _, ok := files["index.html"]; !ok {
		return map[string]file{"index.html": newFile("index.html", []byte(unbuilt))}
	}
	return files
}

func newFile(name string, body []byte) file {
	sum := sha256.Sum256(body)
	return file{body: body, packed: pack(body), tag: hex.EncodeToString(sum[:8]), media: media(name), hashed: path.Dir(name) == "assets"}
}

// media is the media type of a file by its name. It does not ask the machine,
// which may hold another opinion.
func media(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}
