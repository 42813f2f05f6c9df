package api

import (
	"fmt"
	"time"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// binning is how the days of a series are taken together.
type binning uint8

const (
	byWeek binning = iota // from Monday on; what is meant where nothing is said
	byDay
	byMonth
)

// binWords are the binnings by their names, ISO 8601 durations.
var binWords = [...]string{byDay: "P1D", byWeek: "P1W", byMonth: "P1M"}

func (b binning) String() string { return binWords[b] }

// bin is a run of UTC days, both included.
type bin struct{ from, to series.Day }

func (b bin) days() int { return int(b.to-b.from) + 1 }

const (
	maxBins       = 4000 // of one segment
	maxMatrixBins = 800  // of all segments
)

func paramBin() parameter {
	words := []string{binWords[byDay], binWords[byWeek], binWords[byMonth]}
	return parameter{
		name:        "bin",
		description: "The days that are counted together: each by itself, weeks from Monday to Sunday, or months, all in UTC.",
		schema:      schema{"type": "string", "enum": words, "default": binWords[byWeek]},
		read: func(a *asked, text string) error {
			word, err := oneOf(text, words)
			for b, name := range binWords {
				if name == word {
					a.bin = binning(b)
				}
			}
			return err
		},
	}
}

// start is the first day of the bin that holds a day.
func (b binning) start(d series.Day) series.Day {
	switch b {
	case byWeek:
		return d - series.Day((int(d.Time().Weekday())+6)%7)
	case byMonth:
		return d - series.Day(d.Time().Day()-1)
	}
	return d
}

// next is the first day of the bin after the one that begins on a day.
func (b binning) next(d series.Day) series.Day {
	switch b {
	case byWeek:
		return d + 7
	case byMonth:
		return series.DayOf(d.Time().AddDate(0, 1, 0))
	}
	return d + 1
}

// bins are the bins from the one that holds a day to the one that holds another, of
// which only the days up to that one count. More than most are an error.
func (b binning) bins(from, to series.Day, most int) ([]bin, error) {
	var all []bin
	for d := b.start(from); d <= to; d = b.next(d) {
		if len(all) == most {
			return nil, badRequest([]fault{{Parameter: "datetime", Detail: fmt.Sprintf("asks for more than %d bins: ask for a shorter interval or longer bins", most)}})
		}
		all = append(all, bin{d, min(b.next(d)-1, to)})
	}
	return all, nil
}

// usual is the first day where none was asked for: a good year of weeks, a quarter of
// days, two years of months.
func (b binning) usual(to series.Day) series.Day {
	switch b {
	case byDay:
		return to - 91
	case byMonth:
		return series.DayOf(b.start(to).Time().AddDate(0, -23, 0))
	}
	return b.start(to) - 52*7
}

// bins are those that a call asks for, of counts in a unit, up to the day of its
// state.
func (c *call) bins(s state, counts series.Snapshot, unit report.Unit, most int) ([]bin, error) {
	to, from := series.DayOf(s.at), c.asked.bin.usual(series.DayOf(s.at))
	switch {
	case !c.asked.times.from.IsZero():
		from = series.DayOf(c.asked.times.from)
	case !c.asked.times.to.IsZero(): // open at its beginning
		if first, _, ok := counts.Span(unit); ok {
			from = min(first, to)
		}
	}
	// Nothing can have been observed before the first year, and no day has to be counted for it.
	from = max(from, series.DayOf(time.Date(report.FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)))
	return c.asked.bin.bins(from, to, most)
}

// binned adds up days to bins; days[0] is the first day of bins[0].
func binned(days []series.Cell, bins []bin) []binCount {
	all := make([]binCount, len(bins))
	for i, b := range bins {
		for d := b.from; d <= b.to; d++ {
			all[i].add(days[d-bins[0].from])
		}
	}
	return all
}

// binCount is what is counted in a bin.
type binCount struct {
	lower, upper float64 // people: those counted twice once, and all of them
	reported     int     // days on which somebody reported
	zero         int     // of these those on which nobody was
}

func (n *binCount) add(c series.Cell) {
	n.lower, n.upper = n.lower+c.Once, n.upper+c.All
	if c.Reports > 0 {
		n.reported++
		if c.All == 0 {
			n.zero++
		}
	}
}
