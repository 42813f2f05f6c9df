package api

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"
	"go.opentelemetry.io/otel/trace"

	"frontierwatch/api/codec"
	"frontierwatch/api/hook"
	"frontierwatch/api/live"
	"frontierwatch/api/web"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// Config is what the API is made with. Corpus must be set.
type Config struct {
	Corpus  Corpus
	Logger  *slog.Logger     // nil: nothing is logged
	Now     func() time.Time // nil: time.Now
	Version string           // of the program
	Origins []string         // web origins that may read and write; empty: every one may read
	// Hosts are the names, besides those of loopback, under which callers may ask;
	// empty: any name. A server without keys must set it: a page of a stranger can
	// let its own name lead to 127.0.0.1 (DNS rebinding), and would then be the
	// server's own page.
	Hosts   []string
	Proxies []netip.Prefix // whose X-Forwarded headers are believed; empty: nobody's
	// Source is the id of the source of reports that name none; empty: "local".
	Source string
	// Limit is how far from the line a report may lie, for the extent that
	// collections state; 0: frontier.Limit.
	Limit frontier.Meters
	// Access says who asks and what they see; nil: everybody is the owner, and sees
	// all of Corpus.
	Access Access
	Keys   Keys // nil: they are not managed here
	// GeoPackage writes the files of f=gpkg; nil: that format is not offered.
	GeoPackage WriteGeoPackage
	Limits     Limits
	// Subscriptions are who is told by signed calls; nil: nobody can be. Deliverer
	// calls; nil: another node does.
	Subscriptions hook.Records
	Deliverer     *hook.Deliverer
	Observer      Observer             // nil: nobody
	Tracing       trace.TracerProvider // of the spans of requests; nil: there are none
	// Streams is how many event streams a class of readers may have open at a time;
	// 0: 4000. Stopping ends them when it is closed. Ticks is a clock that ticks; nil:
	// that of the machine.
	Streams  int
	Stopping <-chan struct{}
	Ticks    func(time.Duration) (ticks <-chan time.Time, stop func())
	Audit    func(Reading) error // is told of every read of what is not public; nil: nobody is
}

// server is what all handlers share. It is not changed after New.
type server struct {
	corpus     Corpus
	line       *frontier.Frontier
	logger     *slog.Logger
	now        func() time.Time
	version    string
	started    time.Time
	origins    []string
	hosts      []string
	proxies    []netip.Prefix
	source     string
	sameOrigin *http.CrossOriginProtection

	collections []*collection
	encoder     *codec.Encoder
	corridor    [4]float64  // west, south, east, north of where reports can lie
	bounds      []orb.Bound // of the segments
	document    document
	pools       *pools
	kept        *kept
	states      *segmentStates
	series      *seriesStates
	tiles       *kept
	renewing    atomic.Bool // a tile is drawn beside those who ask
	beside      func(func())
	pages       *pages
	lines       func() []orb.LineString // of the segments on the map of the world
	geoPackage  WriteGeoPackage
	class       reader.Class         // of those that it answers
	edition     string               // of answers: version and class, for tags
	editionAt   func(log.Seq) string // of what is said at a position; nil: the position tells
	closed      bool                 // there is somebody who may not see everything
	limits      *limits
	hub         *live.Hub
	joined      atomic.Int64  // streams of events that there ever were
	readers     chan struct{} // a place for each stream that reads the log
	keys        Keys

	subscriptions hook.Records
	deliverer     *hook.Deliverer
	observer      Observer
	tracer        trace.Tracer // nil: there are no spans
	audit         func(Reading) error
	served        map[string]bool // addresses that have an operation, as in the document
}

// local is who acts, and who reports, where nobody is registered.
const local = "local"

// New answers HTTP over a corpus. The handler may be used by any number of
// goroutines. It has some of its own while streams of events are open.
func New(c Config) http.Handler {
	g := newGate(c)
	if c.Deliverer != nil {
		g.watch(c.Deliverer)
	}
	return g.limits.paced(secure(web.Over(slashless(g))))
}

// secure tells those who came over TLS to come so again.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

func newServer(c Config) *server {
	s := &server{
		closed: c.Access != nil, keys: c.Keys, audit: c.Audit, corpus: c.Corpus, line: c.Corpus.Frontier(), logger: c.Logger, now: c.Now, version: c.Version,
		origins: c.Origins, hosts: c.Hosts, proxies: c.Proxies, source: c.Source,
		sameOrigin: http.NewCrossOriginProtection(), pools: &pools{}, kept: newKept(64, 32<<20), states: &segmentStates{}, series: &seriesStates{}, tiles: newKept(2048, 64<<20), pages: newPages(),
		beside: func(do func()) { go do() },
	}
	s.geoPackage = c.GeoPackage
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.source == "" {
		s.source = local
	}
	if c.Limit == 0 {
		c.Limit = frontier.Limit
	}
	s.started = s.now().UTC().Truncate(time.Millisecond)
	s.encoder = codec.NewEncoder(s.line)
	s.lines = sync.OnceValue(s.worldLines)
	s.corridor, s.bounds = corridor(s.line, c.Limit), bounds(s.line)
	s.collections = collections()
	if s.tracer = c.tracer(); s.tracer != nil {
		s.corpus = &tracedCorpus{c.Corpus, s.tracer}
	}
	if c.Observer != nil {
		s.corpus = &heardCorpus{s.corpus, c.Observer}
	}
	s.subscriptions, s.deliverer, s.observer = c.Subscriptions, c.Deliverer, c.Observer
	s.hub, s.readers = s.newHub(c), make(chan struct{}, 4)
	s.observeStreams(c.Observer)
	return s
}
