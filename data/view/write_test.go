package view

import (
	"context"
	"errors"
	"testing"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// keyOfRed is the own key of a source whose reports nobody else sees.
var keyOfRed = reader.Class{Tier: reader.Agency, Agency: "RCMP", Country: report.CAN, Source: "red"}

func TestASourceWritesItsOwn(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master)
	add(t, master, walk("hidden", "cbp", report.Red, -98), walk("hers", "rcmp", report.Green, -98))
	v := viewOf(t, views, keyOfRed)
	mine := walk("b-7", "red", "", -97)
	added := add(t, v, mine)[0]
	if added.Err != nil || added.Already || added.Version.ID != "red:b-7" || added.Version.Seq != 2 || added.Version.FID != 2 || added.Version.TLP != report.Red || added.Version.SourceRef != "ref-b-7" {
		t.Fatalf("a new report: %+v", added)
	}
	if again := add(t, v, mine)[0]; again.Err != nil || !again.Already || again.Version.Seq != 2 {
		t.Errorf("the same again: %+v", again)
	}
	other := mine
	other.Count.Best, other.Count.Max = 5, 5
	if got := add(t, v, other)[0]; !errors.Is(got.Err, report.ErrConflict) {
		t.Errorf("another body under its id: %+v", got)
	}
	other.ID = "red:b-7"
	corrected, err := v.Correct(ctx, "red's", []report.Report{other}, []int{2})
	if err != nil || corrected[0].Err != nil || corrected[0].Version.Seq != 3 || corrected[0].Version.Revision != 2 || corrected[0].Version.Replaces != 2 {
		t.Fatalf("corrected: %+v, %v", corrected, err)
	}
	if got, err := v.Correct(ctx, "red's", []report.Report{mine}, []int{2}); err != nil || got[0].Err == nil {
		t.Errorf("corrected from what stands no longer: %+v, %v", got, err)
	}
	gone, err := v.Retract(ctx, "red's", "red:b-7", 3)
	if err != nil || gone.Err != nil || !gone.Version.Deleted || gone.Version.Seq != 4 {
		t.Errorf("retracted: %+v, %v", gone, err)
	}
	if got := ids(t, v); got != "1 at 4: hers/1/1/1" {
		t.Errorf("the view has %s", got)
	}
	last := everything(t, master, 4)
	if len(last) != 1 || last[0].Actor != "red's" || last[0].Op != log.Retract {
		t.Errorf("the master wrote down %+v", last)
	}
}

// A report that was marked otherwise before has other revisions in the master.
func TestRevisionsOfAViewAreItsOwn(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	r := walk("a", "cbp", report.Red, -98)
	add(t, master, r)
	r.Source = "red" // it was entered for the wrong one
	if _, err := master.Correct(ctx, "x", []report.Report{r}, []int{2}); err != nil {
		t.Fatal(err)
	}
	v := viewOf(t, openViews(t, master), keyOfRed)
	if got := ids(t, v); got != "1 at 1: a/1/1/1" {
		t.Fatalf("the view has %s", got)
	}
	r.Count.Best, r.Count.Max = 9, 9
	got, err := v.Correct(ctx, "x", []report.Report{r}, []int{2})
	if err != nil || got[0].Err != nil || got[0].Version.Revision != 2 || got[0].Version.Seq != 2 {
		t.Fatalf("corrected in the view: %+v, %v", got, err)
	}
	if m, _ := master.Version("a", log.AsOf{}); m.Revision != 3 || m.Count.Best != 9 {
		t.Errorf("the master has %+v", m)
	}
}

// What is withheld cannot be told from what is not there by any way of writing.
func TestNothingIsToldByWriting(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	with, without := openMaster(t, c.read), openMaster(t, c.read)
	add(t, with, walk("x", "strict", report.Red, -98), walk("row-1", "strict", report.Red, -98))
	if err := with.PutSource(ctx, "x", report.Source{ID: "quiet", Agency: "Q", Unit: report.Persons, TLP: report.Red}); err != nil {
		t.Fatal(err)
	}
	if err := with.PutStep(ctx, "x", hotspot.Step{Flag: "f", State: hotspot.Closed, Reason: "explained", TLP: report.Red}); err != nil {
		t.Fatal(err)
	}
	for n, class := range classesOf() {
		a, b := viewOf(t, openViews(t, with), class), viewOf(t, openViews(t, without), class)
		for _, id := range []string{"x", "row-1", "nothing", "red:x"} {
			for _, source := range []string{"cbp", "red", "quiet", "none"} {
				r := walk(id, source, report.Green, -97)
				same(t, n+" checks "+id+" of "+source, a.Check(ctx, []report.Report{r})[0], b.Check(ctx, []report.Report{r})[0])
				same(t, n+" corrects "+id+" of "+source, corrected(t, a, r), corrected(t, b, r))
				same(t, n+" retracts "+id, retracted(t, a, id), retracted(t, b, id))
				same(t, n+" adds "+id+" of "+source, add(t, a, r)[0], add(t, b, r)[0])
			}
		}
		quiet := report.Source{ID: "quiet", Agency: "Q", Unit: report.Persons, TLP: report.Red}
		next := quiet
		next.Caveat = "x"
		for _, pair := range [][2]*report.Source{{nil, &quiet}, {&quiet, &next}, {&quiet, nil}} {
			same(t, n+" swaps a source", report.Added{Err: a.SwapSource(ctx, "y", pair[0], pair[1])}, report.Added{Err: b.SwapSource(ctx, "y", pair[0], pair[1])})
		}
		same(t, n+" leads a flag", report.Added{Err: a.PutFlag(ctx, "y", "f", hotspot.Closed, "explained", hotspot.Query{})},
			report.Added{Err: b.PutFlag(ctx, "y", "f", hotspot.Closed, "explained", hotspot.Query{})})
		if x, y := texts(everything(t, a, 0)), texts(everything(t, b, 0)); len(x) != len(y) {
			t.Errorf("%s: afterwards the logs have %d and %d entries", n, len(x), len(y))
		}
	}
}

func corrected(t *testing.T, v *View, r report.Report) report.Added {
	t.Helper()
	added, err := v.Correct(context.Background(), "y", []report.Report{r}, []int{2})
	if err != nil {
		t.Fatal(err)
	}
	return added[0]
}

func retracted(t *testing.T, v *View, id string) report.Added {
	t.Helper()
	added, err := v.Retract(context.Background(), "y", id, 2)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func same(t *testing.T, what string, a, b report.Added) {
	t.Helper()
	text := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	if text(a.Err) != text(b.Err) || a.Already != b.Already || (a.Version == nil) != (b.Version == nil) {
		t.Errorf("%s: %v %v, without what is withheld %v %v", what, a.Err, a.Already, b.Err, b.Already)
	} else if a.Version != nil && (a.Version.Seq != b.Version.Seq || a.Version.FID != b.Version.FID || a.Version.Revision != b.Version.Revision) {
		t.Errorf("%s: %+v, without what is withheld %+v", what, a.Version, b.Version)
	}
}

func TestWhatIsNotForAClassToWrite(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master)
	add(t, master, walk("hers", "rcmp", report.Clear, -98))
	head, _ := master.Head()
	rcmp, cbp := builtIn()[0], builtIn()[1]
	renamed := cbp
	renamed.Agency = "RCMP"
	post := guard.Post{ID: "p", Kind: guard.Patrol, Name: "P", Agency: "RCMP", Stretch: frontier.Stretch{From: 0, To: 1000}}
	for n, class := range classesOf() {
		v := viewOf(t, views, class)
		hers := walk("hers", "rcmp", report.Clear, -97)
		for what, err := range map[string]error{
			"a correction":     corrected(t, v, hers).Err,
			"a retraction":     retracted(t, v, "hers").Err,
			"another's source": v.SwapSource(ctx, "y", &rcmp, nil),
			"a new source":     v.SwapSource(ctx, "y", nil, &report.Source{ID: "n", Agency: "N", Unit: report.Persons, TLP: report.Green}),
		} {
			if !errors.Is(err, reader.ErrForbidden) {
				t.Errorf("%s: %s: %v", n, what, err)
			}
		}
		err := v.SwapPost(ctx, "y", nil, &guard.Post{ID: "q", Kind: guard.Patrol, Name: "Q", Agency: "other", Stretch: post.Stretch})
		if want := map[bool]error{true: report.ErrNotFound, false: reader.ErrForbidden}[class.Tier == reader.Partner]; !errors.Is(err, want) {
			t.Errorf("%s: another's post: %v", n, err)
		}
	}
	v := viewOf(t, views, reader.Class{Tier: reader.Partner, Source: "cbp"})
	if err := v.SwapSource(ctx, "y", &cbp, &renamed); !errors.Is(err, reader.ErrForbidden) {
		t.Errorf("a source gives itself to another agency: %v", err)
	}
	public := viewOf(t, views, reader.Class{})
	for what, err := range map[string]error{
		"adds": add(t, public, walk("n", "rcmp", report.Clear, -97))[0].Err, "corrects": corrected(t, public, walk("hers", "rcmp", report.Clear, -97)).Err,
		"retracts": retracted(t, public, "hers").Err, "changes a post": public.SwapPost(ctx, "y", nil, &post), "changes a source": public.SwapSource(ctx, "y", &rcmp, &rcmp),
	} {
		if err == nil {
			t.Errorf("the public %s", what)
		}
	}
	if after, _ := master.Head(); after != head {
		t.Errorf("%d entries were written", after-head)
	}
	if err := viewOf(t, views, classesOf()["RCMP"]).SwapPost(ctx, "y", nil, &post); err != nil {
		t.Errorf("an agency's own post: %v", err)
	}
	caveat := cbp
	caveat.Caveat = "late"
	if err := v.SwapSource(ctx, "y", &cbp, &caveat); err != nil {
		t.Errorf("a source says what to know of it: %v", err)
	}
}

// Those who see everything have the master itself.
func TestAnalystsWriteToTheMaster(t *testing.T) {
	c := at(wednesday)
	master := openMaster(t, c.read)
	v := viewOf(t, openViews(t, master), reader.Class{Tier: reader.Admin})
	if got := add(t, v, walk("b-7", "red", report.Red, -98))[0]; got.Err != nil || got.Version.ID != "b-7" {
		t.Errorf("%+v", got)
	}
	if ids(t, v) != ids(t, master) {
		t.Error("the view of an admin is not the master")
	}
}

// A flag that a class leads is led for those who see what it was made from.
func TestStepsAreSeenByThoseWhoSeeTheFlag(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	crossing(t, master)
	views := openViews(t, master)
	red := viewOf(t, views, keyOfRed)
	flags, err := red.Flags(ctx, hotspot.Query{})
	if err != nil {
		t.Fatal(err)
	}
	secret := 0
	for _, f := range flags {
		if err := red.PutFlag(ctx, "y", f.ID, hotspot.Acknowledged, "passed_on", hotspot.Query{}); err != nil {
			t.Fatal(err)
		}
		got, taken, err := red.Flag(ctx, f.ID, hotspot.Query{})
		if err != nil || got.State != hotspot.Acknowledged || len(taken) != 1 {
			t.Errorf("who led %s sees %s, %v, %v", f.ID, got.State, taken, err)
		}
		if f.Marking.TLP == report.Red {
			secret++
		}
	}
	steps := func(class reader.Class) (n int) {
		for _, e := range everything(t, viewOf(t, views, class), 0) {
			if e.Kind == log.Flag {
				n++
			}
		}
		return n
	}
	if n := steps(classesOf()["CBSA"]); secret == 0 || n > len(flags)-secret {
		t.Errorf("of %d steps, %d about what is RED, an agency sees %d", len(flags), secret, n)
	}
}

// What was made coarser has a revision more in the master, and can still be corrected.
func TestASourceCorrectsWhatWasMadeCoarser(t *testing.T) {
	ctx := context.Background()
	c := at(wednesday)
	master := openMaster(t, c.read)
	views := openViews(t, master)
	add(t, viewOf(t, views, keyOfRed), walk("a", "red", report.Red, -98))
	n, err := master.Rewrite(ctx, "keeper", "retention", func(v *report.Version) report.Report { return reader.Coarse(master.Frontier(), v.Report) })
	if n != 1 || err != nil {
		t.Fatal(n, err)
	}
	v := viewOf(t, views, keyOfRed)
	if got := ids(t, v); got != "1 at 1: red:a/1/1/1" {
		t.Fatalf("the view has %s", got)
	}
	old, err := v.Report(ctx, "red:a", log.AsOf{})
	if err != nil || old.Stretch == nil {
		t.Fatal(old, err)
	}
	next := old.Report
	next.Count.Best, next.Count.Max = 9, 9
	got, err := v.Correct(ctx, "x", []report.Report{next}, []int{2})
	if err != nil || got[0].Err != nil || got[0].Version.Revision != 2 {
		t.Errorf("corrected: %+v, %v", got, err)
	}
}
