package report

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"frontierwatch/geo/frontier"
)

var (
	errRange   = errors.New("is too large a number")
	errInteger = errors.New("must be a whole number, like 3")
)

// real is the value of a JSON number. The grammar was checked before, so that
// what strconv takes beyond it (NaN, 0x1p2, 1_0) cannot come in.
func real(raw []byte) (float64, error) {
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return 0, errRange
	}
	return f, nil
}

// whole64 is the value of a JSON number that is mathematically an integer, so
// 3, 3.0 and 30e-1 are the same, without a detour over floating point. Beyond
// int64 it is errRange.
func whole64(raw []byte) (int64, error) {
	const most = 1 << 30 // exponent; a text is shorter than that
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, nil
	}
	mantissa, exponent := raw, 0
	if i := bytes.IndexAny(raw, "eE"); i >= 0 {
		mantissa = raw[:i]
		var err error
		if exponent, err = strconv.Atoi(string(raw[i+1:])); err != nil {
			exponent = most
			if raw[i+1] == '-' {
				exponent = -most
			}
		}
		exponent = min(max(exponent, -most), most) // so that nothing below overflows
	}
	digits, negative := mantissa, raw[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if integer, decimals, found := bytes.Cut(digits, []byte(".")); found {
		digits = append(bytes.Clone(integer), decimals...)
		exponent -= len(decimals)
	}
	return shifted(bytes.TrimLeft(digits, "0"), exponent, negative)
}

// shifted is digits × 10^exponent, which must be an integer.
func shifted(digits []byte, exponent int, negative bool) (int64, error) {
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits, exponent = digits[:len(digits)-1], exponent+1
	}
	switch {
	case len(digits) == 0:
		return 0, nil
	case exponent < 0:
		return 0, errInteger
	case len(digits)+exponent > 19:
		return 0, errRange
	}
	text := append(bytes.Clone(digits), bytes.Repeat([]byte("0"), exponent)...)
	if negative {
		text = append([]byte("-"), text...)
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, errRange
	}
	return n, nil
}

// degrees rounds to the seven decimals (about a centimetre) that a record keeps.
// What is out of the question stays as it is, to be found out.
func degrees(v float64) float64 {
	if v >= -180 && v <= 180 {
		v = float64(fixed(v, 1e7)) / 1e7
	}
	return v
}

// fixed is v in units of 1/scale, to the nearest.
func fixed(v, scale float64) int64 { return int64(math.Round(v * scale)) }

// appendFixed writes n/10^decimals in the shortest way.
func appendFixed(dst []byte, n int64, decimals int) []byte {
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	scale := powers[decimals]
	dst = strconv.AppendInt(dst, n/scale, 10)
	n %= scale
	if n == 0 {
		return dst
	}
	for n%10 == 0 {
		n, decimals = n/10, decimals-1
	}
	dst = append(append(dst, '.'), "0000000"[:decimals]...)
	for i := len(dst) - 1; n > 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

// measure is a number of kilometres as a record keeps it: to the centimetre.
func measure(km float64) frontier.Meters { return centimeters(km * 1000) }

// centimeters rounds metres to what a record keeps. What is out of the question
// stays as it is, to be found out.
func centimeters(m float64) frontier.Meters {
	if m >= 0 && m <= longest {
		m = float64(fixed(m, 100)) / 100
	}
	return frontier.Meters(m)
}
