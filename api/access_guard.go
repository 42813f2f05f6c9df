package api

import (
	"context"
	"math"
	"slices"

	"frontierwatch/geo/hotspot"
)

// hourless is a corpus for those who may not see when a stretch is guarded: at no
// instant, nor for how much of a window, which could be a single day.
type hourless struct{ Corpus }

// Segments are those of the corpus without what guards them.
func (h hourless) Segments(ctx context.Context, q hotspot.Query) ([]hotspot.SegmentState, error) {
	all, err := h.Corpus.Segments(ctx, q)
	all = slices.Clone(all)
	for i := range all {
		all[i].Guarded, all[i].UnguardedShare = nil, math.NaN()
	}
	return all, err
}
