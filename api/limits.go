package api

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Limits bound what callers may ask of a server at once and in a while. What is
// zero is not bounded.
type Limits struct {
	Rate       float64 // requests a second, of one key, or of one address without a key
	Burst      int     // requests that may come at once before the rate counts
	Concurrent int     // requests that are answered at the same time, but for event streams
	Exports    int     // large answers that are made at the same time

	Patience time.Duration // for a caller that sends or takes bytes slowly, besides what they need at Slowest
	Slowest  int           // bytes a second
}

// limits keeps count. It is shared by the servers of all classes.
type limits struct {
	Limits
	now     func() time.Time
	running chan struct{} // a place for each request
	exports chan struct{}
	imports chan struct{} // a place for each import that may run
	files   chan struct{} // a place for each GeoPackage that may be made

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket is what is left to one caller.
type bucket struct {
	tokens float64
	at     time.Time // when they were counted
}

// mostBuckets is how many callers are remembered.
const mostBuckets = 10_000

func newLimits(l Limits, now func() time.Time) *limits {
	made := &limits{Limits: l, now: now, imports: make(chan struct{}, maxImports), files: make(chan struct{}, maxExports), buckets: map[string]*bucket{}}
	if l.Concurrent > 0 {
		made.running = make(chan struct{}, l.Concurrent)
	}
	if l.Exports > 0 {
		made.exports = make(chan struct{}, l.Exports)
	}
	return made
}

// unbounded are the addresses that are bounded where they are made, since their answers
// do not end, and the one by which a machine asks whether the process is alive.
func unbounded(path string) bool { return path == "/events" || path == "/healthz" }

// enter takes a place for a request; leave gives it back.
func (l *limits) enter(r *http.Request) (leave func(), err error) {
	if unbounded(r.URL.Path) {
		return func() {}, nil
	}
	return place(l.running, newProblem(http.StatusServiceUnavailable, "too many requests are being answered").retry(1))
}

// large is from how many features on an answer counts as one.
const large = 1000

// export takes a place for a page, if it is a large one.
func (c *call) export() (leave func(), err error) {
	if c.asked.limit <= large {
		return func() {}, nil
	}
	return place(c.limits.exports, newProblem(http.StatusServiceUnavailable, "other large answers are being made").retry(5))
}

// place takes a place, if there is one; nil channels have no end of them.
func place(places chan struct{}, full *problem) (leave func(), err error) {
	if places == nil {
		return func() {}, nil
	}
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	default:
		return nil, full
	}
}

// What a request costs. Pages that follow another cost little: desktop programs
// ask for hundreds of small ones in a row. A wrong credential costs much: keys
// cannot be guessed, but nobody needs to try.
const (
	costUsual = 1
	costNext  = 0.1
	costWrong = 10
)

// spend takes the cost of a request from what is left to a caller.
func (l *limits) spend(from string, r *http.Request, wrong bool) error {
	if l.Rate <= 0 || r.URL.Path == "/healthz" {
		return nil
	}
	cost := float64(costUsual)
	switch {
	case wrong:
		cost = costWrong
	case r.URL.Query().Get("next") != "":
		cost = costNext
	}
	wait := l.take(from, cost)
	if wait <= 0 {
		return nil
	}
	return newProblem(http.StatusTooManyRequests, "too many requests came from this caller").retry(max(1, int(math.Ceil(wait.Seconds()))))
}

// take takes tokens, or says how long to wait for them.
func (l *limits) take(from string, cost float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, burst := l.now(), math.Max(float64(l.Burst), costWrong)
	b := l.buckets[from]
	if b == nil {
		l.forget(now, burst)
		b = &bucket{burst, now}
		l.buckets[from] = b
	}
	b.fill(now, l.Rate, burst)
	if b.tokens < cost {
		return time.Duration((cost - b.tokens) / l.Rate * float64(time.Second))
	}
	b.tokens -= cost
	return 0
}

func (b *bucket) fill(now time.Time, rate, burst float64) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.tokens = math.Min(burst, b.tokens+passed*rate)
	}
	b.at = now
}

// forget makes room for another caller: those who have all their tokens are as if
// they had never come. Where nobody is, all are forgotten, since memory has an end.
func (l *limits) forget(now time.Time, burst float64) {
	if len(l.buckets) < mostBuckets {
		return
	}
	for from, b := range l.buckets {
		if b.fill(now, l.Rate, burst); b.tokens >= burst {
			delete(l.buckets, from)
		}
	}
	if len(l.buckets) >= mostBuckets {
		clear(l.buckets)
	}
}

// network is who an address counts as: of IPv6, the network of 64 bits that one
// subscriber has.
func (l *limits) network(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		prefix, _ := ip.Prefix(64) // 64 bits are not too many
		return fmt.Sprint(prefix)
	}
	return ip.String()
}
