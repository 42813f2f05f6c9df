package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
)

// Receipt is what a flag or hot spot of the day of q was reckoned from, with the
// position of the log, so that it can be reckoned again however far the log goes on.
// That of a flag which stands though nothing is found any more is of the last day on
// which it was. The error is hotspot.ErrNotFound where there was none of this id.
func (c *Corpus) Receipt(ctx context.Context, id string, q hotspot.Query) (hotspot.Receipt, error) {
	s := c.at(q.AsOf)
	day, at := c.instant(q).Truncate(24*time.Hour), s.pinned(q.AsOf)
	for _, lapsed := range c.lapsed(ctx, s, hotspot.Query{At: day, AsOf: q.AsOf, Unit: q.Unit}) {
		if lapsed.ID == id {
			day = lapsed.Day
		}
	}
	counts, share := c.countsAt(s, at), s.guardAt(at).Share
	for _, unit := range counts.Units() {
		if q.Unit != "" && q.Unit != unit {
			continue
		}
		receipt, err := hotspot.Explain(hotspot.NewInput(counts, unit, c.areas, s.voices(at)...), day, id, share, s.method(at))
		if errors.Is(err, hotspot.ErrNotFound) {
			continue
		}
		if err != nil {
			return receipt, err
		}
		receipt.Log, receipt.Frontier = hotspot.PositionOf(at), c.edition()
		receipt.Parameters.ReachM = float64(reach(s.setting))
		return receipt, receipt.Seal()
	}
	return hotspot.Receipt{}, fmt.Errorf("%w: %s", hotspot.ErrNotFound, id)
}

func reach(s guard.Setting) frontier.Meters {
	if s.Reach == 0 {
		return guard.Reach
	}
	return s.Reach
}

// VerifyReceipt reckons a receipt again and names what does not agree. The error is
// for one that this store cannot reckon: its log does not reach so far.
func (c *Corpus) VerifyReceipt(ctx context.Context, sent hotspot.Receipt) (differences []string, err error) {
	day, err1 := time.Parse(time.DateOnly, sent.Day)
	at, err2 := sent.Log.At()
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("the receipt has a time that is none: %w", err)
	}
	if head, _ := c.Head(); at.Seq > head || at.Seq == 0 {
		return nil, fmt.Errorf("the receipt is of position %d of the log, this store has 1 to %d", at.Seq, head)
	}
	again, err := c.Receipt(ctx, sent.ID, hotspot.Query{At: day, AsOf: at})
	if errors.Is(err, hotspot.ErrNotFound) {
		// What there is of the rest can still be held against the receipt itself.
		differences, err = sent.Differences(&sent)
		return append(differences, fmt.Sprintf("/id: the store has no hot spot %s on %s at position %d of its log", sent.ID, sent.Day, at.Seq)), err
	}
	if err != nil {
		return nil, err
	}
	return sent.Differences(&again)
}

// edition is what the line hashes to: its segments with their ends, to the
// millimetre, and where they lie.
func (c *Corpus) edition() string {
	h := sha256.New()
	for _, segment := range c.frontier.Segments() {
		s := segment.Stretch
		p := c.frontier.At(s.Part, s.From)
		fmt.Fprintf(h, "%s %.3f %.3f %.6f %.6f\n", segment.ID, float64(s.From), float64(s.To), p[0], p[1])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
