package report

import (
	"slices"
	"strings"
)

// Marking says to whom something may be shown that was made from many things.
type Marking struct {
	TLP        TLP       // empty: nothing was marked
	Releasable Countries // the countries it may be shown to; 0: not restricted
}

// String is the marking as it stands on prints and in files: TLP:AMBER, releasable to CAN.
func (m Marking) String() string {
	if m.TLP == "" {
		return ""
	}
	text := "TLP:" + string(m.TLP)
	if m.Releasable != 0 {
		text += ", releasable to " + strings.Join(m.Releasable.Names(), " and ")
	}
	return text
}

// Markings gathers the markings of what is inside of something, in any order. The zero
// value is of nothing.
type Markings struct {
	strictest TLP
	common    Countries
	nobody    bool
}

// Add takes the marking of one more thing. Without a label it adds no label.
func (m *Markings) Add(label TLP, releasable Countries) {
	if label != m.strictest && strictness(label) > strictness(m.strictest) {
		m.strictest = label
	}
	switch {
	case releasable == 0 || releasable == m.common:
	case m.common == 0:
		m.common = releasable
	case m.common&releasable == 0:
		m.nobody = true
	default:
		m.common &= releasable
	}
}

// Whole is the strictest label, and the countries that may see every part. Where no
// country may see all of them, it is for nobody but those named: TLP:RED.
func (m *Markings) Whole() Marking {
	if m.nobody {
		return Marking{TLP: Red}
	}
	return Marking{m.strictest, m.common}
}

// strictness orders labels; what is none is below all.
func strictness(t TLP) int { return slices.Index(tlps[:], t) }
