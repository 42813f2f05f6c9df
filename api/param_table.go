package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

const (
	defaultLimit = 1000
	maxLimit     = 10_000
)

// windows are the lengths over which detection looks, in days.
var windows = [...]int{7, 14, 28, 56}

// levels of hot spots that can be asked for.
var levels = [...]hotspot.Level{hotspot.Low, hotspot.Medium, hotspot.High, hotspot.Critical}

func paramBBox() parameter {
	return parameter{
		name: "bbox",
		description: "Only features that meet this box: west, south, east, north in degrees (CRS84), or with bottom and top as third and sixth. " +
			"West may lie east of east: the box then goes over the antimeridian. Features without geometry match every box.",
		schema: schema{"type": "array", "minItems": 4, "maxItems": 6, "items": schema{"type": "number"}},
		read: func(a *asked, text string) (err error) {
			a.boxes, err = report.ParseBox(text)
			return err
		},
	}
}

// paramDatetime is datetime; meaning says what it does in this collection.
func paramDatetime(meaning string) parameter {
	return parameter{
		name: "datetime",
		description: meaning + " A time (RFC 3339), a day, or an interval: a/b, a/.., ../b, where an empty end is the same as two dots. " +
			"An interval must have an end (`../..` is refused).",
		schema: schema{"type": "string", "example": "2017-01-01T00:00:00Z/2017-02-28T23:59:59Z"},
		read: func(a *asked, text string) (err error) {
			a.times, err = parseDatetime(text)
			return err
		},
	}
}

func paramAsOf() parameter {
	return parameter{
		name: "asOf",
		description: "What was known then: a position in the log, a time (RFC 3339) or a day, which stands for its beginning. " +
			"A report is known when it was published, or else when it was recorded.",
		schema: schema{"type": "string", "example": "2017-03-05"},
		read: func(a *asked, text string) (err error) {
			a.asOf, err = parseAsOf(text)
			return err
		},
	}
}

func paramLimit() parameter {
	return parameter{
		name:        "limit",
		description: fmt.Sprintf("How many features to a page; more than %d is taken as %d.", maxLimit, maxLimit),
		schema:      schema{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit},
		read: func(a *asked, text string) (err error) {
			a.limit, err = parseLimit(text)
			return err
		},
	}
}

func parseLimit(text string) (int, error) {
	n, rest := digits(text)
	if n == 0 || rest != "" || strings.Trim(text, "0") == "" {
		return 0, fmt.Errorf("must be a whole number from 1 to %d", maxLimit)
	}
	limit, err := strconv.Atoi(text)
	if err != nil { // more digits than an int has
		return maxLimit, nil
	}
	return min(limit, maxLimit), nil
}

func paramNext() parameter {
	return parameter{
		name:        "next",
		description: "Where the page begins: taken from a next link, never made up.",
		schema:      schema{"type": "string", "maxLength": 128},
		read: func(a *asked, text string) (err error) {
			a.next, err = parseCursor(text)
			return err
		},
	}
}

// paramFormat is f, which goes before the Accept header.
func paramFormat(offered []format) parameter {
	words := names(offered)
	return parameter{
		name:        "f",
		description: "The format of the answer; without it the Accept header decides.",
		schema:      schema{"type": "string", "enum": words},
		read: func(a *asked, text string) (err error) {
			a.format, err = oneOf(text, words)
			return err
		},
	}
}

func paramUnit() parameter {
	words := texts(report.Units())
	return parameter{
		name:        "unit",
		description: "Only counts of this unit; unlike units are never added.",
		schema:      schema{"type": "string", "enum": words},
		read: func(a *asked, text string) error {
			word, err := oneOf(text, words)
			a.unit = report.Unit(word)
			return err
		},
	}
}

func paramWindow(meaning string) parameter {
	words := make([]string, len(windows))
	for i, days := range windows {
		words[i] = fmt.Sprintf("P%dD", days)
	}
	return parameter{
		name:        "window",
		description: meaning,
		schema:      schema{"type": "string", "enum": words},
		read: func(a *asked, text string) error {
			word, err := oneOf(text, words)
			for i := range words {
				if words[i] == word {
					a.window = windows[i]
				}
			}
			return err
		},
	}
}

func paramGuarded() parameter {
	return parameter{
		name: "guarded",
		description: "false: only hot spots whose stretch was unguarded for at least half of its length and hours over the window, " +
			"counting what is not known as unguarded; true: only the others.",
		schema: schema{"type": "boolean"},
		read: func(a *asked, text string) (err error) {
			a.guarded, err = parseBool(text)
			return err
		},
	}
}

func paramLevel() parameter {
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = l.String()
	}
	return parameter{
		name:        "level",
		description: "Only hot spots of this level or a higher one.",
		schema:      schema{"type": "string", "enum": words},
		read: func(a *asked, text string) error {
			word, err := oneOf(text, words)
			for i := range words {
				if words[i] == word {
					a.level = levels[i]
				}
			}
			return err
		},
	}
}

func paramDryRun() parameter {
	return parameter{
		name:        "dryRun",
		description: "true: say what would be refused, and store nothing.",
		schema:      schema{"type": "boolean", "default": false},
		read: func(a *asked, text string) error {
			dry, err := parseBool(text)
			a.dryRun = dry != nil && *dry
			return err
		},
	}
}

func parseBool(text string) (*bool, error) {
	switch text {
	case "true", "false":
		value := text == "true"
		return &value, nil
	}
	return nil, errors.New("must be true or false")
}

// digits counts the digits at the beginning and returns what follows them.
func digits(text string) (n int, rest string) {
	for n < len(text) && text[n]-'0' <= 9 {
		n++
	}
	return n, text[n:]
}

// oneOf reads a word of a list.
func oneOf(text string, words []string) (string, error) {
	for _, word := range words {
		if word == text {
			return word, nil
		}
	}
	return "", errors.New("must be one of " + strings.Join(words, ", "))
}

func texts[T ~string](words []T) []string {
	all := make([]string, len(words))
	for i := range words {
		all[i] = string(words[i])
	}
	return all
}
