package api

import (
	"errors"
	"net/http"
	"net/url"

	"frontierwatch/api/codec"
	"frontierwatch/geo/hotspot"
)

const receiptText = "Everything that a flag was reckoned from: method and version, parameters, the counts, completeness and season of its window by segment and day, " +
	"baselines, the position of the log, and what came of it. Hot spots that are not flagged have one too. " +
	"sha256 is over the canonical form (RFC 8785) of the receipt without this member; `frontierwatch verify --receipt` reckons it again from a store."

// flagOperations is what can be asked of one flag besides the feature itself.
func (s *server) flagOperations() []operation {
	of := s.find(codec.Flags)
	return []operation{
		{http.MethodGet, "/flags/{id}/receipt", "receipt", callTag, "What a flag was reckoned from", receiptText, of.itemParameters(),
			[]format{asJSON}, nil, ok("receipt"), []int{404}, (*call).receipt},
		{http.MethodGet, "/flags/{id}/state", "flagState", callTag, "What was done about a flag", stateText, of.itemParameters(),
			[]format{asJSON}, nil, ok("flagState"), []int{404}, (*call).flagState},
		{http.MethodPost, "/flags/{id}/state", "putFlagState", callTag, "Do something about a flag", putStateText, []parameter{paramDatetime(of.datetime)},
			[]format{asJSON}, &accepts{media: []string{"application/json"}, schema: "flagStep", most: maxStep}, ok("flagState"),
			[]int{403, 404, 409, 413, 415, 422, 507}, (*call).putFlagState},
	}
}

// receipt answers with the receipt of a flag or hot spot: GET /flags/{id}/receipt.
func (c *call) receipt() error {
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return notFound(noFeature)
	}
	s := c.state(c.find(codec.Flags))
	r, err := c.corpus.Receipt(c.Request().Context(), id, c.detection(s))
	if errors.Is(err, hotspot.ErrNotFound) {
		return notFound(noFeature)
	}
	if err != nil {
		return err
	}
	links := []codec.Link{c.link("up", itemPath(codec.Flags, id), asGeoJSON, "The flag")}
	return c.replyJSON(s, cacheData, links, r)
}

// flagSchemas are the components that these operations answer with.
func flagSchemas() schema {
	numbers := listOf(schema{"type": "number"})
	amounts := func(names ...string) schema {
		all := schema{}
		for _, name := range names {
			all[name] = schema{"type": "number"}
		}
		return all
	}
	evidence := amounts("baseline_people", "baseline_days", "lambda", "phi", "common", "observed", "expected")
	evidence["segment"], evidence["completeness"], evidence["season"] = word(""), numbers, numbers
	evidence["counts"] = listOf(schema{"type": "number", "nullable": true})
	position := object(schema{"seq": whole(0), "known": word("")}, "seq", "known")
	receipt := schema{
		"receipt": whole(1), "method": word(""), "version": word(""), "id": word(""), "unit": word(""), "day": word("date"), "window_days": whole(1),
		"part": word(""), "km_from": schema{"type": "number"}, "km_to": schema{"type": "number"}, "log": position, "frontier": word(""),
		"parameters": schema{"type": "object"}, "segments": listOf(object(evidence)), "result": schema{"type": "object"}, "sha256": word(""),
	}
	all := flagStateSchemas()
	all["receipt"] = object(receipt, "receipt", "method", "version", "id", "day", "log", "parameters", "segments", "result", "sha256")
	return all
}
