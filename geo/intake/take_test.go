package intake_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"frontierwatch/geo/intake"
	"frontierwatch/geo/report"
)

// shelf keeps reports as a store does, by id and body.
type shelf struct {
	bodies  map[string]string
	batches []int
	dry     bool
	err     error
	refused []string
}

func (s *shelf) sink() intake.Sink {
	return intake.Sink{Add: s.add, Dry: s.dry, Refused: func(row int, err error) { s.refused = append(s.refused, fmt.Sprint(row, " ", err)) }}
}

func (s *shelf) add(reports []report.Report) ([]report.Added, error) {
	if s.err != nil {
		return nil, s.err
	}
	s.batches = append(s.batches, len(reports))
	added := make([]report.Added, len(reports))
	for i := range reports {
		body := string(report.AppendBody(nil, &reports[i]))
		switch old, there := s.bodies[reports[i].ID]; {
		case there && old == body:
			added[i].Already = true
		case there:
			added[i].Err = report.ErrConflict
		case !s.dry:
			s.bodies[reports[i].ID] = body
		}
	}
	return added, nil
}

const head = "id,lon,lat,observed_start,count_best\n"

func take(t *testing.T, s *shelf, text string) (intake.Taken, error) {
	t.Helper()
	return intake.Take(intake.New(strings.NewReader(text), intake.CSV, report.Defaults{Source: "local"}), s.sink())
}

func TestTakeTwiceIsOnce(t *testing.T) {
	text := head +
		"a,-97,49,2017-02-04T02:00:00Z,1\n" +
		",-97,49,2017-02-04T02:00:00Z,1\n" + // no id
		",-97,49,2017-02-04T02:00:00Z,1\n" + // says the same, and is another report
		",-97,49,2017-02-04T02:00:00Z,2\n" +
		"a,-97,49,2017-02-04T02:00:00Z,7\n" + // contradicts the first
		"a,-97,49,2017-02-04T02:00:00Z,1\n" + // repeats it
		"b,-97,95,2017-02-04T02:00:00Z,1\n"
	for _, dry := range []bool{true, false} {
		s := &shelf{bodies: map[string]string{}, dry: dry}
		got, err := take(t, s, text)
		if want := (intake.Taken{Rows: 7, Accepted: 4, Already: 1, Refused: 2}); err != nil || got != want {
			t.Errorf("dry %v: %+v, %v; want %+v", dry, got, err, want)
		}
		if len(s.refused) != 2 || !strings.HasPrefix(s.refused[0], "7 ") || !strings.HasPrefix(s.refused[1], "5 ") {
			t.Errorf("dry %v: refused %q", dry, s.refused)
		}
		if dry {
			continue
		}
		again, err := take(t, s, text)
		if want := (intake.Taken{Rows: 7, Already: 5, Refused: 2}); err != nil || again != want {
			t.Errorf("again: %+v, %v; want %+v", again, err, want)
		}
	}
}

// A row that the store refuses in a dry run does not hide those that contradict an
// earlier one behind it.
func TestDryRunsGoOnBehindARefusal(t *testing.T) {
	s := &shelf{bodies: map[string]string{"x": "another body"}, dry: true}
	got, err := take(t, s, head+"x,-97,49,2017-02-04T02:00:00Z,1\na,-97,49,2017-02-04T02:00:00Z,1\na,-97,49,2017-02-04T02:00:00Z,2\n")
	if want := (intake.Taken{Rows: 3, Accepted: 1, Refused: 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// The ids that rows are given are in stores for as long as those are kept: the file
// that is taken again has to get the same. This one is by sha256sum.
func TestGivenIDsDoNotChange(t *testing.T) {
	s := &shelf{bodies: map[string]string{}}
	const row = ",-97,49,2017-02-04T02:00:00Z,1\n"
	if _, err := take(t, s, head+row+row+row); err != nil {
		t.Fatal(err)
	}
	const id = "row-a0efa356f462df8fad0d5ff0"
	for _, want := range []string{id, id + "-2", id + "-3"} {
		if _, there := s.bodies[want]; !there {
			t.Errorf("%s is missing in %v", want, s.bodies)
		}
	}
}

func TestTakeInBatches(t *testing.T) {
	var text strings.Builder
	text.WriteString(head)
	for i := range 2*intake.Batch + 3 {
		fmt.Fprintf(&text, "r%d,-97,49,2017-02-04T02:00:00Z,1\n", i)
	}
	s := &shelf{bodies: map[string]string{}}
	got, err := take(t, s, text.String()+"cut,-97,\"49")
	var broken *intake.BrokenError
	if !errors.As(err, &broken) || broken.Row != 2*intake.Batch+4 {
		t.Errorf("a file that is cut: %v", err)
	}
	if fmt.Sprint(s.batches) != fmt.Sprint([]int{intake.Batch, intake.Batch, 3}) || got.Accepted != 2*intake.Batch+3 {
		t.Errorf("batches %v, %+v: what stands before the cut was not stored", s.batches, got)
	}
	few := s.sink()
	few.MaxRows = 5
	got, err = intake.Take(intake.New(strings.NewReader(text.String()), intake.CSV, report.Defaults{Source: "local"}), few)
	if !errors.Is(err, intake.ErrTooManyRows) || got.Rows != 5 || got.Already != 5 {
		t.Errorf("more rows than are taken: %+v, %v", got, err)
	}
	s.err = errors.New("full")
	if _, err := take(t, s, text.String()); !errors.Is(err, s.err) {
		t.Errorf("a store that takes nothing: %v", err)
	}
}

// What is stored while the next batch is read is what is stored one after the other;
// never more than one batch waits, and whatever fails, each is waited for.
func TestTakeWithoutWaiting(t *testing.T) {
	var text strings.Builder
	text.WriteString(head)
	for i := range 4*intake.Batch + 7 {
		fmt.Fprintf(&text, "r%d,-97,%s,2017-02-04T02:00:00Z,%d\n", i%(3*intake.Batch), map[bool]string{true: "49", false: "x"}[i%100 != 7], 1+i%4)
	}
	slow := shelf{bodies: map[string]string{}}
	want, err := take(t, &slow, text.String())
	if err != nil {
		t.Fatal(err)
	}
	for failing := range 6 { // the call that fails; there are four
		fast := shelf{bodies: map[string]string{}}
		begun, waited, most := 0, 0, 0
		broken := errors.New("broken")
		sink := fast.sink()
		sink.Begin = func(reports []report.Report) (func() ([]report.Added, error), error) {
			if failing == begun {
				return nil, broken
			}
			kept, err := append([]report.Report(nil), reports...), error(nil)
			begun++
			most = max(most, begun-waited)
			n := begun
			return func() ([]report.Added, error) {
				for i := range kept { // which belong to whoever stores them until now
					if kept[i].ID != reports[i].ID {
						t.Errorf("row %d of batch %d was overwritten while it was stored", i, n)
					}
				}
				waited++
				added, _ := fast.add(kept)
				return added, err
			}, nil
		}
		got, err := intake.Take(intake.New(strings.NewReader(text.String()), intake.CSV, report.Defaults{Source: "local"}), sink)
		if begun != waited || most > 2 {
			t.Errorf("%d batches were handed over, %d waited for, %d at a time", begun, waited, most)
		}
		if failing < 4 {
			if !errors.Is(err, broken) {
				t.Errorf("call %d failed, and the error is %v", failing, err)
			}
			continue
		}
		if err != nil || got != want || !maps.Equal(fast.bodies, slow.bodies) || len(fast.refused) != len(slow.refused) {
			t.Errorf("%v: %+v and %d reports, one after the other %+v and %d", err, got, len(fast.bodies), want, len(slow.bodies))
		}
	}
}
