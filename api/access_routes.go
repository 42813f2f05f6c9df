package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"frontierwatch/api/codec"
	"frontierwatch/api/key"
	"frontierwatch/geo/reader"
)

// What a tier may not see has no route: it is answered as any address that there
// is not, and stands in no document.

// tierOf is the least tier that an operation is there for. What is not listed is
// for the owners of the server alone, so that a new route shows nothing to others
// until somebody has thought about it.
func (op *operation) tierOf() reader.Tier {
	if ofKeys(op.path) {
		return reader.Admin
	}
	if tier, ok := map[string]reader.Tier{
		"landing": reader.Public, "conformance": reader.Public, "api": reader.Public, "apiPage": reader.Public, "collections": reader.Public,
		"health": reader.Public, "ready": reader.Public, "version": reader.Public, "tile": reader.Public, "tiles": reader.Public,
		"analysis": reader.Public, "series.segment": reader.Public, "series.segments": reader.Public,
		"summary": reader.Partner, "changes": reader.Partner, "receipt": reader.Partner, "flagState": reader.Partner, "putFlagState": reader.Partner,
		"import": reader.Partner, "events": reader.Partner,
		"subscriptions": reader.Partner, "subscribe": reader.Partner, "subscription": reader.Partner, "unsubscribe": reader.Partner,
		"rotateSecret": reader.Partner, "deliveries": reader.Partner, "redeliver": reader.Partner,
		"coverage": reader.Agency, "week.segment": reader.Agency, // guard by the hour
	}[op.id]; ok {
		return tier
	}
	// Of a collection, what every collection has.
	kind, of, _ := strings.Cut(op.id, ".")
	if slices.Contains([]string{"describe", "queryables", "sortables", "schema", "items", "item", "create", "replace", "update", "retract"}, kind) {
		return tierOfCollection(of)
	}
	return reader.Analyst
}

func ofKeys(path string) bool { return path == "/keys" || strings.HasPrefix(path, "/keys/") }

// tierOfCollection is the least tier that sees a collection.
func tierOfCollection(of string) reader.Tier {
	switch of {
	case codec.Segments, codec.Hotspots:
		return reader.Public
	case codec.Reports, codec.Sources, codec.Ports, codec.Flags:
		return reader.Partner
	case codec.Posts:
		return reader.Agency
	}
	return reader.Analyst
}

// collectionOf is the collection that an address is about; empty: none.
func collectionOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/collections/")
	if !ok {
		return ""
	}
	of, _, _ := strings.Cut(rest, "/")
	return of
}

// scopeOf is what a reader must be allowed in order to do an operation; 0: nothing,
// since everybody may.
func (op *operation) scopeOf() reader.Scopes {
	switch {
	case ofKeys(op.path):
		return reader.Supervise
	case op.method != http.MethodGet && (op.id == "import" || collectionOf(op.path) == codec.Reports):
		return reader.Send
	case strings.HasPrefix(op.path, "/subscriptions"):
		return reader.Read
	case op.method != http.MethodGet:
		return reader.Curate
	case op.tierOf() == reader.Public:
		return 0
	}
	return reader.Read
}

// permit says that a reader may not do an operation that it knows of.
func (op *operation) permit(who reader.Reader) error {
	needed := op.scopeOf()
	if who.Scopes&needed == needed {
		return nil
	}
	text := strings.Join(key.ScopeNames(needed), " ")
	p := newProblem(http.StatusForbidden, "this needs a key with the scope "+text)
	p.challenge = fmt.Sprintf(`Bearer realm="frontierwatch", error="insufficient_scope", scope=%q`, text)
	return p
}

// routed answers what the class of a server may ask.
func routed(s *server) http.Handler {
	e := echo.New()
	e.Use(s.outer)
	e.HTTPErrorHandler = s.fail
	all := s.operations()
	operations := slices.DeleteFunc(all, func(op operation) bool { return op.tierOf() > s.class.Tier })
	s.collections = slices.DeleteFunc(slices.Clone(s.collections), func(of *collection) bool { return tierOfCollection(of.id) > s.class.Tier })
	s.register(e, operations)
	s.served = map[string]bool{}
	for i := range operations {
		s.served[operations[i].path] = true
	}
	s.document = newDocument(s, operations)
	return e
}

// offers says whether the class of a server sees a collection.
func (s *server) offers(of string) bool { return tierOfCollection(of) <= s.class.Tier }

// offered are the links that lead to what the class of a server may ask.
func (c *call) offered(links []codec.Link) []codec.Link {
	return slices.DeleteFunc(links, func(l codec.Link) bool {
		path, _, _ := strings.Cut(strings.TrimPrefix(l.Href, c.base), "?")
		return !c.served[path]
	})
}

// className tells classes apart, in tags.
func className(c reader.Class) string {
	return fmt.Sprintf("%d %q %d %q", c.Tier, c.Agency, c.Country, c.Source)
}
