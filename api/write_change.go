package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// What follows changes reports (OGC API – Features Part 4, draft). Nothing is
// overwritten: a change is a new entry of the log, made for the revision that the
// client has seen, and asOf still shows what stood before.

const (
	replaceText = "Stores another revision in place of the one that If-Match names: the whole feature, as GET shows it or as it was first sent. " +
		"412: the feature is no longer the one that If-Match names, or no longer there. 428: without If-Match nobody knows which revision is meant. " +
		"What stood before can be asked for by asOf."
	updateText  = "Changes members of the revision that If-Match names (JSON Merge Patch, RFC 7396): null takes a member away. The rest is as for PUT."
	retractText = "Takes a feature back by a new entry of the log. What stood before can be asked for by asOf. If-Match, where it is sent, must name the revision."
)

// writes are the operations that change a collection; items is the address of its
// features.
func (of *collection) writes(items string) []operation {
	name, one := of.id, items+"/{id}"
	geo, created := []format{asGeoJSON}, created(of.id+"Feature")
	feature := &accepts{media: []string{"application/geo+json", "application/json"}, schema: strings.TrimSuffix(of.id, "s") + "Input", most: maxReport}
	patch := &accepts{media: []string{mediaMergePatch}, schema: "anything", most: maxReport}
	done, gone := ok(of.id+"Feature"), []result{{http.StatusNoContent, "It is retracted.", ""}}
	refused := []int{403, 404, 412, 413, 415, 422, 428, 507}
	return []operation{
		{http.MethodPost, items, "create." + name, name, of.title + ": store one", of.write.text, nil, geo, feature, created, []int{403, 409, 413, 415, 422, 507}, of.write.create},
		{http.MethodPut, one, "replace." + name, name, of.title + ": correct one", replaceText, nil, geo, feature, done, refused, of.write.replace},
		{http.MethodPatch, one, "update." + name, name, of.title + ": change members of one", updateText, nil, geo, patch, done, refused, of.write.update},
		{http.MethodDelete, one, "retract." + name, name, of.title + ": retract one", retractText, nil, geo, nil, gone, []int{403, 404, 409, 412, 507}, of.write.retract},
	}
}

// changes is how the features of a collection are changed.
type changes struct {
	text                             string // about create
	create, replace, update, retract func(*call) error
}

func reportChanges() *changes {
	return &changes{createText, (*call).createReport, (*call).replaceReport, (*call).updateReport, (*call).retractReport}
}

const mediaMergePatch = "application/merge-patch+json"

// replaceReport is PUT /collections/reports/items/{id}.
func (c *call) replaceReport() error {
	old, err := c.named(true)
	if err != nil {
		return err
	}
	text, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	return c.correct(old, text)
}

// updateReport is PATCH /collections/reports/items/{id}.
func (c *call) updateReport() error {
	old, err := c.named(true)
	if err != nil {
		return err
	}
	patch, err := c.readBody(maxReport)
	if err != nil {
		return err
	}
	text, err := merged(report.AppendBody(nil, &old.Report), patch)
	if err != nil {
		return err
	}
	return c.correct(old, text)
}

// retractReport is DELETE /collections/reports/items/{id}.
func (c *call) retractReport() error {
	old, err := c.named(false)
	if err != nil {
		return err
	}
	gone, err := c.corpus.Retract(c.Request().Context(), c.actor(), old.ID, old.Revision+1)
	if err == nil {
		err = gone.Err
	}
	if err != nil {
		return outrun(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// named is the report that a change is about, which must be the one that If-Match
// names. needed says that the header must be there.
func (c *call) named(needed bool) (*report.Version, error) {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return nil, notFound(noFeature)
	}
	v, err := c.corpus.Report(c.Request().Context(), id, log.AsOf{})
	if errors.Is(err, report.ErrNotFound) {
		return nil, c.precondition(nil, needed)
	}
	if err != nil {
		return nil, err
	}
	s := stateOf(v)
	return v, c.precondition(&s, needed)
}

// precondition says why a change may not be made to a feature of this state; nil
// stands for one that is not there. needed says that If-Match must be sent.
func (c *call) precondition(s *state, needed bool) error {
	header := strings.Join(c.Request().Header.Values("If-Match"), ",")
	switch {
	case s == nil && header != "":
		return failedMatch("there is no such feature any more, or there never was")
	case s == nil:
		return notFound(noFeature)
	case header == "" && needed:
		return faulty(http.StatusPreconditionRequired, "say which revision is meant",
			fault{Header: "If-Match", Detail: "must be the ETag of the feature as GET answered it"})
	case header != "" && !c.matchesStrongly(header, *s):
		return failedMatch("it has changed meanwhile: read it again, and change what it is now")
	}
	return nil
}

func failedMatch(detail string) error {
	return faulty(http.StatusPreconditionFailed, detail, fault{Header: "If-Match", Detail: "names another revision"})
}

// matchesStrongly says whether one of the tags in If-Match is that of the feature,
// in any of the formats and encodings that GET answers in (RFC 9110, section
// 13.1.1). A weak tag names nothing here.
func (c *call) matchesStrongly(header string, s state) bool {
	for element := range strings.SplitSeq(header, ",") {
		sent := strings.TrimSpace(element)
		if sent == "*" {
			return true
		}
		for _, f := range itemFormats() {
			tag := c.tag(s, f)
			if sent == `"`+tag+`"` || sent == `"`+tag+gzipSuffix+`"` {
				return true
			}
		}
	}
	return false
}

// itemFormats are those that one feature can be had in.
func itemFormats() []format { return []format{asGeoJSON, asCSV, asHTML} }

// correct stores a text as the next revision of a report. What says the same as
// the one before is no revision.
func (c *call) correct(old *report.Version, text []byte) error {
	ctx := c.Request().Context()
	next, err := report.Decode(text, report.Defaults{Now: c.now(), ID: old.ID, Source: old.Source})
	var faults report.Faults
	if err != nil && !errors.As(err, &faults) {
		c.unread(next, err)
		return err
	}
	if next.ID != old.ID {
		faults = append(faults, report.Fault{Member: "/id", Detail: "must be the id in the address, or absent"})
		next.ID = old.ID
	}
	if len(faults) > 0 {
		c.unread(next, faults)
		return joined(faults, c.corpus.Check(ctx, []report.Report{next}))
	}
	if next.TLP == "" {
		next.TLP = old.TLP
	}
	if bytes.Equal(report.AppendBody(nil, &next), report.AppendBody(nil, &old.Report)) {
		return c.replyReport(old)
	}
	corrected, err := c.corpus.Correct(ctx, c.actor(), []report.Report{next}, []int{old.Revision + 1})
	if err == nil {
		err = corrected[0].Err
	}
	if err != nil {
		return outrun(err)
	}
	return c.replyReport(corrected[0].Version)
}

func (c *call) replyReport(v *report.Version) error {
	return c.replyFeature(http.StatusOK, "reports", v.ID, c.reportPage(stateOf(v), []*report.Version{v}))
}

// outrun tells a client that somebody else has changed the report between its
// being looked at and its being written.
func outrun(err error) error {
	if errors.Is(err, report.ErrConflict) || errors.Is(err, report.ErrNotFound) {
		return failedMatch("somebody else has changed it in this moment: read it again, and change what it is now")
	}
	return err
}

// merged is a JSON text with a merge patch applied (RFC 7396).
func merged(text, patch []byte) ([]byte, error) {
	if !utf8.Valid(patch) {
		return nil, faulty(http.StatusBadRequest, "the body is not JSON", fault{Detail: "must be UTF-8"})
	}
	change, err := parseJSON(patch)
	if err != nil {
		return nil, faulty(http.StatusBadRequest, "the body is not JSON", fault{Detail: detailJSON(err)})
	}
	if _, ok := change.(map[string]any); !ok {
		return nil, faulty(http.StatusUnprocessableEntity, "the body is no patch of a report", fault{Detail: `must be an object with the members to change: {"properties":{"count_best":3}}`})
	}
	whole, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	return json.Marshal(mergePatch(whole, change))
}

// parseJSON reads one value; numbers keep their digits.
func parseJSON(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something behind the value")
	}
	return v, nil
}

// detailJSON says where a text is no JSON, and nothing of what it says.
func detailJSON(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("not JSON at byte %d", syntax.Offset)
	}
	return "must be one JSON value"
}

// mergePatch is MergePatch of RFC 7396, section 2.
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	members, _ := target.(map[string]any)
	result := map[string]any{}
	for name, v := range members {
		result[name] = v
	}
	for name, v := range changes {
		if v == nil {
			delete(result, name)
		} else {
			result[name] = mergePatch(result[name], v)
		}
	}
	return result
}

// conditions are the headers of an operation that say which revision is meant.
func (op *operation) conditions() []schema {
	if !slices.Contains([]string{http.MethodPut, http.MethodPatch, http.MethodDelete}, op.method) {
		return nil
	}
	return []schema{{
		"name": "If-Match", "in": "header", "required": op.method != http.MethodDelete, "schema": schema{"type": "string"},
		"description": "The ETag of the revision that is meant, as GET answered it.",
	}}
}
