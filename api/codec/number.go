package codec

import (
	"math"
	"strconv"
)

// exact is what all numbers have in common that are written from an integer:
// their digits are the shortest that name the float64 (15 digits always are).
const exact = 1e15

// finite says whether v is a number that JSON can hold.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// realOrNull appends v as appendFixed does, or null if it is not finite.
func realOrNull(dst []byte, v float64, decimals int) []byte {
	if !finite(v) {
		return append(dst, "null"...)
	}
	return appendFixed(dst, v, decimals)
}

// appendFixed appends v, which is finite, rounded to so many decimals (half away
// from zero) and without zeros at the end; where v is so large that it has no
// decimals to round, all its digits.
func appendFixed(dst []byte, v float64, decimals int) []byte {
	scaled := math.Round(v * scales[decimals])
	if !(math.Abs(scaled) < exact) {
		return appendFloat(dst, v)
	}
	n := int64(scaled)
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	if n == 0 {
		return append(dst, '0')
	}
	return appendDecimal(dst, uint64(n), decimals)
}

var scales = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// appendDecimal appends n/10^decimals, n > 0. What is less than a millionth has
// an exponent, as encoding/json writes it.
func appendDecimal(dst []byte, n uint64, decimals int) []byte {
	if decimals == 7 && n < 10 {
		return append(dst, byte('0'+n), 'e', '-', '7')
	}
	for decimals > 0 && n%10 == 0 {
		n, decimals = n/10, decimals-1
	}
	var text [24]byte
	at := len(text)
	for ; decimals > 0; decimals-- {
		at--
		text[at] = byte('0' + n%10)
		if n /= 10; decimals == 1 {
			at--
			text[at] = '.'
		}
	}
	for first := true; first || n > 0; first = false {
		at--
		text[at] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, text[at:]...)
}

// appendSignificant appends v, which is finite, rounded to so many significant
// digits.
func appendSignificant(dst []byte, v float64, digits int) []byte {
	var text [32]byte
	rounded, err := strconv.ParseFloat(string(strconv.AppendFloat(text[:0], v, 'e', digits-1, 64)), 64)
	if err != nil {
		rounded = v // rounded up beyond the largest float64
	}
	return appendFloat(dst, rounded)
}

// appendFloat appends the shortest text that names v, which is finite, in the
// form of encoding/json.
func appendFloat(dst []byte, v float64) []byte {
	size := math.Abs(v)
	if v == 0 {
		return append(dst, '0')
	}
	if size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	if n := len(dst); n-start >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1] // e-09 becomes e-9
		dst = dst[:n-1]
	}
	return dst
}

func appendInteger(dst []byte, n int64) []byte {
	if n > 0 && n < exact {
		return appendDecimal(dst, uint64(n), 0)
	}
	return strconv.AppendInt(dst, n, 10)
}
