package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/hotspot"
)

// maxStep is the size of the largest body that says what to do about a flag.
const maxStep = 4 << 10

const (
	stateText = "The state of a flag, and every step that led to it: who took it, when, and why. A flag without steps is open. It is closed by itself, " +
		"and leaves the collection, when its hot spot has been below the watch list for 28 days; that follows from the counts and is no step."
	putStateText = "Leads a flag to a state, as an entry of the log: nothing is overwritten, and asOf answers what it was before. The feature itself says what " +
		"detection found and cannot be changed, which is why this is no PATCH of it. A closed flag is opened again before anything else is done about it. " +
		"409: the flag is not in a state from which that can be done. The reason is a word of a list, so that it can name no person."
)

// stateJSON is the state of a flag with its steps.
type stateJSON struct {
	ID    string      `json:"id"`
	State string      `json:"state"`
	Day   string      `json:"day"` // for which its hot spot was found last
	Steps []takenJSON `json:"steps"`
	Links []linkJSON  `json:"links"`
}

type takenJSON struct {
	Seq      uint64 `json:"seq"`
	Recorded string `json:"recorded"`
	Actor    string `json:"actor"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
}

// flagState answers what was done about a flag: GET /flags/{id}/state.
func (c *call) flagState() error {
	s := c.state(c.find(codec.Flags))
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return notFound(noFeature)
	}
	return c.replyState(id, s, c.detection(s), cacheData)
}

// putFlagState takes a step: POST /flags/{id}/state.
func (c *call) putFlagState() error {
	text, err := c.readBody(maxStep)
	if err != nil {
		return err
	}
	step, err := readStep(text)
	if err != nil {
		return err
	}
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return notFound(noFeature)
	}
	of := c.find(codec.Flags)
	err = c.corpus.PutFlag(c.Request().Context(), c.actor(), id, step.State, step.Reason, hotspot.Query{At: c.instant(of.moment)})
	if err != nil {
		return problemOfFlag(err)
	}
	s := c.state(of)
	return c.replyState(id, s, c.detection(s), cacheNever)
}

func (c *call) replyState(id string, s state, q hotspot.Query, cache string) error {
	flag, steps, err := c.corpus.Flag(c.Request().Context(), id, q)
	if err != nil {
		return problemOfFlag(err)
	}
	links := []codec.Link{c.link("up", itemPath(codec.Flags, id), asGeoJSON, "The flag")}
	answer := stateJSON{ID: flag.ID, State: flag.State, Day: flag.Day.Format(time.DateOnly), Steps: []takenJSON{}, Links: linksJSON(links)}
	for _, t := range steps {
		answer.Steps = append(answer.Steps, takenJSON{t.Seq, t.Recorded.UTC().Format(time.RFC3339Nano), t.Actor, t.State, t.Reason})
	}
	return c.replyJSON(s, cache, links, answer)
}

// problemOfFlag translates what a flag or its step has wrong.
func problemOfFlag(err error) error {
	switch {
	case errors.Is(err, hotspot.ErrNotFound):
		return notFound(noFeature)
	case errors.Is(err, hotspot.ErrState):
		return newProblem(http.StatusConflict, err.Error())
	case errors.Is(err, hotspot.ErrStep):
		return newProblem(http.StatusUnprocessableEntity, err.Error())
	}
	return err
}

// stepJSON is what a client sends.
type stepJSON struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// readStep reads a body that has these two members and no other.
func readStep(text []byte) (step stepJSON, err error) {
	if !json.Valid(text) {
		return step, newProblem(http.StatusBadRequest, "the body is not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&step); err != nil {
		return step, newProblem(http.StatusUnprocessableEntity, "the body must have the members state and reason, both texts, and no other")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return step, newProblem(http.StatusBadRequest, "the body is more than one JSON value")
	}
	return step, nil
}

func flagStateSchemas() schema {
	listed := func(words []string) schema { return schema{"type": "string", "enum": words} }
	taken := object(schema{
		"seq": whole(1), "recorded": word("date-time"), "actor": word(""), "state": listed(hotspot.States()), "reason": listed(hotspot.Reasons()),
	}, "seq", "recorded", "actor", "state", "reason")
	step := object(schema{"state": listed(hotspot.States()), "reason": listed(hotspot.Reasons())}, "state", "reason")
	step["description"] = fmt.Sprintf("What to do about a flag. Reasons for open are %v, for acknowledged %v, for closed %v.",
		hotspot.ReasonsFor(hotspot.Open), hotspot.ReasonsFor(hotspot.Acknowledged), hotspot.ReasonsFor(hotspot.Closed))
	return schema{
		"flagStep": step,
		"flagState": object(schema{
			"id": word(""), "state": listed(hotspot.States()), "day": word("date"), "steps": listOf(taken), "links": listOf(ref("link")),
		}, "id", "state", "day", "steps", "links"),
	}
}
