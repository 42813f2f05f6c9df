package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

const changesText = "The entries of the log after a position, in their order and without a gap: what was created, corrected and taken back. " +
	"feature is what the entry made of the feature, null where it is a tombstone (op is retract), was erased since, or is about a flag, of which step says what was done. " +
	"Where op is redact, what the feature said before was overwritten: feature is what is left of it, null where nothing is, and a copy must forget the rest. " +
	"To keep a copy up to date, begin after 0, follow the next links, keep `last`, and ask again after that position whenever it suits. " +
	"A page may have fewer changes than limit, or none, and still a next link. Entries are never changed otherwise, so that what was read once need not be read again; " +
	"of a source only last_report and silent are those of now."

// maxScanned is how many entries one answer looks through for those of the
// collections that are asked for.
const maxScanned = 100_000

// changedKinds are the kinds of entries that are shown, and their collections.
func changedKinds() map[log.Kind]string {
	return map[log.Kind]string{log.Report: codec.Reports, log.Post: codec.Posts, log.Source: codec.Sources, log.Flag: codec.Flags}
}

func (s *server) changeOperations() []operation {
	return []operation{{
		http.MethodGet, "/changes", "changes", callTag, "What has changed since a position of the log", changesText,
		[]parameter{paramAfter(), paramCollections("Only entries about features of these collections; all of them unless told.", codec.Reports, codec.Posts, codec.Sources, codec.Flags), paramLimit()}, []format{asJSON}, nil, ok("changes"), nil, (*call).changes,
	}}
}

func paramAfter() parameter {
	return parameter{
		name: "after", description: "Only entries after this position; 0, which is the default, is before all of them.",
		schema: schema{"type": "integer", "minimum": 0, "default": 0},
		read: func(a *asked, text string) (err error) {
			a.after, err = parsePosition(text)
			return err
		},
	}
}

// parsePosition reads a position of the log, or 0.
func parsePosition(text string) (log.Seq, error) {
	n, rest := digits(text)
	seq, err := strconv.ParseInt(text, 10, 64)
	if n == 0 || rest != "" || err != nil {
		return 0, errors.New("must be a position of the log: a whole number from 0")
	}
	return log.Seq(seq), nil
}

// paramCollections takes some of the collections by their names.
func paramCollections(description string, words ...string) parameter {
	return parameter{
		name: "collections", description: description,
		schema: schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "enum": words}},
		read: func(a *asked, text string) error {
			for name := range strings.SplitSeq(text, ",") {
				word, err := oneOf(name, words)
				if err != nil {
					return fmt.Errorf("%w, with commas between", err)
				}
				a.changed = append(a.changed, word)
			}
			return nil
		},
	}
}

// changesJSON is a part of the log.
type changesJSON struct {
	After   log.Seq      `json:"after"`
	Last    log.Seq      `json:"last"` // of what was looked at: where to go on
	Head    log.Seq      `json:"head"`
	Time    string       `json:"timeStamp"`
	Changes []changeJSON `json:"changes"`
	N       int          `json:"numberReturned"`
	Links   []linkJSON   `json:"links"`
}

// changeJSON is one entry.
type changeJSON struct {
	Seq        log.Seq         `json:"seq"`
	Recorded   string          `json:"recorded"`
	Op         log.Operation   `json:"op"`
	Collection string          `json:"collection"`
	ID         string          `json:"id"`
	Revision   int             `json:"revision"`
	Feature    json.RawMessage `json:"feature"`
	Step       *stepJSON       `json:"step,omitempty"`
}

// changes answers with a part of the log: GET /changes.
func (c *call) changes() error {
	s := c.state(&collection{moment: passing})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	entries, last, err := c.entriesAfter(c.asked.after, s.head)
	if err != nil {
		return err
	}
	answer := changesJSON{After: c.asked.after, Last: last, Head: s.head, Time: s.time().Format(time.RFC3339Nano), Changes: []changeJSON{}, N: len(entries)}
	shown := entryShower{call: c}
	for i := range entries {
		one, err := shown.change(&entries[i])
		if err != nil {
			return fmt.Errorf("entry %d: %w", entries[i].Seq, err)
		}
		answer.Changes = append(answer.Changes, one)
	}
	links := c.selfLinks("This part of the log")
	links[0].Href = c.base + c.Request().URL.Path + encoded(c.QueryParams())
	if last < s.head {
		links = append(links, c.link("next", c.Request().URL.Path+encoded(c.QueryParams(), "after", fmt.Sprint(last)), c.format, "What came then"))
	}
	answer.Links = linksJSON(links)
	return c.replyJSON(s, cacheData, links, answer)
}

var errEnough = errors.New("enough entries")

// entriesAfter are the entries after a position, up to head, that are asked for, at
// most limit, and the position of the last that was looked at.
func (c *call) entriesAfter(after, head log.Seq) (entries []log.Entry, last log.Seq, err error) {
	last = after
	kinds := changedKinds()
	err = c.corpus.Entries(c.Request().Context(), after, func(e log.Entry) error {
		if len(entries) == c.asked.limit || e.Seq > after+maxScanned || e.Seq > head {
			return errEnough
		}
		last = e.Seq
		if of := kinds[e.Kind]; of != "" && (c.asked.changed == nil || slices.Contains(c.asked.changed, of)) {
			e.Body = slices.Clone(e.Body)
			entries = append(entries, e)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return entries, last, err
}

// entryShower makes features of entries. Sources are asked for once.
type entryShower struct {
	*call
	sources []report.SourceState
}

func (s *entryShower) change(e *log.Entry) (changeJSON, error) {
	one := changeJSON{
		Seq: e.Seq, Recorded: e.Recorded.UTC().Format(time.RFC3339Nano), Op: e.Op, Collection: changedKinds()[e.Kind],
		ID: e.ID, Revision: e.Revision, Feature: json.RawMessage("null"),
	}
	if e.Op == log.Retract {
		return one, nil
	}
	var err error
	ctx, at := s.Request().Context(), log.AsOf{Seq: e.Seq}
	switch e.Kind {
	case log.Report:
		v, err := s.corpus.Report(ctx, e.ID, at)
		if errors.Is(err, report.ErrNotFound) { // it was erased since
			return one, nil
		}
		if err != nil {
			return one, err
		}
		one.Feature = s.encoder.AppendReport(nil, v, nil)
	case log.Post:
		one.Feature, err = s.post(ctx, e.ID, at)
	case log.Source:
		one.Feature, err = s.source(ctx, e, at)
	case log.Flag:
		step, err := hotspot.DecodeStep(e.Body)
		if err != nil {
			return one, err
		}
		one.Step = &stepJSON{step.State, step.Reason}
	}
	return one, err
}

func (s *entryShower) post(ctx context.Context, id string, at log.AsOf) (json.RawMessage, error) {
	posts, err := s.corpus.Posts(ctx, at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(posts, func(p guard.PostState) bool { return p.ID == id })
	if i < 0 {
		return nil, report.ErrNotFound
	}
	return s.encoder.AppendPost(nil, &posts[i], nil), nil
}

// source is what an entry says of a source, with what is known of its reports now:
// what was known then would have to be counted again.
func (s *entryShower) source(ctx context.Context, e *log.Entry, at log.AsOf) (json.RawMessage, error) {
	said, err := report.DecodeSource(e.Body)
	if err != nil {
		return nil, err
	}
	if s.sources == nil {
		if s.sources, err = s.corpus.Sources(ctx, log.AsOf{}); err != nil {
			return nil, err
		}
	}
	is := func(v report.SourceState) bool { return v.ID == e.ID }
	known := s.sources
	if !slices.ContainsFunc(known, is) { // it was taken back since
		if known, err = s.corpus.Sources(ctx, at); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(known, is)
	if i < 0 {
		return nil, report.ErrNotFound
	}
	state := known[i]
	state.Source = said
	return s.encoder.AppendSource(nil, &state, nil), nil
}

func changeSchemas() schema {
	change := object(schema{
		"seq": whole(1), "recorded": word("date-time"), "op": schema{"type": "string", "enum": []log.Operation{log.Create, log.Correct, log.Retract, log.Redact}},
		"collection": word(""), "id": word(""), "revision": whole(1),
		"feature": schema{"nullable": true, "anyOf": []schema{ref(codec.Reports + "Feature"), ref(codec.Posts + "Feature"), ref(codec.Sources + "Feature")}},
		"step":    ref("flagStep"),
	}, "seq", "recorded", "op", "collection", "id", "revision", "feature")
	return schema{"changes": object(schema{
		"after": whole(0), "last": whole(0), "head": whole(0), "timeStamp": word("date-time"), "changes": listOf(change),
		"numberReturned": whole(0), "links": listOf(ref("link")),
	}, "after", "last", "head", "timeStamp", "changes", "numberReturned", "links")}
}
