// Command frontierwatch stores geotagged crossing reports along the Canada–US
// frontier and flags unguarded stretches with rising activity as GeoJSON.
//
// Exit codes: 0 done, 1 failed, 2 wrong use, 3 some rows refused.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // opening hours are local: a machine without zone files must know them too

	"github.com/alecthomas/kong"
)

const (
	exitDone    = 0
	exitFailed  = 1
	exitUse     = 2
	exitRefused = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}, time.Now)
	stop()
	os.Exit(code)
}

// stdio is where a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// cli is every command; each has a file of its own.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Serve the API over a store."`
	Demo     demoCmd     `cmd:"" help:"Load the published figures and the simulated stream, then serve them."`
	Import   importCmd   `cmd:"" help:"Read reports from a file into a store."`
	Export   exportCmd   `cmd:"" help:"Write a collection of a store to a file."`
	Hotspots hotspotsCmd `cmd:"" help:"List hot spots and which of them are flagged."`
	Flag     flagCmd     `cmd:"" help:"Say what is done about a flag: acknowledge, close, open again."`
	Coverage coverageCmd `cmd:"" help:"Say how many kilometres are guarded, by the hour."`
	Receipt  receiptCmd  `cmd:"" help:"Write what a flag was reckoned from."`
	Replay   replayCmd   `cmd:"" help:"Write day by day what would have been known and flagged."`
	Detect   detectCmd   `cmd:"" help:"Run detection over count files."`
	Backup   backupCmd   `cmd:"" help:"Copy a store while it is in use."`
	Migrate  migrateCmd  `cmd:"" help:"Copy a log from a file to a database, or back."`
	Roles    rolesCmd    `cmd:"" help:"Write the SQL that grants nodes and analysts what they need in a database."`
	Bench    benchCmd    `cmd:"" help:"Measure this machine: floors, questions, ingest."`
	Keys     keysCmd     `cmd:"" help:"Make, list and revoke the keys of callers."`
	Erase    eraseCmd    `cmd:"" help:"Overwrite everything that a report ever said."`
	Retain   retainCmd   `cmd:"" help:"Make the positions of old reports coarser."`
	Verify   verifyCmd   `cmd:"" help:"Walk a store and say whether everything in it agrees."`
	Version  versionCmd  `cmd:"" help:"Print the version."`

	Completion completionCmd `cmd:"" help:"Write what a shell needs to complete the command line."`
	Man        manCmd        `cmd:"" help:"Write the manual."`

	configFlag
}

// errRefused ends a command whose work is done but for rows that were refused.
var errRefused = errors.New("some rows were refused")

// session is what every command gets besides its flags.
type session struct {
	context.Context
	stdio
	now func() time.Time
}

// run parses the arguments, runs the command and says how it ended.
func run(ctx context.Context, args []string, io stdio, now func() time.Time) (code int) {
	type exited int // kong's own way out of --help
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exited)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	parser, err := kong.New(&cli{},
		kong.Name("frontierwatch"),
		kong.Description("Reports of crossings along the Canada–US frontier, and the unguarded stretches where they rise."),
		kong.DefaultEnvars("FRONTIERWATCH"),
		kong.Resolvers(&settings{}),
		kong.Writers(io.out, io.err),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.UsageOnError(),
		kong.WithHyphenPrefixedParameters(true), // --bbox -98,48.5,-96,49.5
	)
	if err != nil {
		fmt.Fprintln(io.err, "frontierwatch:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(io.err, "frontierwatch: %v; see frontierwatch --help\n", err)
		return exitUse
	}
	return exitCode(parsed.Run(&session{ctx, io, now}, parser), io.err)
}

// wrongUse is an error of the caller's arguments that only the command can see.
type wrongUse struct{ error }

func exitCode(err error, w io.Writer) int {
	var use wrongUse
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.As(err, &use):
		fmt.Fprintln(w, "frontierwatch:", err)
		return exitUse
	}
	fmt.Fprintln(w, "frontierwatch:", err)
	return exitFailed
}
