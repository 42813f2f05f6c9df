package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"frontierwatch/api/codec"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Posts and sources are few and change seldom, so that one way does for both. The
// tag of one of them is made from what it shows: as long as that stays the same,
// so does the tag, whatever else is written.

// records is how one kind of them is read and changed.
type records[T, S any] struct {
	of     string
	decode func([]byte) (T, error) // a GeoJSON Feature
	body   func([]byte, *T) []byte // the canonical one
	id     func(*T) *string
	list   func(context.Context, log.AsOf) ([]S, error)
	record func(*S) *T
	swap   func(ctx context.Context, actor string, old, next *T) error
	bare   bool // faults name properties as if they stood beside the id
}

func (c *call) posts() records[guard.Post, guard.PostState] {
	return records[guard.Post, guard.PostState]{
		of: codec.Posts, decode: guard.DecodePost, body: guard.AppendPost, id: func(p *guard.Post) *string { return &p.ID },
		list: c.corpus.Posts, record: func(s *guard.PostState) *guard.Post { return &s.Post }, swap: c.corpus.SwapPost,
	}
}

func (c *call) sources() records[report.Source, report.SourceState] {
	return records[report.Source, report.SourceState]{
		of: codec.Sources, decode: decodeSource, body: appendSourceFeature, id: func(s *report.Source) *string { return &s.ID },
		list: c.corpus.Sources, record: func(s *report.SourceState) *report.Source { return &s.Source }, swap: c.corpus.SwapSource, bare: true,
	}
}

func (c *call) createPost() error    { return createRecord(c, c.posts(), c.postWriting()) }
func (c *call) replacePost() error   { return replaceRecord(c, c.posts(), c.postWriting()) }
func (c *call) updatePost() error    { return updateRecord(c, c.posts(), c.postWriting()) }
func (c *call) retractPost() error   { return retractRecord(c, c.posts(), c.postWriting()) }
func (c *call) createSource() error  { return createRecord(c, c.sources(), c.sourceWriting()) }
func (c *call) replaceSource() error { return replaceRecord(c, c.sources(), c.sourceWriting()) }
func (c *call) updateSource() error  { return updateRecord(c, c.sources(), c.sourceWriting()) }
func (c *call) retractSource() error { return retractRecord(c, c.sources(), c.sourceWriting()) }

// shownState is the state of a feature whose tag is made from what it shows.
func shownState[S any](v *S, w writing[S]) state {
	h := fnv.New64a()
	h.Write(w.one(nil, v, nil))
	return state{shown: h.Sum64()}
}

// oneShown is oneOfAll with such a state.
func oneShown[S any](all []S, w writing[S], is func(*S) bool) page {
	for i := range all {
		if is(&all[i]) {
			return newPage(shownState(&all[i], w), 1, func(int) *S { return &all[i] }, w)
		}
	}
	return page{}
}

// find is a record as it stands; nil: it does not.
func (r records[T, S]) find(c *call, id string) (*S, error) {
	all, err := r.list(c.Request().Context(), log.AsOf{})
	for i := range all {
		if *r.id(r.record(&all[i])) == id {
			return &all[i], err
		}
	}
	return nil, err
}

// namedRecord is the record that a change is about, which must be the one that If-Match
// names.
func namedRecord[T, S any](c *call, r records[T, S], w writing[S], needed bool) (*T, error) {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return nil, notFound(noFeature)
	}
	v, err := r.find(c, id)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, c.precondition(nil, needed)
	}
	s := shownState(v, w)
	return r.record(v), c.precondition(&s, needed)
}

func createRecord[T, S any](c *call, r records[T, S], w writing[S]) error {
	text, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	v, err := r.decode(text)
	if err != nil {
		return r.refusal(err)
	}
	if *r.id(&v) == "" {
		if *r.id(&v), err = c.defaultID(); err != nil {
			return err
		}
	}
	before, err := r.find(c, *r.id(&v))
	if err != nil {
		return err
	}
	err = r.swap(c.Request().Context(), c.actor(), nil, &v)
	if errors.Is(err, report.ErrConflict) {
		const detail = "this id is taken, or was once: send a correction (PUT) or choose another id"
		return faulty(http.StatusConflict, detail, fault{Pointer: "/id", Detail: detail})
	}
	if err != nil {
		return r.refusal(err)
	}
	c.Response().Header().Set("Location", c.base+itemPath(r.of, *r.id(&v)))
	status := http.StatusCreated
	if before != nil {
		status = http.StatusOK
	}
	return replyRecord(c, r, w, status, *r.id(&v))
}

func replyRecord[T, S any](c *call, r records[T, S], w writing[S], status int, id string) error {
	v, err := r.find(c, id)
	if err != nil {
		return err
	}
	if v == nil {
		return outrun(report.ErrNotFound)
	}
	p := newPage(shownState(v, w), 1, func(int) *S { return v }, w)
	return c.replyFeature(status, r.of, id, p)
}

func replaceRecord[T, S any](c *call, r records[T, S], w writing[S]) error {
	old, err := namedRecord(c, r, w, true)
	if err != nil {
		return err
	}
	text, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	return correctRecord(c, r, w, old, text)
}

func updateRecord[T, S any](c *call, r records[T, S], w writing[S]) error {
	old, err := namedRecord(c, r, w, true)
	if err != nil {
		return err
	}
	patch, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	text, err := merged(r.body(nil, old), patch)
	if err != nil {
		return err
	}
	return correctRecord(c, r, w, old, text)
}

func correctRecord[T, S any](c *call, r records[T, S], w writing[S], old *T, text []byte) error {
	next, err := r.decode(text)
	if err != nil {
		return r.refusal(err)
	}
	switch id := r.id(&next); *id {
	case "":
		*id = *r.id(old)
	case *r.id(old):
	default:
		return r.refusal(report.Faults{{Member: "/id", Detail: "must be the id in the address, or absent"}})
	}
	if err := r.swap(c.Request().Context(), c.actor(), old, &next); err != nil {
		return r.refusal(err)
	}
	return replyRecord(c, r, w, http.StatusOK, *r.id(&next))
}

func retractRecord[T, S any](c *call, r records[T, S], w writing[S]) error {
	old, err := namedRecord(c, r, w, false)
	if err != nil {
		return err
	}
	err = r.swap(c.Request().Context(), c.actor(), old, nil)
	if errors.Is(err, report.ErrConflict) && r.of == codec.Sources {
		return newProblem(http.StatusConflict, "this source has reported, and its reports name it")
	}
	if err != nil {
		return outrun(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// decodeSource reads a source from a GeoJSON Feature without geometry. What
// answers add is passed over, so that what was read can be sent back.
func decodeSource(text []byte) (report.Source, error) {
	refuse := func(member, detail string) (report.Source, error) {
		return report.Source{}, report.Faults{{Member: member, Detail: detail}}
	}
	var f, properties map[string]json.RawMessage
	if err := json.Unmarshal(text, &f); !utf8.Valid(text) || err != nil && !json.Valid(text) {
		return report.Source{}, &report.SyntaxError{Detail: "must be one JSON value in UTF-8"}
	} else if err != nil {
		return refuse("", `must be a GeoJSON Feature: {"type":"Feature","id":…,"geometry":null,"properties":{…}}`)
	}
	for name := range f {
		if !contains([]string{"type", "id", "geometry", "properties", "links", "bbox"}, name) {
			return refuse("", "has a member that no feature of this collection has; those are type, id, geometry, properties")
		}
	}
	id := ""
	switch {
	case string(f["type"]) != `"Feature"`:
		return refuse("/type", `must be "Feature"`)
	case len(f["geometry"]) > 0 && string(f["geometry"]) != "null":
		return refuse("/geometry", "must be null: a source has no place")
	case len(f["id"]) > 0 && json.Unmarshal(f["id"], &id) != nil:
		return refuse("/id", "must be text")
	case json.Unmarshal(f["properties"], &properties) != nil:
		return refuse("/properties", "must be an object")
	case properties["id"] != nil:
		return refuse("/properties/id", "is no property: the id stands beside the properties")
	}
	for _, added := range []string{"fid", "last_report", "silent"} {
		delete(properties, added)
	}
	flat, err := json.Marshal(properties)
	if err != nil {
		return report.Source{}, err
	}
	s, err := report.DecodeSource(flat)
	s.ID = id
	return s, err
}

// refusal tells the faults of a record, whose members are named as they stand in
// its feature.
func (r records[T, S]) refusal(err error) error {
	var faults report.Faults
	if !errors.As(err, &faults) {
		return outrun(err)
	}
	all := faultsOf(faults)
	for i := range all {
		first, _, _ := strings.Cut(strings.TrimPrefix(all[i].Pointer, "/"), "/")
		if r.bare && !contains([]string{"", "type", "id", "geometry", "properties"}, first) {
			all[i].Pointer = "/properties" + all[i].Pointer
		}
	}
	return faulty(http.StatusUnprocessableEntity, "the feature has faults; errors lists all of them", all...)
}

// appendSourceFeature appends the canonical feature of a source.
func appendSourceFeature(dst []byte, s *report.Source) []byte {
	plain := *s
	plain.ID = ""
	properties := report.AppendSource(nil, &plain)
	properties = bytes.Replace(properties, []byte(`"id":"",`), nil, 1)
	id, _ := json.Marshal(s.ID) // text has always a form
	dst = append(append(dst, `{"type":"Feature","id":`...), id...)
	return append(append(append(dst, `,"geometry":null,"properties":`...), properties...), '}')
}
