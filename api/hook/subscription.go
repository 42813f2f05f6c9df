package hook

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// Subscription is who is told, and of what. Its JSON is its record in the log.
type Subscription struct {
	ID          string       `json:"id"`
	Owner       string       `json:"owner"` // of the key, or "local"
	Class       reader.Class `json:"class"` // what it sees
	URL         string       `json:"url"`
	Secret      Secret       `json:"secret"`
	Former      Secret       `json:"former,omitempty"` // signs too, until FormerUntil
	FormerUntil time.Time    `json:"former_until,omitzero"`
	Collections []string     `json:"collections"`
	Filter      string       `json:"filter,omitempty"` // CQL2
	Language    string       `json:"filter_lang,omitempty"`
	Level       string       `json:"level,omitempty"` // the least level of hot spots and flags
	Schedule    *Schedule    `json:"schedule,omitempty"`
	After       log.Seq      `json:"after"` // nothing up to this position is told
	Created     time.Time    `json:"created"`
	Disabled    string       `json:"disabled,omitempty"` // why nothing is sent any more
}

// Schedule is when alerts may come: what happens outside it is told when it begins.
type Schedule struct {
	Hours string `json:"hours"` // opening hours, like "Mo-Fr 08:00-18:00"
	Zone  string `json:"zone"`  // IANA, like "America/Winnipeg"
}

// Fault is one thing wrong with a subscription.
type Fault struct{ Pointer, Detail string }

// maxURL is the length of the longest address that is called, in bytes.
const maxURL = 2000

// Check finds what is wrong with where to call and when. loopback allows plain http
// to loopback, for tests.
func (s *Subscription) Check(loopback bool) (faults []Fault) {
	if detail := checkURL(s.URL, loopback); detail != "" {
		faults = append(faults, Fault{"/url", detail})
	}
	if s.Schedule == nil {
		return faults
	}
	if _, err := guard.ParseHours(s.Schedule.Hours); err != nil || s.Schedule.Hours == "" {
		faults = append(faults, Fault{"/schedule/hours", `must be opening hours like "Mo-Fr 08:00-18:00"`})
	}
	if _, err := zone(s.Schedule.Zone); err != nil {
		faults = append(faults, Fault{"/schedule/zone", `must be a time zone like "America/Winnipeg"`})
	}
	return faults
}

func checkURL(text string, loopback bool) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || len(text) > maxURL || u.Fragment != "":
		return "must be an absolute address without a fragment"
	case u.User != nil:
		return "must not hold a name or password: calls are signed"
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback && isLoopback(u.Hostname()):
	default:
		return "must begin with https://"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !Public(ip) && !(loopback && ip.IsLoopback()) {
		return "must not lead to a private, local or reserved address"
	}
	return ""
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// zone is a zone by its name; that of the machine has none.
func zone(name string) (*time.Location, error) {
	if name == "" || strings.EqualFold(name, "local") {
		return nil, errors.New("no zone")
	}
	return time.LoadLocation(name)
}

// On says whether alerts may come at an instant.
func (s *Schedule) On(at time.Time) bool {
	if s == nil {
		return true
	}
	hours, err := guard.ParseHours(s.Hours)
	in, zoned := zone(s.Zone)
	if err != nil || zoned != nil {
		return true // better too often than never
	}
	return hours.Open(at.In(in)) == guard.Yes
}

// secrets are those that sign at an instant.
func (s *Subscription) secrets(at time.Time) []Secret {
	if s.Former != "" && at.Before(s.FormerUntil) {
		return []Secret{s.Secret, s.Former}
	}
	return []Secret{s.Secret}
}

// Overlap is how long a secret still signs after another took its place.
const Overlap = 24 * time.Hour

// Rotate puts another secret in the place of the present one.
func (s Subscription) Rotate(next Secret, now time.Time) Subscription {
	s.Former, s.FormerUntil, s.Secret = s.Secret, now.Add(Overlap).UTC().Truncate(time.Second), next
	return s
}

// Append appends the record of a subscription.
func Append(dst []byte, s *Subscription) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts, numbers and times always have a form
	}
	return append(dst, text...)
}

// ErrRecord says that a body is no record of a subscription.
var ErrRecord = errors.New("the record of a subscription is not as this version writes it")

// Decode reads what Append wrote, and nothing else.
func Decode(body []byte) (s Subscription, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(&s) != nil || s.ID == "" || s.Class.Tier > reader.Admin {
		return Subscription{}, ErrRecord
	}
	if _, err := s.Secret.key(); err != nil || slices.Contains(s.Collections, "") || !bytes.Equal(Append(nil, &s), body) {
		return Subscription{}, ErrRecord
	}
	return s, nil
}
