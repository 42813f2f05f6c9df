package api

import (
	"encoding/csv"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

const (
	seriesMeaning = "The days that are looked at, widened to whole bins; not later than today. Without a beginning 53 weeks, 92 days or 24 months; `../b`: from the first report on."

	seriesText = "What was counted at a segment, bin by bin. lower counts reports that may be about the same people (overlaps) once, upper counts all; " +
		"a report over an interval or a stretch is spread evenly. reported is on how many of the bin's days anybody reported there: no report is not zero. " +
		"A day is in one of four states: count, of people; zero, where nobody was reported; withheld, where nobody reported and a source says that it has a figure which it does not release; none. " +
		"zero and withheld say how many days are so, reported and withheld leave those that are none; state is that of the bin: count if any day is, else zero, else withheld, else none. " +
		"expected, with the bounds that 95 % of such counts lie within, is what detection expects as it judges on the last day, of what was reported; " +
		"null before there is a baseline of eight weeks. completeness is the share of the reporting of the area that arrived. " + evidenceText
	matrixText = "The counts of all segments, as arrays: one row a segment (in the order of segments), one number a bin (in the order of starts). " +
		"A row is null where nobody reported, of withheld where nothing is. What is expected at segment s in bin b is rate[s] × weight[area[s]][b]."
)

// figure is a number of an answer: to a thousandth, or four digits where it is small;
// what is no number is null.
type figure float64

func (f figure) MarshalJSON() ([]byte, error) { return f.append(nil, "null"), nil }

func (f figure) append(dst []byte, none string) []byte {
	v := float64(f)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, none...)
	}
	if r := math.Round(v*1000) / 1000; math.Abs(v) >= 1 || r == v {
		return strconv.AppendFloat(dst, r, 'f', -1, 64)
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64) // it was a number before
	return strconv.AppendFloat(dst, short, 'f', -1, 64)
}

func (f figure) text() string { return string(f.append(nil, "")) }

// seriesJSON is the counts of a segment.
type seriesJSON struct {
	Segment string        `json:"segment"`
	Unit    report.Unit   `json:"unit"`
	Units   []report.Unit `json:"units"`
	Bin     string        `json:"bin"`
	Bins    []binJSON     `json:"bins"`
	evidence
	Time  string     `json:"timeStamp"`
	Links []linkJSON `json:"links"`
}

type binJSON struct {
	Start        string `json:"start"`
	End          string `json:"end"`
	Days         int    `json:"days"`
	Lower        figure `json:"lower"`
	Upper        figure `json:"upper"`
	Reported     int    `json:"reported"`
	Zero         int    `json:"zero"`
	Withheld     int    `json:"withheld"`
	State        string `json:"state"`
	Expected     figure `json:"expected"`
	ExpectedLow  figure `json:"expected_low"`
	ExpectedHigh figure `json:"expected_high"`
	Completeness figure `json:"completeness"`
}

// segmentSeries answers with the counts of a segment:
// GET /collections/segments/items/{id}/series.
func (c *call) segmentSeries() error {
	id, err := url.PathUnescape(c.Param("id"))
	segment := slices.IndexFunc(c.line.Segments(), func(s frontier.Segment) bool { return s.ID == id })
	if err != nil || segment < 0 {
		return notFound(noFeature)
	}
	s := c.state(&collection{moment: daily})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	of, err := c.counts(s.head, c.detection(s))
	if err != nil {
		return err
	}
	bins, err := c.bins(s, of.Counts, of.Unit, maxBins)
	if err != nil {
		return err
	}
	rows := seriesRows(of, segment, bins)
	by, err := c.evidenceOf(s, of.Counts, of.Unit, segment, bins)
	if err != nil {
		return err
	}
	links := append(c.pageLinks(nil, page{}), c.link("up", itemPath(codec.Segments, id), asGeoJSON, "The segment"))
	return c.reply(s, cacheData, links, func(w io.Writer) error {
		if c.format == asCSV {
			return writeBins(w, rows)
		}
		series := seriesJSON{
			Segment: id, Unit: of.Unit, Units: listed(of.Units), Bin: c.asked.bin.String(), Bins: rows, evidence: by,
			Time: s.time().Format(time.RFC3339), Links: linksJSON(links),
		}
		if c.format == asHTML {
			return c.writeValueHTML(w, links, series)
		}
		return writeJSON(w, series)
	})
}

func seriesRows(of hotspot.Series, segment int, bins []bin) []binJSON {
	rows := make([]binJSON, len(bins))
	if len(bins) == 0 {
		return rows
	}
	from, to := bins[0].from, bins[len(bins)-1].to
	outlook := of.Baseline.Over(from, to)
	cells := of.Counts.Days(of.Unit, segment, from, to)
	reported := func(d series.Day) bool { return cells[d-from].Reports > 0 }
	for i, n := range binned(cells, bins) {
		b := bins[i]
		withheld := of.Baseline.Withheld(segment, b.from, b.to, reported)
		band, known := outlook.Band(segment, b.from, b.to)
		if !known {
			band = hotspot.Band{Expected: math.NaN(), Low: math.NaN(), High: math.NaN()}
		}
		_, completeness := outlook.Weight(of.Baseline.Area(segment), b.from, b.to)
		rows[i] = binJSON{
			Start: dayText(b.from), End: dayText(b.to), Days: b.days(), Lower: figure(n.lower), Upper: figure(n.upper), Reported: n.reported,
			Zero: n.zero, Withheld: withheld, State: binState(n, withheld),
			Expected: figure(band.Expected), ExpectedLow: figure(band.Low), ExpectedHigh: figure(band.High), Completeness: figure(completeness),
		}
	}
	return rows
}

// binState is the state of a bin: see seriesText.
func binState(n binCount, withheld int) string {
	switch {
	case n.reported > n.zero:
		return cellStates[0]
	case n.zero > 0:
		return cellStates[1]
	case withheld > 0:
		return cellStates[2]
	}
	return cellStates[3]
}

var cellStates = [...]string{"count", "zero", "withheld", "none"}

func dayText(d series.Day) string { return d.Time().Format(time.DateOnly) }

// listed is a list that JSON shows as one where it is empty.
func listed[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// writeBins writes a series as CSV.
func writeBins(w io.Writer, rows []binJSON) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write([]string{"start", "end", "days", "lower", "upper", "reported", "zero", "withheld", "state", "expected", "expected_low", "expected_high", "completeness"})
	for _, r := range rows {
		out.Write([]string{
			r.Start, r.End, strconv.Itoa(r.Days), r.Lower.text(), r.Upper.text(), strconv.Itoa(r.Reported), strconv.Itoa(r.Zero), strconv.Itoa(r.Withheld), r.State,
			r.Expected.text(), r.ExpectedLow.text(), r.ExpectedHigh.text(), r.Completeness.text(),
		})
	}
	out.Flush()
	return out.Error()
}
