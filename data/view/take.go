package view

import (
	"fmt"
	"slices"

	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// take looks at the next entry of the master and makes the rows that it is shown by.
// Only which rows there are is decided here, once; what they say is made when they
// are read.
func (l *Log) take(e log.Entry) (err error) {
	if l.again && e.Kind != log.Report && e.Kind != log.Source {
		l.at = e.Seq // it starts again: only what is withheld matters
		return nil
	}
	switch e.Kind {
	case log.Report:
		err = l.takeReport(&e)
	case log.Source:
		err = l.takeSource(&e)
	case log.Post:
		if l.posts {
			l.put(&e)
		}
	case log.Flag:
		err = l.takeStep(&e)
	}
	if err != nil {
		return fmt.Errorf("entry %d of the master (%s %s): %w", e.Seq, e.Kind, e.ID, err)
	}
	l.at = e.Seq
	return nil
}

func (l *Log) takeReport(e *log.Entry) error {
	n := name{e.Kind, e.ID}
	i, known := l.known[n]
	switch {
	case e.Op == log.Redact && known:
		l.records[i].ahead++
		l.again = l.again || l.live // what was shown before is not what the master has now
		return nil
	case e.Op == log.Redact, e.Erased():
		return nil
	case e.Op == log.Retract:
		if known {
			l.put(e)
		}
		return nil
	}
	r, err := report.DecodeBody(e.Body)
	if err != nil {
		return err
	}
	if e.Seq <= l.hidden[n] || !l.class.Sees(&r, l.judge(r.Source)) {
		if known {
			l.hidden[n], l.again = e.Seq, true
		}
		return nil
	}
	i = l.put(e)
	l.sources[r.Source].shown = true
	if !known {
		l.tell(e)
	}
	if l.verbatim(&r) {
		return nil
	}
	for _, id := range r.Overlaps {
		if _, there := l.known[name{log.Report, id}]; !there && !slices.Contains(l.waiting[id], i) {
			l.waiting[id] = append(l.waiting[id], i)
		}
	}
	return nil
}

// verbatim says whether a report is shown with the overlaps that it was sent with.
func (l *Log) verbatim(r *report.Report) bool {
	return l.class.Source != "" && l.class.Source == r.Source
}

// judge is the source that a report is judged by: what is now known of it.
func (l *Log) judge(id string) report.Source {
	r := l.sources[id]
	if r == nil {
		r = &register{source: report.Source{ID: id}}
		l.sources[id] = r
	}
	r.judged = true
	return r.source
}

// tell gives the reports that name a new one a further revision each, by their first
// appearance: not those that are shown with what they name anyway.
func (l *Log) tell(e *log.Entry) {
	slices.Sort(l.waiting[e.ID])
	for _, i := range l.waiting[e.ID] {
		if v, ok := l.master.Version(l.records[i].id, log.AsOf{Seq: e.Seq}); ok && !v.Deleted && !l.verbatim(&v.Report) && slices.Contains(v.Overlaps, e.ID) {
			l.add(i, e.Seq, l.revision(i)+1)
			l.records[i].ahead--
		}
	}
	delete(l.waiting, e.ID)
}

func (l *Log) takeSource(e *log.Entry) error {
	n := name{e.Kind, e.ID}
	_, known := l.known[n]
	if e.Op == log.Retract {
		if known {
			l.put(e)
		}
		return nil
	}
	s, err := report.DecodeSource(e.Body)
	if err != nil {
		return err
	}
	l.name(s, e.Seq)
	switch {
	case e.Seq > l.hidden[n] && l.class.SeesSource(s):
		l.put(e)
	case known || l.builtIn(s.ID):
		l.hidden[n], l.again = e.Seq, true
	}
	return nil
}

// name notes what is said of a source. By its agency and marking reports were
// judged that came before.
func (l *Log) name(s report.Source, seq log.Seq) {
	r := l.sources[s.ID]
	if r == nil {
		r = &register{}
		l.sources[s.ID] = r
	}
	if seq <= r.seq {
		return
	}
	if r.source.ID != "" && (r.source.Agency != s.Agency || r.source.TLP != s.TLP) {
		r.changed = true
		if r.judged {
			l.again, l.judgedAnew = true, true
		}
	}
	r.source, r.seq = s, seq
}

// builtIn says whether a source that the log need not name is in the view.
func (l *Log) builtIn(id string) bool {
	return slices.ContainsFunc(l.Sources(), func(s report.Source) bool { return s.ID == id })
}

// Sources lists those that are in the view though no entry says so.
func (l *Log) Sources() (shown []report.Source) {
	for _, s := range l.master.Config().Sources {
		if l.class.SeesSource(s) && l.hidden[name{log.Source, s.ID}] == 0 {
			shown = append(shown, s)
		}
	}
	return shown
}

// takeStep passes over steps about flags that the class must not know of.
func (l *Log) takeStep(e *log.Entry) error {
	if e.Op == log.Retract {
		if _, known := l.known[name{e.Kind, e.ID}]; known {
			l.put(e)
		}
		return nil
	}
	s, err := hotspot.DecodeStep(e.Body)
	if err != nil {
		return err
	}
	about := report.Report{TLP: s.TLP, Releasable: s.Releasable, Source: s.Source}
	if l.class.Sees(&about, report.Source{ID: s.Source, Agency: s.Agency}) {
		l.put(e)
	}
	return nil
}

// put makes the row of an entry of the master itself.
func (l *Log) put(e *log.Entry) int32 {
	n := name{e.Kind, e.ID}
	i, known := l.known[n]
	if !known {
		l.kinds[e.Kind]++
		i = int32(len(l.records))
		l.known[n] = i
		l.records = append(l.records, record{id: e.ID, kind: e.Kind, fid: l.kinds[e.Kind], first: int32(len(l.rows)), last: -1})
	}
	l.add(i, e.Seq, l.revision(i)+1)
	l.records[i].ahead = int32(e.Revision) - l.revision(i)
	l.records[i].gone = e.Op == log.Retract
	return i
}

// revision is the number of the newest revision of a record; 0: it has none yet.
func (l *Log) revision(i int32) int32 {
	if last := l.records[i].last; last >= 0 {
		return l.rows[last].revision
	}
	return 0
}

func (l *Log) add(i int32, from log.Seq, revision int32) {
	l.records[i].last = int32(len(l.rows))
	l.rows = append(l.rows, row{from: from, record: i, revision: revision})
}
