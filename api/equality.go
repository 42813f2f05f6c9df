package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/report"
)

// equality asks that a property has a value. null equals nothing.
type equality struct {
	property codec.Property
	text     string    // of strings; of numbers as sent
	number   float64   // of numbers
	time     time.Time // of date-times
	token    []byte    // the value as GeoJSON shows it; nil for numbers
}

// paramEqual is the parameter that has the name of a property.
func paramEqual(p codec.Property) parameter {
	return parameter{
		name:        p.Name,
		description: "Only features with this value. " + p.Description,
		schema:      propertySchema(p),
		read: func(a *asked, text string) error {
			e, err := parseEqual(p, text)
			a.equal = append(a.equal, e)
			return err
		},
	}
}

func parseEqual(p codec.Property, text string) (equality, error) {
	e := equality{property: p, text: text}
	var ok bool
	switch {
	case p.Type == "number" || p.Type == "integer":
		if e.number, ok = report.ParseNumber(text); !ok {
			return e, errors.New("must be a number like 3")
		}
		return e, nil
	case p.Type == "boolean":
		value, err := parseBool(text)
		if err != nil {
			return e, err
		}
		e.token = strconv.AppendBool(nil, *value)
		return e, nil
	case p.Format == "date-time":
		moment, err := report.ParseTime(text)
		if err != nil {
			return e, err
		}
		e.time, e.text = moment, moment.Format(time.RFC3339Nano)
	case len(p.Enum) > 0:
		if _, err := oneOf(text, p.Enum); err != nil {
			return e, err
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(e.text) // a string cannot fail
	e.token = bytes.TrimSpace(b.Bytes())
	return e, nil
}

// shownMatcher keeps features that show the values asked for in their GeoJSON:
// what is compared is what is seen. nil: nothing is asked for.
func shownMatcher[T any](equal []equality, write func([]byte, *T, []codec.Link) []byte) func(*T) bool {
	if len(equal) == 0 {
		return nil
	}
	var text []byte
	return func(v *T) bool {
		text = write(text[:0], v, nil)
		for i := range equal {
			if !equal[i].shown(text) {
				return false
			}
		}
		return true
	}
}

// shown says whether a Feature as codec writes it has the value.
func (e *equality) shown(feature []byte) bool {
	token := shownValue(feature, e.property.Name)
	if e.token != nil {
		return bytes.Equal(token, e.token)
	}
	number, err := strconv.ParseFloat(string(token), 64)
	return err == nil && number == e.number
}

// shownValue is the JSON of a scalar property of a Feature as codec writes it,
// empty if there is none. Quotes within strings are escaped, so that a name in
// quotes with a colon behind it is a name.
func shownValue(feature []byte, name string) []byte {
	if name != "id" {
		i := bytes.Index(feature, []byte(`"properties":{`))
		if i < 0 {
			return nil
		}
		feature = feature[i:]
	}
	key := `"` + name + `":`
	i := bytes.Index(feature, []byte(key))
	if i < 0 {
		return nil
	}
	rest := feature[i+len(key):]
	if len(rest) == 0 || rest[0] != '"' {
		if end := bytes.IndexAny(rest, ",}"); end >= 0 {
			return rest[:end]
		}
		return nil
	}
	for end := 1; end < len(rest); end++ {
		switch rest[end] {
		case '\\':
			end++
		case '"':
			return rest[:end+1]
		}
	}
	return nil
}
