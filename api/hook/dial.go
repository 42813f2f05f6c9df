package hook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ErrPrivate says that a name leads to where nobody outside may send us.
var ErrPrivate = errors.New("the address is private, local or reserved")

// reserved are the networks that are not for everybody on the Internet (IANA
// special-purpose registries, 2024), besides those that netip knows.
func reserved() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// Public says whether an address is one of the Internet at large. IPv4 addresses
// inside of IPv6 are judged as what they are.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || ip.IsPrivate() || ip.IsLoopback() || ip.IsMulticast() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsInterfaceLocalMulticast() {
		return false
	}
	for _, p := range reserved() {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// resolver finds the addresses of a name.
type resolver func(ctx context.Context, network, host string) ([]netip.Addr, error)

// pinned dials an address that was looked up and checked, and no other: a name that
// leads elsewhere a moment later changes nothing. All addresses of a name must be
// allowed, or none is called.
func pinned(resolve resolver, loopback bool) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		found, err := resolve(ctx, "ip", host)
		if err != nil {
			return nil, err
		}
		for _, ip := range found {
			if !Public(ip) && !(loopback && ip.Unmap().IsLoopback()) {
				return nil, ErrPrivate
			}
		}
		err = fmt.Errorf("%s has no address", host)
		for _, ip := range found {
			var conn net.Conn
			if conn, err = dialer.DialContext(ctx, network, net.JoinHostPort(ip.Unmap().String(), port)); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
}

// caller is the client that calls: no proxy, no cookie, no redirect, nothing kept
// open.
func caller(resolve resolver, loopback bool) *http.Client {
	return &http.Client{
		Timeout:       15 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: pinned(resolve, loopback), DisableKeepAlives: true, DisableCompression: true,
			TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: false,
		},
	}
}
