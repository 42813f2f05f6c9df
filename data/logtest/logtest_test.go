package logtest_test

import (
	"fmt"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/logtest"
)

// recorder is a test that only notes whether it failed.
type recorder struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()           {}
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) { r.failures = append(r.failures, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) { r.Error(args...); panic(r) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// try runs a clause against a log with a defect and says why it failed.
func try(t *testing.T, c logtest.Clause, defect string) (failures []string) {
	r := &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != r {
			panic(p)
		}
		for _, f := range r.cleanups {
			f()
		}
		failures = r.failures
	}()
	c.Check(r, func(testing.TB) data.Log { return &brokenLog{defect: defect} })
	return nil
}

func TestAWholeLogPasses(t *testing.T) {
	logtest.Run(t, func(testing.TB) data.Log { return &brokenLog{} })
}

// Every defect must be found by a clause, and every clause must find a defect.
func TestBrokenLogsFail(t *testing.T) {
	found := map[string]int{}
	for _, defect := range defects() {
		n := 0
		for round := 0; n == 0 && round < 100; round++ { // some show only if another comes in between
			for _, c := range logtest.Clauses() {
				if failures := try(t, c, defect); len(failures) > 0 {
					found[c.Name]++
					n++
				}
			}
		}
		if n == 0 {
			t.Errorf("a log that %q keeps the whole contract", defect)
		}
	}
	for _, c := range logtest.Clauses() {
		if found[c.Name] == 0 {
			t.Errorf("the clause %q finds no defect", c.Name)
		}
	}
}
