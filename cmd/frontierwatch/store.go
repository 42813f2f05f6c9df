package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"frontierwatch/data"
	"frontierwatch/data/boundary"
	"frontierwatch/data/gpkg"
	"frontierwatch/data/postgis"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// storeFlag names the store; every command that reads or writes one has it.
type storeFlag struct {
	Store string `default:"frontier.gpkg" placeholder:"PATH|postgres://…" help:"The store: a GeoPackage file (${default}), or a database that several nodes write."`
}

// open opens the store and reads it into memory, showing progress on a terminal.
// A store that is only read may be open in a serving process at the same time.
func (f storeFlag) open(s *session, readOnly bool) (*data.Corpus, error) {
	return f.openWatched(s, readOnly, nil)
}

// openWatched is open where an operator looks on; nil: nobody does.
func (f storeFlag) openWatched(s *session, readOnly bool, w *watch) (*data.Corpus, error) {
	store, err := f.openStoreWith(s, readOnly, postgis.Options{Observe: w.statements()})
	if err != nil {
		return nil, err
	}
	corpus, err := openObserved(s.Context, store, s.now, newProgress(s, "reading the log").of, w.stages())
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("%s: %w", f.name(), err)
	}
	return corpus, nil
}

// store is a log that can say whether it is right, and how it stands.
type store interface {
	data.Log
	Check(context.Context) error
	Chain(context.Context) (log.Seq, string, error)
}

// openStore opens a file or a database, whichever is named.
func (f storeFlag) openStore(ctx context.Context, readOnly bool) (store, error) {
	return f.openStoreWith(ctx, readOnly, postgis.Options{})
}

func (f storeFlag) openStoreWith(ctx context.Context, readOnly bool, o postgis.Options) (store, error) {
	if !f.isDatabase() {
		return f.openLog(readOnly)
	}
	open := postgis.Open
	if readOnly {
		open = postgis.OpenReadOnly
	}
	s, err := open(ctx, f.Store, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name(), err)
	}
	return s, nil
}

func (f storeFlag) isDatabase() bool {
	return strings.HasPrefix(f.Store, "postgres://") || strings.HasPrefix(f.Store, "postgresql://")
}

// name is the store as it may be shown: without a password.
func (f storeFlag) name() string {
	if !f.isDatabase() {
		return f.Store
	}
	u, err := url.Parse(f.Store)
	if err != nil {
		return "the database"
	}
	u.RawQuery = ""
	return u.Redacted()
}

// openLog opens a file, for what is done with files only.
func (f storeFlag) openLog(readOnly bool) (*gpkg.Store, error) {
	if f.isDatabase() {
		return nil, wrongUse{errors.New("--store: this is done with a GeoPackage file; frontierwatch migrate makes one of a database")}
	}
	if readOnly {
		return gpkg.OpenReadOnly(f.Store, gpkg.Options{})
	}
	return gpkg.Open(f.Store, gpkg.Options{})
}

// openCorpus ties the embedded reference data and a log together. Sources beyond
// the local one are those that the log need not name.
func openCorpus(ctx context.Context, store data.Log, now func() time.Time, progress func(done, total log.Seq), more ...report.Source) (*data.Corpus, error) {
	return openObserved(ctx, store, now, progress, nil, more...)
}

// openObserved is openCorpus, with who is told of its stages.
func openObserved(ctx context.Context, store data.Log, now func() time.Time, progress func(done, total log.Seq), observe data.Observe, more ...report.Source) (*data.Corpus, error) {
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
	if head, err := store.Head(ctx); err == nil { // else Open says why not
		defer frugal(head)()
	}
	return data.Open(ctx, data.Config{
		Frontier: line, Log: store, Ports: ports, Posts: posts,
		Sources: append([]report.Source{localSource()}, more...), Guard: guard.Setting{},
		Now: now, Progress: progress, Observe: observe,
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
