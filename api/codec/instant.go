package codec

import "time"

// writable says whether a time can be written: RFC 3339 has the years 0 to 9999,
// and the zero time stands for none.
func writable(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	year := t.UTC().Year()
	return year >= 0 && year <= 9999
}

// appendInstant appends a writable time as RFC 3339 in UTC, with as many decimals
// of a second as it has.
func appendInstant(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, time.RFC3339Nano)
}

// appendDay appends the UTC day of a writable time.
func appendDay(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, time.DateOnly)
}

// isoDuration is d in the form of ISO 8601, in days where it is whole days and
// else in hours, minutes and seconds; a fraction of a second is cut. It is empty
// for d ≤ 0.
func isoDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d < time.Second {
		return ""
	}
	var text [32]byte
	dst := append(text[:0], 'P')
	if d%day == 0 {
		return string(appendAmount(dst, d/day, 'D'))
	}
	dst = append(dst, 'T')
	dst = appendAmount(dst, d/time.Hour, 'H')
	dst = appendAmount(dst, d%time.Hour/time.Minute, 'M')
	return string(appendAmount(dst, d%time.Minute/time.Second, 'S'))
}

func appendAmount(dst []byte, n time.Duration, unit byte) []byte {
	if n == 0 {
		return dst
	}
	return append(appendFixed(dst, float64(n), 0), unit)
}
