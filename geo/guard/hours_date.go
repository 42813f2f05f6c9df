package guard

import (
	"slices"
	"time"
)

// years reads the years of a rule, unless the year belongs to a date that follows
// it: "2025+", "2025-2027,2030", but not "2025 Jan 06".
func (p *hoursParser) years(r *rule) {
	for p.kind == '0' && len(p.token.text) == 4 {
		if next := p.ahead(); len(r.years) == 0 && next.kind == 'a' && isMonth(next.text) {
			return
		}
		from := p.year()
		years := yearRange{from, from}
		switch {
		case p.took('+'):
			years.to = openEnd
		case p.kind == '-':
			p.next()
			at := p.at
			if years.to = p.year(); years.to <= from {
				p.failAt(at, "a range of years ends with a later one; write a single year alone")
			}
		}
		r.years = append(r.years, years)
		if p.kind != ',' || p.ahead().kind != '0' {
			return
		}
		p.next()
		if len(p.token.text) != 4 {
			p.fail("expected a year of four digits")
		}
	}
}

func (p *hoursParser) year() int {
	at := p.at
	if p.kind != '0' || len(p.token.text) != 4 {
		p.fail("expected a year of four digits, not %s", p.shown())
		return 0
	}
	n, _ := p.number(4)
	if n < 1900 {
		p.failAt(at, "years begin with 1900")
	}
	return n
}

func isMonth(word string) bool {
	_, ok := lookup(monthNames[:], word)
	return ok
}

// dates reads the dates of a rule.
func (p *hoursParser) dates(r *rule) {
	year := 0 // that of the dates before, which need not be repeated
	for {
		numbered := p.kind == '0' && len(p.token.text) == 4
		if !numbered && (p.kind != 'a' || !isMonth(p.token.text)) {
			return
		}
		if numbered {
			if len(r.years) > 0 {
				p.fail("years were given before; write the year with each date, or before all of them only")
				return
			}
			year = p.year()
		}
		r.dates = append(r.dates, p.dateRange(year))
		if p.kind != ',' {
			return
		}
		next := p.ahead()
		if next.kind != '0' && !(next.kind == 'a' && isMonth(next.text)) {
			return
		}
		p.next()
		if p.kind == '0' && len(p.token.text) != 4 {
			p.fail("write the month again before the day, like Jan 01,Jan 06")
			return
		}
	}
}

// dateRange reads one date or month or a range of them, behind its year.
func (p *hoursParser) dateRange(year int) dateRange {
	at := p.at
	x := dateRange{from: p.date(year, p.dated())}
	x.to = x.from
	switch {
	case p.took('+'):
		x.open = true
		if year == 0 {
			p.failAt(at, "an open end needs a year, like 2025 Jan 06+")
		}
	case p.took('-'):
		x.to = p.dateEnd(x.from)
		p.order(x, at)
	default:
		x.single = true
	}
	return x
}

// order refuses ranges that end before they begin.
func (p *hoursParser) order(x dateRange, at int) {
	if x.from.year == 0 || p.err != nil || x.from.first(x.from.year) <= x.to.last(x.to.year) {
		return
	}
	if x.from.year == x.to.year {
		p.failAt(at, "this ends before it begins; over the new year write both years, like 2025 Nov 01-2026 Feb 15")
		return
	}
	p.failAt(at, "this ends before it begins")
}

// dateEnd reads the end of a range: a day of the same month ("May 15-31"), a date,
// or a date with its year.
func (p *hoursParser) dateEnd(from date) date {
	year := from.year
	if p.kind == '0' && len(p.token.text) == 4 {
		at := p.at
		year = p.year()
		if from.year == 0 {
			p.failAt(at, "write a year at both ends or at none")
		}
	}
	if p.kind == '0' {
		to := date{year: year, month: from.month}
		if from.day == 0 || year != from.year {
			p.fail("expected a month")
			return to
		}
		p.monthday(&to)
		p.shift(&to)
		return to
	}
	return p.date(year, from.exact())
}

// date reads a month, with a day if it follows, and with the n-th of a weekday if
// that is to be part of it.
func (p *hoursParser) date(year int, weekdays bool) date {
	x := date{year: year}
	month, ok := lookup(monthNames[:], p.token.text)
	if p.kind != 'a' || !ok {
		p.fail("expected a month, like Jan, not %s", p.shown())
		return x
	}
	x.month = time.Month(month)
	p.next()
	switch p.kind {
	case '0':
		// A number with a colon behind it is a time.
		if p.ahead().kind != ':' && !(p.token.text == "24" && p.ahead().kind == '/') {
			p.monthday(&x)
			p.shift(&x)
		}
	case 'a':
		if w, ok := lookup(weekdayNames[:], p.token.text); ok && weekdays && p.ahead().kind == '[' {
			x.weekday = time.Weekday(w)
			p.next()
			p.next()
			x.nth = p.nth(4)
			p.closeNth()
			p.shift(&x)
		}
	}
	return x
}

// dated says whether a weekday behind the month that is next belongs to the date,
// as in "Mar Su[2]-Nov Sa[1]", and is not a day of the week for all of its dates, as
// in "May-Sep Su[1]". It does before what only a date may have behind it.
func (p *hoursParser) dated() bool {
	look := hoursParser{&hoursScanner{}}
	*look.hoursScanner = *p.hoursScanner
	for look.kind != ']' && look.kind != 0 {
		look.next()
	}
	look.next()
	if look.kind == ',' {
		next := look.ahead()
		return next.kind == '0' || next.kind == 'a' && isMonth(next.text)
	}
	return look.kind == '-' || look.kind == '+'
}

// ambiguous says whether it is not clear if a weekday of the month belongs to the last of
// the dates or to all: "Jul 04,May Su[1]".
func (r *rule) ambiguous() bool {
	n := len(r.dates)
	return n > 1 && len(r.weekdays) > 0 && r.weekdays[0].nth != 0 && !r.dates[n-1].to.exact() &&
		slices.ContainsFunc(r.dates[:n-1], func(x dateRange) bool { return x.from.exact() || x.to.exact() })
}

// exact says whether the date is a day and not a month.
func (x date) exact() bool { return x.day != 0 || x.nth != 0 }

// monthday reads the day of the month of x.
func (p *hoursParser) monthday(x *date) {
	at := p.at
	n, ok := p.number(2)
	const leap = 2000
	if !ok || n < 1 || n > daysIn(leap, x.month) || x.year != 0 && n > daysIn(x.year, x.month) {
		p.failAt(at, "%s has no such day", monthNames[x.month])
	}
	x.day = n
}

// shift reads days that are added: "+1 day", "-2 days".
func (p *hoursParser) shift(x *date) {
	number := p.ahead()
	if p.kind != '+' && p.kind != '-' || number.kind != '0' || len(number.text) > 2 {
		return
	}
	look := *p.hoursScanner // a range may follow instead, like May 15-31
	look.next()
	look.next()
	if look.kind != 'a' || look.token.text != "day" && look.token.text != "days" {
		return
	}
	sign := 1
	if p.kind == '-' {
		sign = -1
	}
	p.next()
	if n, _ := p.number(2); n > 0 {
		x.shift = sign * n
	} else {
		p.fail("this adds nothing; take it out")
	}
	p.next()
}
