package guard

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxHours is the length of the longest opening hours that are read, in bytes.
const MaxHours = 1000

// ParseHours reads opening hours in the part of OpenStreetMap's syntax (key
// opening_hours) that ports need. Empty text means that the
// hours are not known.
//
//	24/7
//	08:00-12:00,13:00-17:00
//	Mo-Fr 22:00-02:00; Sa,Su 10:00-26:00; PH off
//	May 15-Sep 30 08:00-20:00; Oct-May 14 Mo-Fr 08:00-16:00
//	Mar Su[2]-Nov Sa[1] 08:00-18:00; Sep Mo[1] +1 day off
//	unknown; 2025 Jan 06+ 09:00-17:00
//	2024 Dec 24-2025 Jan 06 off "holidays"
//	2025-2027,2030+ Jul 08:00-24:00
//
// A rule is, in this order and each as needed: years, dates, days of the week with
// PH for public holidays, times, and open, off, closed or unknown. A comment alone
// in the place of these makes it unknown, which is never open. Semicolons stand
// between rules; what a later one says of a day overrides the earlier ones.
//
// Refused, with what to write instead: sunrise and the like, weeks, school holidays,
// open ends of times (08:00+), additional (,) and fallback (||) rules, ranges over the new
// year with a year at one end only. The error is a *HoursError.
func ParseHours(text string) (*Hours, error) {
	if len(text) > MaxHours {
		return nil, &HoursError{Column: 1, Detail: "longer than " + strconv.Itoa(MaxHours) + " bytes; leave out what is in the past"}
	}
	p := hoursParser{newHoursScanner(text)}
	var rules []rule
	for p.kind != 0 {
		if len(rules) == maxRules {
			p.fail("more than %d rules; leave out what is in the past", maxRules)
			break
		}
		rules = append(rules, p.rule())
		if p.kind == 0 {
			break
		}
		if p.kind != ';' {
			p.fail("%s", p.misplaced())
			break
		}
		p.next()
	}
	if p.err != nil {
		return nil, p.err
	}
	return newHours(rules), nil
}

type hoursParser struct{ *hoursScanner }

// misplaced says what to do about a token that cannot stand where it does.
func (p *hoursParser) misplaced() string {
	word := strings.ToLower(p.token.text)
	switch {
	case p.kind == '|':
		return "fallback rules (||) are not read; put the rule that is to give way first and a semicolon between them"
	case p.kind == ',':
		return "a comma cannot stand here; begin another rule with a semicolon, and repeat in it what is to stay"
	case p.kind == '+':
		return "an open end is not known here; write until when, like 08:00-16:00, or unknown"
	case p.kind == '0':
		return "a time or date is not complete or not in its place; the order is years, dates, days, times, like 2025 May 01-Sep 30 Mo-Fr 08:00-16:00"
	case word == "sunrise" || word == "sunset" || word == "dawn" || word == "dusk":
		return word + " is not read; write a time of the clock, like 08:00"
	case word == "week":
		return "weeks are not read; write dates, like Jan 06-Mar 30"
	case word == "sh":
		return "school holidays are not known here; write dates, like Jul 01-Aug 31"
	case word == "easter":
		return "easter is not read; write the dates with their years, like 2026 Apr 05"
	}
	if name := abbreviated(word); name != "" {
		return "write " + name
	}
	return "expected a semicolon, open, off, unknown or the end, not " + p.shown()
}

// abbreviated is how a month or day is written that begins like a word.
func abbreviated(word string) string {
	for _, names := range [][]string{weekdayNames[:], monthNames[1:]} {
		for _, name := range names {
			if len(word) > len(name) && strings.HasPrefix(word, strings.ToLower(name)) {
				return name
			}
		}
	}
	return ""
}

// rule reads up to a semicolon.
func (p *hoursParser) rule() (r rule) {
	start := p.token
	if start.kind == '0' && start.text == "24" && p.ahead().kind == '/' {
		p.always()
	} else {
		p.years(&r)
		p.dates(&r)
		if p.at != start.at {
			p.took(':') // which some write behind dates
		}
		days := p.at
		p.weekdays(&r)
		if r.ambiguous() {
			p.failAt(days, "this may belong to the month before it or to all dates; write two rules, or the month before the days")
		}
		if p.kind == '0' {
			if p.token.text == "24" && p.ahead().kind == '/' {
				p.always()
			} else {
				p.times(&r)
			}
		}
	}
	said := p.at != start.at
	r.state = Yes
	if p.kind == 'a' {
		if state, ok := modifier(p.token.text); ok {
			r.state, said = state, true
			p.next()
			if p.kind == '"' {
				p.comment(&r)
			}
			return r
		}
	}
	switch {
	case p.kind == '"':
		r.state = Unknown
		p.comment(&r)
	case !said && p.err == nil && (p.kind == ';' || p.kind == 0):
		p.fail("a rule is missing here; take out the semicolon, or write one like Mo-Fr 08:00-16:00")
	case !said:
		p.fail("%s", p.misplaced())
	}
	return r
}

func modifier(word string) (Tri, bool) {
	switch strings.ToLower(word) {
	case "open":
		return Yes, true
	case "off", "closed":
		return No, true
	case "unknown":
		return Unknown, true
	}
	return Unknown, false
}

func (p *hoursParser) always() {
	p.next()
	p.next()
	if p.kind != '0' || p.token.text != "7" {
		p.fail("write 24/7")
		return
	}
	p.next()
}

func (p *hoursParser) comment(r *rule) {
	text := p.token.text
	r.comment = text[1 : len(text)-1]
	if !utf8.ValidString(r.comment) || strings.ContainsFunc(r.comment, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		p.fail("a comment may hold printable characters only")
		return
	}
	p.next()
}

// times reads the spans of a rule.
func (p *hoursParser) times(r *rule) {
	for {
		at := p.at
		from := p.clock("a time like 08:00")
		if p.kind != '-' {
			p.fail("a time alone opens nothing; write from when until when, like 08:00-16:00")
			return
		}
		p.next()
		to := p.clock("the time it ends, like 16:00")
		switch {
		case p.err != nil:
			return
		case from >= fullDay:
			p.failAt(at, "a time begins before 24:00; write it on the next day, from 00:00 on")
			return
		case from == to:
			p.failAt(at, "it ends when it begins; write 24/7 or 00:00-24:00 for the whole day, off for none of it")
			return
		case to < from:
			to += fullDay
		case to > from+fullDay:
			p.failAt(at, "this is longer than a day; write 24/7, or the end in the hours of one day")
			return
		}
		r.spans = append(r.spans, span{from, to})
		if p.kind != ',' {
			return
		}
		if p.ahead().kind != '0' {
			return // the rule ends with a fault, which is told there
		}
		p.next()
	}
}

// clock reads a time of the day as minutes; up to 48:00 at an end.
func (p *hoursParser) clock(expected string) int {
	at := p.at
	hour, ok := p.number(2)
	if !ok || p.kind != ':' {
		p.failAt(at, "expected %s; %s", expected, "hours and minutes stand around a colon")
		return 0
	}
	p.next()
	digits := len(p.token.text)
	minute, ok := p.number(2)
	if !ok || digits != 2 || minute > 59 {
		p.failAt(at, "expected %s; minutes are two digits, 00 to 59", expected)
		return 0
	}
	if hour*60+minute > 2*fullDay {
		p.failAt(at, "times go up to 24:00, or 48:00 for the end of the next day")
	}
	return hour*60 + minute
}

// number reads one of at most some digits.
func (p *hoursParser) number(digits int) (int, bool) {
	if p.kind != '0' || len(p.token.text) > digits {
		return 0, false
	}
	n, _ := strconv.Atoi(p.token.text)
	p.next()
	return n, true
}

// weekdays reads days of the week and PH.
func (p *hoursParser) weekdays(r *rule) {
	for p.kind == 'a' {
		switch from, ok := p.weekday(); {
		case ok:
			p.fromWeekday(r, from)
		case strings.EqualFold(p.token.text, "PH"):
			r.holidays = true
			p.next()
		default:
			return
		}
		if p.kind != ',' || p.ahead().kind != 'a' {
			return
		}
		p.next()
		if _, ok := lookup(weekdayNames[:], p.token.text); !ok && !strings.EqualFold(p.token.text, "PH") {
			p.fail("%s", p.misplaced())
		}
	}
}

// fromWeekday reads what may follow a day of the week: the end of a range, or
// which of its month.
func (p *hoursParser) fromWeekday(r *rule, from time.Weekday) {
	switch p.kind {
	case '-':
		p.next()
		to, ok := p.weekday()
		if !ok {
			p.fail("expected the last day, like Mo-Fr, not %s", p.shown())
		}
		r.weekdays = append(r.weekdays, weekday{from: from, to: to})
	case '[':
		for p.kind == '[' || p.kind == ',' {
			p.next()
			r.weekdays = append(r.weekdays, weekday{from: from, to: from, nth: p.nth(5)})
		}
		p.closeNth()
	default:
		r.weekdays = append(r.weekdays, weekday{from: from, to: from})
	}
}

// weekday reads the name of one, if it is next.
func (p *hoursParser) weekday() (time.Weekday, bool) {
	n, ok := lookup(weekdayNames[:], p.token.text)
	if p.kind != 'a' || !ok {
		return 0, false
	}
	p.next()
	return time.Weekday(n), true
}

// nth reads a number of a weekday in its month.
func (p *hoursParser) nth(most int) int {
	sign := 1
	if p.took('-') {
		sign = -1
	}
	at := p.at
	n, ok := p.number(1)
	if !ok || n < 1 || n > most {
		p.failAt(at, "expected which of the month, 1 to %d, or -1 for the last, like Su[2]", most)
	}
	return sign * n
}

func (p *hoursParser) closeNth() {
	if !p.took(']') {
		p.fail("expected ], like Su[2]")
	}
}

var (
	weekdayNames = [...]string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}
	monthNames   = [...]string{"", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// lookup finds a name, in either case.
func lookup(names []string, text string) (int, bool) {
	for i, name := range names {
		if name != "" && strings.EqualFold(name, text) {
			return i, true
		}
	}
	return 0, false
}
