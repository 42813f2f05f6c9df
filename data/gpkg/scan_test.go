package gpkg

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"frontierwatch/geo/log"
)

// Long scans are read by two hands in turn: no entry may come out of order at
// the borders of their pieces, wherever the scan begins, and both must end
// however it ends.
func TestLongScans(t *testing.T) {
	const n = 5*pieceEntries + 7
	s := open(t, filepath.Join(t.TempDir(), "a.gpkg"))
	for from := 0; from < n; from += 1000 {
		add(t, s, walks(from, min(1000, n-from))...)
	}
	enough := errors.New("enough")
	for _, after := range []log.Seq{0, 1, pieceEntries - 1, pieceEntries, pieceEntries + 1, 2 * pieceEntries, 3*pieceEntries + 5, n - 1} {
		for _, stop := range []log.Seq{0, after + 1, after + pieceEntries, n} {
			at := after
			err := s.Scan(context.Background(), after, func(e log.Entry) error {
				if at++; e.Seq != at || e.ID != walk(int(at)-1).ID {
					t.Fatalf("after %d: entry %d (%s) came where %d should", after, e.Seq, e.ID, at)
				}
				if at == stop {
					return enough
				}
				return nil
			})
			if stop == 0 && (err != nil || at != n) || stop > 0 && stop <= n && (err != enough || at != stop) {
				t.Errorf("after %d, stopped at %d: ended at %d, %v", after, stop, at, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := s.Scan(ctx, 0, func(e log.Entry) error {
		if e.Seq == pieceEntries+1 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a long scan that was called off: %v", err)
	}
}

// A piece that is damaged ends the scan in its place, whichever hand reads it.
func TestALongScanEndsAtTheDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	for from := 0; from < 4*pieceEntries; from += pieceEntries {
		add(t, s, walks(from, pieceEntries)...)
	}
	s.Close()
	forced(t, path, `UPDATE report_events SET actor = 'x' WHERE seq = 2500`)
	s = open(t, path)
	seen := log.Seq(0)
	err := s.Scan(context.Background(), 0, func(e log.Entry) error { seen = e.Seq; return nil })
	if seen != 2499 || err == nil || err.Error() != damaged(2500).Error() {
		t.Errorf("ended after %d: %v", seen, err)
	}
}
