package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/trace"

	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// mostClasses is how many classes of readers have a server kept for them.
const mostClasses = 64

// gate finds out who asks, and hands the request to the server of their class.
// Each class has a server of its own, with its own caches and its own table of
// routes, over what that class sees: no answer of one can come to another.
type gate struct {
	config  Config
	access  Access
	started time.Time
	limits  *limits
	tracer  trace.Tracer // nil: there are no spans
	refuse  http.Handler // answers nothing but problems
	classes memo[class, http.Handler]
}

// class is what a server is made for.
type class struct {
	reader.Class
	view Corpus
}

func newGate(c Config) *gate {
	if c.Now == nil {
		c.Now = time.Now
	}
	g := &gate{config: c, access: c.Access, started: c.Now().UTC().Truncate(time.Millisecond), limits: newLimits(c.Limits, c.Now), tracer: c.tracer()}
	g.classes.most = mostClasses
	if g.access == nil { // whose server is made now: it is the only one
		g.access = everybody{c.Corpus}
		g.of(class{Owner().Class, c.Corpus})
	}
	refuser := g.server(class{view: c.Corpus})
	e := echo.New()
	e.Use(refuser.outer)
	g.refuse = e
	return g
}

// server is one for a class of readers.
func (g *gate) server(of class) *server {
	c := g.config
	c.Corpus = of.view
	s := newServer(c)
	s.started, s.class, s.limits = g.started, of.Class, g.limits
	s.edition = c.Version + " " + className(of.Class)
	if v, ok := of.view.(interface{ Edition(log.Seq) string }); ok {
		s.editionAt = v.Edition
	}
	return s
}

// ServeHTTP answers a request as the one who sends it may be answered.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	leave, err := g.limits.enter(r)
	if err != nil {
		g.hand(g.refuse, w, r, admission{refused: err}, begun)
		return
	}
	defer leave()
	a, h := g.admit(r)
	if a.refused != nil {
		h = g.refuse
	}
	g.hand(h, w, r, a, begun)
}

func (g *gate) hand(h http.Handler, w http.ResponseWriter, r *http.Request, a admission, begun time.Time) {
	ctx := context.WithValue(r.Context(), admissionKey{}, a)
	if g.tracer != nil {
		var span trace.Span
		ctx, span = g.traced(ctx, r, a, begun)
		defer func() { span.End() }() // not directly: it would write down what a panic says
	}
	h.ServeHTTP(w, r.WithContext(ctx))
}

// admit says who asks and which server answers.
func (g *gate) admit(r *http.Request) (a admission, h http.Handler) {
	sent, err := credential(r)
	if err == nil {
		a.reader, err = g.access.Identify(r.Context(), sent)
	}
	from := a.reader.ID
	if from == "" {
		from = g.limits.network(g.address(r))
	}
	if late := g.limits.spend(from, r, err != nil); late != nil {
		return admission{refused: late}, nil
	}
	if err != nil {
		return admission{refused: problemOfCredential(err)}, nil
	}
	if a.reader.ID == "" && !safe(r.Method) {
		// The same whatever the address: it says nothing of what is there.
		return admission{refused: unauthorized("this needs a key: send it as Authorization: Bearer KEY")}, nil
	}
	view, err := g.access.View(r.Context(), a.reader.Class)
	if err != nil {
		return admission{refused: newProblem(http.StatusServiceUnavailable, "what this reader sees is not ready yet").retry(5).because(err)}, nil
	}
	a.still = g.still(sent, a.reader, view)
	return a, g.of(class{a.reader.Class, view})
}

// still says whether a credential is still that of a reader, who still sees the same.
func (g *gate) still(sent string, who reader.Reader, view Corpus) func(context.Context) bool {
	return func(ctx context.Context) bool {
		if now, err := g.access.Identify(ctx, sent); err != nil || now != who {
			return false
		}
		now, err := g.access.View(ctx, who.Class)
		return err == nil && now == view
	}
}

// of is what answers a class, made when it is first asked for.
func (g *gate) of(c class) http.Handler {
	h, _ := g.classes.get(c, func() (http.Handler, error) { return routed(g.server(c)), nil })
	return h
}

// safe says whether a method only asks.
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// address is where a request comes from: behind a trusted proxy, what that says.
func (g *gate) address(r *http.Request) string {
	if trusted(g.config.Proxies, r.RemoteAddr) {
		if from := last(r.Header, "X-Forwarded-For"); from != "" {
			return from
		}
	}
	return r.RemoteAddr
}
