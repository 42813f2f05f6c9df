package main

import (
	"bytes"
	"errors"
	"fmt"

	"frontierwatch/geo/log"
)

type migrateCmd struct {
	From string `required:"" placeholder:"PATH|postgres://…" help:"The store to copy."`
	To   string `required:"" placeholder:"PATH|postgres://…" help:"Where to: an empty store, or one that this command began to fill."`
}

func (migrateCmd) Help() string {
	return `Copies a log from one kind of store to another, entry by entry, and compares the hash of both at the
end: the copy has the same positions, numbers, times and revisions. Where something was overwritten
in the log, which a hash of before cannot tell, what is left is compared in place of the hash. The store that is copied may go on
being served; what is written to it meanwhile is copied by the next run. A run that was stopped goes on
where it was. A store that holds anything else is refused.

Examples:
  frontierwatch migrate --from frontier.gpkg --to postgres://admin@db1/frontier
  frontierwatch migrate --from postgres://node@db1/frontier --to copy.gpkg`
}

func (c *migrateCmd) Run(s *session) (err error) {
	from, err := storeFlag{Store: c.From}.openStore(s, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := storeFlag{Store: c.To}.openStore(s, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	m := migration{session: s, from: from, to: to, progress: newProgress(s, "migrating")}
	name := storeFlag{Store: c.To}.name()
	if err := m.run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(s.out, "%s: %d entries, %s\n", name, m.at, m.hash)
	return nil
}

// migrated is how many entries one transaction takes.
const migrated = 1024

// migration copies one log to another.
type migration struct {
	*session
	from, to store
	progress *progress

	redacted redacted // what was overwritten in the one that is copied
	batch    []log.Entry

	at   log.Seq // where the copy ends, and its hash
	hash string
}

var errElse = errors.New("holds something else than the beginning of the log that is copied; give an empty store")

func (m *migration) run() (err error) {
	total, err := m.from.Head(m)
	if err != nil {
		return err
	}
	there, _, err := m.to.Chain(m)
	if err != nil {
		return err
	}
	if m.redacted, err = findRedacted(m, m.from); err != nil {
		return err
	}
	if there > total {
		return errElse
	}
	if err := m.redacted.compare(m, m.from, m.to, there, false); err != nil {
		return err
	}
	err = m.from.Scan(m, there, func(e log.Entry) error {
		e.Body = bytes.Clone(e.Body)
		m.batch = append(m.batch, m.redacted.replayed(e))
		if len(m.batch) < migrated {
			return nil
		}
		m.progress.of(e.Seq, total)
		return m.flush()
	})
	if err == nil {
		err = m.flush()
	}
	if err != nil {
		return err
	}
	m.progress.of(total, total)
	return m.compare()
}

// compare checks that the copy is what was copied: by its hash, or, where something
// was overwritten, by everything that is left.
func (m *migration) compare() (err error) {
	if m.at, m.hash, err = m.to.Chain(m); err != nil {
		return err
	}
	if len(m.redacted) > 0 {
		return m.redacted.compare(m, m.from, m.to, m.at, true)
	}
	sum, err := m.redacted.digest(m, m.from, m.at, true)
	if err == nil && sum.String() != m.hash {
		err = fmt.Errorf("the copy ends at %d with %s, what was copied with %s", m.at, m.hash, sum)
	}
	return err
}

// flush writes what was read. Every entry must be new there.
func (m *migration) flush() error {
	if len(m.batch) == 0 {
		return nil
	}
	results, err := m.to.Append(m, m.batch)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Outcome != log.Appended || r.Seq != m.batch[i].Seq {
			return fmt.Errorf("entry %d (%s %s) ends as %s at %d; is something else writing there?", m.batch[i].Seq, m.batch[i].Kind, m.batch[i].ID, r.Outcome, r.Seq)
		}
	}
	m.batch = m.batch[:0]
	return nil
}
