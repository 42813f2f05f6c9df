package view

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// slow makes the log of a view the obvious way: for each position of the master it
// writes down what the class is shown then, all of it, and takes what differs from
// the position before. It shares nothing with the fast way but the rules of geo/reader.
type slow struct {
	t       testing.TB
	class   reader.Class
	entries []log.Entry // of the master
	sources map[string]report.Source
	begins  map[name]log.Seq // from which position on a record is in the view
	house   []report.Source  // built-in sources that are in the view
	line    *frontier.Frontier
	plain   map[log.Seq][]byte // what entries without overlaps are shown as
}

func newSlow(t testing.TB, master *data.Corpus, class reader.Class) *slow {
	s := &slow{t: t, class: class, sources: map[string]report.Source{}, begins: map[name]log.Seq{}, line: master.Frontier(), plain: map[log.Seq][]byte{}}
	for _, e := range everything(t, master, 0) { // what was erased or overwritten was never otherwise
		if e.Op != log.Redact && !e.Erased() {
			s.entries = append(s.entries, e)
		}
	}
	never := log.Seq(1 << 40)
	for _, b := range master.Config().Sources {
		s.sources[b.ID] = b
	}
	for i := range s.entries {
		if e := &s.entries[i]; e.Kind == log.Source && e.Op != log.Retract {
			s.sources[e.ID] = s.source(e)
		}
	}
	for i := range s.entries {
		e := &s.entries[i]
		n := name{e.Kind, e.ID}
		switch seen := s.sees(e); {
		case e.Op == log.Retract:
		case !seen && e.Kind != log.Flag: // of steps each is marked by itself
			s.begins[n] = never
		case seen && (s.begins[n] == 0 || s.begins[n] == never):
			s.begins[n] = e.Seq
		}
	}
	for _, b := range master.Config().Sources {
		hidden := false
		for i := range s.entries {
			e := &s.entries[i]
			hidden = hidden || e.Kind == log.Source && e.ID == b.ID && e.Op != log.Retract && !s.sees(e)
		}
		if class.SeesSource(b) && !hidden {
			s.house = append(s.house, b)
		}
	}
	return s
}

func (s *slow) source(e *log.Entry) report.Source {
	source, err := report.DecodeSource(e.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return source
}

func (s *slow) report(e *log.Entry) report.Report {
	r, err := report.DecodeBody(e.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *slow) sees(e *log.Entry) bool {
	switch {
	case e.Op == log.Retract:
		return true
	case e.Kind == log.Report:
		r := s.report(e)
		return s.class.Sees(&r, s.sources[r.Source])
	case e.Kind == log.Source:
		return s.class.SeesSource(s.source(e))
	case e.Kind == log.Post:
		return slices.Contains(s.class.Collections(), "posts")
	case e.Kind == log.Flag:
		step, err := hotspot.DecodeStep(e.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return s.class.Sees(&report.Report{TLP: step.TLP, Releasable: step.Releasable, Source: step.Source}, report.Source{ID: step.Source, Agency: step.Agency})
	}
	return false
}

// at is what stands of reports at a position, as it is shown; nil: retracted.
func (s *slow) at(seq log.Seq) map[string][]byte {
	newest := map[string]*log.Entry{}
	for i := range s.entries {
		e := &s.entries[i]
		if e.Seq > seq {
			break
		}
		if b := s.begins[name{e.Kind, e.ID}]; e.Kind == log.Report && b != 0 && b <= e.Seq {
			newest[e.ID] = e
		}
	}
	shown := map[string][]byte{}
	for id, e := range newest {
		shown[id] = s.plain[e.Seq]
		if e.Op != log.Retract && shown[id] == nil {
			r := s.report(e)
			r = s.class.Shown(s.line, r, s.sources[r.Source], func(id string) bool { return newest[id] != nil })
			shown[id] = report.AppendBody(nil, &r)
			if !bytes.Contains(e.Body, []byte(`"overlaps"`)) {
				s.plain[e.Seq] = shown[id]
			}
		}
	}
	return shown
}

// log is what the view's must be.
func (s *slow) log() (all []log.Entry) {
	revisions, fids, kinds := map[name]int{}, map[name]int64{}, map[log.Kind]int64{}
	write := func(e log.Entry) {
		n := name{e.Kind, e.ID}
		revisions[n]++
		if fids[n] == 0 {
			kinds[e.Kind]++
			fids[n] = kinds[e.Kind]
		}
		e.Seq, e.FID, e.Revision, e.Actor = log.Seq(len(all)+1), fids[n], revisions[n], ""
		if e.Kind != log.Flag {
			e.Reason = ""
		}
		if e.Op != log.Retract {
			e.Op = log.Correct
			if e.Revision == 1 {
				e.Op = log.Create
			}
		}
		all = append(all, e)
	}
	before := map[string][]byte{}
	for i := range s.entries {
		e := s.entries[i]
		begins := s.begins[name{e.Kind, e.ID}]
		now := s.at(e.Seq)
		if begins != 0 && begins <= e.Seq && (e.Kind != log.Flag || s.sees(&e)) {
			if e.Kind == log.Report {
				e.Body = now[e.ID]
			}
			write(e)
		}
		others := slices.SortedFunc(maps.Keys(now), func(a, b string) int {
			return cmp.Compare(fids[name{log.Report, a}], fids[name{log.Report, b}])
		})
		for _, id := range others {
			if (e.Kind != log.Report || id != e.ID) && !bytes.Equal(before[id], now[id]) {
				write(log.Entry{Kind: log.Report, ID: id, Op: log.Correct, Recorded: e.Recorded, Body: now[id]})
			}
		}
		before = now
	}
	return all
}

// open is a fresh corpus that was only ever given what the class may see.
func (s *slow) open(cfg data.Config) *data.Corpus {
	s.t.Helper()
	l := memlog.New()
	entries := s.log()
	results, err := l.Append(context.Background(), entries)
	if err != nil {
		s.t.Fatal(err)
	}
	for i, r := range results {
		if r.Outcome != log.Appended || r.FID != entries[i].FID || r.Revision != entries[i].Revision || !r.Recorded.Equal(entries[i].Recorded) {
			s.t.Fatalf("the slow log is not one that could be: %+v became %+v", entries[i], r)
		}
	}
	cfg.Log, cfg.Sources = l, s.house
	if !slices.Contains(s.class.Collections(), "posts") {
		cfg.Posts = nil
	}
	c, err := data.Open(context.Background(), cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}
