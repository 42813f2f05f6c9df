package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/geojson"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

func TestEmptyCollections(t *testing.T) {
	e := NewEncoder(world(t))
	for _, c := range []struct {
		format Format
		end    End
		want   string
	}{
		{GeoJSON, End{Matched: -1}, `{"type":"FeatureCollection","features":[],"numberReturned":0}` + "\n"},
		{GeoJSON, End{Links: someLinks[1:], At: day1, Matched: 12}, `{"type":"FeatureCollection","features":[],"links":[{"rel":"collection","href":"../"}],` +
			`"timeStamp":"2017-02-14T00:00:00Z","numberMatched":12,"numberReturned":0}` + "\n"},
		{GeoJSON, End{Links: []Link{}}, `{"type":"FeatureCollection","features":[],"links":[],"numberMatched":0,"numberReturned":0}` + "\n"},
		{GeoJSONSeq, End{}, ""},
		{CSV, End{}, "id,fid,agency,country,cadence,unit,caveat,tlp,gaps,last_report,silent\r\n"},
	} {
		var b strings.Builder
		if err := e.Sources(&b, c.format).Close(c.end); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

// TestCollectionsHoldTheirFeatures writes more than a buffer in each format, with
// one encoder whose buffers are used again.
func TestCollectionsHoldTheirFeatures(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	reports := page(300)
	var lines, sequence []string
	for i := range reports {
		feature := string(plainReport(nil, f, &reports[i], nil))
		lines, sequence = append(lines, feature), append(sequence, "\x1e"+feature+"\n")
	}
	write := func(format Format) string {
		var b strings.Builder
		w := e.Reports(&b, format)
		for i := range reports {
			if err := w.Write(&reports[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(End{At: day1, Matched: 1000}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(End{}); err != nil {
			t.Error("closing once more:", err)
		}
		return b.String()
	}
	for range 2 {
		want := `{"type":"FeatureCollection","features":[` + strings.Join(lines, ",") + `],"timeStamp":"2017-02-14T00:00:00Z","numberMatched":1000,"numberReturned":300}` + "\n"
		got := write(GeoJSON)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("GeoJSON (-want +got):\n%s", diff)
		}
		collection, err := geojson.UnmarshalFeatureCollection([]byte(got))
		if err != nil || len(collection.Features) != len(reports) {
			t.Errorf("read again: %v", err)
		}
		if diff := cmp.Diff(strings.Join(sequence, ""), write(GeoJSONSeq)); diff != "" {
			t.Errorf("text sequence (-want +got):\n%s", diff)
		}
		if got := strings.Count(write(CSV), "\r\n"); got != len(reports)+1 {
			t.Errorf("%d rows of CSV", got)
		}
	}
}

// TestEveryCollectionCanBeWritten has one of each through its writer.
func TestEveryCollectionCanBeWritten(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	v, s, p, o, r, h, g := walkIn(), segment(f), port(), post(), source(), spot(), raised()
	var b bytes.Buffer
	for collection, err := range map[string]error{
		Reports:  written(e.Reports(&b, GeoJSON), &v),
		Segments: written(e.Segments(&b, GeoJSON), &s),
		Ports:    written(e.Ports(&b, GeoJSON), &p),
		Posts:    written(e.Posts(&b, GeoJSON), &o),
		Sources:  written(e.Sources(&b, GeoJSON), &r),
		Hotspots: written(e.Hotspots(&b, GeoJSON), &h),
		Flags:    written(e.Flags(&b, GeoJSON), &g),
	} {
		if err != nil {
			t.Errorf("%s: %v", collection, err)
		}
	}
	var ids []string
	for d := json.NewDecoder(&b); d.More(); {
		var c geojson.FeatureCollection
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		for _, feature := range c.Features {
			ids = append(ids, feature.ID.(string))
		}
	}
	if diff := cmp.Diff([]string{v.ID, s.ID, p.ID, o.ID, r.ID, h.ID, g.ID}, ids); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func written[T any](w *Writer[T], v *T) error { return errors.Join(w.Write(v), w.Close(End{})) }

func TestWriteHotspots(t *testing.T) {
	f := world(t)
	spots := []hotspot.Hotspot{spot(), spot()}
	spots[1].ID = "another"
	for format, want := range map[Format]int{GeoJSON: 2, GeoJSONSeq: 2, CSV: 2} {
		var b strings.Builder
		if err := WriteHotspots(&b, format, f, spots); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "main-0012-persons-20170214") + strings.Count(b.String(), "another"); got != want {
			t.Errorf("format %d: %d hot spots in %s", format, got, b.String())
		}
	}
	if err := WriteHotspots(&failing{}, GeoJSON, f, spots); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of the writer", err)
	}
}

var errFull = errors.New("no room")

// failing fails after so many writes.
type failing struct{ left, calls int }

func (f *failing) Write(p []byte) (int, error) {
	if f.calls++; f.calls > f.left {
		return 0, errFull
	}
	return len(p), nil
}

func TestTheFirstErrorStays(t *testing.T) {
	to := &failing{left: 1}
	w := NewEncoder(world(t)).Reports(to, GeoJSON)
	var err error
	n := 0
	for v := walkIn(); err == nil && n < 1000; n++ {
		err = w.Write(&v)
	}
	v := walkIn()
	if !errors.Is(err, errFull) || !errors.Is(w.Write(&v), errFull) || !errors.Is(w.Close(End{}), errFull) || !errors.Is(w.Close(End{}), errFull) {
		t.Errorf("after %d features: %v", n, err)
	}
	if to.calls != 2 {
		t.Errorf("written to %d times, want 2: nothing follows an error", to.calls)
	}
}

func TestTimesThatAreNoneAreLeftOut(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		end := End{At: at, Matched: -1}
		if got := string(end.append(nil, 3, report.Marking{})); got != `],"numberReturned":3}`+"\n" {
			t.Errorf("%v: %s", at, got)
		}
	}
}

func TestAppendingAllocatesNothing(t *testing.T) {
	f := world(t)
	e := NewEncoder(f)
	dst := make([]byte, 0, 1<<16)
	v, s, p, o, r, h, g := walkIn(), segment(f), port(), post(), source(), spot(), raised()
	o.Point, r.Cadence = v.Point, 0 // a line has to be cut out, a duration to be made
	h.Stretch, h.Last = f.Segments()[h.First].Stretch, h.First
	g.Hotspot = h
	for collection, appendOne := range map[string]func(){
		Reports:  func() { dst = e.AppendReport(dst[:0], &v, someLinks) },
		"plain":  func() { dst = plainReport(dst[:0], f, &v, nil) },
		Segments: func() { dst = e.AppendSegment(dst[:0], &s, someLinks) },
		Ports:    func() { dst = e.AppendPort(dst[:0], &p, someLinks) },
		Posts:    func() { dst = e.AppendPost(dst[:0], &o, someLinks) },
		Sources:  func() { dst = e.AppendSource(dst[:0], &r, someLinks) },
		Hotspots: func() { dst = e.AppendHotspot(dst[:0], &h, someLinks) },
		Flags:    func() { dst = e.AppendFlag(dst[:0], &g, someLinks) },
	} {
		if n := testing.AllocsPerRun(100, appendOne); n != 0 {
			t.Errorf("%s: %v allocations", collection, n)
		}
	}
}

// TestWritersAreIndependent interleaves two writers of one encoder.
func TestWritersAreIndependent(t *testing.T) {
	e := NewEncoder(world(t))
	var a, b strings.Builder
	one, two := e.Reports(&a, GeoJSONSeq), e.Reports(&b, GeoJSONSeq)
	for i := range 10 {
		v := report.Version{Report: report.Report{ID: fmt.Sprint("a", i)}}
		w := report.Version{Report: report.Report{ID: fmt.Sprint("b", i)}}
		if err := errors.Join(one.Write(&v), two.Write(&w)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(one.Close(End{}), two.Close(End{})); err != nil {
		t.Fatal(err)
	}
	if strings.Count(a.String(), `"id":"a`) != 10 || strings.Count(b.String(), `"id":"b`) != 10 {
		t.Errorf("mixed up:\n%s\n%s", a.String(), b.String())
	}
}
