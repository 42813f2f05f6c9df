package gpkg

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
	"frontierwatch/geo/series"
)

// simulation plays a random life of a store: what callers do, faults of the disk,
// jumps of the clock, new starts. A model says what has to come of it. The seed
// says everything that happens.
type simulation struct {
	*testing.T
	*model
	rand   *rand.Rand
	line   *frontier.Frontier
	disk   *disk
	now    time.Time
	corpus *data.Corpus
	store  *Store
	ids    int
	did    map[string]int
	over   func(*Store) data.Log // what lies between store and corpus, for the controls
}

// wrong is what a simulation found.
type wrong struct{ error }

func (s *simulation) fail(format string, args ...any) { panic(wrong{fmt.Errorf(format, args...)}) }

// live plays until the log has so many entries, and says what is wrong.
func (s *simulation) live(entries int) (err error) {
	defer func() {
		if s.corpus != nil {
			s.corpus.Close()
		}
		switch p := recover().(type) {
		case nil:
		case wrong:
			err = p
		default:
			panic(p)
		}
	}()
	s.start()
	for len(s.entries) < entries {
		s.step()
	}
	s.ask()
	s.walk()
	return nil
}

func newSimulation(t *testing.T, seed uint64) *simulation {
	line, err := frontier.New([]frontier.Line{{Part: frontier.Main, Points: orb.LineString{{-110, 49}, {-96, 49}}}}, frontier.KM(10))
	if err != nil {
		t.Fatal(err)
	}
	return &simulation{
		T: t, model: &model{}, rand: rand.New(rand.NewPCG(seed, 17)), line: line, disk: newDisk(),
		now: noon().AddDate(0, 1, 0), did: map[string]int{}, over: func(s *Store) data.Log { return s },
	}
}

func (s *simulation) start() {
	var err error
	s.store, err = Open("frontier.gpkg", Options{vfs: s.disk.boot(s.T), checkpoint: 4 + s.rand.IntN(60), alone: true})
	if err != nil {
		s.fail("start: %v", err)
	}
	s.corpus, err = data.Open(context.Background(), data.Config{
		Frontier: s.line, Log: s.over(s.store), Now: func() time.Time { return s.now },
		Sources: []report.Source{{ID: "police", Agency: "police", Unit: report.Persons, TLP: report.Green}},
	})
	if err != nil {
		s.fail("start: %v", err)
	}
}

// step does one thing that may happen, and looks at what came of it.
func (s *simulation) step() {
	for _, a := range []struct {
		name  string
		share int // of a thousand
		do    func()
	}{
		{"write", 700, s.write},
		{"ask", 150, s.ask},
		{"clock", 50, s.jump},
		{"rest", 30, func() { s.store.writer.rest() }},
		{"stop and start", 20, func() { s.stop(); s.start() }},
		{"power cut", 25, s.powerCut},
		{"full disk", 25, func() { s.trouble(func(d *disk) { d.space = d.used() + int64(s.rand.IntN(100_000)) }, log.ErrFull) }},
		{"failing sync", 20, func() { s.trouble(func(d *disk) { d.fails = true }, log.ErrUnknown) }},
		{"walk", 10, s.walk},
	} {
		if n := s.rand.IntN(1000); n < a.share {
			s.did[a.name]++
			a.do()
		}
	}
}

func (s *simulation) stop() {
	if err := s.corpus.Close(); err != nil {
		s.fail("close: %v", err)
	}
}

// jump sets the clock forward, or back, which a log must not follow.
func (s *simulation) jump() {
	by := time.Duration(s.rand.Int64N(int64(48 * time.Hour)))
	if s.rand.IntN(3) == 0 {
		by = -by / 2
	}
	if s.now = s.now.Add(by); s.now.Before(noon().AddDate(0, 0, 10)) {
		s.now = noon().AddDate(0, 1, 0)
	}
}

// write does one write and compares its outcomes.
func (s *simulation) write() {
	if err := s.attempt(); err != nil {
		s.fail("write: %v", err)
	}
}

// attempt writes. If the store says that nothing was written, or that it is not
// known, the model keeps nothing, and the error is returned.
func (s *simulation) attempt() error {
	batch := s.batch()
	added, err := s.submit(batch)
	if err != nil {
		return err
	}
	for i, b := range batch {
		want := s.append(b.Entry, b.report)
		got := added[i]
		switch {
		case want == log.Conflict && errors.Is(got.Err, report.ErrConflict), want == log.Missing && errors.Is(got.Err, report.ErrNotFound):
		case want == log.Already && got.Err == nil && (got.Already || b.Op != log.Create):
		case want == log.Appended && got.Err == nil && !got.Already:
			last := s.entries[len(s.entries)-1]
			if v := got.Version; v.Seq != last.Seq || v.FID != last.FID || !v.Recorded.Equal(last.Recorded) || v.Revision != last.Revision {
				s.fail("%s of %s became %+v, the model has %+v", b.Op, b.ID, v, last.Entry)
			}
		default:
			s.fail("%s of %s ended with %+v, the model says %v", b.Op, b.ID, got, want)
		}
	}
	return nil
}

// submit sends a batch, whose entries have one operation, to the corpus.
func (s *simulation) submit(batch []modelled) ([]report.Added, error) {
	ctx, first := context.Background(), batch[0]
	if first.Op == log.Retract {
		added, err := s.corpus.Retract(ctx, "tester", first.ID, first.Revision)
		return []report.Added{added}, err
	}
	reports, revisions := make([]report.Report, len(batch)), make([]int, len(batch))
	for i, b := range batch {
		reports[i], revisions[i] = *b.report, b.Revision
	}
	if first.Op == log.Correct {
		return s.corpus.Correct(ctx, "tester", reports, revisions)
	}
	return s.corpus.Add(ctx, "tester", reports)
}

// batch is entries of one operation: mostly of what is new, some of what is there
// or was never.
func (s *simulation) batch() (batch []modelled) {
	entry := func(op log.Operation, r report.Report, revision int) modelled {
		e := log.Entry{Kind: log.Report, ID: r.ID, Op: op, Revision: revision, Recorded: s.now, Actor: "tester"}
		if op == log.Retract {
			return modelled{Entry: e}
		}
		e.Body = report.AppendBody(nil, &r)
		return modelled{e, &r}
	}
	switch n := s.rand.IntN(10); {
	case n == 0 && len(s.entries) > 0: // only one that stands: the corpus asks no log about others
		if standing := s.standing(log.AsOf{}); len(standing) > 0 {
			old := standing[s.rand.IntN(len(standing))]
			return []modelled{entry(log.Retract, *old.report, old.Revision+1)}
		}
	case n < 4 && len(s.entries) > 0:
		for range 1 + s.rand.IntN(4) {
			old := s.entries[s.rand.IntN(len(s.entries))]
			r := s.report(old.ID)
			if s.rand.IntN(8) == 0 {
				r.ID = "never-" + strconv.Itoa(s.rand.IntN(9))
			}
			batch = append(batch, entry(log.Correct, r, len(s.revisions(old.ID))+s.rand.IntN(4)/3+1-s.rand.IntN(8)/7))
		}
		return batch
	}
	for range 1 + s.rand.IntN(12) {
		r := s.report(fmt.Sprint("r", s.ids))
		if s.ids++; len(s.entries) > 0 && s.rand.IntN(6) == 0 { // sent again, by chance changed
			if old := s.entries[s.rand.IntN(len(s.entries))]; old.report != nil {
				r = *old.report
				r.Count.Max += int64(s.rand.IntN(2))
			}
		}
		batch = append(batch, entry(log.Create, r, 1))
	}
	return batch
}

func (s *simulation) report(id string) report.Report {
	r := walk(s.rand.IntN(20_000))
	r.ID = id
	r.Point = &orb.Point{-109 + float64(s.rand.IntN(1200))/100, 49.01}
	r.Relation = report.Relations()[s.rand.IntN(len(report.Relations()))]
	r.Status = report.Statuses()[s.rand.IntN(len(report.Statuses()))]
	r.Unit = []report.Unit{report.Persons, report.Signs}[s.rand.IntN(2)]
	if s.rand.IntN(3) == 0 {
		r.Published = r.End.Add(time.Duration(s.rand.IntN(200)) * time.Hour)
	}
	return report.Rounded(r)
}

// trouble writes while the disk refuses, until that is felt, and then again when
// it does no more.
func (s *simulation) trouble(set func(*disk), want error) {
	s.disk.change(set)
	var err error
	for range 200 {
		if err = s.attempt(); err != nil {
			break
		}
	}
	if !errors.Is(err, want) {
		s.fail("trouble ended with %v, want %v", err, want)
	}
	if s.corpus.Ready() == nil {
		s.fail("the corpus is ready though the log has refused with %v", err)
	}
	s.ask() // reads go on
	s.disk.change(func(d *disk) { d.space, d.fails = 0, false })
	s.write()
	if err := s.corpus.Ready(); err != nil {
		s.fail("the trouble is over, and the corpus still says %v", err)
	}
}

// powerCut lets the power go after some writes to the disk. The batch under way
// is there whole or not at all.
func (s *simulation) powerCut() {
	s.disk.change(func(d *disk) { d.steps = 1 + s.rand.IntN(120) })
	var under []modelled
	for err := error(nil); err == nil; {
		under = s.batch()
		if _, err = s.submit(under); err == nil {
			s.keep(under)
		}
	}
	found := s.disk.cut(s.rand)
	s.corpus.Close() // of a process that is gone: only to give memory back
	found.lies = s.disk.lies
	s.disk = found
	s.start()
	head, _ := s.corpus.Head()
	kept := *s.model
	s.keep(under)
	if head == log.Seq(len(kept.entries)) {
		*s.model = kept
	} else if head != log.Seq(len(s.entries)) {
		s.fail("after a power cut the head is %d; %d were acknowledged, %d with the batch under way", head, len(kept.entries), len(s.entries))
	}
	s.walk()
}

// keep gives a batch to the model.
func (s *simulation) keep(batch []modelled) {
	for _, b := range batch {
		s.append(b.Entry, b.report)
	}
}

// ask compares an answer of any kind with that of the model.
func (s *simulation) ask() {
	q := report.Query{Limit: 1 + s.rand.IntN(300), Count: true}
	if s.rand.IntN(2) == 0 {
		west := -110 + s.rand.Float64()*13
		q.Boxes = []orb.Bound{{Min: orb.Point{west, 48.9}, Max: orb.Point{west + s.rand.Float64()*3, 49.2}}}
	}
	if s.rand.IntN(2) == 0 {
		q.From = noon().Add(time.Duration(s.rand.IntN(20_000)) * time.Minute)
		q.To = q.From.Add(time.Duration(s.rand.IntN(5_000)) * time.Minute)
	}
	switch s.rand.IntN(3) {
	case 0:
		q.AsOf.Seq = log.Seq(1 + s.rand.IntN(len(s.entries)+1))
	case 1:
		q.AsOf.Known = noon().Add(time.Duration(s.rand.IntN(80*24)) * time.Hour)
	}
	want := s.answer(q)
	n := 0
	for {
		page, err := s.corpus.Reports(context.Background(), q)
		if err != nil {
			s.fail("%+v: %v", q, err)
		}
		if page.Matched != len(want) {
			s.fail("%+v: %d matched, the model has %d", q, page.Matched, len(want))
		}
		for _, v := range page.Versions {
			if n >= len(want) || v.ID != want[n].ID || v.Revision != want[n].Revision || v.Count != want[n].report.Count {
				s.fail("%+v: number %d of the answer is %s of revision %d", q, n, v.ID, v.Revision)
			}
			n++
		}
		if q.After = page.Next; q.After == nil {
			break
		}
	}
	if n != len(want) {
		s.fail("%+v: %d reports, the model has %d", q, n, len(want))
	}
	s.count(q.AsOf)
}

// count compares how many people the series of a unit hold.
func (s *simulation) count(at log.AsOf) {
	unit := []report.Unit{report.Persons, report.Signs}[s.rand.IntN(2)]
	got, err := s.corpus.Series(context.Background(), hotspot.Query{Unit: unit, AsOf: at})
	if err != nil {
		s.fail("%v", err)
	}
	first := series.DayOf(noon()) - 1
	people := 0.0
	for _, cell := range got.Counts.Totals(unit, make([]int, len(s.line.Segments())), 1, first, first+30)[0] {
		people += cell.Once
	}
	if want := s.people(unit, at); people != float64(want) {
		s.fail("%v %s at %+v, the model counts %d", people, unit, at, want)
	}
}

// walk lets store and memory look at themselves.
func (s *simulation) walk() {
	if err := errors.Join(s.store.Check(context.Background()), s.corpus.Verify()); err != nil {
		s.fail("%v", err)
	}
}

// Random lives, from seeds that are printed. FRONTIERWATCH_SEED plays one again.
func TestSimulation(t *testing.T) {
	seed, lasting := uint64(time.Now().UnixNano()), 3*time.Second
	if soak() {
		lasting = 10 * time.Minute
	}
	if again := os.Getenv("FRONTIERWATCH_SEED"); again != "" {
		var err error
		if seed, err = strconv.ParseUint(again, 10, 64); err != nil {
			t.Fatalf("FRONTIERWATCH_SEED: %v", err)
		}
	}
	did := map[string]int{}
	entries := 0
	for end := time.Now().Add(lasting); time.Now().Before(end); seed++ {
		s := newSimulation(t, seed)
		if err := s.live(1500); err != nil {
			t.Fatalf("%v\nto see it again: FRONTIERWATCH_SEED=%d go test -run TestSimulation ./data/gpkg", err, seed)
		}
		for name, n := range s.did {
			did[name] += n
		}
		entries += len(s.entries)
	}
	t.Logf("%d entries, %v", entries, did)
}

// The controls: a disk that only says that it has synced, and a log that forgets
// an entry now and then, must be found out.
func TestSimulationFindsCarelessness(t *testing.T) {
	for name, careless := range map[string]func(*simulation){
		"a disk that is lying":   func(s *simulation) { s.disk.lies = true },
		"a log that forgets":     func(s *simulation) { s.over = func(store *Store) data.Log { return &forgetful{Store: store} } },
		"a log that is confused": func(s *simulation) { s.over = func(store *Store) data.Log { return &confused{store} } },
	} {
		var err error
		for seed := uint64(1); err == nil && seed < 10; seed++ {
			s := newSimulation(t, seed)
			careless(s)
			err = s.live(1500)
		}
		if err == nil {
			t.Errorf("%s was not found out", name)
		}
		t.Logf("%s: %v", name, err)
	}
}

// forgetful acknowledges every hundredth batch and writes nothing of it.
type forgetful struct {
	*Store
	batches int
}

func (f *forgetful) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	return f.AppendEarly(ctx, entries, func([]log.Result) {})
}

func (f *forgetful) AppendEarly(ctx context.Context, entries []log.Entry, known func([]log.Result)) ([]log.Result, error) {
	if f.batches++; f.batches%100 != 0 {
		return f.Store.AppendEarly(ctx, entries, known)
	}
	results := make([]log.Result, len(entries))
	head, err := f.Head(ctx)
	for i, e := range entries {
		results[i] = log.Result{Outcome: log.Appended, Seq: head + 1 + log.Seq(i), FID: 1, Revision: e.Revision, Recorded: e.Recorded}
	}
	return results, err
}

// confused gives the entries at start in the wrong order.
type confused struct{ *Store }

func (c *confused) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	var all []log.Entry
	err := c.Store.Scan(ctx, after, func(e log.Entry) error {
		e.Body = append([]byte(nil), e.Body...)
		all = append(all, e)
		return nil
	})
	if n := len(all); n > 100 {
		all[n-1].Body, all[n-2].Body = all[n-2].Body, all[n-1].Body
	}
	for _, e := range all {
		if err == nil {
			err = yield(e)
		}
	}
	return err
}
