package data

import (
	"context"

	"frontierwatch/geo/log"
)

// Own is a record of the server itself, a key or a subscription. What its body
// says is for those who wrote it; the log keeps every version.
type Own struct {
	ID   string
	Body []byte // nil: there is none
}

// Own lists the records of a kind that stand, by first appearance. What is
// returned is shared and must not be changed.
func (c *Corpus) Own(kind log.Kind) (all []Own) {
	c.state.Load().own[kind].each(log.AsOf{}, func(_ int64, o Own) { all = append(all, o) })
	return all
}

// SwapOwn puts next in the place of old, as SwapPost does for posts: a nil body
// is a record that is not there.
func (c *Corpus) SwapOwn(ctx context.Context, actor string, kind log.Kind, id string, old, next []byte) error {
	record := func(body []byte) *Own {
		if body == nil {
			return nil
		}
		return &Own{ID: id, Body: body}
	}
	if old == nil && next == nil {
		return nil
	}
	return swap[Own]{
		kind: kind, records: c.state.Load().own[kind],
		body:   func(dst []byte, o *Own) []byte { return append(dst, o.Body...) },
		id:     func(o *Own) string { return o.ID },
		change: func(o *Own) change { return change{own: o} },
	}.do(ctx, c, actor, record(old), record(next))
}
