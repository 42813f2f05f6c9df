package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontierwatch/data/gpkg"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// TestBackupsAreMadeAndPruned lets the clock tick while a store is written to.
func TestBackupsAreMadeAndPruned(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(t.TempDir(), "frontier.gpkg")
	store, err := gpkg.Open(path, gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keep := backupFlag{BackupTo: folder, BackupEvery: time.Hour, BackupKeep: 2}
	other := filepath.Join(folder, "frontierwatch-notes.txt")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	said, ticks := make(chan string, 10), make(chan time.Time)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		keep.run(ctx, ticks, storeFlag{Store: path}, slog.New(slog.NewTextHandler(&lines{to: said}, nil)))
	}()
	wait := func(want string) {
		t.Helper()
		if line := <-said; !strings.Contains(line, want) {
			t.Fatalf("said %q, want %q", line, want)
		}
	}
	wait("file=frontierwatch-000000000000.gpkg")
	for i, want := range []string{"000000000001", "000000000002", "000000000003"} {
		source := report.Source{ID: "s" + want, Agency: "agency", Unit: report.Persons, TLP: report.Green}
		e := log.Entry{Kind: log.Source, ID: source.ID, Op: log.Create, Revision: 1, Recorded: morning, Actor: "tester", Body: report.AppendSource(nil, &source)}
		if _, err := store.Append(t.Context(), []log.Entry{e}); err != nil {
			t.Fatal(err)
		}
		ticks <- morning.Add(time.Duration(i) * time.Hour)
		wait("file=frontierwatch-" + want + ".gpkg")
	}
	ticks <- morning // nothing is new: no copy, and nothing is said
	cancel()
	<-done
	if len(said) > 0 {
		t.Errorf("with nothing new: %s", <-said)
	}
	keep.BackupTo = filepath.Join(folder, "gone")
	ctx, cancel = context.WithCancel(t.Context())
	go keep.run(ctx, ticks, storeFlag{Store: path}, slog.New(slog.NewTextHandler(&lines{to: said}, nil)))
	wait("backup failed")
	ticks <- morning
	wait("backup failed") // and it goes on
	cancel()
}

func TestOnlyOldCopiesAreDeleted(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"frontierwatch-000000000001.gpkg", "frontierwatch-000000000020.gpkg", "frontierwatch-000000000003.gpkg", "frontierwatch-mine.gpkg", "other.gpkg"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep := backupFlag{BackupTo: folder, BackupKeep: 2}
	if err := keep.prune(); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(folder, "*"))
	got := ""
	for _, file := range left {
		got += " " + filepath.Base(file)
	}
	if want := " frontierwatch-000000000003.gpkg frontierwatch-000000000020.gpkg frontierwatch-mine.gpkg other.gpkg"; got != want {
		t.Errorf("left are%s\nwant%s", got, want)
	}
}

func TestBackupSchedulesThatCannotBeKept(t *testing.T) {
	for _, args := range [][]string{
		{"--backup-to", filepath.Join(t.TempDir(), "nowhere")},
		{"--backup-to", t.TempDir(), "--backup-every", "1s"},
		{"--backup-to", t.TempDir(), "--backup-keep", "0"},
	} {
		var said strings.Builder
		code := run(t.Context(), append([]string{"serve", "--store", filepath.Join(t.TempDir(), "a.gpkg"), "--listen", "127.0.0.1:0"}, args...), stdio{strings.NewReader(""), io.Discard, &said}, time.Now)
		if code != exitUse || !strings.Contains(said.String(), args[len(args)-2]) {
			t.Errorf("%v: exit %d, %s", args[2:], code, said.String())
		}
	}
}
