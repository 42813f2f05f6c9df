package codec

import (
	"math"
	"math/bits"
	"slices"
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
	size := max(digits(n), decimals+1)
	if decimals > 0 {
		size++
	}
	at := len(dst) + size
	dst = slices.Grow(dst, size)[:at]
	if decimals > 0 {
		for ; decimals > 1; decimals -= 2 {
			at -= 2
			putPair(dst[at:], n%100)
			n /= 100
		}
		if decimals == 1 {
			at--
			dst[at] = byte('0' + n%10)
			n /= 10
		}
		at--
		dst[at] = '.'
	}
	for ; n >= 100; n /= 100 {
		at -= 2
		putPair(dst[at:], n%100)
	}
	if n >= 10 {
		putPair(dst[at-2:], n)
		return dst
	}
	dst[at-1] = byte('0' + n)
	return dst
}

// digits is how many n has in decimal.
func digits(n uint64) int {
	guess := bits.Len64(n) * 1233 >> 12 // log₁₀ 2 is about 1233/4096
	if n >= powers[guess] {
		guess++
	}
	return max(guess, 1)
}

var powers = [...]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// putPair writes n, 0 ≤ n < 100, in two digits.
func putPair(dst []byte, n uint64) {
	_ = dst[1]
	dst[0], dst[1] = pairs[2*n], pairs[2*n+1]
}

const pairs = "0001020304050607080910111213141516171819" +
	"2021222324252627282930313233343536373839" +
	"4041424344454647484950515253545556575859" +
	"6061626364656667686970717273747576777879" +
	"8081828384858687888990919293949596979899"

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
	if n >= 0 && n < 10 { // most counts are
		return append(dst, byte('0'+n))
	}
	if n > 0 && n < exact {
		return appendDecimal(dst, uint64(n), 0)
	}
	return strconv.AppendInt(dst, n, 10)
}
