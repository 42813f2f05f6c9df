package report

import (
	"encoding/binary"
	"time"
)

// written is the time in a text as AppendTime writes it; ok is false where it is
// otherwise, or none, and also for a leap second. It looks at eight bytes at once;
// instant is the slow way to the same.
func written(text []byte) (t time.Time, ok bool) {
	if len(text) != len("2017-01-31T18:05:00.000Z") {
		return time.Time{}, false
	}
	date := binary.LittleEndian.Uint64(text)       // 2017-01-
	middle := binary.LittleEndian.Uint64(text[8:]) // 31T18:05
	clock := binary.LittleEndian.Uint64(text[16:]) // :00.000Z
	const (
		dateMask, dateSigns     = 0xff<<32 | 0xff<<56, '-'<<32 | '-'<<56
		middleMask, middleSigns = 0xff<<16 | 0xff<<40, 'T'<<16 | ':'<<40
		clockMask, clockSigns   = 0xff | 0xff<<24 | 0xff<<56, ':' | '.'<<24 | 'Z'<<56
	)
	if (date&dateMask^dateSigns)|(middle&middleMask^middleSigns)|(clock&clockMask^clockSigns) != 0 {
		return time.Time{}, false
	}
	date, middle, clock = (date^ones*'0')&^dateMask, (middle^ones*'0')&^middleMask, (clock^ones*'0')&^clockMask
	if others(date)|others(middle)|others(clock) != 0 {
		return time.Time{}, false
	}
	last := clock >> 48 & 0xff
	// Each byte becomes ten times itself and the one behind it.
	date, middle, clock = date*10+date>>8, middle*10+middle>>8, clock*10+clock>>8
	year := int(date&0xff)*100 + int(date>>16&0xff)
	month, day := int(date>>40&0xff), int(middle&0xff)
	hour, minute, second := int64(middle>>24&0xff), int64(middle>>48&0xff), int64(clock>>8&0xff)
	if month < 1 || month > 12 || day < 1 || day > days(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	milli := int64(clock>>32&0xff)*10 + int64(last)
	return time.Unix(((daysSince1970(year, month, day)*24+hour)*60+minute)*60+second, milli*1e6).UTC(), true
}

// daysSince1970 counts the days from 1970-01-01, negative before it, of the Gregorian
// calendar from the year 0 on.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 { // a year begins in March, its last month may have a day more
		year, month = year-1, month+12
	}
	y := uint32(year + 400) // positive
	return int64(y*365+y/4-y/100+y/400+(uint32(month)*153-457)/5) + int64(day) - 865_566
}

// AppendTime writes t as RFC 3339 in UTC with exactly three decimals. Years are from 0 to
// 9999 there; others are written as time.Time does.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	}
	hour, minute, second := t.Clock()
	milli := t.Nanosecond() / 1e6
	dst = binary.LittleEndian.AppendUint64(dst, digits2(year/100)|digits2(year%100)<<16|'-'<<32|digits2(int(month))<<40|'-'<<56)
	dst = binary.LittleEndian.AppendUint64(dst, digits2(day)|'T'<<16|digits2(hour)<<24|':'<<40|digits2(minute)<<48)
	return binary.LittleEndian.AppendUint64(dst, ':'|digits2(second)<<8|'.'<<24|digits2(milli/10)<<32|uint64('0'+milli%10)<<48|'Z'<<56)
}

// digits2 is two digits as they stand in a text, the first of them the lower byte.
func digits2(n int) uint64 { return uint64('0'+n/10) | uint64('0'+n%10)<<8 }
