package intake_test

import (
	"io"
	"runtime"
	"testing"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// longFile is a file of any number of equal rows, none of which it holds.
type longFile struct {
	row, next, end string // the first row with what stands before it; those behind it; the end
	rows           int

	left string
}

func newLongFile(f intake.Format, rows int) *longFile {
	a := feature("a", 4)
	file := map[intake.Format]*longFile{
		intake.CSV:        {minimal + "\n" + minimalCells, "\n" + minimalCells, "\n", rows, ""},
		intake.GeoJSON:    {`{"type":"FeatureCollection","features":[` + a, "," + a, "]}", rows, ""},
		intake.GeoJSONSeq: {"\x1e" + a, "\n\x1e" + a, "\n", rows, ""},
		intake.NDJSON:     {a, "\n" + a, "\n", rows, ""},
	}[f]
	file.left = file.row
	return file
}

func (f *longFile) Read(p []byte) (int, error) {
	if f.left == "" {
		switch f.rows--; {
		case f.rows > 0:
			f.left = f.next
		case f.rows == 0:
			f.left = f.end
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

func count(r *intake.Reader) (rows int, err error) {
	for {
		switch row, err := r.Next(); {
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return rows, err
		case row.Err != nil:
			return rows, row.Err
		}
		rows++
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Reading a file costs the buffer, once, and what Decode allocates for the reports:
// a row itself costs nothing, however many there are.
func TestMemoryIsThatOfARow(t *testing.T) {
	const rows, buffers = 50_000, 256 << 10
	text := []byte(feature("a", 4))
	decode := allocated(func() {
		for range rows {
			if _, err := report.Decode(text, given()); err != nil {
				t.Fatal(err)
			}
		}
	})
	for _, f := range formats() {
		r := intake.New(newLongFile(f, rows), f, given())
		read := allocated(func() {
			if n, err := count(r); err != nil || n != rows {
				t.Errorf("%s: %d rows of %d, %v", f, n, rows, err)
			}
		})
		if read > decode+buffers {
			t.Errorf("%s: %d rows allocate %d bytes, and %d to decode them", f, rows, read, decode)
		}
	}
}

// The control: 16 bytes a row would be found out.
func TestMemoryOfARowIsFoundOut(t *testing.T) {
	var kept []*[2]int64
	if n := allocated(func() {
		for range 50_000 {
			kept = append(kept[:0], new([2]int64))
		}
	}); n <= 256<<10 {
		t.Errorf("%d bytes", n)
	}
}

func BenchmarkNext(b *testing.B) {
	for _, f := range formats() {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			r := intake.New(newLongFile(f, 1<<60), f, given())
			for b.Loop() {
				if row, err := r.Next(); err != nil || row.Err != nil {
					b.Fatal(err, row.Err)
				}
			}
		})
	}
}
