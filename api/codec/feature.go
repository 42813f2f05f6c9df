package codec

import (
	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
)

// ground is what geometries are made from.
type ground struct {
	frontier *frontier.Frontier
	lines    [][]byte // geometry of each segment, by Index; nil: not prepared
}

// place is where a row of CSV lies; false: nowhere.
type place[T any] func(*frontier.Frontier, *T) (orb.Point, bool)

// appendFeature appends v as a GeoJSON Feature.
func appendFeature[T any](dst []byte, g ground, t *table[T], v *T, links []Link) []byte {
	dst = append(dst, `{"type":"Feature","id":`...)
	dst = appendText(dst, t.id(v))
	dst = append(dst, `,"geometry":`...)
	if t.shape == nil {
		dst = append(dst, "null"...)
	} else {
		dst = t.shape(dst, g, v)
	}
	dst = append(dst, `,"properties":{`...)
	s := subject[T]{v, g.frontier}
	for i := range t.columns {
		if i > 0 {
			dst = append(dst, ',')
		}
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

// appendJSON appends the value of a property.
func (c *column[T]) appendJSON(dst []byte, s subject[T]) []byte {
	switch {
	case c.text != nil:
		if text := c.text(s); text != "" {
			return appendText(dst, text)
		}
	case c.count != nil:
		if n := c.count(s); n > 0 {
			return c.appendList(dst, s, n)
		}
	default:
		start := len(dst)
		quoted := c.instant != nil
		if quoted {
			dst = append(dst, '"')
		}
		before := len(dst)
		if dst = c.appendScalar(dst, s); len(dst) > before {
			if quoted {
				dst = append(dst, '"')
			}
			return dst
		}
		dst = dst[:start]
	}
	return append(dst, "null"...)
}

// appendScalar appends a number, a truth or a time as it stands in any format,
// nothing where there is none.
func (c *column[T]) appendScalar(dst []byte, s subject[T]) []byte {
	switch {
	case c.whole != nil:
		if n, ok := c.whole(s); ok {
			return appendInteger(dst, n)
		}
	case c.real != nil:
		switch v := c.real(s); {
		case !finite(v):
		case c.significant > 0:
			return appendSignificant(dst, v, c.significant)
		default:
			return appendFixed(dst, v, c.decimals)
		}
	case c.truth != nil:
		switch c.truth(s) {
		case guard.Yes:
			return append(dst, "true"...)
		case guard.No:
			return append(dst, "false"...)
		}
	case c.instant != nil:
		switch t := c.instant(s); {
		case !writable(t):
		case c.Format == "date":
			return appendDay(dst, t)
		default:
			return appendInstant(dst, t)
		}
	}
	return dst
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
