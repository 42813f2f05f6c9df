package report

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

func TestBoxesAreRead(t *testing.T) {
	for text, want := range map[string][]orb.Bound{
		"-97,48,-95,50":            {box(-97, 48, -95, 50)},
		"-97.25,48.5,-95e0,5.0E+1": {box(-97.25, 48.5, -95, 50)},
		"-97,48,-10,-95,50,100":    {box(-97, 48, -95, 50)},
		"177,65,-177,70":           {box(177, 65, 180, 70), box(-180, 65, -177, 70)},
		"180,0,-180,1":             {box(180, 0, 180, 1), box(-180, 0, -180, 1)},
		"-180,-90,180,90":          {box(-180, -90, 180, 90)},
		"0,0,0,0":                  {box(0, 0, 0, 0)},
		"-97.12345678901234567,48.00000000000000001,-0,1e-300": {box(-97.12345678901234567, 48, 0, 1e-300)},
	} {
		if text == "-97.12345678901234567,48.00000000000000001,-0,1e-300" {
			want = nil // south lies above north
		}
		got, err := ParseBox(text)
		if (err != nil) != (want == nil) {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{
		"", ",", ",,,", "1", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "1,2,3,", "NaN,0,1,1", "0,0,Inf,1", "-Infinity,0,1,1", "0x1p2,0,5,1",
		"1_0,0,20,1", "01,0,2,1", "1.,0,2,1", ".5,0,2,1", "+1,0,2,1", " 1,0,2,1", "1,0,2,1 ", "1e,0,2,1", "1e+,0,2,1", "--1,0,2,1", "-,0,2,1",
		"1e999,0,2,1", "-181,0,2,1", "0,0,180.0001,1", "0,-91,1,1", "0,0,1,91", "0,2,1,1", "0,0,9,1,1,1", "0,0,1e999,1,1,2", "a,b,c,d", "1;2;3;4", "0,0,1,１",
	} {
		if got, err := ParseBox(text); err == nil {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
}

// A box is read if and only if JSON would read its numbers and they make a box.
func FuzzBox(f *testing.F) {
	for _, seed := range []string{"-97,48,-95,50", "1,2,3,4,5,6", "NaN,0,1,1", "1e5,0,0,0", "0x1,0,1,1", "170,0,-170,1", "-0.0,1E-2,1e+1,2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		boxes, err := ParseBox(text)
		var n []float64
		good := !strings.ContainsAny(text, " \t\r\n") && json.Unmarshal([]byte("["+text+"]"), &n) == nil && (len(n) == 4 || len(n) == 6)
		if good && strings.Contains(text, "null") { // JSON's null is no number
			good = false
		}
		if good {
			w, s, e, h := n[0], n[1], n[len(n)/2], n[len(n)/2+1]
			good = math.Abs(w) <= 180 && math.Abs(e) <= 180 && s >= -90 && h <= 90 && s <= h && (len(n) == 4 || n[2] <= n[5])
		}
		if good != (err == nil) {
			t.Fatalf("%q: %v, but as JSON %v", text, err, n)
		}
		for _, b := range boxes {
			if !(b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1]) {
				t.Fatalf("%q: %v is no box", text, b)
			}
		}
	})
}
