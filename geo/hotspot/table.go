package hotspot

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// maxSegments is how many segments a table may have: the frontier in cuts of 100 m.
const maxSegments = 100_000

// ReadTable makes an input of counts from files. Each has a header; columns may come
// in any order and others are passed over.
//
//	counts    date,segment,count                 a row for each day and segment with people; they add up
//	areas     segment,source[,chainage_start_km,chainage_end_km]   one row a segment, from 0 without a gap
//	coverage  source,from,to,coverage            days on which an area reported a share only; nil: none
//
// A part of the frontier begins where a segment does not begin at the chainage at
// which the one before it ends; without chainages there is one part. Day 0 is the
// first that counts has. An error names the file and the line.
func ReadTable(counts, areas, coverage io.Reader) (*Input, error) {
	in := &Input{unit: report.Persons}
	numbers, err := readAreas(in, areas)
	if err != nil {
		return nil, fmt.Errorf("areas: %w", err)
	}
	rows, err := readCounts(counts, len(in.segments))
	if err != nil {
		return nil, fmt.Errorf("counts: %w", err)
	}
	if len(rows) > 0 {
		in.start, in.days = rows[0].day, int(rows[len(rows)-1].day-rows[0].day)+1
	}
	in.counts = rows
	if coverage != nil {
		if err := readCoverage(in, coverage, numbers); err != nil {
			return nil, fmt.Errorf("coverage: %w", err)
		}
	}
	return in, nil
}

// columns reads a CSV file and calls yield with the named columns of each row; an
// optional one that the file lacks is empty.
func columns(r io.Reader, required, optional []string, yield func(v []string) error) error {
	file := csv.NewReader(r)
	file.ReuseRecord = true
	header, err := file.Read()
	if err != nil {
		return fmt.Errorf("the header cannot be read: %w", err)
	}
	names := append(slices.Clone(required), optional...)
	at := make([]int, len(names))
	for i, name := range names {
		at[i] = slices.Index(header, name)
		if at[i] < 0 && i < len(required) {
			return fmt.Errorf("the header has no column %s", name)
		}
	}
	values := make([]string, len(names))
	for {
		record, err := file.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, k := range at {
			if k >= 0 {
				values[i] = record[k]
			}
		}
		if err := yield(values); err != nil {
			line, _ := file.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func readDay(name, text string) (series.Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return 0, fmt.Errorf("%s %q is not a day of %d to %d, like 2016-03-31", name, text, firstYear, lastYear)
	}
	return series.DayOf(t), nil
}

// The years a table may be about, which keep a slip of the pen from asking for the
// days of ten thousand.
const firstYear, lastYear = 1900, 2199

func readNumber(name, text string, least, most float64) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= least && v <= most) {
		return 0, fmt.Errorf("%s %q is not a number from %g to %g", name, text, least, most)
	}
	return v, nil
}

func readSegment(text string, segments int) (int, error) {
	s, err := strconv.Atoi(text)
	if err != nil || s < 0 || s >= segments {
		return 0, fmt.Errorf("segment %q is not one of 0 to %d", text, segments-1)
	}
	return s, nil
}

// readAreas makes the segments, and numbers the names of sources.
func readAreas(in *Input, r io.Reader) (numbers map[string]int, err error) {
	numbers = map[string]int{}
	var areas []int
	err = columns(r, []string{"segment", "source"}, []string{"chainage_start_km", "chainage_end_km"}, func(v []string) error {
		if s, err := strconv.Atoi(v[0]); err != nil || s != len(areas) || s >= maxSegments {
			return fmt.Errorf("segment %q: want %d here, as segments are numbered from 0 without a gap", v[0], len(areas))
		}
		from, to := float64(len(areas)*10), float64(len(areas)*10+10)
		if v[2] != "" || v[3] != "" {
			var errs [2]error
			from, errs[0] = readNumber("chainage_start_km", v[2], 0, 1e6)
			to, errs[1] = readNumber("chainage_end_km", v[3], 0, 1e6)
			if err := errors.Join(errs[:]...); err != nil {
				return err
			}
		}
		if !(to > from) {
			return fmt.Errorf("it ends at km %g and begins at km %g", to, from)
		}
		addSegment(in, frontier.Stretch{From: frontier.KM(from), To: frontier.KM(to)})
		if _, ok := numbers[v[1]]; !ok {
			numbers[v[1]] = len(numbers)
		}
		areas = append(areas, numbers[v[1]])
		return nil
	})
	if err != nil {
		return nil, err
	}
	in.setAreas(areas)
	return numbers, nil
}

func addSegment(in *Input, s frontier.Stretch) {
	n := len(in.segments)
	if n > 0 {
		before := in.segments[n-1].Stretch
		s.Part = before.Part
		if s.From != before.To {
			s.Part++
		}
	}
	in.segments = append(in.segments, frontier.Segment{Index: n, ID: strconv.Itoa(n), Stretch: s})
}

func readCounts(r io.Reader, segments int) (rows table, err error) {
	err = columns(r, []string{"date", "segment", "count"}, nil, func(v []string) error {
		day, err1 := readDay("date", v[0])
		segment, err2 := readSegment(v[1], segments)
		people, err3 := readNumber("count", v[2], 0, 1e9)
		rows = append(rows, row{day, segment, people})
		return errors.Join(err1, err2, err3)
	})
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.segment, b.segment))
	})
	return rows, err
}

func readCoverage(in *Input, r io.Reader, numbers map[string]int) error {
	return columns(r, []string{"source", "from", "to", "coverage"}, nil, func(v []string) error {
		area, ok := numbers[v[0]]
		if !ok {
			return fmt.Errorf("source %q has no segment", v[0])
		}
		d := declared{area: area}
		var errs [3]error
		d.first, errs[0] = readDay("from", v[1])
		d.last, errs[1] = readDay("to", v[2])
		d.completeness, errs[2] = readNumber("coverage", v[3], 0, 1)
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		if d.last < d.first {
			return fmt.Errorf("it ends %s, before it begins", v[2])
		}
		in.declared = append(in.declared, d)
		return nil
	})
}
