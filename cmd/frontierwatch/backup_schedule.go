package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// backupFlag is when a serving process copies its store by itself.
type backupFlag struct {
	BackupTo    string        `placeholder:"FOLDER" help:"Copy the store into this folder, at start and then every --backup-every (never)."`
	BackupEvery time.Duration `default:"24h" placeholder:"TIME" help:"How often (${default})."`
	BackupKeep  int           `default:"7" placeholder:"N" help:"How many copies to keep; the oldest are deleted (${default})."`
}

// check refuses a schedule that cannot be kept.
func (f *backupFlag) check() error {
	switch {
	case f.BackupTo == "":
		return nil
	case !isDir(f.BackupTo):
		return wrongUse{fmt.Errorf("--backup-to %s is no folder; make it first, best on another disk", f.BackupTo)}
	case f.BackupEvery < time.Minute:
		return wrongUse{fmt.Errorf("--backup-every %s is less than a minute", f.BackupEvery)}
	case f.BackupKeep < 1:
		return wrongUse{fmt.Errorf("--backup-keep %d would keep none; give at least 1", f.BackupKeep)}
	}
	return nil
}

// start makes the copies until the context ends or the returned function is
// called, which waits for one that is under way to be given up.
func (f *backupFlag) start(ctx context.Context, store storeFlag, logger *slog.Logger) (stop func()) {
	if f.BackupTo == "" {
		return func() {}
	}
	return every(ctx, f.BackupEvery, func(ctx context.Context, ticks <-chan time.Time) { f.run(ctx, ticks, store, logger) })
}

// every runs something beside the caller, with a clock that ticks so often, until the
// context ends or the returned function is called, which waits for its end.
func every(ctx context.Context, interval time.Duration, run func(ctx context.Context, ticks <-chan time.Time)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticker, done := time.NewTicker(interval), make(chan struct{})
	go func() {
		defer close(done)
		defer ticker.Stop()
		run(ctx, ticker.C)
	}()
	return func() { cancel(); <-done }
}

// run makes a copy now and at every tick. One that fails is told of, and tried
// again at the next.
func (f *backupFlag) run(ctx context.Context, ticks <-chan time.Time, store storeFlag, logger *slog.Logger) {
	for {
		file, err := f.once(ctx, store)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			logger.Error("backup failed", "error", err.Error())
		case file != "":
			logger.Info("backup made", "file", filepath.Base(file))
		}
		select {
		case <-ticks:
		case <-ctx.Done():
			return
		}
	}
}

// once copies the store, unless the newest copy holds all of it, reads the copy
// again, and deletes the oldest beyond those to keep. It returns the file it made.
func (f *backupFlag) once(ctx context.Context, store storeFlag) (file string, err error) {
	log, err := store.openLog(true)
	if err != nil {
		return "", err
	}
	defer log.Close()
	head, _, err := log.Chain(ctx)
	if err != nil {
		return "", err
	}
	file = backupName(f.BackupTo, head)
	if _, err := os.Stat(file); err == nil {
		return "", nil
	}
	if err := log.Backup(ctx, file); err != nil {
		return "", err
	}
	if err := readable(ctx, file); err != nil {
		return "", fmt.Errorf("the copy cannot be read again: %w", err)
	}
	return file, f.prune()
}

// readable opens a copy and checks it against its own log.
func readable(ctx context.Context, file string) error {
	made, err := storeFlag{Store: file}.openLog(true)
	if err != nil {
		return err
	}
	defer made.Close()
	return made.Check(ctx)
}

// prune deletes the oldest copies. Only files that are named as copies are looked at.
func (f *backupFlag) prune() error {
	files, err := filepath.Glob(filepath.Join(f.BackupTo, "frontierwatch-????????????.gpkg"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	for _, old := range files[:max(0, len(files)-f.BackupKeep)] {
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	return nil
}
