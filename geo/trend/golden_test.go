package trend

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"
)

//go:embed testdata/golden.json
var goldenText []byte

// golden is what other implementations give; the file names them, the command and
// the tolerance of each block.
func golden[T any](t *testing.T, block string) (cases []T) {
	t.Helper()
	var file map[string]struct {
		Cases json.RawMessage `json:"cases"`
	}
	if err := json.Unmarshal(goldenText, &file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file[block].Cases, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("block %s: %d cases, %v", block, len(cases), err)
	}
	return cases
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g (off by %.2g, at most %.0g)", what, got, want, math.Abs(got-want)/math.Abs(want), relative)
	}
}

func TestNegativeBinomialTailIsThatOfR(t *testing.T) {
	type row struct {
		Count, Mean, Variance, P float64
		Log10                    float64 `json:"log10_p"`
	}
	for _, c := range golden[row](t, "negative_binomial_upper_tail") {
		got := LogUpper(c.Count, c.Mean, c.Variance)
		near(t, "p", math.Exp(got), c.P, 1e-9)
		near(t, "log10 p", got/math.Ln10, c.Log10, 1e-9)
	}
}

func TestScanTailIsThatOfSciPy(t *testing.T) {
	for _, c := range golden[struct{ Count, Mean, P float64 }](t, "overdispersed_scan_tail") {
		near(t, "p", math.Exp(LogUpper(c.Count, c.Mean, 2*c.Mean+0.04*c.Mean*c.Mean)), c.P, 1e-9)
	}
}

func TestConditionalTestIsThatOfR(t *testing.T) {
	type row struct {
		Count, Exposure, Before, P float64
		ExposureBefore             float64 `json:"exposure_before"`
	}
	for _, c := range golden[row](t, "conditional_poisson") {
		near(t, "p", RateAbove(c.Count, c.Exposure, c.Before, c.ExposureBefore), c.P, 1e-9)
	}
}

func TestGammaQuantilesAreThoseOfR(t *testing.T) {
	for _, c := range golden[struct{ Shape, Rate, Q025, Q05, Q50, Q975 float64 }](t, "gamma_quantile") {
		near(t, "2.5 %", GammaQuantile(0.025, c.Shape, c.Rate), c.Q025, 1e-8)
		near(t, "5 %", GammaQuantile(0.05, c.Shape, c.Rate), c.Q05, 1e-8)
		near(t, "50 %", GammaQuantile(0.5, c.Shape, c.Rate), c.Q50, 1e-8)
		near(t, "97.5 %", GammaQuantile(0.975, c.Shape, c.Rate), c.Q975, 1e-8)
	}
}

func TestMannKendallIsThatOfR(t *testing.T) {
	for _, c := range golden[struct {
		X              []float64
		S, Variance, Z float64
	}](t, "mann_kendall") {
		s, variance, z := MannKendall(c.X)
		near(t, "S", s, c.S, 1e-12)
		near(t, "variance", variance, c.Variance, 1e-9)
		near(t, "Z", z, c.Z, 1e-9)
	}
}
