package report

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestWholeNumbers(t *testing.T) {
	for raw, want := range map[string]int64{
		"0": 0, "-0": 0, "0.0": 0, "0e999999999999999999999": 0, "0e-999999999999999999999": 0, "3": 3, "3.0": 3, "30e-1": 3, "0.3e1": 3,
		"1.23e2": 123, "-4.50e1": -45, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64, "922337203685477580.7e1": math.MaxInt64,
		"1e18": 1e18, "0.000001e6": 1, "1000000000000000000000000e-24": 1,
	} {
		if got, err := whole64([]byte(raw)); err != nil || got != want {
			t.Errorf("%s: %d, want %d (%v)", raw, got, want, err)
		}
	}
	for raw, want := range map[string]error{
		"0.5": errInteger, "1e-1": errInteger, "3.0000000000000000000001": errInteger, "1e-99999999999999999999": errInteger,
		"9223372036854775808": errRange, "-9223372036854775809": errRange, "1e19": errRange, "1e9223372036854775807": errRange, "10e9223372036854775807": errRange,
		"1e99999999999999999999": errRange, "-1e9223372036854775808": errRange,
	} {
		if got, err := whole64([]byte(raw)); !errors.Is(err, want) {
			t.Errorf("%s: %d (%v), want %v", raw, got, err, want)
		}
	}
}

// math/big is the oracle.
func FuzzWholeNumbers(f *testing.F) {
	f.Add("3", "0", -1)
	f.Add("0", "30", 1)
	f.Add("922337203685477580", "7", 1)
	f.Add("12000", "", -3)
	f.Fuzz(func(t *testing.T, integer, decimals string, exponent int) {
		raw := integer
		if decimals != "" {
			raw += "." + decimals
		}
		raw += "e" + strconv.Itoa(exponent)
		s := scanner{text: []byte(raw)}
		if raw[0] != '-' && raw[0]-'0' > 9 || len(raw) > 50 || exponent > 100 || exponent < -100 {
			return
		}
		if s.number(); s.err != nil || s.at != len(raw) {
			return
		}
		want, ok := new(big.Rat).SetString(raw)
		if !ok {
			t.Fatalf("%s is no number for math/big", raw)
		}
		got, err := whole64([]byte(raw))
		switch {
		case !want.IsInt():
			ok = errors.Is(err, errInteger)
		case !want.Num().IsInt64():
			ok = errors.Is(err, errRange)
		default:
			ok = err == nil && got == want.Num().Int64()
		}
		if !ok {
			t.Errorf("%s: %d (%v)", raw, got, err)
		}
	})
}

func TestFixedNumbersAreTheShortest(t *testing.T) {
	for want, n := range map[string]int64{"0": 0, "1": 1e7, "-97.24": -972_400_000, "0.0000001": 1, "-0.0000001": -1, "180": 180e7, "-0.5": -5_000_000} {
		if got := string(appendFixed(nil, n, 7)); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-180e7, 180e7).Draw(t, "n")
		got := string(appendFixed(nil, n, 7))
		want := strconv.FormatFloat(float64(n)/1e7, 'f', -1, 64)
		if got != want {
			t.Fatalf("%d: %s, want %s", n, got, want)
		}
		if back, err := strconv.ParseFloat(got, 64); err != nil || fixed(back, 1e7) != n || degrees(back) != back {
			t.Fatalf("%s is not %d", got, n)
		}
	})
}

func TestWhatIsNoCoordinateIsNotMadeOne(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e18, 180.1, -180.00000000001} {
		if got := degrees(v); got >= -180 && got <= 180 {
			t.Errorf("%g became %g degrees", v, got)
		}
		if got := centimeters(v * longest); got >= 0 && got <= longest {
			t.Errorf("%g became %g m", v*longest, float64(got))
		}
	}
}
