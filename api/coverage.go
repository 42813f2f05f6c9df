package api

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// Guarding is what is asked of what guards the frontier.
type Guarding interface {
	// Guard is it, as far as was known.
	Guard(ctx context.Context, at log.AsOf) (*guard.Guard, error)
}

const (
	coverageText = "How many kilometres of the frontier are guarded by an open port or an active post, how many surely are not, and of how many it is not known, " +
		"since nobody has published the hours; the three add up to the length. now is the instant, hours are the full hours of its UTC day, 00:00 first. " +
		"some is over the seven days from that day on: guarded_km at some time of them, unguarded_km never; always likewise: guarded_km at all times of them, " +
		"unguarded_km surely not. mismatch is of each port for how many hours a week of these days one side is open and the other is not, " +
		"so that whoever is let out of one country finds the other shut; mismatch_hours_week is all of them together."
	coverageDatetime = "The instant; of an interval, its end. Later than now is answered by the hours that are known for then."
	weekText         = "When in the week a segment is unguarded: the part of its length that is not known to be guarded, by the hour of the week, from Monday 00:00 to 01:00 on, " +
		"in the time of the nearest port (zone). unknown_share is the part of it for which hours are not known. null: the hour did not come in the window."
	weekDatetime = "The window ends with this UTC day; of an interval, with its end."
)

func paramDirection() parameter {
	words := texts(report.Directions())
	return parameter{
		name: "direction",
		description: "Who comes. Northbound is met by Canada's half of a port, southbound by that of the United States; for unknown, " +
			"which is what is meant where nothing is said, either half that is open will do.",
		schema: schema{"type": "string", "enum": words, "default": string(report.DirectionUnknown)},
		read: func(a *asked, text string) error {
			word, err := oneOf(text, words)
			a.direction = report.Direction(word)
			return err
		},
	}
}

// way is the direction that is asked for.
func (a *asked) way() report.Direction {
	if a.direction == "" {
		return report.DirectionUnknown
	}
	return a.direction
}

type coverageJSON struct {
	At        string           `json:"at"`
	Direction report.Direction `json:"direction"`
	Length    figure           `json:"length_km"`
	Now       totalJSON        `json:"now"`
	Hours     []totalJSON      `json:"hours"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Some      totalJSON        `json:"some"`
	Always    totalJSON        `json:"always"`
	Hour      figure           `json:"mismatch_hours_week"`
	Mismatch  []mismatchJSON   `json:"mismatch"`
	Time      string           `json:"timeStamp"`
	Links     []linkJSON       `json:"links"`
}

type totalJSON struct {
	Guarded   figure `json:"guarded_km"`
	Unguarded figure `json:"unguarded_km"`
	Unknown   figure `json:"unknown_km"`
}

type mismatchJSON struct {
	Port    string `json:"port"`
	Hours   figure `json:"hours_week"`
	Unknown figure `json:"unknown_hours_week"`
}

func totalOf(t guard.Total) totalJSON {
	return totalJSON{figure(t.Guarded.KM()), figure(t.Unguarded.KM()), figure(t.Unknown.KM())}
}

// guarding answers from what guards the frontier, if that has changed.
func (c *call) guarding(answer func(state, *guard.Guard) error) error {
	s := c.state(&collection{moment: planned})
	if c.has(s) {
		return c.unchanged(cacheData)
	}
	g, err := c.corpus.Guard(c.Request().Context(), c.known(s))
	if err != nil {
		return err
	}
	return answer(s, g)
}

// coverage answers how much is guarded: GET /coverage.
func (c *call) coverage() error { return c.guarding(c.coverageOf) }

func (c *call) coverageOf(s state, g *guard.Guard) error {
	of := g.Coverage(s.at, c.asked.way())
	day := of.At.Truncate(24 * time.Hour)
	answer := coverageJSON{
		At: of.At.Format(time.RFC3339), Direction: of.Direction, Length: figure(of.Now.Length().KM()), Now: totalOf(of.Now),
		From: day.Format(time.DateOnly), To: day.AddDate(0, 0, 6).Format(time.DateOnly),
		Some: totalOf(of.Some), Always: totalOf(of.Always), Mismatch: []mismatchJSON{}, Time: s.time().Format(time.RFC3339),
	}
	for _, t := range of.Hours {
		answer.Hours = append(answer.Hours, totalOf(t))
	}
	for _, m := range of.Mismatch {
		answer.Hour += figure(m.Hours)
		answer.Mismatch = append(answer.Mismatch, mismatchJSON{m.Port, figure(m.Hours), figure(m.Unknown)})
	}
	links := append(c.pageLinks(nil, page{}), c.link("related", "/collections/ports/items", asGeoJSON, "Ports of entry, with their hours"),
		c.link("related", "/collections/posts/items", asGeoJSON, "Posts, with their terms"))
	answer.Links = linksJSON(links)
	return c.replyJSON(s, cacheData, links, answer)
}

type weekJSON struct {
	Segment   string           `json:"segment"`
	Direction report.Direction `json:"direction"`
	Zone      string           `json:"zone"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Unguarded []figure         `json:"unguarded_share"`
	Unknown   []figure         `json:"unknown_share"`
	Time      string           `json:"timeStamp"`
	Links     []linkJSON       `json:"links"`
}

// segmentWeek answers when in the week a segment is unguarded:
// GET /collections/segments/items/{id}/week.
func (c *call) segmentWeek() error {
	id, err := url.PathUnescape(c.Param("id"))
	i := slices.IndexFunc(c.line.Segments(), func(s frontier.Segment) bool { return s.ID == id })
	if err != nil || i < 0 {
		return notFound(noFeature)
	}
	return c.guarding(func(s state, g *guard.Guard) error { return c.weekOf(c.line.Segments()[i], s, g) })
}

func (c *call) weekOf(segment frontier.Segment, s state, g *guard.Guard) error {
	days := c.asked.window
	if days == 0 {
		days = 28
	}
	stretch := segment.Stretch
	end := s.at.Truncate(24*time.Hour).AddDate(0, 0, 1)
	begin, zone := end.AddDate(0, 0, -days), g.Zone(stretch.Part, stretch.From+stretch.Length()/2)
	answer := weekJSON{
		Segment: segment.ID, Direction: c.asked.way(), Zone: zone.String(), From: begin.Format(time.DateOnly), To: end.AddDate(0, 0, -1).Format(time.DateOnly),
		Time: s.time().Format(time.RFC3339),
	}
	for _, h := range g.Week(stretch, begin, end, c.asked.way(), zone) {
		unguarded, unknown := figure(h.Unguarded), figure(h.Unknown)
		if h.Seconds == 0 {
			unguarded, unknown = figure(math.NaN()), figure(math.NaN())
		}
		answer.Unguarded, answer.Unknown = append(answer.Unguarded, unguarded), append(answer.Unknown, unknown)
	}
	links := append(c.pageLinks(nil, page{}), c.link("up", itemPath(codec.Segments, segment.ID), asGeoJSON, "The segment"))
	answer.Links = linksJSON(links)
	return c.replyJSON(s, cacheData, links, answer)
}

// coverageOperations are the questions for what is guarded.
func (s *server) coverageOperations() []operation {
	return []operation{
		{http.MethodGet, "/coverage", "coverage", callTag, "How many kilometres are guarded", coverageText,
			[]parameter{paramDatetime(coverageDatetime), paramDirection(), paramAsOf()}, []format{asJSON}, nil, ok("coverage"), nil, (*call).coverage},
		{http.MethodGet, "/collections/segments/items/{id}/week", "week.segment", "segments", "Segments: when in the week one of them is unguarded", weekText,
			[]parameter{paramDatetime(weekDatetime), paramWindow("Days of the window; P28D unless told."), paramDirection(), paramAsOf()},
			[]format{asJSON}, nil, ok("week"), []int{404}, (*call).segmentWeek},
	}
}

// coverageSchemas are the schemas of what they answer.
func coverageSchemas() schema {
	direction := schema{"type": "string", "enum": texts(report.Directions())}
	total := object(schema{"guarded_km": figures(), "unguarded_km": figures(), "unknown_km": figures()}, "guarded_km", "unguarded_km", "unknown_km")
	mismatch := object(schema{"port": word(""), "hours_week": figures(), "unknown_hours_week": figures()}, "port", "hours_week", "unknown_hours_week")
	many := func(of schema, n int) schema {
		list := listOf(of)
		list["minItems"], list["maxItems"] = n, n
		return list
	}
	share := nullable(schema{"type": "number", "minimum": 0, "maximum": 1})
	return schema{
		"coverage": object(schema{
			"at": word("date-time"), "direction": direction, "length_km": figures(), "now": total, "hours": many(total, 24),
			"from": word("date"), "to": word("date"), "some": total, "always": total, "mismatch_hours_week": figures(), "mismatch": listOf(mismatch),
			"timeStamp": word("date-time"), "links": listOf(ref("link")),
		}, "at", "direction", "length_km", "now", "hours", "from", "to", "some", "always", "mismatch_hours_week", "mismatch", "timeStamp", "links"),
		"week": object(schema{
			"segment": word(""), "direction": direction, "zone": word(""), "from": word("date"), "to": word("date"),
			"unguarded_share": many(share, len(guard.Week{})), "unknown_share": many(share, len(guard.Week{})),
			"timeStamp": word("date-time"), "links": listOf(ref("link")),
		}, "segment", "direction", "zone", "from", "to", "unguarded_share", "unknown_share", "timeStamp", "links"),
	}
}
