package api

import (
	"cmp"
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

const (
	summaryText = "What was counted, added up by segment, agency or week. There are rows for each unit: unlike units are never added. " +
		"lower counts reports that may be about the same people (overlaps) once, upper counts all; rows of lower add up to their total, " +
		"so that of agencies that count the same people one has them. reported is on how many days anybody reported. " +
		"What nobody reported of has no row: no report is not zero. A box takes every segment that meets it, whole. " + evidenceText
	summaryDatetime = "The days that are added up, not later than today; all of them unless told."
)

// summaryKinds are what can be added up by.
var summaryKinds = [...]string{"segment", "agency", "week"}

func paramBy() parameter {
	words := summaryKinds[:]
	return parameter{
		name: "by", description: "What is added up by.",
		schema: schema{"type": "string", "enum": words, "default": words[0]},
		read: func(a *asked, text string) (err error) {
			a.by, err = oneOf(text, words)
			return err
		},
	}
}

// summaryJSON is counts added up.
type summaryJSON struct {
	By     string        `json:"by"`
	Rows   []summaryRow  `json:"rows"`
	Totals []unitSummary `json:"totals"`
	evidence
	Time  string     `json:"timeStamp"`
	Links []linkJSON `json:"links"`
}

type summaryRow struct {
	Key      string      `json:"key"` // id of a segment, name of an agency, Monday of a week
	Unit     report.Unit `json:"unit"`
	Lower    figure      `json:"lower"`
	Upper    figure      `json:"upper"`
	Reported int         `json:"reported"`
}

type unitSummary struct {
	Unit  report.Unit `json:"unit"`
	From  string      `json:"from"`
	To    string      `json:"to"`
	Lower figure      `json:"lower"`
	Upper figure      `json:"upper"`
}

// summary answers with counts added up: GET /summary.
func (c *call) summary() error {
	s := c.state(&collection{moment: daily})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	of, err := c.counts(s.head, c.detection(s))
	if err != nil {
		return err
	}
	sums := summing{call: c, counts: of.Counts, by: cmp.Or(c.asked.by, summaryKinds[0])}
	if sums.agency, err = c.agencies(s); err != nil {
		return err
	}
	answer := summaryJSON{evidence: newEvidence(), By: sums.by, Rows: []summaryRow{}, Totals: []unitSummary{}, Time: s.time().Format(time.RFC3339)}
	for _, unit := range of.Units {
		if c.asked.unit != "" && c.asked.unit != unit {
			continue
		}
		rows, days := sums.of(unit, s)
		if len(rows) == 0 {
			continue
		}
		total := unitSummary{Unit: unit, From: dayText(days.from), To: dayText(days.to)}
		for _, r := range rows {
			total.Lower, total.Upper = total.Lower+figure(r.lower), total.Upper+figure(r.upper)
			answer.Rows = append(answer.Rows, summaryRow{Key: r.key, Unit: unit, Lower: figure(r.lower), Upper: figure(r.upper), Reported: r.reported})
		}
		answer.Totals = append(answer.Totals, total)
		answer.addSources(unit, sums.bySource(unit, days), sums.agency)
		answer.addLinked(of.Counts, unit, sums.segments(), days)
	}
	links := c.pageLinks(nil, page{})
	answer.Links = linksJSON(links)
	if c.format != asCSV {
		return c.replyJSON(s, cacheData, links, answer)
	}
	return c.reply(s, cacheData, links, func(w io.Writer) error { return writeSummary(w, answer) })
}

func writeSummary(w io.Writer, answer summaryJSON) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write([]string{answer.By, "unit", "lower", "upper", "reported"})
	for _, r := range answer.Rows {
		out.Write([]string{harmless(r.Key), string(r.Unit), r.Lower.text(), r.Upper.text(), strconv.Itoa(r.Reported)})
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && slices.Contains([]byte("=+-@\t\r"), text[0]) {
		return "'" + text
	}
	return text
}

// agencies are the names of agencies by their sources.
func (c *call) agencies(s state) (map[string]string, error) {
	all, err := c.corpus.Sources(c.Request().Context(), c.known(s))
	names := map[string]string{}
	for _, source := range all {
		names[source.ID] = source.Agency
	}
	return names, err
}

// summing adds up counts.
type summing struct {
	*call
	counts series.Snapshot
	by     string
	agency map[string]string
}

type summed struct {
	key string
	binCount
}

// of adds up a unit, over the days that are asked for and that something is counted
// on. There is a row for each key of which anybody reported.
func (m *summing) of(unit report.Unit, s state) (rows []summed, days bin) {
	first, last, ok := m.counts.Span(unit)
	if !ok {
		return nil, days
	}
	days = bin{first, min(last, series.DayOf(s.at))}
	if from := m.asked.times.from; !from.IsZero() {
		days.from = max(first, series.DayOf(from))
	}
	if days.from > days.to {
		return nil, days
	}
	switch m.by {
	case "week":
		rows = m.weeks(unit, days)
	case "agency":
		rows = m.byAgency(unit, days)
	default:
		for i, segment := range m.line.Segments() {
			if m.taken(segment) {
				rows = append(rows, summed{segment.ID, binned(m.counts.Days(unit, i, days.from, days.to), []bin{days})[0]})
			}
		}
	}
	return slices.DeleteFunc(rows, func(r summed) bool { return r.reported == 0 }), days
}

// taken says whether a segment meets the box that is asked for.
func (m *summing) taken(segment frontier.Segment) bool {
	return m.meets(segment.Stretch, m.asked.boxes)
}

func (m *summing) weeks(unit report.Unit, days bin) (rows []summed) {
	groups := make([]int, len(m.line.Segments()))
	for i, segment := range m.line.Segments() {
		if !m.taken(segment) {
			groups[i] = 1
		}
	}
	start := byWeek.start(days.from)
	bins, _ := byWeek.bins(start, days.to, int(days.to-start)+1) // which is enough for all
	daily := m.counts.Totals(unit, groups, 2, start, days.to)[0]
	clear(daily[:days.from-start]) // of the first week, the days that are not asked for
	for i, n := range binned(daily, bins) {
		rows = append(rows, summed{dayText(bins[i].from), n})
	}
	return rows
}

// byAgency adds up what the sources of each agency reported.
func (m *summing) byAgency(unit report.Unit, days bin) (rows []summed) {
	sums := newSourceSums(days)
	m.each(unit, days, func(k *series.Kind, d series.Day, c series.Cell) {
		sums.add(cmp.Or(m.agency[k.Source], k.Source), d, c)
	})
	for _, name := range slices.Sorted(maps.Keys(sums.of)) {
		rows = append(rows, summed{name, sums.of[name].binCount})
	}
	return rows
}

func (m *summing) bySource(unit report.Unit, days bin) sourceSums {
	sums := newSourceSums(days)
	m.each(unit, days, func(k *series.Kind, d series.Day, c series.Cell) { sums.add(k.Source, d, c) })
	return sums
}

// each yields the cells of the segments that are asked for.
func (m *summing) each(unit report.Unit, days bin, yield func(k *series.Kind, d series.Day, c series.Cell)) {
	taken := make([]bool, len(m.line.Segments()))
	for _, i := range m.segments() {
		taken[i] = true
	}
	m.counts.Each(unit, days.from, days.to, func(k *series.Kind, segment int, d series.Day, c series.Cell) {
		if taken[segment] {
			yield(k, d, c)
		}
	})
}

// segments are the indexes of those that are asked for.
func (m *summing) segments() (all []int) {
	for i, segment := range m.line.Segments() {
		if m.taken(segment) {
			all = append(all, i)
		}
	}
	return all
}

func (s *server) summaryOperations() []operation {
	return []operation{{
		http.MethodGet, "/summary", "summary", callTag, "Counts added up by segment, agency or week", summaryText,
		[]parameter{paramBy(), paramBBox(), paramDatetime(summaryDatetime), paramUnit(), paramAsOf()},
		[]format{asJSON, asCSV}, nil, ok("summary"), nil, (*call).summary,
	}}
}

func summarySchema() schema {
	number := figures()
	row := object(schema{"key": word(""), "unit": word(""), "lower": number, "upper": number, "reported": whole(1)}, "key", "unit", "lower", "upper", "reported")
	total := object(schema{"unit": word(""), "from": word("date"), "to": word("date"), "lower": number, "upper": number}, "unit", "from", "to", "lower", "upper")
	members := schema{
		"by": schema{"type": "string", "enum": summaryKinds[:]}, "rows": listOf(row), "totals": listOf(total),
		"timeStamp": word("date-time"), "links": listOf(ref("link")),
	}
	maps.Copy(members, evidenceSchemas())
	return object(members, "by", "rows", "totals", "sources", "linked", "linked_omitted", "timeStamp", "links")
}
