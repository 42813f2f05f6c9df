package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"frontierwatch/data/postgis/beside"
)

// fewest is in how many turns every question is asked, however little time there is.
const fewest = 2

// compare asks ours and a peer the same of the same places, in turn, and
// looks whether they answer the same: where they do not, the row is void.
func (b *bench) compare(p peer, handler http.Handler, c comparison) error {
	ways := p.ways(c.wanted, c.few)
	if len(ways) == 0 {
		return nil
	}
	chosen, err := b.choose(p, handler, c, ways)
	if err != nil {
		return err
	}
	var ours []float64
	var how string
	theirs, faults := make([][]float64, len(ways)), make([]error, len(ways))
	random := rand.New(rand.NewPCG(b.Seed, 3))
	for end := time.Now().Add(b.Each * time.Duration(1+len(ways))); len(ours) < fewest*turn || time.Now().Before(end) && b.session.Err() == nil; {
		targets, questions, err := b.places(c, random)
		if err != nil {
			return err
		}
		for _, target := range targets {
			took, _, err := timed(handler, target)
			if err != nil {
				return err
			}
			how = howAsked(target)
			ours = append(ours, took)
		}
		for i, f := range chosen {
			took, found, err := b.asks(p, f, questions)
			if err != nil {
				return err
			}
			theirs[i] = append(theirs[i], took...)
			if faults[i] == nil {
				faults[i] = differences(handler, c.wanted, targets, questions, found)
			}
		}
	}
	here := fmt.Sprintf("%s, %d boxes beside %s", c.what, len(ours), p.name())
	slices.Sort(ours)
	b.add(figure{What: here, Value: quantile(ours, 0.5), P99: quantile(ours, 0.99), Unit: "µs", How: how})
	b.rows(c, here, ways, chosen, theirs, faults)
	return b.session.Err()
}

// places are the next places to ask of.
func (b *bench) places(c comparison, random *rand.Rand) (targets []string, questions []beside.Question, err error) {
	for range turn {
		target := c.target(b.line, random)
		q, err := questionOf(target, c.wanted)
		if err != nil {
			return nil, nil, err
		}
		targets, questions = append(targets, target), append(questions, q)
	}
	return targets, questions, nil
}

// asks asks a peer and says how many µs of processor time each question took.
func (b *bench) asks(p peer, f form, questions []beside.Question) (took []float64, found []answer, err error) {
	for _, q := range questions {
		before, err := p.spent()
		if err != nil {
			return nil, nil, err
		}
		got, err := f.ask(b.session, q)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.how, err)
		}
		after, err := p.spent()
		if err != nil {
			return nil, nil, err
		}
		took, found = append(took, float64((after-before).Nanoseconds())/1000), append(found, got)
	}
	return took, found, nil
}

// differences is the first answer that is not that of ours; nil: all are.
func differences(handler http.Handler, w wanted, targets []string, questions []beside.Question, found []answer) error {
	for i, target := range targets {
		want, err := asked(handler, w, target, questions[i])
		if err == nil {
			err = want.differs(found[i], w, questions[i].Box)
		}
		if err == nil && found[i].all > 0 {
			err = want.counts(handler, target, questions[i].Box, found[i].all)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	return nil
}

// rows adds a row of each way of a peer, compared with that of ours.
func (b *bench) rows(c comparison, here string, ways []way, chosen []form, theirs [][]float64, faults []error) {
	for i, w := range ways {
		what := c.what + ": " + w.name
		if faults[i] != nil {
			b.add(figure{What: what, Unit: "µs", Floor: here, Bar: "void: " + faults[i].Error(), Missed: true})
			continue
		}
		slices.Sort(theirs[i])
		b.add(figure{What: what, Value: quantile(theirs[i], 0.5), P99: quantile(theirs[i], 0.99), Unit: "µs", Floor: here, How: chosen[i].how},
			bar{least: c.reach[w.name], ratio: true})
	}
}

// choose takes of each way the form that costs the least of some places, which are
// not those that are measured. Each has its turn twice: at first nothing is warm.
func (b *bench) choose(p peer, handler http.Handler, c comparison, ways []way) (chosen []form, err error) {
	targets, questions, err := b.places(c, rand.New(rand.NewPCG(b.Seed, 5)))
	if err != nil {
		return nil, err
	}
	for _, target := range targets { // ours is warmed up too
		if _, _, err := timed(handler, target); err != nil {
			return nil, err
		}
	}
	for _, w := range ways {
		best, least := form{}, math.Inf(1)
		for _, f := range slices.Concat(w.forms, w.forms) {
			took, _, err := b.asks(p, f, questions)
			if err != nil {
				return nil, err
			}
			slices.Sort(took)
			if median := quantile(took, 0.5); median < least {
				best, least = f, median
			}
		}
		if least <= 0 {
			return nil, fmt.Errorf("%s: its processor time stands still: it is another process that answers", w.name)
		}
		chosen = append(chosen, best)
	}
	return chosen, nil
}
