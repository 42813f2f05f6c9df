package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts below testdata/script run the program as people do. What is done to
// it from outside while it runs (signals, requests) is in serve_test.go.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"frontierwatch": program})
}

// program is main with a clock that can be set, so that "now" is the same in
// every run of a script.
func program() {
	now := time.Now
	if text := os.Getenv("TEST_NOW"); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		now = func() time.Time { return at }
	}
	os.Exit(run(context.Background(), os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}, now))
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TEST_NOW", "2017-06-01T12:00:00Z")
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
