package live

import (
	"cmp"
	"strconv"
	"strings"

	"frontierwatch/geo/log"
)

// Position is how far a stream has been told: up to an entry of the log and, of
// what was found since, up to a number. As text it is "1234" or "1234.17".
//
// Numbers of findings begin anew, higher, in every process, so that a position
// tells whether this one gave it.
type Position struct {
	Seq log.Seq
	Sub uint64
}

// String implements fmt.Stringer.
func (p Position) String() string {
	text := strconv.FormatUint(uint64(p.Seq), 10)
	if p.Sub == 0 {
		return text
	}
	return text + "." + strconv.FormatUint(p.Sub, 10)
}

// Compare orders positions.
func (p Position) Compare(o Position) int {
	return cmp.Or(cmp.Compare(p.Seq, o.Seq), cmp.Compare(p.Sub, o.Sub))
}

// ParsePosition reads a position; false: it is none.
func ParsePosition(text string) (p Position, ok bool) {
	seq, sub, dotted := strings.Cut(text, ".")
	n, ok := parseDigits(seq)
	if !ok {
		return Position{}, false
	}
	p.Seq = log.Seq(n)
	if dotted {
		if p.Sub, ok = parseDigits(sub); !ok {
			return Position{}, false
		}
	}
	return p, true
}

// parseDigits reads up to 18 digits, so that no sum with a position overflows.
func parseDigits(text string) (uint64, bool) {
	if text == "" || len(text) > 18 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil
}
