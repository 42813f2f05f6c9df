package data

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

// Flags lists the hot spots that were raised on stretches that are unguarded enough,
// until they have been below the watch list for 28 days, with what was done about
// them.
func (c *Corpus) Flags(ctx context.Context, q hotspot.Query) ([]hotspot.Flag, error) {
	s := c.at(q.AsOf)
	spots, _ := c.hotspots(ctx, s, q)
	return s.flags(spots, c.lapsed(ctx, s, q), q.AsOf), nil
}

// lapsed are the hot spots whose flags stand though they are not listed any more.
func (c *Corpus) lapsed(ctx context.Context, s *state, q hotspot.Query) (spots []hotspot.Hotspot) {
	found, _ := c.detect(ctx, s, q)
	for unit, result := range found {
		if q.Unit == "" || q.Unit == unit {
			spots = append(spots, result.Lapsed...)
		}
	}
	return spots
}

func (s *state) flags(spots, lapsed []hotspot.Hotspot, at log.AsOf) []hotspot.Flag {
	all := slices.Concat(spots, lapsed)
	slices.SortFunc(all, hotspot.ByScore)
	flags := hotspot.Flags(all, s.guardAt(at).Share, hotspot.Setting{})
	hotspot.Take(flags, s.stepsAt(at))
	return flags
}

// stepsAt is what had been done about flags.
func (s *state) stepsAt(at log.AsOf) []hotspot.Taken {
	var steps []hotspot.Taken
	for _, t := range s.steps {
		if (at.Seq == 0 || t.Seq <= uint64(at.Seq)) && (at.Known.IsZero() || !t.Recorded.After(at.Known)) {
			steps = append(steps, t)
		}
	}
	return steps
}

// Flag is one of Flags with what was done about it, the oldest step first, or
// hotspot.ErrNotFound.
func (c *Corpus) Flag(ctx context.Context, id string, q hotspot.Query) (hotspot.Flag, []hotspot.Taken, error) {
	return c.flag(ctx, c.at(q.AsOf), id, q)
}

func (c *Corpus) flag(ctx context.Context, s *state, id string, q hotspot.Query) (hotspot.Flag, []hotspot.Taken, error) {
	spots, _ := c.hotspots(ctx, s, q)
	flags := s.flags(spots, c.lapsed(ctx, s, q), q.AsOf)
	i := slices.IndexFunc(flags, func(f hotspot.Flag) bool { return f.ID == id })
	if i < 0 {
		return hotspot.Flag{}, nil, fmt.Errorf("%w: %s", hotspot.ErrNotFound, id)
	}
	return flags[i], hotspot.About(&flags[i], s.stepsAt(q.AsOf)), nil
}

// PutFlag leads a flag of the day of q to a state, for a reason, as an entry of the
// log. What is wrong with that is hotspot.ErrStep, ErrState or ErrNotFound. It is
// durable and visible when this returns.
func (c *Corpus) PutFlag(ctx context.Context, actor, id, state, reason string, q hotspot.Query) error {
	s := c.state.Load() // the step is from this state, or it is none
	flag, _, err := c.flag(ctx, s, id, hotspot.Query{At: q.At})
	if err != nil {
		return err
	}
	step := hotspot.StepOf(&flag, state, reason)
	if err := step.Check(flag.State); err != nil {
		return err
	}
	return c.putStep(ctx, s, actor, step)
}

// PutStep writes down a step about a flag which the caller has found and checked,
// be it in the counts of this corpus or in a part of them. It is durable and visible
// when this returns; hotspot.ErrState: somebody else took one at the same time.
func (c *Corpus) PutStep(ctx context.Context, actor string, step hotspot.Step) error {
	return c.putStep(ctx, c.state.Load(), actor, step)
}

func (c *Corpus) putStep(ctx context.Context, s *state, actor string, step hotspot.Step) error {
	e := log.Entry{Kind: log.Flag, ID: step.Flag, Reason: step.Reason, Body: hotspot.AppendStep(nil, &step)}
	revision := 0
	for _, t := range s.steps {
		if t.Flag == step.Flag {
			revision++
		}
	}
	err := c.put(ctx, actor, e, revision, change{step: &step})
	if errors.Is(err, errMeanwhile) {
		err = fmt.Errorf("%w: %w", hotspot.ErrState, err)
	}
	return err
}
