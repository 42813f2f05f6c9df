package report

import (
	"errors"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

var (
	errBBoxCount  = errors.New("must have 4 numbers (west,south,east,north) or 6 (west,south,bottom,east,north,top), with commas between")
	errBBoxNumber = errors.New("must be made of decimal numbers like -97.5")
	errBBoxLon    = errors.New("west and east must lie between -180 and 180 degrees")
	errBBoxLat    = errors.New("south and north must lie between -90 and 90 degrees, south not above north")
	errBBoxHeight = errors.New("bottom must not lie above top")
)

// ParseBox reads a box in CRS84 or CRS84h, longitude first. One whose west lies
// east of its east goes over the antimeridian and becomes two boxes. Heights are
// read and passed over: nothing on the frontier has one.
func ParseBox(text string) ([]orb.Bound, error) {
	numbers, err := parseNumbers(text)
	switch {
	case err != nil:
		return nil, err
	case len(numbers) == 6:
		if numbers[2] > numbers[5] {
			return nil, errBBoxHeight
		}
		numbers = []float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	case len(numbers) != 4:
		return nil, errBBoxCount
	}
	west, south, east, north := numbers[0], numbers[1], numbers[2], numbers[3]
	if min(west, east) < -180 || max(west, east) > 180 {
		return nil, errBBoxLon
	}
	if south < -90 || north > 90 || south > north {
		return nil, errBBoxLat
	}
	if west > east {
		return []orb.Bound{box(west, south, 180, north), box(-180, south, east, north)}, nil
	}
	return []orb.Bound{box(west, south, east, north)}, nil
}

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

func parseNumbers(text string) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) > 6 {
		return nil, errBBoxCount
	}
	numbers := make([]float64, len(parts))
	for i, part := range parts {
		n, ok := ParseNumber(part)
		if !ok {
			return nil, errBBoxNumber
		}
		numbers[i] = n
	}
	return numbers, nil
}

// ParseNumber reads a number by the grammar of JSON (RFC 8259, section 6), since
// strconv takes NaN, Inf, 0x10p0 and 1_0 as well. One too large is none.
func ParseNumber(text string) (float64, bool) {
	rest := strings.TrimPrefix(text, "-")
	integer, rest := digits(rest)
	if integer == 0 || integer > 1 && strings.TrimPrefix(text, "-")[0] == '0' {
		return 0, false
	}
	if strings.HasPrefix(rest, ".") {
		n := 0
		if n, rest = digits(rest[1:]); n == 0 {
			return 0, false
		}
	}
	if rest != "" && rest[0]|0x20 == 'e' {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		n := 0
		if n, rest = digits(rest); n == 0 {
			return 0, false
		}
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, rest == "" && err == nil
}

// digits counts the digits at the beginning and returns what follows them.
func digits(text string) (n int, rest string) {
	for n < len(text) && text[n]-'0' <= 9 {
		n++
	}
	return n, text[n:]
}
