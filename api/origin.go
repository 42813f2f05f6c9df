package api

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// origin is the address of the landing page as the caller sees it, without a
// slash at its end: links in answers begin with it. What X-Forwarded-Proto,
// -Host and -Prefix say is believed from trusted proxies only, and of a list the
// last element, which is the one that the proxy itself has added.
func (s *server) origin(r *http.Request) string {
	scheme, host, prefix := "http", r.Host, ""
	if r.TLS != nil {
		scheme = "https"
	}
	if s.trusts(r.RemoteAddr) {
		if p := strings.ToLower(last(r.Header, "X-Forwarded-Proto")); p == "http" || p == "https" {
			scheme = p
		}
		if h := last(r.Header, "X-Forwarded-Host"); addressable(h, ".-:[]") {
			host = h
		}
		if p := last(r.Header, "X-Forwarded-Prefix"); strings.HasPrefix(p, "/") && addressable(p, "/.-_~") {
			prefix = strings.TrimRight(p, "/")
		}
	}
	if !addressable(host, ".-:[]") {
		host = "localhost"
	}
	return scheme + "://" + host + prefix
}

// answersTo says whether callers may ask under the name of a Host header.
func (s *server) answersTo(host string) bool {
	if len(s.hosts) == 0 {
		return true
	}
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback() || slices.Contains(s.hosts, name)
}

func (s *server) trusts(remote string) bool { return trusted(s.proxies, remote) }

// trusted says whether a request comes from one of the proxies.
func trusted(proxies []netip.Prefix, remote string) bool {
	if len(proxies) == 0 {
		return false
	}
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	for _, p := range proxies {
		if p.Contains(from.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// last is the last element of a header that may be a list.
func last(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) == 0 {
		return ""
	}
	list := values[len(values)-1]
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// addressable says whether a text may stand in an address as it is: letters,
// digits and the marks given.
func addressable(text, marks string) bool {
	for i := range len(text) {
		c := text[i]
		if !(c-'0' <= 9 || c|0x20-'a' < 26 || strings.IndexByte(marks, c) >= 0) {
			return false
		}
	}
	return text != "" && len(text) <= 255
}
