package intake_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"frontierwatch/geo/intake"
)

func formats() []intake.Format { return intake.Formats()[1:] }

// whole is a file of three rows in each format, one of them over several lines and
// one that is wrong.
type whole struct {
	text         string
	starts, ends []int // of the rows
	end          int   // from where on the file is whole
}

func wholeFile(f intake.Format) whole {
	a, b, c := feature("a", 1), feature("b", -2), strings.ReplaceAll(feature("c", 3), ",", ",\n")
	switch f {
	case intake.CSV:
		return built(minimal+"\n", []string{
			"a,-97.3,49.001,2017-02-05T02:00:00Z,1", "b,-97.3,49.001,2017-02-05T02:00:00Z,-2",
			"c,\"-97.3\n\",49.001,2017-02-05T02:00:00Z,\"3\"",
		}, "\r\n", "\r\n")
	case intake.NDJSON:
		return built("", []string{a, b, feature("c", 3)}, "\n", "\n")
	case intake.GeoJSONSeq:
		return built("\x1e", []string{a, b, c}, "\n\x1e", "\n")
	}
	w := built(`{"type":"FeatureCollection","features":[`, []string{a, b, c}, " ,\n", "],\"n\":[{}]}")
	w.end = len(w.text)
	return w
}

func built(before string, rows []string, between, behind string) (w whole) {
	w.text = before
	for i, row := range rows {
		if i > 0 {
			w.text += between
		}
		w.starts = append(w.starts, len(w.text))
		w.text += row
		w.ends = append(w.ends, len(w.text))
	}
	w.text += behind
	return w
}

// within says how many rows end within the first n bytes, and whether the next one
// has begun.
func (w whole) within(n int) (rows int, begun bool) {
	for i := range w.ends {
		if w.ends[i] <= n {
			rows++
		}
		begun = begun || w.starts[i] < n && n < w.ends[i]
	}
	return rows, begun
}

// A file that is cut anywhere gives the rows that are whole, and then says in
// which row it was cut.
func TestFilesCutAnywhere(t *testing.T) {
	for _, f := range formats() {
		w := wholeFile(f)
		full, err := all(strings.NewReader(w.text), f)
		if err != nil || len(full) != 3 || full[1].Err == nil {
			t.Fatalf("%s: %v, %+v", f, err, full)
		}
		for n := range len(w.text) {
			rows, err := all(strings.NewReader(w.text[:n]), f)
			want, cut := w.within(n)
			if f == intake.CSV {
				want, cut = w.cutTable(n, want, cut)
			}
			cut = cut || n < w.end
			var broken *intake.BrokenError
			switch {
			case len(rows) != want:
				t.Errorf("%s cut behind %q: %d rows, want %d", f, tail(w.text[:n]), len(rows), want)
			case cut != (err != nil):
				t.Errorf("%s cut behind %q: %v", f, tail(w.text[:n]), err)
			case cut && n > len(minimal) && (!errors.As(err, &broken) || broken.Row != want+1 || !strings.Contains(err.Error(), "the file ends in the middle of it")):
				t.Errorf("%s cut behind %q, in row %d: %v", f, tail(w.text[:n]), want+1, err)
			}
			for i := range rows {
				if ended := n >= w.ends[i]; ended && fmt.Sprint(rows[i].Err) != fmt.Sprint(full[i].Err) {
					t.Errorf("%s cut behind %q, row %d: %v, want %v", f, tail(w.text[:n]), i+1, rows[i].Err, full[i].Err)
				}
				if rows[i].Number != i+1 || rows[i].Line != full[i].Line {
					t.Errorf("%s cut at %d: row %d is numbered %d, on line %d", f, n, i+1, rows[i].Number, rows[i].Line)
				}
			}
		}
	}
}

// cutTable is how a CSV looks that is cut: nothing tells "12" from "123" in the
// last cell, so that a row is whole with as many cells as the header.
func (w whole) cutTable(n, want int, cut bool) (int, bool) {
	if n < len(minimal) {
		return 0, true
	}
	if cut {
		row := strings.Split(w.text[w.starts[want]:n], ",")
		if len(row) == 5 && !strings.HasPrefix(row[4], `"`) {
			return want + 1, false
		}
	}
	return want, cut
}

func tail(text string) string { return text[max(0, len(text)-30):] }

// What a reader below says is kept apart from the end of the file: the rows before
// it are whole, and the last one is not taken for one.
func TestErrorsOfTheReaderBelow(t *testing.T) {
	failed := errors.New("the cable is out")
	for _, f := range formats() {
		w := wholeFile(f)
		for n := range len(w.text) + 1 {
			rows, err := all(io.MultiReader(strings.NewReader(w.text[:n]), iotest.ErrReader(failed)), f)
			want, _ := w.within(n)
			var broken *intake.BrokenError
			if !errors.Is(err, failed) || !errors.As(err, &broken) || broken.Row != len(rows)+1 || !strings.HasSuffix(err.Error(), "): it could not be read to its end: the cable is out") {
				t.Fatalf("%s behind %q: %v", f, tail(w.text[:n]), err)
			}
			if got := len(rows); got > want || got < want-1 || got < want && f == intake.GeoJSON {
				t.Errorf("%s behind %q: %d rows, want %d", f, tail(w.text[:n]), got, want)
			}
		}
	}
}

// It makes no difference in which pieces a file comes.
func TestPieces(t *testing.T) {
	for _, f := range formats() {
		text := wholeFile(f).text
		want := outcome(text, f)
		for name, from := range map[string]io.Reader{
			"bytes":    iotest.OneByteReader(strings.NewReader(text)),
			"halves":   iotest.HalfReader(strings.NewReader(text)),
			"last EOF": iotest.DataErrReader(strings.NewReader(text)),
			"pauses":   &pausing{Reader: iotest.OneByteReader(strings.NewReader(text))},
		} {
			if got := rowsAndEnd(all(from, f)); got != want {
				t.Errorf("%s in %s:\n%s\nwant\n%s", f, name, got, want)
			}
		}
	}
}

// pausing gives nothing every other time, which a reader may.
type pausing struct {
	io.Reader
	pause bool
}

func (r *pausing) Read(p []byte) (int, error) {
	if r.pause = !r.pause; r.pause {
		return 0, nil
	}
	return r.Reader.Read(p)
}

// A reader that gives nothing for ever is not waited for.
func TestNoProgress(t *testing.T) {
	for _, f := range formats() {
		if _, err := all(nothing{}, f); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("%s: %v", f, err)
		}
		text := wholeFile(f).text
		if _, err := all(io.MultiReader(strings.NewReader(text[:len(text)-8]), nothing{}), f); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("%s, in the middle: %v", f, err)
		}
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }
