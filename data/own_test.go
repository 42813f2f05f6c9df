package data_test

import (
	"errors"
	"fmt"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

func TestOwnRecordsAreSwapped(t *testing.T) {
	l := memlog.New()
	c := open(t, keptOpen{l})
	swap := func(kind log.Kind, id, old, next string) error {
		body := func(s string) []byte {
			if s == "" {
				return nil
			}
			return []byte(s)
		}
		return c.SwapOwn(t.Context(), "tester", kind, id, body(old), body(next))
	}
	for _, step := range []struct {
		kind          log.Kind
		id, old, next string
		want          error
	}{
		{log.Key, "a", "", "one", nil},
		{log.Key, "b", "", "two", nil},
		{log.Subscription, "a", "", "three", nil},
		{log.Key, "a", "", "other", report.ErrConflict},
		{log.Key, "a", "other", "new", report.ErrConflict},
		{log.Key, "a", "one", "new", nil},
		{log.Key, "b", "two", "", nil},
		{log.Key, "b", "two", "", report.ErrNotFound},
	} {
		if err := swap(step.kind, step.id, step.old, step.next); !errors.Is(err, step.want) {
			t.Errorf("%v: %v", step, err)
		}
	}
	check := func(c *data.Corpus) {
		t.Helper()
		if got := fmt.Sprintf("%s %s", c.Own(log.Key), c.Own(log.Subscription)); got != "[{a new}] [{a three}]" {
			t.Errorf("what stands is %s", got)
		}
	}
	check(c)
	c.Close()
	check(open(t, l)) // read again from the log
}
