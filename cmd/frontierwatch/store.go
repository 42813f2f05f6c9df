package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/gpkg"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// storeFlag names the store; every command that reads or writes one has it.
type storeFlag struct {
	Store string `default:"frontier.gpkg" placeholder:"PATH" help:"The store: a GeoPackage file (${default})."`
}

// open opens the store and reads it into memory, showing progress on a terminal.
// A store that is only read may be open in a serving process at the same time.
func (f storeFlag) open(s *session, readOnly bool) (*data.Corpus, error) {
	store, err := f.openLog(readOnly)
	if err != nil {
		return nil, err
	}
	corpus, err := openCorpus(s.Context, store, s.now, newProgress(s, "reading the log").of)
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("%s: %w", f.Store, err)
	}
	return corpus, nil
}

func (f storeFlag) openLog(readOnly bool) (*gpkg.Store, error) {
	if strings.HasPrefix(f.Store, "postgres://") || strings.HasPrefix(f.Store, "postgresql://") {
		return nil, wrongUse{fmt.Errorf("--store %s…: this build stores in a GeoPackage file only; give a path", f.Store[:11])}
	}
	if readOnly {
		return gpkg.OpenReadOnly(f.Store, gpkg.Options{})
	}
	return gpkg.Open(f.Store, gpkg.Options{})
}

// openCorpus ties the embedded reference data and a log together. Sources beyond
// the local one are those that the log need not name.
func openCorpus(ctx context.Context, store data.Log, now func() time.Time, progress func(done, total log.Seq), more ...report.Source) (*data.Corpus, error) {
	line, err := boundary.Frontier()
	if err != nil {
		return nil, err
	}
	ports, err := boundary.Ports(line)
	if err != nil {
		return nil, err
	}
	posts, err := boundary.Posts(line)
	if err != nil {
		return nil, err
	}
	return data.Open(ctx, data.Config{
		Frontier: line, Log: store, Ports: ports, Posts: posts,
		Sources: append([]report.Source{localSource()}, more...), Guard: guard.Setting{},
		Now: now, Progress: progress,
	})
}

// localSource is who reports on a machine where nobody is registered: its owner.
func localSource() report.Source {
	return report.Source{
		ID: "local", Agency: "operator of this server", Unit: report.Persons, TLP: report.Amber,
		Caveat: "reports entered without a credential on this machine",
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
