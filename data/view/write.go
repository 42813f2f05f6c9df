package view

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// Add stores reports of the source whose key it is that asks; others are refused.
//
// # Ids
//
// That an id is taken by a report which is withheld must not be told. So the ids
// that a source gives are names within the source: one that the view has no report
// under and that does not begin with the source's own id and a colon gets these put
// before it, always, whether it is free or not ("b-7" of rcmp becomes "rcmp:b-7", as
// the answer says). Sending it again finds it there. Operators should give no ids
// that begin with the id of a source and a colon, and sources no ids with a colon.
func (v *View) Add(ctx context.Context, actor string, reports []report.Report) ([]report.Added, error) {
	if v.class.All() {
		return v.master.Add(ctx, actor, reports)
	}
	added, kept, of := v.own(ctx, reports)
	results, err := v.master.Add(ctx, actor, kept)
	return v.told(ctx, added, results, of, err)
}

// Begin is Add that does not wait for what it hands over.
func (v *View) Begin(ctx context.Context, actor string, reports []report.Report) (wait func() ([]report.Added, error), err error) {
	if v.class.All() {
		return v.master.Begin(ctx, actor, reports)
	}
	added, kept, of := v.own(ctx, reports)
	stored, err := v.master.Begin(ctx, actor, kept)
	if err != nil {
		return nil, err
	}
	return func() ([]report.Added, error) {
		results, err := stored()
		return v.told(ctx, added, results, of, err)
	}, nil
}

// Check says what Add would refuse or have already, and stores nothing.
func (v *View) Check(ctx context.Context, reports []report.Report) []report.Added {
	if v.class.All() {
		return v.master.Check(ctx, reports)
	}
	added, _, _ := v.own(ctx, reports)
	return added
}

// own says of each report whether the class may add it, as the view sees it, and
// returns those that go on to the master, with which of the reports they are. The
// rest have their result.
func (v *View) own(ctx context.Context, reports []report.Report) (added []report.Added, kept []report.Report, of []int) {
	reports = append([]report.Report(nil), reports...)
	for i := range reports {
		reports[i].ID = v.id(reports[i].ID)
	}
	added = v.Corpus.Check(ctx, reports)
	for i := range reports {
		if err := v.mine(&reports[i]); err != nil {
			added[i] = report.Added{Err: err}
		}
		if added[i].Err == nil || errors.Is(added[i].Err, report.ErrConflict) {
			// What stands here under the id need not be the version that was sent before.
			kept, of = append(kept, reports[i]), append(of, i)
		}
	}
	return added, kept, of
}

// id is what a report is stored under that is sent with an id.
func (v *View) id(id string) string {
	if id == "" || strings.HasPrefix(id, v.class.Source+":") {
		return id
	}
	if _, ok := v.Corpus.Version(id, log.AsOf{}); ok {
		return id
	}
	return v.class.Source + ":" + id
}

// mine says why a report is not one that the class may send.
func (v *View) mine(r *report.Report) error {
	switch {
	case v.class.Tier == reader.Public || v.class.Source == "":
		return reader.ErrForbidden
	case r.Source != v.class.Source:
		return report.Faults{{Member: "/properties/source", Detail: "must be " + v.class.Source + ", which this key sends for"}}
	}
	return nil
}

// told puts the results of the master into those of the view, in its numbers.
func (v *View) told(ctx context.Context, added, results []report.Added, of []int, err error) ([]report.Added, error) {
	if err != nil {
		return nil, err
	}
	if err := v.catchUp(ctx); err != nil { // stored, but sending it again will tell so
		return nil, fmt.Errorf("%w: %w", log.ErrUnknown, err)
	}
	for k, result := range results {
		added[of[k]] = v.seen(result)
	}
	return added, nil
}

// seen is a result of the master as the view has it.
func (v *View) seen(a report.Added) report.Added {
	if a.Version == nil {
		return a
	}
	seq, ok := v.log.shownAs(name{log.Report, a.Version.ID}, a.Version.Seq)
	if ok {
		a.Version, ok = v.Corpus.Version(a.Version.ID, log.AsOf{Seq: seq})
	}
	if !ok {
		return report.Added{Err: fmt.Errorf("report %s is stored, but its marking withholds it", a.Version.ID)}
	}
	return a
}

// Correct replaces reports that the class sees and whose source's key asks.
func (v *View) Correct(ctx context.Context, actor string, reports []report.Report, revisions []int) ([]report.Added, error) {
	if v.class.All() {
		return v.master.Correct(ctx, actor, reports, revisions)
	}
	added := make([]report.Added, len(reports))
	var kept []report.Report
	var of, wanted []int
	for i := range reports {
		ahead, err := v.changeable(reports[i].ID)
		if err == nil {
			err = v.mine(&reports[i])
		}
		if err != nil {
			added[i].Err = err
			continue
		}
		kept, of, wanted = append(kept, reports[i]), append(of, i), append(wanted, revisions[i]+ahead)
	}
	results, err := v.master.Correct(ctx, actor, kept, wanted)
	return v.told(ctx, added, results, of, err)
}

// Retract takes back a report that the class sees and whose source's key asks.
func (v *View) Retract(ctx context.Context, actor, id string, revision int) (report.Added, error) {
	if v.class.All() {
		return v.master.Retract(ctx, actor, id, revision)
	}
	ahead, err := v.changeable(id)
	if err != nil {
		return report.Added{Err: err}, nil
	}
	result, err := v.master.Retract(ctx, actor, id, revision+ahead)
	added, err := v.told(ctx, make([]report.Added, 1), []report.Added{result}, []int{0}, err)
	if err != nil {
		return report.Added{}, err
	}
	return added[0], nil
}

// changeable says why the class may not change a report, or by how much the
// master's revisions of it are greater than the view's.
func (v *View) changeable(id string) (ahead int, err error) {
	old, ok := v.Corpus.Version(id, log.AsOf{})
	switch {
	case v.log == nil || !ok:
		return 0, report.ErrNotFound
	case v.class.Source == "" || old.Source != v.class.Source:
		return 0, reader.ErrForbidden
	}
	return v.log.ahead(name{log.Report, id}), nil
}

// shownAs is the position in the view of what an entry of the master says of a
// record; false: it is not in the view.
func (l *Log) shownAs(n name, from log.Seq) (log.Seq, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, ok := l.known[n]
	if !ok {
		return 0, false
	}
	for i := l.firstFrom(from); i < len(l.rows) && l.rows[i].from == from; i++ {
		if l.rows[i].record == of {
			return log.Seq(i + 1), true
		}
	}
	return 0, false
}

// ahead is by how much the master's newest revision of a record is greater.
func (l *Log) ahead(n name) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i, ok := l.known[n]; ok {
		return int(l.records[i].ahead)
	}
	return 0
}

// SwapPost changes posts of the agency that asks; others it sees are not for it.
func (v *View) SwapPost(ctx context.Context, actor string, old, next *guard.Post) error {
	if v.class.All() {
		return v.master.SwapPost(ctx, actor, old, next)
	}
	if v.log == nil || !v.log.posts {
		return report.ErrNotFound
	}
	for _, p := range []*guard.Post{old, next} {
		if p != nil && (v.class.Agency == "" || p.Agency != v.class.Agency) {
			return reader.ErrForbidden
		}
	}
	return v.written(ctx, v.master.SwapPost(ctx, actor, old, next))
}

// SwapSource changes the source whose key it is that asks, all but who it is. It
// cannot be made or retracted with its own key.
func (v *View) SwapSource(ctx context.Context, actor string, old, next *report.Source) error {
	switch {
	case v.class.All():
		return v.master.SwapSource(ctx, actor, old, next)
	case old == nil || next == nil:
		return reader.ErrForbidden
	case !v.registered(ctx, old.ID):
		return report.ErrNotFound
	case v.class.Source == "" || old.ID != v.class.Source || next.ID != old.ID || next.Agency != old.Agency || next.Country != old.Country:
		return reader.ErrForbidden
	}
	return v.written(ctx, v.master.SwapSource(ctx, actor, old, next))
}

func (v *View) registered(ctx context.Context, id string) bool {
	states, _ := v.Corpus.Sources(ctx, log.AsOf{})
	for _, s := range states {
		if s.ID == id {
			return true
		}
	}
	return false
}

// PutFlag leads a flag of the view to a state. The step is seen by those who see
// what the flag was made from.
func (v *View) PutFlag(ctx context.Context, actor, id, state, reason string, q hotspot.Query) error {
	if v.class.All() {
		return v.master.PutFlag(ctx, actor, id, state, reason, q)
	}
	flag, _, err := v.Corpus.Flag(ctx, id, hotspot.Query{At: q.At})
	if err != nil {
		return err
	}
	if v.log == nil {
		return reader.ErrForbidden
	}
	step := hotspot.StepOf(&flag, state, reason)
	step.Source, step.Agency = v.class.Source, v.class.Agency
	if err := step.Check(flag.State); err != nil {
		return err
	}
	return v.written(ctx, v.master.PutStep(ctx, actor, step))
}

// written lets the view catch up with what was written to the master. That it has to be
// made anew for it does not undo that.
func (v *View) written(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	if err := v.catchUp(ctx); err != nil && !errors.Is(err, ErrRebuilt) {
		return err
	}
	return nil
}
