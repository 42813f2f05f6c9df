package api

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

var (
	errInstant  = errors.New("must be a time like 2017-01-31T18:05:00Z (RFC 3339, with Z or an offset), a day like 2017-01-31, or an interval of two of them with a slash between")
	errInterval = errors.New("must be an interval with at least one end: a/b, a/.. or ../b")
	errOrder    = errors.New("must not end before it begins")
	errAsOf     = errors.New("must be a position in the log (a whole number from 1), a time like 2017-01-31T18:05:00Z or a day like 2017-01-31, which stands for its beginning")
)

// parseDatetime reads an instant or an interval (OGC 17-069r4, section 7.15.4):
// a, a/b, a/.., ../b, a/ and /b. An interval open at both ends is refused, as in
// the grammar. A day is taken too, although the grammar has none: it stands for
// all of itself.
func parseDatetime(text string) (span, error) {
	begin, end, interval := strings.Cut(text, "/")
	if !interval {
		day, err := parseMoment(text)
		return day, err
	}
	if open(begin) && open(end) {
		return span{}, errInterval
	}
	var s span
	if !open(begin) {
		first, err := parseMoment(begin)
		if err != nil {
			return span{}, err
		}
		s.from = bounded(first.from)
	}
	if !open(end) {
		last, err := parseMoment(end)
		if err != nil {
			return span{}, err
		}
		s.to = bounded(last.to)
	}
	if !s.from.IsZero() && !s.to.IsZero() && s.to.Before(s.from) {
		return span{}, errOrder
	}
	return s, nil
}

func open(text string) bool { return text == "" || text == ".." }

// bounded keeps a time from being the zero one, which means open.
func bounded(t time.Time) time.Time {
	if t.IsZero() {
		return t.Add(-time.Millisecond)
	}
	return t
}

// parseMoment reads an instant, or a day as its first and last millisecond.
func parseMoment(text string) (span, error) {
	if len(text) == len(time.DateOnly) {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return span{}, errInstant
		}
		return span{from: bounded(day), to: bounded(day.Add(24*time.Hour - time.Millisecond))}, nil
	}
	// A plus sign that was not escaped arrives as a space.
	t, err := report.ParseTime(strings.Replace(text, " ", "+", 1))
	if err != nil {
		return span{}, errInstant
	}
	return span{from: bounded(t), to: bounded(t)}, nil
}

// parseAsOf reads a position in the log, or a time whose knowledge is asked for.
func parseAsOf(text string) (log.AsOf, error) {
	if n, rest := digits(text); n > 0 && rest == "" {
		seq, err := strconv.ParseUint(text, 10, 63)
		if err != nil || seq == 0 {
			return log.AsOf{}, errAsOf
		}
		return log.AsOf{Seq: log.Seq(seq)}, nil
	}
	moment, err := parseMoment(text)
	if err != nil {
		return log.AsOf{}, errAsOf
	}
	return log.AsOf{Known: moment.from}, nil
}
