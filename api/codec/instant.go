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
	y1, y2 := pair(year/100), pair(year%100)
	m, d, h, i, s := pair(int(month)), pair(day), pair(hour), pair(minute), pair(second)
	dst = append(dst, y1[0], y1[1], y2[0], y2[1], '-', m[0], m[1], '-', d[0], d[1], 'T',
		h[0], h[1], ':', i[0], i[1], ':', s[0], s[1])
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

// pair is n, 0 ≤ n < 100, in two digits.
func pair(n int) [2]byte { return [2]byte{byte('0' + n/10), byte('0' + n%10)} }
