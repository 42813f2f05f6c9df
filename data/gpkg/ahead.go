package gpkg

import (
	"sync"

	"frontierwatch/geo/log"
	"frontierwatch/geo/report"
)

// aheadBlock is how many bodies are read before they are handed over: few enough
// that the writer starts soon, many enough that handing over costs nothing.
const aheadBlock = 64

// ahead reads the bodies of a batch while the writer is still busy with those
// before. What an entry brings along of its body is not read again.
type ahead struct {
	layers  map[log.Kind]*layer
	blocks  chan []body // nil where the batch is so small that it is read at once
	block   []body
	reading sync.WaitGroup
}

// body is what one says, or why it cannot be read.
type body struct {
	says shown
	err  error
}

func (w *writer) readAhead(entries []log.Entry) *ahead {
	a := &ahead{layers: w.layers}
	if len(entries) <= aheadBlock || brought(entries) {
		a.block = a.read(entries)
		return a
	}
	a.blocks = make(chan []body, len(entries)/aheadBlock+1)
	a.reading.Go(func() {
		for len(entries) > 0 {
			n := min(aheadBlock, len(entries))
			a.blocks <- a.read(entries[:n])
			entries = entries[n:]
		}
	})
	return a
}

// brought says whether there is nothing to read.
func brought(entries []log.Entry) bool {
	for i := range entries {
		if entries[i].Says == nil && hasBody(&entries[i]) {
			return false
		}
	}
	return true
}

func hasBody(e *log.Entry) bool { return e.Op != log.Retract && e.Op != log.Redact }

func (a *ahead) read(entries []log.Entry) []body {
	block := make([]body, len(entries))
	for i := range entries {
		e := &entries[i]
		if r, ok := e.Says.(*report.Report); ok && e.Kind == log.Report {
			block[i].says = (*reportShown)(r)
		} else if hasBody(e) {
			block[i].says, block[i].err = a.layers[e.Kind].read(e.Body)
		}
	}
	return block
}

// next is the body of the next entry, nothing for a retraction.
func (a *ahead) next() (shown, error) {
	if len(a.block) == 0 {
		a.block = <-a.blocks
	}
	b := a.block[0]
	a.block = a.block[1:]
	return b.says, b.err
}

// wait until nobody reads any more.
func (a *ahead) wait() { a.reading.Wait() }
