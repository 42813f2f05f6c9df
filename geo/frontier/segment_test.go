package frontier

import (
	"math"
	"testing"
)

// Segments hold their beginning and not their end, but for the last of a part.
func TestSegmentAt(t *testing.T) {
	f := small(t) // alaska of 111 km, main of 129
	for _, c := range []struct {
		part Part
		km   float64
		id   string
	}{
		{Main, 0, "main-0000"}, {Main, 9.999, "main-0000"}, {Main, 10, "main-0001"}, {Main, 1e9, "main-0012"},
		{Main, -1, "main-0000"}, {Main, math.NaN(), "main-0000"}, {Main, math.Inf(1), "main-0012"},
		{Alaska, 0, "alaska-0000"}, {Alaska, f.Length(Alaska).KM(), "alaska-0011"},
	} {
		i := f.SegmentAt(c.part, KM(c.km))
		if s := f.Segments()[i]; s.ID != c.id || s.Index != i {
			t.Errorf("km %g of %s is in %s, want %s", c.km, c.part, s.ID, c.id)
		}
	}
	if i := f.SegmentAt(Part(9), 0); i != -1 {
		t.Errorf("a part that is not there has segment %d", i)
	}
}

// Segments follow each other without gaps, and each is found by its id and no other.
func TestSegments(t *testing.T) {
	f := small(t)
	end := map[Part]Meters{}
	for _, s := range f.Segments() {
		if s.Stretch.From != end[s.Stretch.Part] || !(s.Stretch.To > s.Stretch.From) {
			t.Errorf("%s is %v, and the one before it ends at %v", s.ID, s.Stretch, end[s.Stretch.Part])
		}
		end[s.Stretch.Part] = s.Stretch.To
		if found, ok := f.Segment(s.ID); !ok || found != s {
			t.Errorf("%s is not found: %v", s.ID, found)
		}
	}
	for _, part := range Parts {
		if end[part] != f.Length(part) {
			t.Errorf("the segments of %s end at %v, and it at %v", part, end[part], f.Length(part))
		}
	}
	for _, id := range []string{"", "main", "main-", "main-0013", "main--001", "main-1", "main-00001", "main-0001 ", "maine-0001", "alaska-0012"} {
		if s, ok := f.Segment(id); ok {
			t.Errorf("%q is taken for %s", id, s.ID)
		}
	}
}

func TestLabelsAndNames(t *testing.T) {
	bare := small(t)
	f := bare.Label([]Label{
		{Stretch: Stretch{Main, KM(20), KM(40)}, Name: "b", AdminCA: "MB", AdminUS: "ND"},
		{Stretch: Stretch{Main, KM(0), KM(14)}, Name: "a"},
		{Stretch: Stretch{Alaska, KM(0), KM(10)}, Name: "c"},
	})
	for km, want := range map[float64]string{0: "a", 10: "", 20: "b", 30: "b", 40: ""} { // 10–20 has its middle beyond a
		if got := f.Segments()[f.SegmentAt(Main, KM(km))].Name; got != want {
			t.Errorf("the segment at km %g is called %q, want %q", km, got, want)
		}
	}
	for stretch, want := range map[Stretch]string{
		{Main, KM(20), KM(30)}:   "b",
		{Main, KM(0), KM(90)}:    "",  // its middle is at km 45
		{Main, KM(10), KM(30)}:   "b", // at km 20, where the next segment begins
		{Main, KM(3), KM(3)}:     "a",
		{Alaska, KM(0), KM(12)}:  "c",
		{Part(9), KM(0), KM(12)}: "",
	} {
		if got := f.Name(stretch); got != want {
			t.Errorf("%v is called %q, want %q", stretch, got, want)
		}
	}
	if s := f.Segments()[f.SegmentAt(Main, KM(20))]; s.AdminCA != "MB" || s.AdminUS != "ND" {
		t.Errorf("%s lies in %q and %q", s.ID, s.AdminCA, s.AdminUS)
	}
	if bare.Name(Stretch{Main, KM(20), KM(30)}) != "" {
		t.Error("naming the segments of a frontier changed the one it was made of")
	}
}
