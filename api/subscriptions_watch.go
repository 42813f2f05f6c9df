package api

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontierwatch/api/codec"
	"frontierwatch/api/hook"
	"frontierwatch/api/live"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/log"
)

// watcher finds what there is to tell, as each class of readers sees it.
type watcher struct {
	gate    *gate
	servers memo[class, *watched]
}

// watched is the server of a class, with what detection found the last time.
type watched struct {
	*server

	mu    sync.Mutex
	head  log.Seq
	day   time.Time
	found []live.Event
	rest  time.Time // until when detection is left alone
}

func (w *watcher) of(ctx context.Context, s *hook.Subscription) (*watched, error) {
	view, err := w.gate.access.View(ctx, s.Class)
	if err != nil {
		return nil, err
	}
	of := class{s.Class, view}
	return w.servers.get(of, func() (*watched, error) { return &watched{server: w.gate.server(of)}, nil })
}

func (w *watched) sieve(s *hook.Subscription) (sieve, error) {
	return newSieve(w.server, s.Collections, asked{filterText: s.Filter, language: s.Language})
}

// mostNews is how many entries are looked at in one go.
const mostNews = 500

// News implements hook.Watcher.
func (w *watcher) News(ctx context.Context, s *hook.Subscription, after log.Seq) (events []hook.Event, last log.Seq, err error) {
	of, err := w.of(ctx, s)
	if err != nil {
		return nil, after, err
	}
	head, _ := of.corpus.Head()
	if !slices.Contains(s.Collections, codec.Reports) || after > head { // a view that was made anew may be shorter
		return nil, head, nil
	}
	wants, err := of.sieve(s)
	if err != nil {
		return nil, after, err
	}
	last = after
	err = feed{of.server}.Entries(ctx, after, func(seq log.Seq, e *live.Event) error {
		if seq > after+mostNews {
			return errEnough
		}
		last = seq
		if e == nil {
			return nil
		}
		if kept, change, _ := wants.keeps(e); kept {
			events = append(events, hook.Event{Collection: codec.Reports, ID: e.ID, Change: string(change), Seq: seq, Path: itemPath(codec.Reports, e.ID)})
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return events, last, err
}

// Standing implements hook.Watcher.
func (w *watcher) Standing(ctx context.Context, s *hook.Subscription) (map[string]hook.Event, error) {
	standing := map[string]hook.Event{}
	if len(s.Collections) == 1 && s.Collections[0] == codec.Reports {
		return standing, nil
	}
	of, err := w.of(ctx, s)
	if err != nil {
		return nil, err
	}
	wants, err := of.sieve(s)
	if err != nil {
		return nil, err
	}
	found, err := of.findings(ctx)
	if err != nil {
		return nil, err
	}
	for i := range found {
		e := &found[i]
		level, state := levelOf(e.New)
		kept, _, _ := wants.keeps(e)
		if !kept || s.Level != "" && slices.Index(levelWords(), level.String()) < slices.Index(levelWords(), s.Level) {
			continue
		}
		name := toldAs(e.Kind)
		standing[name+"/"+e.ID] = hook.Event{Collection: name, ID: e.ID, Change: string(live.Found), Level: level.String(), State: state, Path: itemPath(name, e.ID)}
	}
	return standing, nil
}

func levelOf(v any) (hotspot.Level, string) {
	switch v := v.(type) {
	case *hotspot.Hotspot:
		return v.Level, ""
	case *hotspot.Flag:
		return v.Level, v.State
	}
	return hotspot.None, ""
}

// findings are what detection finds now; it is asked when something has happened,
// and not all the time.
func (w *watched) findings(ctx context.Context) ([]live.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	begun := w.now()
	head, _ := w.corpus.Head()
	day := begun.UTC().Truncate(24 * time.Hour)
	if w.found != nil && (head == w.head && day.Equal(w.day) || begun.Before(w.rest)) {
		return w.found, nil
	}
	found, err := feed{w.server}.Findings(ctx)
	if err != nil {
		return nil, err
	}
	ended := w.now()
	w.head, w.day, w.found, w.rest = head, day, append([]live.Event{}, found...), ended.Add(max(2*time.Second, 5*ended.Sub(begun)))
	return w.found, nil
}
