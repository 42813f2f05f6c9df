package cql2

import "time"

// stretch is an interval of time, both ends in it. An instant begins and ends at
// once; a date lasts to the last nanosecond of its day.
type stretch struct{ from, to time.Time }

// span is the stretch of a literal. An open end begins before and ends after all.
func span(n Node) stretch {
	switch n.Op {
	case Date:
		return day(n.Time)
	case Open:
		return stretch{time.Unix(-1<<40, 0).UTC(), time.Unix(1<<40, 0).UTC()}
	}
	return stretch{n.Time, n.Time}
}

func day(t time.Time) stretch { return stretch{t, t.AddDate(0, 0, 1).Add(-1)} }

// when is the stretch of an argument.
func (c *compiler) when(n Node) (argument[stretch], error) {
	switch n.Op {
	case Property:
		return c.whenOf(n)
	case Interval:
		from, err := c.when(n.Args[0])
		if err != nil {
			return nil, err
		}
		to, err := c.when(n.Args[1])
		if err != nil {
			return nil, err
		}
		return func(f Feature) (stretch, bool) {
			begin, known := from(f)
			end, both := to(f)
			return stretch{begin.from, end.to}, known && both
		}, nil
	}
	s := span(n)
	return func(Feature) (stretch, bool) { return s, true }, nil
}

func (c *compiler) whenOf(n Node) (argument[stretch], error) {
	i, err := c.find(n)
	if err != nil {
		return nil, err
	}
	switch c.queryables[i].Type {
	case Timestamps:
		return func(f Feature) (stretch, bool) {
			v := f.Value(i)
			return stretch{v.Time, v.Time}, v.Known
		}, nil
	case Dates:
		return func(f Feature) (stretch, bool) {
			v := f.Value(i)
			return day(v.Time), v.Known
		}, nil
	}
	return nil, n.at.fault("this property is no time")
}

// temporalRelation is a predicate of two stretches, as the standard defines it
// (section 7.9, after Allen). Those that it has for intervals only take an
// instant for an interval that ends as it begins.
func temporalRelation(op Op) func(a, b stretch) bool {
	switch op {
	case "t_after":
		return func(a, b stretch) bool { return a.from.After(b.to) }
	case "t_before":
		return func(a, b stretch) bool { return a.to.Before(b.from) }
	case "t_disjoint":
		return func(a, b stretch) bool { return !meeting(a, b) }
	case "t_intersects":
		return meeting
	case "t_equals":
		return func(a, b stretch) bool { return a.from.Equal(b.from) && a.to.Equal(b.to) }
	case "t_contains":
		return within(false)
	case "t_during":
		return within(true)
	case "t_meets":
		return func(a, b stretch) bool { return a.to.Equal(b.from) }
	case "t_metBy":
		return func(a, b stretch) bool { return a.from.Equal(b.to) }
	case "t_overlaps":
		return overlapping
	case "t_overlappedBy":
		return func(a, b stretch) bool { return overlapping(b, a) }
	case "t_starts":
		return starting
	case "t_startedBy":
		return func(a, b stretch) bool { return starting(b, a) }
	case "t_finishes":
		return finishing
	}
	return func(a, b stretch) bool { return finishing(b, a) } // t_finishedBy
}

func meeting(a, b stretch) bool { return !a.from.After(b.to) && !a.to.Before(b.from) }

// within says whether a lies in b, or with the sides changed b in a, and touches
// neither end.
func within(first bool) func(a, b stretch) bool {
	return func(a, b stretch) bool {
		if !first {
			a, b = b, a
		}
		return a.from.After(b.from) && a.to.Before(b.to)
	}
}

func overlapping(a, b stretch) bool {
	return a.from.Before(b.from) && a.to.After(b.from) && a.to.Before(b.to)
}

func starting(a, b stretch) bool { return a.from.Equal(b.from) && a.to.Before(b.to) }

func finishing(a, b stretch) bool { return a.from.After(b.from) && a.to.Equal(b.to) }
