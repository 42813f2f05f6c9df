package api

import (
	"context"

	"frontierwatch/api/codec"
	"frontierwatch/api/tile"
	"frontierwatch/geo/log"
)

// A tile that was drawn is kept. It is given again for the state that it was drawn for;
// and one that shows nothing but reports as long as none in it has come, changed or gone.
//
// While thousands of reports arrive in a second there is a new one in a busy tile
// whenever somebody asks, and of a million reports it takes a thousand times as long to
// draw as to give. So while a corpus is busy a tile of reports is given as it was within
// the last second, for the position that it is of, which is what its tag and its time
// say; and it is drawn anew beside those who ask, one at a time, when it is older than a
// quarter of that. Only who finds none of the last second waits for it. Which positions
// that are is for the corpus to say: none of before something in it was changed, taken
// back or overwritten. What else tiles show follows from what detection has found, which
// has the same rule.

// tileOf is a tile as it is in a state: one that is kept, if it may be given, else one
// that is drawn for this state.
func (c *call) tileOf(id tile.ID, s state) (*encodedPage, error) {
	key := c.Request().URL.Path + "?" + c.Request().URL.RawQuery
	if !c.onlyReports() {
		key = c.tag(s, c.format) + " " + key
		if e := c.tiles.get(key); e != nil {
			return e, nil
		}
		return c.draw(c.Request().Context(), key, id, s)
	}
	if e := c.tiles.get(key); e != nil && c.tag(e.state, c.format) == e.tag {
		upTo := log.Seq(e.upTo.Load())
		switch least, renewed := c.corpus.Lately(); {
		case upTo >= renewed:
			return e, nil
		case upTo >= least:
			c.renew(e, id)
			return e, nil
		case c.untouched(e, id, s):
			return e, nil
		}
	}
	return c.draw(c.Request().Context(), key, id, s)
}

// draw draws a tile and keeps it.
func (c *call) draw(ctx context.Context, key string, id tile.ID, s state) (*encodedPage, error) {
	text, err := c.drawTile(ctx, id, s)
	if err != nil {
		return nil, err
	}
	e := &encodedPage{key: key, n: -1, plain: text, state: s, tag: c.tag(s, c.format)}
	e.upTo.Store(uint64(s.head))
	c.tiles.put(e)
	return e, nil
}

// renew brings a tile of reports up to date beside those who ask for it, unless another
// is being: it is asked for again.
func (c *call) renew(e *encodedPage, id tile.ID) {
	if !c.renewing.CompareAndSwap(false, true) {
		return
	}
	own := &call{server: c.server, asked: c.asked, format: c.format} // what is of the request ends with it
	c.beside(func() {
		defer own.renewing.Store(false)
		if s := own.tileState(); !own.untouched(e, id, s) {
			own.draw(context.Background(), e.key, id, s) // or it is drawn, and fails, for who asks next
		}
	})
}

// onlyReports says whether a tile shows nothing but reports, and so depends on no time.
func (c *call) onlyReports() bool {
	for _, layer := range tileLayers {
		if c.drawn(layer) != (layer == codec.Reports) {
			return false
		}
	}
	return true
}

// untouched says whether a tile of reports is in a state what it was when it was
// drawn: none has come, changed or gone since.
func (c *call) untouched(e *encodedPage, id tile.ID, s state) bool {
	if upTo := log.Seq(e.upTo.Load()); upTo < s.head {
		if c.corpus.Touched(upTo, id.Bound(tile.Buffer)) {
			return false
		}
		e.upTo.Store(uint64(s.head))
	}
	return true
}
