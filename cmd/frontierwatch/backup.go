package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"frontierwatch/geo/log"
)

type backupCmd struct {
	storeFlag
	File string `arg:"" help:"The file to make; it must not be there. In a folder it is named after the position of the log."`
}

func (backupCmd) Help() string {
	return `Copies the whole store, log and all, as it is at one moment. A server may go on writing beside it. The
copy is a store: serve it, verify it, or put it in the place of one that was lost. What is printed is
the position of the log and the hash of everything up to it, which verify prints too.

Examples:
  frontierwatch backup --store frontier.gpkg frontier-monday.gpkg
  0 3 * * *  frontierwatch backup --store /srv/frontier.gpkg /backup/    (a line of crontab: every night)

A server makes copies by itself: frontierwatch serve --backup-to FOLDER --backup-every 24h --backup-keep 7`
}

func (c *backupCmd) Run(s *session) error {
	store, err := c.openLog(true)
	if err != nil {
		return err
	}
	head, _, err := store.Chain(s)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	file := c.File
	if isDir(file) {
		file = backupName(file, head)
	}
	if err := errors.Join(store.Backup(s, file), store.Close()); err != nil {
		return fmt.Errorf("%s: %w", c.Store, err)
	}
	return c.printState(s, file)
}

// backupName names a copy after the position of the log that it holds, so that
// copies sort by age.
func backupName(folder string, head log.Seq) string {
	return filepath.Join(folder, fmt.Sprintf("frontierwatch-%012d.gpkg", head))
}

// printState says what the copy holds, as the copy itself says it.
func (c *backupCmd) printState(s *session, file string) error {
	made, err := storeFlag{Store: file}.openLog(true)
	if err != nil {
		return err
	}
	head, hash, err := made.Chain(s)
	if err := errors.Join(err, made.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d entries, %s\n", file, head, hash)
	return nil
}
