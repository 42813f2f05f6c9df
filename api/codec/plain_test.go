package codec

import (
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

// plainly is how features of a table are written with nothing prepared and nothing
// remembered: what an Encoder writes is held against it.
func plainly[T any](t *table[T]) func([]byte, *frontier.Frontier, *T, []Link) []byte {
	return func(dst []byte, f *frontier.Frontier, v *T, links []Link) []byte {
		return appendFeature(dst, ground{frontier: f}, t, v, links)
	}
}

func plainReport(dst []byte, f *frontier.Frontier, v *report.Version, links []Link) []byte {
	return appendFeature(dst, ground{frontier: f}, &reportTable, v, links)
}

func plainPost(dst []byte, f *frontier.Frontier, p *guard.PostState, links []Link) []byte {
	return appendFeature(dst, ground{frontier: f}, &postTable, p, links)
}
