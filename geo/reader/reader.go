// Package reader is who asks, and what each may see: the five tiers, the markings
// of TLP 2.0 (FIRST, 2022) and the countries that a report is releasable to.
//
// What is derived follows what is seen: nobody filters answers. A reader's class
// chooses a part of the log, and everything that the class is told (numbers,
// counts, tiles, hot spots) is reckoned from that part alone.
package reader

import (
	"errors"
	"fmt"

	"frontierwatch/geo/report"
)

// ErrForbidden says that what is seen is not for this reader to change, or that it
// is asked for what its tier is told nothing of.
var ErrForbidden = errors.New("not for this key")

// Tier is how much a reader may see at the most. The zero value is Public.
type Tier uint8

const (
	Public  Tier = iota // segments and hot spots, from weekly counts
	Partner             // reports marked CLEAR and GREEN, rounded to segment and day
	Agency              // also AMBER that is releasable to its country, exactly
	Analyst             // everything
	Admin               // everything, and who else may see what
)

var tiers = [...]string{"public", "partner", "agency", "analyst", "admin"}

func (t Tier) String() string {
	if int(t) < len(tiers) {
		return tiers[t]
	}
	return fmt.Sprintf("tier(%d)", uint8(t))
}

// ParseTier reads a tier.
func ParseTier(s string) (Tier, error) {
	for i, name := range tiers {
		if s == name {
			return Tier(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no tier; use one of public, partner, agency, analyst, admin", s)
}

// Scopes is the set of what a reader may do.
type Scopes uint8

const (
	Read      Scopes = 1 << iota // ask
	Send                         // send reports of its source, and correct them
	Curate                       // change posts and sources, and lead flags
	Supervise                    // make keys and revoke them
)

// Class is what decides what is seen: two readers of one class get the same
// answers, byte for byte. The zero value is the public.
type Class struct {
	Tier    Tier
	Agency  string           // whose AMBER+STRICT it sees; of Agency only
	Country report.Countries // one country; of Agency only
	Source  string           // the source whose own key it bears, which sees its RED; empty: none
}

// Reader is who asks. The zero value is the public, which may do nothing but read
// what is public.
type Reader struct {
	Class
	ID     string // of the key, as it stands in the log as actor; empty: no credential
	Scopes Scopes
}
