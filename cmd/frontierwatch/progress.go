package main

import (
	"fmt"
	"os"
	"time"

	"frontierwatch/geo/log"
)

// progress writes how far something has come, on a terminal only and no more
// often than people can read.
type progress struct {
	s     *session
	what  string
	shown time.Time
	on    bool
}

func newProgress(s *session, what string) *progress {
	file, ok := s.err.(*os.File)
	if !ok {
		return &progress{}
	}
	info, err := file.Stat()
	return &progress{s: s, what: what, on: err == nil && info.Mode()&os.ModeCharDevice != 0, shown: s.now()}
}

func (p *progress) of(done, total log.Seq) {
	p.show(fmt.Sprintf("%d of %d", done, total), done == total)
}

// show writes text over the line before; the last text ends the line.
func (p *progress) show(text string, last bool) {
	if !p.on || !last && p.s.now().Sub(p.shown) < 200*time.Millisecond || last && p.shown.IsZero() {
		return
	}
	p.shown = p.s.now()
	end := ""
	if last {
		end = "\n"
	}
	fmt.Fprintf(p.s.err, "\r%s: %s\x1b[K%s", p.what, text, end)
}
