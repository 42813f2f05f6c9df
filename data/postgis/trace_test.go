//go:build unix

package postgis

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"testing"

	"frontierwatch/geo/log"
)

// statements writes down what an observer is told.
type statements struct {
	mu   sync.Mutex
	told []string
	of   []any // in whose context
	n    map[string]int
	open int
	bad  int
}

type callerKey struct{}

func (s *statements) observe(ctx context.Context, statement string, n int) func(error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told, s.of, s.n[statement] = append(s.told, statement), append(s.of, ctx.Value(callerKey{})), max(n, s.n[statement])
	s.open++
	return func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		if err != nil {
			s.bad++
		}
	}
}

func TestStatementsAreTold(t *testing.T) {
	said := statements{n: map[string]int{}}
	s, err := Open(context.Background(), database(t), Options{Observe: said.observe})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	said.told, said.of = nil, nil
	ctx := context.WithValue(context.Background(), callerKey{}, "me")
	if _, err := s.Append(ctx, []log.Entry{{Kind: log.Key, ID: "canary", Op: log.Create, Revision: 1, Actor: "canary", Body: []byte(`{"canary":1}`)}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Scan(ctx, 0, func(log.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(said.told, "batch") || said.n["batch"] < 4 || len(said.told) < 3 {
		t.Errorf("told %q, %v", said.told, said.n)
	}
	for i, statement := range said.told {
		if !regexp.MustCompile(`^([A-Z]+|batch)$`).MatchString(statement) {
			t.Errorf("%q says more than what it is", statement)
		}
		if said.of[i] != nil && said.of[i] != "me" {
			t.Errorf("%s is of %v", statement, said.of[i])
		}
	}
	// What is committed is told as the caller's, though no caller can call it off.
	if n := slices.Index(said.told, "batch"); said.of[n] != "me" || said.of[n+1] != "me" {
		t.Errorf("%q of %v", said.told, said.of)
	}
	if said.bad != 0 || said.open != 0 {
		t.Errorf("%d failed, %d have no end", said.bad, said.open)
	}
	gone, leave := context.WithCancel(ctx)
	leave()
	if err := s.Scan(gone, 0, func(log.Entry) error { return nil }); err == nil || said.open != 0 || said.bad == 0 {
		t.Errorf("%v, %d failed, %d have no end", err, said.bad, said.open)
	}
}
