package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontierwatch/data"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// retentionFlag is how long exact positions are kept, by source. It has one name and one
// form wherever it stands, so that the settings of a server hold for the command too.
type retentionFlag struct {
	Retain []string `placeholder:"SOURCE=KM/SEGMENT" help:"Ages in days from which positions of a source are a kilometre of the line, and a segment; 0: never. * is every source that is not named (*=90/365)."`
}

// others stands for the sources that no rule names.
const others = "*"

// retentions are rules by source.
type retentions map[string]reader.Retention

// rules reads the flag.
func (f *retentionFlag) rules() (retentions, error) {
	rules := retentions{}
	for _, text := range f.Retain {
		source, ages, ok := strings.Cut(text, "=")
		kilometre, segment, both := strings.Cut(ages, "/")
		k, err1 := strconv.ParseUint(kilometre, 10, 16)
		s, err2 := strconv.ParseUint(segment, 10, 16)
		if _, twice := rules[source]; twice || !ok || !both || source == "" || err1 != nil || err2 != nil {
			return nil, wrongUse{fmt.Errorf("--retain %q: give each source once, like rcmp=30/90, or *=90/365 for all others; an age in days cannot be less than 0", text)}
		}
		rules[source] = afterDays(int(k), int(s))
	}
	if len(rules) == 0 {
		rules[others] = afterDays(90, 365)
	}
	return rules, nil
}

// afterDays is a rule by days.
func afterDays(kilometre, segment int) reader.Retention {
	const day = 24 * time.Hour
	return reader.Retention{Kilometre: time.Duration(kilometre) * day, Segment: time.Duration(segment) * day}
}

// kept is what the rules make of a version at a time.
func (r retentions) kept(line *frontier.Frontier, now time.Time) func(*report.Version) report.Report {
	return func(v *report.Version) report.Report {
		rule, ok := r[v.Source]
		if !ok {
			rule = r[others]
		}
		return rule.Kept(line, v, now)
	}
}

type retainCmd struct {
	storeFlag
	retentionFlag
	KilometreAfter int      `name:"km-after-days" default:"90" placeholder:"DAYS" help:"Without --retain: age from which a position is a kilometre of the line (${default}); 0: never."`
	SegmentAfter   int      `name:"segment-after-days" default:"365" placeholder:"DAYS" help:"Without --retain: age from which a position is a segment (${default}); 0: never."`
	Source         []string `placeholder:"ID" help:"Only reports of these sources (all)."`
	Except         []string `placeholder:"ID" help:"No reports of these sources, which have other ages (none)."`
	DryRun         bool     `help:"Say how many reports it would be, and change nothing."`
}

func (retainCmd) Help() string {
	return `Makes the positions of old reports coarser, in every version, and writes the file anew. People stay
counted where they were. It cannot be undone. The file must not be open in a server: a server does
it by itself with serve --retain-every, by the same rules.

Examples:
  frontierwatch retain --store frontier.gpkg --dry-run
  frontierwatch retain --store frontier.gpkg --retain '*=90/365' --retain rcmp=30/90
  frontierwatch retain --store frontier.gpkg --source rcmp --km-after-days 30 --segment-after-days 90`
}

func (c *retainCmd) Run(s *session) error {
	if c.KilometreAfter < 0 || c.SegmentAfter < 0 {
		return wrongUse{errors.New("an age in days cannot be less than 0")}
	}
	rules, err := c.rules()
	if err != nil {
		return err
	}
	if len(c.Retain) == 0 {
		rules[others] = afterDays(c.KilometreAfter, c.SegmentAfter)
	}
	if c.DryRun {
		corpus, err := c.open(s, true)
		if err != nil {
			return err
		}
		return errors.Join(c.rewrite(s, corpus, rules, ""), corpus.Close())
	}
	return c.overwrite(s, func(corpus *data.Corpus) error { return c.rewrite(s, corpus, rules, localSource().ID) })
}

// rewrite makes coarse what is due; without actor it only counts.
func (c *retainCmd) rewrite(s *session, corpus *data.Corpus, rules retentions, actor string) error {
	kept := rules.kept(corpus.Frontier(), s.now())
	n, err := corpus.Rewrite(s, actor, retention, func(v *report.Version) report.Report {
		if len(c.Source) > 0 && !slices.Contains(c.Source, v.Source) || slices.Contains(c.Except, v.Source) {
			return v.Report
		}
		return kept(v)
	})
	if err != nil {
		return err
	}
	verb := "made coarser"
	if actor == "" {
		verb = "would be made coarser"
	}
	fmt.Fprintf(s.out, "%d reports %s\n", n, verb)
	return nil
}

// retention is the reason that the log has for what was made coarser with age.
const retention = "retention"
