package report

import (
	"errors"
	"fmt"
	"strings"

	"frontierwatch/geo/frontier"
)

var errPart = errors.New("must be one of main, alaska")

// ParseUnit reads a unit. Its error lists the units and does not repeat s,
// which may be anything; so do those of the other vocabularies.
func ParseUnit(s string) (Unit, error) { return word(s, units[:]) }

// ParseDirection reads a direction.
func ParseDirection(s string) (Direction, error) { return word(s, directions[:]) }

// ParseRelation reads a relation.
func ParseRelation(s string) (Relation, error) { return word(s, relations[:]) }

// ParseStatus reads a status.
func ParseStatus(s string) (Status, error) { return word(s, statuses[:]) }

// ParseTLP reads a label, with or without the "TLP:" that belongs before it
// where people read it.
func ParseTLP(s string) (TLP, error) { return word(strings.TrimPrefix(s, "TLP:"), tlps[:]) }

// ParseCountry reads one country, ISO 3166-1 alpha-3.
func ParseCountry(s string) (Countries, error) {
	switch s {
	case "CAN":
		return CAN, nil
	case "USA":
		return USA, nil
	}
	return 0, fmt.Errorf("must be CAN or USA")
}

// Units lists the units in the order in which people read them. The slice is the
// caller's own, here and below.
func Units() []Unit { return append([]Unit(nil), units[:]...) }

// Directions lists the directions.
func Directions() []Direction { return append([]Direction(nil), directions[:]...) }

// Relations lists the relations.
func Relations() []Relation { return append([]Relation(nil), relations[:]...) }

// Statuses lists the states of verification.
func Statuses() []Status { return append([]Status(nil), statuses[:]...) }

// TLPs lists the labels from the mildest to the strictest.
func TLPs() []TLP { return append([]TLP(nil), tlps[:]...) }

// parsePart reads the name of a part without repeating it.
func parsePart(s string) (frontier.Part, error) {
	part, err := frontier.ParsePart(s)
	if err != nil {
		return part, errPart
	}
	return part, nil
}

func word[T ~string](s string, all []T) (T, error) {
	for _, w := range all {
		if string(w) == s {
			return w, nil
		}
	}
	return "", fmt.Errorf("must be one of %s", listed(all))
}

func listed[T ~string](all []T) string {
	s := make([]string, len(all))
	for i := range all {
		s[i] = string(all[i])
	}
	return strings.Join(s, ", ")
}
