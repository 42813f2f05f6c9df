package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontierwatch/api"
	"frontierwatch/api/key"
	"frontierwatch/data"
	"frontierwatch/data/view"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
)

// door lets callers in: it knows the keys of a store, and what each class of readers
// sees of it.
type door struct {
	keyring
	views  *view.Views
	ring   key.Ring
	tokens bearers // nil: there are keys only
	now    func() time.Time
}

// bearers knows who bears a token that is no key. It says api.ErrCredential of those
// that it does not take.
type bearers interface {
	identify(ctx context.Context, token string) (reader.Reader, error)
}

func newDoor(corpus *data.Corpus, t bearers, now func() time.Time) *door {
	return &door{keyring: keyring{corpus}, views: view.New(view.Config{Master: corpus}), tokens: t, now: now}
}

// guarded says whether callers are told apart: there is a key, or was one once, or
// tokens are taken. A store that ever had a key is never open to everybody again.
func (d *door) guarded() bool { return d.tokens != nil || len(d.corpus.Own(log.Key)) > 0 }

// Identify is who bears a key or a token. Keys are looked up in what the log holds at
// this moment, so that one that was revoked, on whichever node, is worth nothing.
func (d *door) Identify(ctx context.Context, credential string) (reader.Reader, error) {
	if credential == "" && !d.guarded() {
		return api.Owner(), nil
	}
	if credential == "" {
		return reader.Reader{}, nil
	}
	if _, ok := key.Names(credential); !ok && d.tokens != nil {
		return d.tokens.identify(ctx, credential)
	}
	if err := d.corpus.CatchUp(ctx); err != nil && !errors.Is(err, log.ErrClosed) {
		return reader.Reader{}, err
	}
	k, ok := d.ring.Find(d.records(), credential, d.now())
	if !ok {
		return reader.Reader{}, api.ErrCredential
	}
	return k.Reader(), nil
}

// View is what a class sees. That of the owners is the corpus itself, but another one
// after something was erased.
func (d *door) View(ctx context.Context, class reader.Class) (api.Corpus, error) {
	return d.views.Of(ctx, class)
}

// Close closes the views, and not the corpus.
func (d *door) Close() error { return d.views.Close() }

// keyring keeps keys in the log of a corpus.
type keyring struct{ corpus *data.Corpus }

func (r keyring) records() []key.Record {
	own := r.corpus.Own(log.Key)
	all := make([]key.Record, len(own))
	for i, o := range own {
		all[i] = key.Record{ID: o.ID, Body: o.Body}
	}
	return all
}

// Keys are all there ever were, the oldest first.
func (r keyring) Keys() ([]key.Key, error) {
	var all []key.Key
	for _, o := range r.records() {
		k, err := key.Decode(o.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.ID, err)
		}
		all = append(all, k)
	}
	return all, nil
}

// PutKey puts next in the place of old.
func (r keyring) PutKey(ctx context.Context, actor string, old, next *key.Key) error {
	body := func(k *key.Key) []byte {
		if k == nil {
			return nil
		}
		return key.Append(nil, k)
	}
	return r.corpus.SwapOwn(ctx, actor, log.Key, next.ID, body(old), body(next))
}
