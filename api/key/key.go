// Package key is the credentials that frontierwatch gives out itself: how one is
// made, what is kept of it, and how its bearer is found.
//
// A key is a text, fwk_PREFIX_SECRET: eight letters that name it and 256 random
// bits. It is shown once. What is kept is its SHA-256, which no search can turn
// back, so that whoever reads the store cannot act in anybody's name.
package key

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// Key is what is kept of a key, and what its bearer may do. The zero value is
// none.
type Key struct {
	ID      string // "key-" and the prefix, which is not secret: who acts, in the log
	Hash    [sha256.Size]byte
	Tier    reader.Tier
	Scopes  reader.Scopes
	Agency  string           // of the tier agency: whose AMBER+STRICT it sees
	Country report.Countries // of the tier agency: one
	Source  string           // that its bearer reports for, and whose RED it sees; empty: none
	Note    string           // whom it was made for
	Created time.Time        // UTC, seconds
	Expires time.Time        // UTC, seconds; zero: it does not
	Revoked time.Time        // UTC, seconds; zero: it is not
}

const (
	mark        = "fwk_"
	idMark      = "key-"
	prefixBytes = 5
	secretBytes = 32

	maxText = 200 // bytes of an agency or a note
)

// letters are those of prefixes: no two look alike when read aloud.
func letters() *base32.Encoding {
	return base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)
}

// Make gives a key its name and its secret, read from a source of randomness. The
// token is what its bearer sends; it is nowhere else.
func Make(random io.Reader, k Key) (made Key, token string, err error) {
	b := make([]byte, prefixBytes+secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return Key{}, "", fmt.Errorf("randomness for a key: %w", err)
	}
	prefix := letters().EncodeToString(b[:prefixBytes])
	token = mark + prefix + "_" + hex.EncodeToString(b[prefixBytes:])
	k.ID, k.Hash = idMark+prefix, sha256.Sum256([]byte(token))
	return k, token, nil
}

// Names says whether a credential has the form of a key, and the id that it claims.
func Names(credential string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(credential, mark)
	prefix, secret, found := strings.Cut(rest, "_")
	if !ok || !found || len(prefix) != prefixBytes*8/5 || len(secret) != 2*secretBytes {
		return "", false
	}
	return idMark + prefix, true
}

// Is says whether a credential is this key, in a time that does not depend on how
// much of it is right.
func (k *Key) Is(credential string) bool {
	sum := sha256.Sum256([]byte(credential))
	return subtle.ConstantTimeCompare(sum[:], k.Hash[:]) == 1
}

// Stands says whether the bearer of a key may act at an instant.
func (k *Key) Stands(now time.Time) bool {
	return k.Revoked.IsZero() && (k.Expires.IsZero() || now.Before(k.Expires))
}

// Reader is who bears a key.
func (k *Key) Reader() reader.Reader {
	return reader.Reader{
		Class: reader.Class{Tier: k.Tier, Agency: k.Agency, Country: k.Country, Source: k.Source},
		ID:    k.ID, Scopes: k.Scopes,
	}
}

// Validate says everything that is wrong with what a key allows; nil: nothing is.
func (k *Key) Validate() (faults report.Faults) {
	refuse := func(member, detail string) {
		faults = append(faults, report.Fault{Member: "/" + member, Detail: detail})
	}
	owner := k.Tier >= reader.Analyst
	switch {
	case k.Tier == reader.Public || k.Tier > reader.Admin:
		refuse("tier", "must be one of partner, agency, analyst, admin: the public needs no key")
	case k.Tier == reader.Agency && k.Agency == "":
		refuse("agency", "must say which agency the key is for")
	case k.Tier != reader.Agency && k.Agency != "":
		refuse("agency", "is of the tier agency only")
	}
	if one := k.Country == report.CAN || k.Country == report.USA; one != (k.Tier == reader.Agency) || !one && k.Country != 0 {
		refuse("country", "must be CAN or USA with the tier agency, and absent with others")
	}
	switch {
	case k.Scopes == 0 || k.Scopes > reader.Read|reader.Send|reader.Curate|reader.Supervise:
		refuse("scopes", "must be a list of "+strings.Join(scopeNames[:], ", "))
	case k.Scopes&reader.Send != 0 && k.Source == "" && !owner:
		refuse("source", "must be there with the scope report: it says for whom")
	case k.Scopes&reader.Supervise != 0 && k.Tier != reader.Admin:
		refuse("scopes", "may have admin with the tier admin only")
	}
	if k.Source != "" && (owner || !plain(k.Source, report.MaxID) || strings.ContainsAny(k.Source, ": ")) {
		refuse("source", "must be the id of a source, without a colon, with the tiers partner and agency only")
	}
	if !plain(k.Agency, maxText) {
		refuse("agency", fmt.Sprintf("must be at most %d printable ASCII characters", maxText))
	}
	if !plain(k.Note, maxText) {
		refuse("note", fmt.Sprintf("must be at most %d printable ASCII characters", maxText))
	}
	if !k.Expires.IsZero() && !k.Expires.After(k.Created) {
		refuse("expires", "must be later than now")
	}
	return faults
}

// plain says whether a text is short, and safe on every terminal.
func plain(text string, most int) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return len(text) <= most
}

var scopeNames = [...]string{"read", "report", "curate", "admin"} // bit by bit

// ScopeNames are the words for what a reader may do, never nil.
func ScopeNames(s reader.Scopes) []string {
	names := []string{}
	for i, name := range scopeNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseScopes reads them.
func ParseScopes(names []string) (s reader.Scopes, err error) {
	for _, name := range names {
		i := slices.Index(scopeNames[:], name)
		if i < 0 {
			return 0, fmt.Errorf("must be a list of %s", strings.Join(scopeNames[:], ", "))
		}
		s |= 1 << i
	}
	return s, nil
}
