package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"frontierwatch/api/key"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// Keys is where keys are kept. Its methods may be called from any goroutine.
type Keys interface {
	// Keys are all there ever were, the oldest first.
	Keys() ([]key.Key, error)

	// PutKey puts next in the place of old, which must be what stands; without old, a
	// new one. When it returns it is durable, and holds for the next request.
	// report.ErrConflict: something else stands there.
	PutKey(ctx context.Context, actor string, old, next *key.Key) error
}

// maxKey is the size of the largest body that says what a key allows.
const maxKey = 4 << 10

const (
	keysText      = "Every key that there ever was: what it allows, and whether it still does. What a key itself is, nobody can tell."
	createKeyText = "Makes a key. The answer is the only place where it stands: what is kept is its SHA-256. " +
		"Where there was no key before, callers without one are the public from now on."
	revokeText = "Revokes a key, which holds for the next request, on every node. A key that is revoked stays in the list."
)

func (s *server) keyOperations() []operation {
	if s.keys == nil {
		return nil
	}
	page := []format{asJSON}
	made := []result{{http.StatusCreated, "The key, which is shown once.", "keyMade"}}
	gone := []result{{http.StatusNoContent, "It is revoked.", ""}}
	return []operation{
		{http.MethodGet, "/keys", "keys", metaTag, "Who may ask", keysText, nil, page, nil, ok("keys"), nil, (*call).allKeys},
		{http.MethodPost, "/keys", "createKey", metaTag, "Make a key", createKeyText, nil, page,
			&accepts{media: []string{"application/json"}, schema: "keyInput", most: maxKey}, made, []int{403, 409, 413, 415, 422, 507}, (*call).createKey},
		{http.MethodDelete, "/keys/{id}", "revokeKey", metaTag, "Revoke a key", revokeText, nil, page, nil, gone, []int{403, 404, 409, 507}, (*call).revokeKey},
	}
}

// allKeys answers who may ask: GET /keys.
func (c *call) allKeys() error {
	all, err := c.keys.Keys()
	if err != nil {
		return err
	}
	shown := make([]key.Shown, len(all))
	for i := range all {
		shown[i] = all[i].Shown()
	}
	links := c.selfLinks("The keys")
	return c.replyJSON(c.static(), cacheNever, links, struct {
		Keys  []key.Shown `json:"keys"`
		Links []linkJSON  `json:"links"`
	}{shown, linksJSON(links)})
}

// createKey makes one: POST /keys.
func (c *call) createKey() error {
	text, err := c.readBody(maxKey)
	if err != nil {
		return err
	}
	asked, err := readKey(text, c.now())
	if err != nil {
		return err
	}
	made, token, err := key.Make(rand.Reader, asked)
	if err == nil {
		err = c.keys.PutKey(c.Request().Context(), c.actor(), nil, &made)
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", c.base+"/keys")
	return c.replyStatus(http.StatusCreated, c.static(), cacheNever, nil, func(w io.Writer) error {
		return writeJSON(w, struct {
			key.Shown
			Key string `json:"key"`
		}{made.Shown(), token})
	})
}

// revokeKey revokes one: DELETE /keys/{id}.
func (c *call) revokeKey() error {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return notFound(noKey)
	}
	all, err := c.keys.Keys()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(k key.Key) bool { return k.ID == id })
	if i < 0 {
		return notFound(noKey)
	}
	if old := all[i]; old.Revoked.IsZero() {
		next := old
		next.Revoked = c.now().UTC().Truncate(time.Second)
		if err := c.keys.PutKey(c.Request().Context(), c.actor(), &old, &next); err != nil {
			return outrun(err)
		}
	}
	return c.NoContent(http.StatusNoContent)
}

const noKey = "there is no key with this id"

// keyInput is what a client says of a key that it wants.
type keyInput struct {
	Tier    string   `json:"tier"`
	Scopes  []string `json:"scopes"`
	Agency  string   `json:"agency"`
	Country string   `json:"country"`
	Source  string   `json:"source"`
	Note    string   `json:"note"`
	Expires string   `json:"expires"`
}

// readKey reads what a key is to allow: a body with these members and no other.
func readKey(text []byte, now time.Time) (key.Key, error) {
	if !json.Valid(text) {
		return key.Key{}, newProblem(http.StatusBadRequest, "the body is not JSON")
	}
	var in keyInput
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return key.Key{}, newProblem(http.StatusUnprocessableEntity,
			"the body must have the members tier, scopes (a list), agency, country, source, note and expires, those that are needed, and no other")
	}
	k := key.Key{Agency: in.Agency, Source: in.Source, Note: in.Note, Created: now.UTC().Truncate(time.Second)}
	var faults report.Faults
	parsed := func(member string, err error) {
		if err != nil {
			faults = append(faults, report.Fault{Member: "/" + member, Detail: err.Error()})
		}
	}
	var err error
	if k.Tier, err = reader.ParseTier(in.Tier); err != nil {
		parsed("tier", errors.New("must be one of partner, agency, analyst, admin"))
	}
	k.Scopes, err = key.ParseScopes(in.Scopes)
	parsed("scopes", err)
	if in.Country != "" {
		k.Country, err = report.ParseCountry(in.Country)
		parsed("country", err)
	}
	if in.Expires != "" {
		k.Expires, err = time.Parse(time.RFC3339, in.Expires)
		k.Expires = k.Expires.UTC().Truncate(time.Second)
		if err != nil {
			parsed("expires", errors.New("must be a time like 2027-01-31T00:00:00Z"))
		}
	}
	if len(faults) == 0 {
		faults = k.Validate()
	}
	if len(faults) > 0 {
		return key.Key{}, faulty(http.StatusUnprocessableEntity, "the key has faults; errors lists all of them", faultsOf(faults)...)
	}
	return k, nil
}

func keySchemas() schema {
	maybe := func(format string) schema {
		s := word(format)
		s["nullable"] = true
		return s
	}
	scopes := listOf(schema{"type": "string", "enum": key.ScopeNames(reader.Read | reader.Send | reader.Curate | reader.Supervise)})
	tier := schema{"type": "string", "enum": []string{"partner", "agency", "analyst", "admin"}}
	shown := func() schema {
		return schema{
			"id": word(""), "tier": tier, "scopes": scopes, "agency": maybe(""), "country": maybe(""), "source": maybe(""), "note": maybe(""),
			"created": word("date-time"), "expires": maybe("date-time"), "revoked": maybe("date-time"),
		}
	}
	made := shown()
	made["key"] = word("")
	return schema{
		"key":     object(shown(), "id", "tier", "scopes", "created"),
		"keys":    object(schema{"keys": listOf(ref("key")), "links": listOf(ref("link"))}, "keys", "links"),
		"keyMade": object(made, "id", "tier", "scopes", "created", "key"),
		"keyInput": object(schema{
			"tier": tier, "scopes": scopes, "agency": word(""), "country": schema{"type": "string", "enum": []string{"CAN", "USA"}},
			"source": word(""), "note": word(""), "expires": word("date-time"),
		}, "tier", "scopes"),
	}
}
