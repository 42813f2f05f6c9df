package api

import (
	"cmp"
	"maps"
	"slices"

	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// Evidence is where the bounds of counts come from: which sources, and which reports
// that may be about the same people.

const (
	evidenceText = "sources are who reported: rows of lower add up to the total, so that of sources that count the same people one has them. " +
		"linked are the sets of reports, of one unit, that say (overlaps), directly or through others, that they may be about the same people, " +
		"as far as any of them touches what is asked for: each whole, with lower and upper of all of it. " +
		"counted says how many people of each lower rests on; neither the plain sum nor one figure alone is the answer, but the bounds are."
	maxLinked = 1000 // reports that an answer lists as linked
)

type sourceCount struct {
	Source   string      `json:"source"`
	Agency   string      `json:"agency"`
	Unit     report.Unit `json:"unit"`
	Lower    figure      `json:"lower"`
	Upper    figure      `json:"upper"`
	Reported int         `json:"reported"`
}

type linkedJSON struct {
	Unit    report.Unit        `json:"unit"`
	Lower   int64              `json:"lower"`
	Upper   int64              `json:"upper"`
	Reports []linkedReportJSON `json:"reports"`
}

type linkedReportJSON struct {
	ID      string `json:"id"`
	Source  string `json:"source"`
	Count   int64  `json:"count"`
	From    string `json:"from"`
	To      string `json:"to"`
	Counted int64  `json:"counted"`
}

// evidence is gathered over cells.
type evidence struct {
	Sources []sourceCount `json:"sources"`
	Linked  []linkedJSON  `json:"linked"`
	Omitted int           `json:"linked_omitted"`
	listed  int
}

func newEvidence() evidence { return evidence{Sources: []sourceCount{}, Linked: []linkedJSON{}} }

// sourceSums adds up cells of some days by a name.
type sourceSums struct {
	over bin
	of   map[string]*sourceSum
}

type sourceSum struct {
	binCount
	days []bool // on which anybody reported
}

func newSourceSums(over bin) sourceSums { return sourceSums{over, map[string]*sourceSum{}} }

func (m sourceSums) add(name string, d series.Day, c series.Cell) {
	n := m.of[name]
	if n == nil {
		n = &sourceSum{days: make([]bool, m.over.days())}
		m.of[name] = n
	}
	n.lower, n.upper = n.lower+c.Once, n.upper+c.All
	if at := &n.days[d-m.over.from]; !*at {
		*at = true
		n.reported++
	}
}

// addSources appends what each source reported in a unit.
func (e *evidence) addSources(unit report.Unit, sums sourceSums, agencies map[string]string) {
	for _, source := range slices.Sorted(maps.Keys(sums.of)) {
		n := sums.of[source]
		e.Sources = append(e.Sources, sourceCount{source, cmp.Or(agencies[source], source), unit, figure(n.lower), figure(n.upper), n.reported})
	}
}

// addLinked appends the sets of linked reports of a unit that touch any of some
// segments on the days of a bin. What would make the answer too long is counted only.
func (e *evidence) addLinked(counts series.Snapshot, unit report.Unit, segments []int, days bin) {
	for _, l := range counts.Linked(unit) {
		if !slices.ContainsFunc(segments, func(i int) bool { return l.Touches(i, days.from, days.to) }) {
			continue
		}
		if e.listed+l.Len() > maxLinked {
			e.Omitted++
			continue
		}
		e.listed += l.Len()
		once, all := l.People()
		set := linkedJSON{Unit: unit, Lower: once, Upper: all}
		for _, r := range l.Reports() {
			set.Reports = append(set.Reports, linkedReportJSON{r.ID, r.Source, r.People, dayText(r.First), dayText(r.Last), r.Once})
		}
		e.Linked = append(e.Linked, set)
	}
}

// evidenceOf is that of a segment over the days of some bins.
func (c *call) evidenceOf(s state, counts series.Snapshot, unit report.Unit, segment int, bins []bin) (evidence, error) {
	e := newEvidence()
	agencies, err := c.agencies(s)
	if err != nil || len(bins) == 0 {
		return e, err
	}
	days := bin{bins[0].from, bins[len(bins)-1].to}
	sums := newSourceSums(days)
	counts.EachIn(unit, segment, days.from, days.to, func(k *series.Kind, d series.Day, c series.Cell) { sums.add(k.Source, d, c) })
	e.addSources(unit, sums, agencies)
	e.addLinked(counts, unit, []int{segment}, days)
	return e, nil
}

// evidenceSchemas are the members that an answer with evidence has.
func evidenceSchemas() schema {
	source := object(schema{"source": word(""), "agency": word(""), "unit": word(""), "lower": figures(), "upper": figures(), "reported": whole(1)},
		"source", "agency", "unit", "lower", "upper", "reported")
	linked := object(schema{"id": word(""), "source": word(""), "count": whole(0), "from": word("date"), "to": word("date"), "counted": whole(0)},
		"id", "source", "count", "from", "to", "counted")
	set := object(schema{"unit": word(""), "lower": whole(0), "upper": whole(0), "reports": listOf(linked)}, "unit", "lower", "upper", "reports")
	return schema{"sources": listOf(source), "linked": listOf(set), "linked_omitted": whole(0)}
}
