package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"frontierwatch/geo/report"
)

// givenIDs gives ids to the rows of a file that bring none, made from what they
// say: the same file taken again is the same reports. Rows that say the same are
// numbered, and so are reports of their own.
type givenIDs struct {
	times map[[8]byte]int    // how often a row without id said the same
	seen  map[string][8]byte // the body of each id, for dry runs
}

func newGivenIDs() *givenIDs {
	return &givenIDs{times: map[[8]byte]int{}, seen: map[string][8]byte{}}
}

func (g *givenIDs) give(r *report.Report) {
	if r.ID != "" {
		return
	}
	sum := sha256.Sum256(report.AppendBody(nil, r))
	key := [8]byte(sum[:8])
	g.times[key]++
	r.ID = "row-" + hex.EncodeToString(sum[:12])
	if n := g.times[key]; n > 1 {
		r.ID += fmt.Sprintf("-%d", n)
	}
}

// check changes what a store would say of a batch where a row repeats or
// contradicts an earlier one of the file, which a dry run has not stored.
func (g *givenIDs) check(batch []report.Report, added []report.Added) {
	for i := range added {
		if added[i].Err != nil {
			continue
		}
		sum := sha256.Sum256(report.AppendBody(nil, &batch[i]))
		key := [8]byte(sum[:8])
		switch old, there := g.seen[batch[i].ID]; {
		case !there:
			g.seen[batch[i].ID] = key
		case old == key:
			added[i].Already = true
		default:
			added[i] = report.Added{Err: report.ErrConflict}
		}
	}
}
