package api

import (
	"net/http"
	"slices"
)

// exposed are the headers that scripts of other origins may read.
const exposed = "ETag, Link, Location, Retry-After, WWW-Authenticate, Marking, OGC-NumberMatched, OGC-NumberReturned, Allow, " + headerRequestID

// readable are the headers that a page of any origin may send, writable those of
// one that may write: without Content-Type no page can send a report.
const (
	readable = "Accept, Authorization, If-None-Match, Last-Event-ID, " + headerRequestID
	writable = readable + ", Content-Type, Content-Encoding, Content-Crs, Idempotency-Key, If-Match"
)

// crossOrigin lets web pages of other origins in. Where origins are listed, their
// pages may do everything and others nothing; without a list every page may
// read, but only the server's own may write: a page that somebody happens to
// visit must not write into a store on the same machine.
func (s *server) crossOrigin(r *http.Request, h http.Header) error {
	methods, headers := "GET, HEAD, OPTIONS", readable
	origin := r.Header.Get("Origin")
	listed := slices.Contains(s.origins, origin) || slices.Contains(s.origins, "*")
	switch {
	case len(s.origins) == 0:
		h.Set("Access-Control-Allow-Origin", "*")
	case listed:
		h.Set("Access-Control-Allow-Origin", origin)
		methods, headers = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", writable
	}
	if len(s.origins) > 0 {
		h.Add("Vary", "Origin")
	}
	h.Set("Access-Control-Expose-Headers", exposed)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if preflight(r) {
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", headers)
		h.Set("Access-Control-Max-Age", "600")
	}
	if !listed && s.sameOrigin.Check(r) != nil {
		return newProblem(http.StatusForbidden, "web pages of this origin may not write here; the operator can list it")
	}
	return nil
}

// preflight says whether a browser asks what a page may send. It asks without the
// credential that will be sent.
func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}
