package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// said is what a view says at each position, all of it.
func said(t tester, v *View) (all []string) {
	begin := fmt.Sprintf("%+v", v.Config().Sources)
	lines := texts(everything(t, v, 0))
	for i := range len(lines) + 1 {
		all = append(all, begin+strings.Join(lines[:i], "\n"))
	}
	return all
}

// editions keeps what was said under each name.
type editions struct {
	said   map[string]string // by class, position and edition
	called map[string]string // the other way round
}

// note says what is wrong with how a view names what it says.
func (e *editions) note(t tester, class string, v *View) error {
	for at, text := range said(t, v) {
		name := fmt.Sprint(class, " ", at, " ", v.Edition(log.Seq(at)))
		if before, ok := e.said[name]; ok && before != text {
			return fmt.Errorf("%s means two things:\n%s\n%s", name, before, text)
		}
		text = fmt.Sprint(class, " ", at, " ", text)
		if before, ok := e.called[text]; ok && before != name && !v.class.All() {
			return fmt.Errorf("what is said has two names, %s and %s: something that is not shown has a part in it", before, name)
		}
		e.said[name], e.called[text] = strings.TrimPrefix(text, fmt.Sprint(class, " ", at, " ")), name
	}
	return nil
}

// Whatever is written, erased and made coarser, and however often servers are started, a
// name stands for one thing only: a tag from before is never taken for one of after. And
// what is said alike has one name, whatever else is in the master.
func TestEditionsNeverMeanTwoThings(t *testing.T) {
	all := classesOf()
	all["public"], all["analyst"] = reader.Class{}, reader.Class{Tier: reader.Analyst}
	rapid.Check(t, func(r *rapid.T) {
		c := at(wednesday)
		master := openMaster(t, c.read)
		defer master.Close()
		kept := New(Config{Master: master})
		defer kept.Close()
		e := editions{map[string]string{}, map[string]string{}}
		for range rapid.IntRange(1, 25).Draw(r, "changes") {
			change(r, master, c)
			if rapid.IntRange(0, 3).Draw(r, "a week") == 0 {
				c.set(c.read().AddDate(0, 0, 7)) // so that the public is told something
			}
			for _, name := range slices.Sorted(maps.Keys(all)) {
				started := New(Config{Master: master})
				for _, views := range []*Views{kept, started} {
					if err := e.note(t, name, viewOf(t, views, all[name])); err != nil {
						r.Fatal(err)
					}
				}
				started.Close()
			}
		}
	})
}

// The control: what position 1 means is another thing once the report that stood there
// was erased, on a server that was started since.
func TestPositionsAreNoEditions(t *testing.T) {
	c := at(wednesday)
	master := openMaster(t, c.read)
	add(t, master, walk("a", "rcmp", "GREEN", -98), walk("b", "rcmp", "GREEN", -97))
	early := viewOf(t, openViews(t, master), agency("A"))
	before, name := said(t, early)[1], early.Edition(1)
	if err := master.Erase(t.Context(), "x", "a", "y"); err != nil {
		t.Fatal(err)
	}
	late := viewOf(t, openViews(t, master), agency("A"))
	if after := said(t, late)[1]; after == before || late.Edition(1) == name {
		t.Errorf("at 1 it says %q (%s), then %q (%s)", before, name, after, late.Edition(1))
	}
}
