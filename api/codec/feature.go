package codec

import (
	"strconv"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
)

// ground is what geometries are made from.
type ground struct {
	frontier *frontier.Frontier
	lines    [][]byte    // geometry of each segment, by Index; nil: not prepared
	rough    *roughLines // nil: nothing is remembered
}

// place is where a row of CSV lies; false: nowhere.
type place[T any] func(*frontier.Frontier, *T) (orb.Point, bool)

// appendFeature appends v as a GeoJSON Feature.
func appendFeature[T any](dst []byte, g ground, t *table[T], v *T, links []Link) []byte {
	if t.write != nil {
		return t.write(dst, g, v, links)
	}
	return appendByColumns(dst, g, t, v, links, Selection{})
}

// appendByColumns is appendFeature by the columns of the table that are selected.
func appendByColumns[T any](dst []byte, g ground, t *table[T], v *T, links []Link, only Selection) []byte {
	dst = append(dst, `{"type":"Feature","id":`...)
	dst = appendText(dst, t.id(v))
	dst = append(dst, `,"geometry":`...)
	if t.shape == nil || only.NoGeometry {
		dst = append(dst, "null"...)
	} else {
		dst = t.shape(dst, g, v)
	}
	dst = append(dst, `,"properties":{`...)
	s := subject[T]{v, g.frontier}
	separate := false
	for i := range t.columns {
		if !only.Has(i) {
			continue
		}
		if separate {
			dst = append(dst, ',')
		}
		separate = true
		dst = append(dst, t.columns[i].key...)
		dst = t.columns[i].appendJSON(dst, s)
	}
	dst = append(dst, '}')
	if links != nil {
		dst = append(dst, `,"links":`...)
		dst = appendLinks(dst, links)
	}
	return append(dst, '}')
}

// appendJSON appends the value of a property, null where there is none.
func (c *column[T]) appendJSON(dst []byte, s subject[T]) []byte {
	switch {
	case c.text != nil:
		return textOrNull(dst, c.text(s))
	case c.real != nil:
		if v := c.real(s); c.significant == 0 {
			return realOrNull(dst, v, c.decimals)
		} else if finite(v) {
			return appendSignificant(dst, v, c.significant)
		}
	case c.whole != nil:
		if n, ok := c.whole(s); ok {
			return appendInteger(dst, n)
		}
	case c.instant != nil:
		if c.Format != "date" {
			return instantOrNull(dst, c.instant(s))
		} else if t := c.instant(s); writable(t) {
			return append(appendDay(append(dst, '"'), t), '"')
		}
	case c.truth != nil:
		if t := c.truth(s); t != guard.Unknown {
			return strconv.AppendBool(dst, t == guard.Yes)
		}
	case c.count != nil:
		if n := c.count(s); n > 0 {
			return c.appendList(dst, s, n)
		}
	}
	return append(dst, "null"...)
}

func (c *column[T]) appendList(dst []byte, s subject[T], n int) []byte {
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, c.element(s, i))
	}
	return append(dst, ']')
}

func appendTexts(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, text := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, text)
	}
	return append(dst, ']')
}

func appendLinks(dst []byte, links []Link) []byte {
	dst = append(dst, '[')
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(append(dst, `{"rel":`...), l.Rel)
		if l.Type != "" {
			dst = appendText(append(dst, `,"type":`...), l.Type)
		}
		if l.Title != "" {
			dst = appendText(append(dst, `,"title":`...), l.Title)
		}
		dst = appendText(append(dst, `,"href":`...), l.Href)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}
