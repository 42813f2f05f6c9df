package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontierwatch/geo/frontier"
)

// Gap is what a source says of its own reporting: that for some days, on a stretch or
// wherever it reports, less than all of its figures are there.
type Gap struct {
	Stretch  frontier.Stretch // without length: wherever it reports
	From, To time.Time        // UTC days, both included; To zero: it goes on
	Share    float64          // of its figures that are reported, 0 to below 1
	Withheld bool             // the rest exists and is not released, rather than being unknown to it
	Known    time.Time        // the UTC day on which the source said so; zero: when it was recorded
}

const (
	maxGaps   = 32
	maxGapLen = 4096 // bytes of all of them as text
	gapForm   = "must be gaps like 2017-01-01/2017-02-28 0.5; main 4270-4290 2018-06-01/.. 0 withheld known 2018-06-15"
)

var errGap = errors.New(gapForm)

// ParseGaps reads the gaps of a source as text: up to 32, between semicolons, each
//
//	[PART KM-KM] FROM/TO SHARE [withheld] [known DAY]
//
// with days as 2017-02-28, two dots for a TO that is open, and a share from 0 to
// below 1. The empty text is no gap. The error does not repeat what was read.
func ParseGaps(text string) (gaps []Gap, err error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > maxGapLen {
		return nil, fmt.Errorf("%w, and at most %d bytes long", errGap, maxGapLen)
	}
	all := strings.Split(text, ";")
	if len(all) > maxGaps {
		return nil, fmt.Errorf("%w, and at most %d of them", errGap, maxGaps)
	}
	for i, one := range all {
		g, err := parseGap(strings.Fields(one))
		if err != nil {
			return nil, fmt.Errorf("%w; the one numbered %d is not: %w", errGap, i+1, err)
		}
		gaps = append(gaps, g)
	}
	return gaps, nil
}

func parseGap(words []string) (g Gap, err error) {
	next := func() (word string) {
		if len(words) > 0 {
			word, words = words[0], words[1:]
		}
		return word
	}
	if len(words) > 0 && !strings.Contains(words[0], "/") {
		if g.Stretch.Part, err = parsePart(next()); err != nil {
			return g, fmt.Errorf("its part %w", err)
		}
		if g.Stretch, err = parseKMs(g.Stretch.Part, next()); err != nil {
			return g, err
		}
	}
	if g.From, g.To, err = parseDays(next()); err != nil {
		return g, err
	}
	share, err := decimal(next())
	if err != nil || !(share >= 0 && share < 1) {
		return g, errors.New("after the days there must be the share that is reported, from 0 to below 1")
	}
	g.Share = share
	if len(words) > 0 && words[0] == "withheld" {
		next()
		g.Withheld = true
	}
	if len(words) > 0 && words[0] == "known" {
		next()
		if g.Known, err = parseDate(next()); err != nil {
			return g, err
		}
	}
	if len(words) > 0 {
		return g, errors.New("something follows its end")
	}
	return g, nil
}

func parseKMs(part frontier.Part, text string) (s frontier.Stretch, err error) {
	a, b, _ := strings.Cut(text, "-")
	from, err1 := decimal(a)
	to, err2 := decimal(b)
	if err1 != nil || err2 != nil || !(from >= 0 && from < to && to <= maxGapKM) {
		return s, errors.New("after the part there must be kilometres, the lesser first, like 4270-4290")
	}
	return frontier.Stretch{Part: part, From: frontier.KM(from), To: frontier.KM(to)}, nil
}

// maxGapKM is longer than any part.
const maxGapKM = 20_000

func parseDays(text string) (from, to time.Time, err error) {
	a, b, _ := strings.Cut(text, "/")
	if from, err = parseDate(a); err != nil || b == ".." {
		return from, to, err
	}
	if to, err = parseDate(b); err == nil && to.Before(from) {
		err = errors.New("its last day is before its first")
	}
	return from, to, err
}

func parseDate(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < FirstYear || day.Year() > 9999 {
		return time.Time{}, errors.New("its days must be from 1900 on, like 2017-02-28, and an open end two dots")
	}
	return day, nil
}

// decimal is a number of digits and a point, and nothing else that Go takes for one.
func decimal(text string) (float64, error) {
	if strings.Trim(text, "0123456789.") != "" {
		return 0, errGap
	}
	return strconv.ParseFloat(text, 64)
}
