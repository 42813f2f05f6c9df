package report

import "testing"

// full is a feature with every member.
func full() []byte {
	return []byte(having(`"observed_end":"2017-01-31T19:05:00Z","count_min":2,"count_max":5,"unit":"interceptions","direction":"northbound",` +
		`"relation":"between_ports","published":"2017-02-01T00:00:00Z","source":"cbsa","source_ref":"2017/0131","status":"confirmed",` +
		`"uncertainty_m":500,"overlaps":["b-1","b-2"],"tlp":"AMBER","releasable_to":["CAN","USA"]`))
}

func BenchmarkDecode(b *testing.B) {
	for name, text := range map[string][]byte{"plain": []byte(emerson), "full": full()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := Decode(text, defaults()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendBody(b *testing.B) {
	r, err := Decode(full(), defaults())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = AppendBody(dst[:0], &r)
	}
}

// What Decode allocates are the pointers, slices and texts of the report itself.
func TestDecodeAllocatesLittle(t *testing.T) {
	for name, x := range map[string]struct {
		text []byte
		most float64
	}{"plain": {[]byte(emerson), 8}, "full": {full(), 24}} {
		if n := testing.AllocsPerRun(100, func() { Decode(x.text, defaults()) }); n > x.most {
			t.Errorf("%s: %g allocations, want at most %g", name, n, x.most)
		}
	}
}
