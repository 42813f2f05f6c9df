package codec

import "time"

// writable says whether a time can be written: RFC 3339 has the years 0 to 9999,
// and the zero time stands for none.
func writable(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	// of the years 0000 and 10000
	const first, end = -62167219200, 253402300800
	seconds := t.Unix()
	return seconds >= first && seconds < end
}

// instantOrNull appends a time as a JSON string, or null if it is not writable.
func instantOrNull(dst []byte, t time.Time) []byte {
	if !writable(t) {
		return append(dst, "null"...)
	}
	return append(appendInstant(append(dst, '"'), t), '"')
}

// appendInstant appends a writable time as RFC 3339 in UTC, with as many decimals
// of a second as it has.
func appendInstant(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	const form = "2006-01-02T15:04:05"
	from := len(dst)
	dst = append(dst, form...)
	text := dst[from : from+len(form)]
	putPair(text, uint64(year/100))
	putPair(text[2:], uint64(year%100))
	putPair(text[5:], uint64(month))
	putPair(text[8:], uint64(day))
	putPair(text[11:], uint64(hour))
	putPair(text[14:], uint64(minute))
	putPair(text[17:], uint64(second))
	if nano := t.Nanosecond(); nano != 0 {
		// The digits of the second once more, with the fraction behind them.
		dst = dst[:len(dst)-len("5")]
		if second >= 10 {
			dst = dst[:len(dst)-len("5")]
		}
		dst = appendDecimal(dst, uint64(second)*1e9+uint64(nano), 9)
	}
	return append(dst, 'Z')
}

// appendDay appends the UTC day of a writable time.
func appendDay(dst []byte, t time.Time) []byte { return t.UTC().AppendFormat(dst, time.DateOnly) }
