package api

import (
	"bytes"
	"maps"
	"math"
	"net/http"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// matrixJSON is the counts of all segments.
type matrixJSON struct {
	Unit         report.Unit   `json:"unit"`
	Units        []report.Unit `json:"units"`
	Bin          string        `json:"bin"`
	Starts       []string      `json:"starts"`
	Days         []int         `json:"days"`
	Segments     []string      `json:"segments"`
	Lower        [][]figure    `json:"lower"`
	Upper        [][]figure    `json:"upper"`
	Reported     [][]int       `json:"reported"`
	Zero         [][]int       `json:"zero"`
	Withheld     [][]int       `json:"withheld"`
	Area         []int         `json:"area"`
	Rate         []figure      `json:"rate"`
	Weight       [][]figure    `json:"weight"`
	Completeness [][]figure    `json:"completeness"`
	Time         string        `json:"timeStamp"`
	Links        []linkJSON    `json:"links"`
}

// seriesMatrix answers with the counts of all segments:
// GET /collections/segments/series.
func (c *call) seriesMatrix() error {
	s := c.state(&collection{moment: daily})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	return c.replyMade(s, func() (*encodedPage, error) {
		of, err := c.counts(s.head, c.detection(s))
		if err != nil {
			return nil, err
		}
		bins, err := c.bins(s, of.Counts, of.Unit, maxMatrixBins)
		if err != nil {
			return nil, err
		}
		links := append(c.pageLinks(nil, page{}), c.link("collection", "/collections/segments", asJSON, "The segments"))
		m := matrix(c.line.Segments(), of, bins)
		m.Bin, m.Time, m.Links = c.asked.bin.String(), s.time().Format(time.RFC3339), linksJSON(links)
		var b bytes.Buffer
		if c.format == asHTML {
			err = c.writeValueHTML(&b, links, m)
		} else {
			err = writeJSON(&b, m)
		}
		return &encodedPage{links: links, plain: b.Bytes(), n: -1}, err
	})
}

func matrix(segments []frontier.Segment, of hotspot.Series, bins []bin) matrixJSON {
	m := matrixJSON{
		Unit: of.Unit, Units: listed(of.Units), Starts: []string{}, Days: []int{},
		Lower: make([][]figure, len(segments)), Upper: make([][]figure, len(segments)), Reported: make([][]int, len(segments)),
		Zero: make([][]int, len(segments)), Withheld: make([][]int, len(segments)),
		Weight: make([][]figure, of.Baseline.Areas()), Completeness: make([][]figure, of.Baseline.Areas()),
	}
	for _, b := range bins {
		m.Starts, m.Days = append(m.Starts, dayText(b.from)), append(m.Days, b.days())
	}
	for i, segment := range segments {
		m.Segments, m.Area = append(m.Segments, segment.ID), append(m.Area, of.Baseline.Area(i))
		rate, known := of.Baseline.Rate(i)
		if !known {
			rate = math.NaN()
		}
		m.Rate = append(m.Rate, figure(rate))
	}
	if len(bins) > 0 {
		m.count(of, bins)
		m.expect(of, bins)
	}
	return m
}

// count fills in what was counted.
func (m *matrixJSON) count(of hotspot.Series, bins []bin) {
	from, to := bins[0].from, bins[len(bins)-1].to
	for i := range m.Segments {
		cells := of.Counts.Days(of.Unit, i, from, to)
		counts := binned(cells, bins)
		m.withhold(of, i, bins, cells)
		if !slices.ContainsFunc(counts, func(n binCount) bool { return n.reported > 0 }) {
			continue
		}
		for _, n := range counts {
			m.Lower[i] = append(m.Lower[i], figure(n.lower))
			m.Upper[i] = append(m.Upper[i], figure(n.upper))
			m.Reported[i] = append(m.Reported[i], n.reported)
			m.Zero[i] = append(m.Zero[i], n.zero)
		}
	}
}

// withhold fills in on how many days figures are withheld, where there are any.
func (m *matrixJSON) withhold(of hotspot.Series, segment int, bins []bin, cells []series.Cell) {
	reported := func(d series.Day) bool { return cells[d-bins[0].from].Reports > 0 }
	days := make([]int, len(bins))
	for b := range bins {
		days[b] = of.Baseline.Withheld(segment, bins[b].from, bins[b].to, reported)
	}
	if slices.Max(days) > 0 {
		m.Withheld[segment] = days
	}
}

// expect fills in what is expected of an area, and how complete its reporting was.
func (m *matrixJSON) expect(of hotspot.Series, bins []bin) {
	outlook := of.Baseline.Over(bins[0].from, bins[len(bins)-1].to)
	for area := range m.Weight {
		for _, b := range bins {
			weight, completeness := outlook.Weight(area, b.from, b.to)
			m.Weight[area] = append(m.Weight[area], figure(weight))
			m.Completeness[area] = append(m.Completeness[area], figure(completeness))
		}
	}
}

// seriesOperations are the questions for counts.
func (s *server) seriesOperations() []operation {
	parameters := []parameter{paramDatetime(seriesMeaning), paramBin(), paramUnit(), paramAsOf()}
	return []operation{
		{http.MethodGet, "/collections/segments/items/{id}/series", "series.segment", "segments", "Segments: the counts of one of them over time", seriesText,
			parameters, []format{asJSON, asCSV}, nil, ok("series"), []int{404}, (*call).segmentSeries},
		{http.MethodGet, "/collections/segments/series", "series.segments", "segments", "Segments: the counts of all of them over time", matrixText,
			slices.Clone(parameters), []format{asJSON}, nil, ok("seriesMatrix"), nil, (*call).seriesMatrix},
	}
}

func nullable(s schema) schema {
	s["nullable"] = true
	return s
}

func figures() schema { return schema{"type": "number"} }

// seriesSchemas are the schemas of what they answer.
func seriesSchemas() schema {
	number, count, day := figures(), whole(0), word("date")
	row := object(schema{
		"start": day, "end": day, "days": whole(1), "lower": number, "upper": number, "reported": count, "zero": count, "withheld": count, "state": schema{"type": "string", "enum": cellStates[:]},
		"expected": nullable(figures()), "expected_low": nullable(figures()), "expected_high": nullable(figures()), "completeness": number,
	}, "start", "end", "days", "lower", "upper", "reported", "zero", "withheld", "state", "expected", "expected_low", "expected_high", "completeness")
	rows := func(of schema) schema { return listOf(nullable(listOf(of))) }
	words := schema{"unit": word(""), "units": listOf(word("")), "bin": word(""), "timeStamp": word("date-time"), "links": listOf(ref("link"))}
	one, all := schema{"segment": word(""), "bins": listOf(row)}, schema{
		"starts": listOf(day), "days": listOf(whole(1)), "segments": listOf(word("")), "lower": rows(number), "upper": rows(number), "reported": rows(count), "zero": rows(count), "withheld": rows(count),
		"area": listOf(count), "rate": listOf(nullable(figures())), "weight": rows(number), "completeness": rows(number),
	}
	for name, s := range words {
		one[name], all[name] = s, s
	}
	maps.Copy(one, evidenceSchemas())
	return schema{
		"series":       object(one, "segment", "unit", "units", "bin", "bins", "sources", "linked", "linked_omitted", "timeStamp", "links"),
		"seriesMatrix": object(all, "unit", "units", "bin", "starts", "days", "segments", "lower", "upper", "reported", "zero", "withheld", "area", "rate", "weight", "completeness", "timeStamp", "links"),
	}
}
