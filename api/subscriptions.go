package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/api/hook"
	"frontierwatch/geo/reader"
)

const (
	maxSubscription  = 32 << 10 // bytes of a body
	mostOfOneOwner   = 100      // subscriptions
	subscriptionText = "Has a server told of what happens, by calls signed as Standard Webhooks are (https://www.standardwebhooks.com): headers webhook-id, which stays the " +
		"same when a call is repeated, webhook-timestamp and webhook-signature. The body says what happened to which feature, and where to ask for it. It is told what this " +
		"key may see, while the key is valid. Of hot spots and flags it is told when they begin, end, and change their level or state. Filter is CQL2 and must fit every collection. " +
		"Outside of its schedule nothing is called; what happened meanwhile is told when it begins. Any answer 2xx ends a message, 410 ends the subscription, and after anything else it is " +
		"tried again, up to ten times within four days. Redirects are not followed, and addresses that are not public are not called. The answer is the only place where the secret stands."
	rotateText = "Makes another secret, which is shown once. For 24 hours both sign."
)

func (s *server) subscriptionOperations() []operation {
	if s.subscriptions == nil {
		return nil
	}
	const get, post, at = http.MethodGet, http.MethodPost, "/subscriptions"
	page, missing := []format{asJSON}, []int{404}
	body := &accepts{media: []string{"application/json"}, schema: "subscriptionInput", most: maxSubscription}
	all := []operation{
		{get, at, "subscriptions", callTag, "Who is told", "", nil, page, nil, ok("subscriptions"), nil, (*call).allSubscriptions},
		{post, at, "subscribe", callTag, "Be told", subscriptionText, nil, page, body,
			[]result{{http.StatusCreated, "The subscription, with its secret.", "subscriptionMade"}}, []int{409, 413, 415, 422, 507}, (*call).subscribe},
		{get, at + "/{id}", "subscription", callTag, "One subscription", "", nil, page, nil, ok("subscription"), missing, (*call).oneSubscription},
		{http.MethodDelete, at + "/{id}", "unsubscribe", callTag, "Be told no more", "", nil, page, nil,
			[]result{{http.StatusNoContent, "It is gone.", ""}}, []int{404, 409, 507}, (*call).unsubscribe},
		{post, at + "/{id}/rotate", "rotateSecret", callTag, "Make another secret", rotateText, nil, page, nil, ok("subscriptionMade"), []int{404, 409, 507}, (*call).rotateSecret},
	}
	if s.deliverer != nil {
		all = append(all,
			operation{get, at + "/{id}/deliveries", "deliveries", callTag, "What was sent, and what became of it", "", nil, page, nil, ok("deliveries"), missing, (*call).deliveries},
			operation{post, at + "/{id}/deliveries/{delivery}/redeliver", "redeliver", callTag, "Send a message again", "", nil, page, nil,
				[]result{{http.StatusAccepted, "It will be sent.", "delivery"}}, []int{404, 507}, (*call).redeliver})
	}
	return all
}

// subscriptionJSON is a subscription as it is shown: without its secret.
type subscriptionJSON struct {
	ID          string         `json:"id"`
	Owner       string         `json:"owner"`
	URL         string         `json:"url"`
	Collections []string       `json:"collections"`
	Filter      string         `json:"filter"`
	Language    string         `json:"filter_lang"`
	Level       *string        `json:"level"`
	Schedule    *hook.Schedule `json:"schedule"`
	Created     string         `json:"created"`
	Disabled    *string        `json:"disabled"`
	Secret      hook.Secret    `json:"secret,omitempty"` // once
}

func shownSubscription(s *hook.Subscription) subscriptionJSON {
	optional := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	return subscriptionJSON{
		ID: s.ID, Owner: s.Owner, URL: s.URL, Collections: s.Collections, Filter: s.Filter, Language: s.Language, Level: optional(s.Level),
		Schedule: s.Schedule, Created: s.Created.Format(time.RFC3339), Disabled: optional(s.Disabled),
	}
}

// ownSubscriptions are those of who asks; who supervises sees all.
func (c *call) ownSubscriptions() (all []hook.Subscription, bodies [][]byte) {
	who := readerOf(c.Request())
	for _, r := range c.subscriptions.Records() {
		s, err := hook.Decode(r.Body)
		if err == nil && (s.Owner == who.ID || who.Scopes&reader.Supervise != 0) {
			all, bodies = append(all, s), append(bodies, r.Body)
		}
	}
	return all, bodies
}

const noSubscription = "there is no subscription with this id"

// subscription is the one that a request names.
func (c *call) subscription() (hook.Subscription, []byte, error) {
	id, err := url.PathUnescape(c.Param("id"))
	all, bodies := c.ownSubscriptions()
	i := slices.IndexFunc(all, func(s hook.Subscription) bool { return s.ID == id })
	if err != nil || i < 0 {
		return hook.Subscription{}, nil, notFound(noSubscription)
	}
	return all[i], bodies[i], nil
}

// allSubscriptions answers who is told: GET /subscriptions.
func (c *call) allSubscriptions() error {
	all, _ := c.ownSubscriptions()
	shown := make([]subscriptionJSON, len(all))
	for i := range all {
		shown[i] = shownSubscription(&all[i])
	}
	links := c.selfLinks("The subscriptions")
	return c.replyJSON(c.static(), cacheNever, links, struct {
		Subscriptions []subscriptionJSON `json:"subscriptions"`
		Links         []linkJSON         `json:"links"`
	}{shown, linksJSON(links)})
}

func (c *call) oneSubscription() error {
	s, _, err := c.subscription()
	if err != nil {
		return err
	}
	return c.replyJSON(c.static(), cacheNever, c.selfLinks("The subscription"), shownSubscription(&s))
}

// subscribe makes one: POST /subscriptions.
func (c *call) subscribe() error {
	text, err := c.readBody(maxSubscription)
	if err != nil {
		return err
	}
	s, err := c.readSubscription(text)
	if err != nil {
		return err
	}
	if all, _ := c.ownSubscriptions(); len(all) >= mostOfOneOwner {
		return newProblem(http.StatusConflict, fmt.Sprintf("there are %d subscriptions, which is as many as there may be", len(all)))
	}
	if s.Secret, err = hook.NewSecret(rand.Reader); err != nil {
		return err
	}
	if err := c.subscriptions.SwapRecord(c.Request().Context(), c.actor(), s.ID, nil, hook.Append(nil, &s)); err != nil {
		return err
	}
	c.Response().Header().Set("Location", c.base+"/subscriptions/"+s.ID)
	return c.replySecret(http.StatusCreated, &s)
}

func (c *call) replySecret(status int, s *hook.Subscription) error {
	shown := shownSubscription(s)
	shown.Secret = s.Secret
	return c.replyStatus(status, c.static(), cacheNever, nil, func(w io.Writer) error { return writeJSON(w, shown) })
}

// unsubscribe ends one: DELETE /subscriptions/{id}.
func (c *call) unsubscribe() error {
	s, body, err := c.subscription()
	if err == nil {
		err = c.subscriptions.SwapRecord(c.Request().Context(), c.actor(), s.ID, body, nil)
	}
	if err != nil {
		return outrun(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// rotateSecret makes another secret: POST /subscriptions/{id}/rotate.
func (c *call) rotateSecret() error {
	s, body, err := c.subscription()
	if err != nil {
		return err
	}
	secret, err := hook.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	s = s.Rotate(secret, c.now())
	if err := c.subscriptions.SwapRecord(c.Request().Context(), c.actor(), s.ID, body, hook.Append(nil, &s)); err != nil {
		return outrun(err)
	}
	return c.replySecret(http.StatusOK, &s)
}

// deliveries answers what was sent: GET /subscriptions/{id}/deliveries.
func (c *call) deliveries() error {
	s, _, err := c.subscription()
	if err != nil {
		return err
	}
	all := c.deliverer.Messages(s.ID)
	if all == nil {
		all = []hook.Message{}
	}
	return c.replyJSON(c.static(), cacheNever, c.selfLinks("What was sent"), struct {
		Deliveries []hook.Message `json:"deliveries"`
	}{all})
}

// redeliver sends a message again: POST …/deliveries/{delivery}/redeliver.
func (c *call) redeliver() error {
	s, _, err := c.subscription()
	if err != nil {
		return err
	}
	message, err := c.deliverer.Redeliver(s.ID, c.Param("delivery"))
	if errors.Is(err, hook.ErrNone) {
		return notFound(err.Error())
	}
	if err != nil {
		return err
	}
	return c.replyStatus(http.StatusAccepted, c.static(), cacheNever, nil, func(w io.Writer) error { return writeJSON(w, message) })
}

// subscriptionInput is what a client says of what it wants to be told.
type subscriptionInput struct {
	URL         string         `json:"url"`
	Collections []string       `json:"collections"`
	Filter      string         `json:"filter"`
	Language    string         `json:"filter_lang"`
	Level       *string        `json:"level"`
	Schedule    *hook.Schedule `json:"schedule"`
}

// readSubscription reads what a client wants to be told, and finds everything that
// is wrong with it.
func (c *call) readSubscription(text []byte) (s hook.Subscription, err error) {
	var in subscriptionInput
	if !json.Valid(text) {
		return s, newProblem(http.StatusBadRequest, "the body is not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(&in) != nil {
		return s, newProblem(http.StatusUnprocessableEntity, "the body may have the members url, collections, filter, filter_lang, level and schedule (hours and zone), and no other")
	}
	who := readerOf(c.Request())
	if who.ID != local && !strings.HasPrefix(who.ID, "key-") {
		return s, newProblem(http.StatusForbidden, "subscriptions need a key: whether somebody else may still be told, nobody could know later")
	}
	head, _ := c.corpus.Head()
	s = hook.Subscription{
		ID: hook.NewSubscriptionID(), Owner: who.ID, Class: who.Class, URL: in.URL, Collections: in.Collections, Filter: in.Filter, Language: in.Language,
		Schedule: in.Schedule, After: head, Created: c.now().UTC().Truncate(time.Second),
	}
	if in.Level != nil {
		s.Level = *in.Level
	}
	if len(s.Collections) == 0 {
		s.Collections = slices.DeleteFunc(c.toldCollections(), func(of string) bool { return of != codec.Flags && of != codec.Hotspots })
	}
	slices.Sort(s.Collections)
	s.Collections = slices.Compact(s.Collections)
	var faults []fault
	for _, f := range s.Check(c.deliverer != nil && c.deliverer.Loopback) {
		faults = append(faults, fault{Pointer: f.Pointer, Detail: f.Detail})
	}
	if faults = append(faults, c.ruleFaults(&s)...); len(faults) > 0 {
		return s, faulty(http.StatusUnprocessableEntity, "the subscription has faults; errors lists all of them", faults...)
	}
	return s, nil
}

// ruleFaults finds what is wrong with what a subscription wants to be told.
func (c *call) ruleFaults(s *hook.Subscription) (faults []fault) {
	for i, of := range s.Collections {
		if _, err := oneOf(of, c.toldCollections()); err != nil {
			return []fault{{Pointer: fmt.Sprintf("/collections/%d", i), Detail: err.Error()}}
		}
	}
	if s.Level != "" {
		if _, err := oneOf(s.Level, levelWords()); err != nil {
			faults = append(faults, fault{Pointer: "/level", Detail: err.Error()})
		}
	}
	if _, err := oneOf(s.Language, []string{"", cql2Text, cql2JSON}); err != nil {
		return append(faults, fault{Pointer: "/filter_lang", Detail: err.Error()})
	}
	if _, err := newSieve(c.server, s.Collections, asked{filterText: s.Filter, language: s.Language}); err != nil {
		var p *problem
		if errors.As(err, &p) && len(p.Errors) > 0 {
			faults = append(faults, fault{Pointer: "/filter", Detail: p.Errors[0].Detail})
		}
	}
	return faults
}

func levelWords() (words []string) {
	for _, l := range levels {
		words = append(words, l.String())
	}
	return words
}

func subscriptionSchemas() schema {
	optional := schema{"type": "string", "nullable": true}
	schedule := object(schema{"hours": word(""), "zone": word("")}, "hours", "zone")
	schedule["nullable"], schedule["description"] = true, `When alerts may come: opening hours, as in "Mo-Fr 08:00-18:00", in a time zone, as in "America/Winnipeg".`
	level := schema{"type": "string", "nullable": true, "enum": []any{"low", "medium", "high", "critical", nil}, "description": "The least level of hot spots and flags."}
	members := func() schema {
		return schema{
			"url": word("uri"), "collections": listOf(schema{"type": "string", "enum": []string{codec.Reports, codec.Hotspots, codec.Flags}}),
			"filter": word(""), "filter_lang": schema{"type": "string", "enum": []string{"", cql2Text, cql2JSON}}, "level": level, "schedule": schedule,
		}
	}
	shown := members()
	shown["id"], shown["owner"], shown["created"], shown["disabled"] = word(""), word(""), word("date-time"), optional
	made := members()
	made["id"], made["owner"], made["created"], made["disabled"], made["secret"] = word(""), word(""), word("date-time"), optional, word("")
	attempt := object(schema{"at": word("date-time"), "status": whole(0), "error": word(""), "ms": schema{"type": "integer"}}, "at", "status", "ms")
	return schema{
		"subscriptionInput": object(members(), "url"),
		"subscription":      object(shown, "id", "owner", "url", "collections", "created"),
		"subscriptionMade":  object(made, "id", "owner", "url", "collections", "created", "secret"),
		"subscriptions":     object(schema{"subscriptions": listOf(ref("subscription")), "links": listOf(ref("link"))}, "subscriptions", "links"),
		"delivery": object(schema{
			"id": word(""), "subscription": word(""), "type": word(""), "created": word("date-time"), "body": schema{"type": "object"},
			"state": schema{"type": "string", "enum": []hook.State{hook.Pending, hook.Delivered, hook.Failed}}, "next": word("date-time"),
			"tries": whole(0), "attempts": listOf(attempt),
		}, "id", "subscription", "type", "created", "body", "state", "tries"),
		"deliveries": object(schema{"deliveries": listOf(ref("delivery"))}, "deliveries"),
	}
}

// watch makes a deliverer see what the readers of this gate see.
func (g *gate) watch(d *hook.Deliverer) {
	d.Watch(&watcher{gate: g, servers: memo[class, *watched]{most: mostClasses}})
}

var _ hook.Watcher = (*watcher)(nil)

// Allowed implements hook.Watcher: of a key, while it stands and sees the same.
func (w *watcher) Allowed(_ context.Context, s *hook.Subscription) (bool, error) {
	if s.Owner == local {
		return true, nil
	}
	if w.gate.config.Keys == nil {
		return false, nil
	}
	all, err := w.gate.config.Keys.Keys()
	for i := range all {
		if k := &all[i]; k.ID == s.Owner {
			who := k.Reader()
			return k.Stands(w.gate.config.Now()) && who.Class == s.Class && who.Scopes&reader.Read != 0, err
		}
	}
	return false, err
}
