package series

import (
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// Day is a UTC day, counted from 1970-01-01.
type Day int

const dayLength = 24 * 60 * 60 // seconds

// DayOf is the UTC day of an instant.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	day := seconds / dayLength
	if seconds%dayLength < 0 {
		day--
	}
	return Day(day)
}

// Time is the beginning of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*dayLength, 0).UTC() }

// mass is a number of people in units of 2^-20 persons.
type mass int64

const (
	person mass = 1 << 20
	// most is the largest count that is taken at its word, so that thousands of
	// them fit into a mass: eight times less than there are people.
	most = 1 << 30
)

func (m mass) people() float64 { return float64(m) / float64(person) }

// span is a run of days, both included.
type span struct{ first, last Day }

// days are the days a report is about. An interval that ends at midnight does not
// touch the day that begins there.
func days(v *report.Version) span {
	s := span{DayOf(v.Start), DayOf(v.End)}
	if v.End.After(v.Start) {
		s.last = DayOf(v.End.Add(-time.Nanosecond))
	}
	s.last = max(s.first, s.last)
	return s
}

// places yields the segments a report is about, each with its share of so many
// people. The shares add up to the whole.
func places(f *frontier.Frontier, v *report.Version, people int64, yield func(segment int, share mass)) {
	whole := mass(people) * person
	if v.Stretch == nil {
		if 0 <= v.Place.Segment && v.Place.Segment < len(f.Segments()) {
			yield(v.Place.Segment, whole)
		}
		return
	}
	s := *v.Stretch
	first, last := f.SegmentAt(s.Part, s.From), f.SegmentAt(s.Part, s.To)
	if first < 0 {
		return
	}
	if last > first && f.Segments()[last].Stretch.From >= s.To {
		last-- // it ends where that segment begins
	}
	begin := max(s.From, f.Segments()[first].Stretch.From)
	length := min(s.To, f.Segments()[last].Stretch.To) - begin
	given := mass(0)
	for i := first; i <= last; i++ {
		upTo := whole
		if i < last {
			upTo = mass(float64(whole) * float64((f.Segments()[i].Stretch.To-begin)/length))
		}
		yield(i, upTo-given)
		given = upTo
	}
}
