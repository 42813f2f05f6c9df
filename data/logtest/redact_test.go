package logtest_test

import (
	"context"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/logtest"
	"frontierwatch/data/memlog"
	"frontierwatch/geo/log"
)

// crooked is a memory log that overwrites with a defect.
type crooked struct {
	*memlog.Log
	defect string
	bodies map[string][][]byte // of each record, what it was given
}

func (l *crooked) Append(ctx context.Context, entries []log.Entry) ([]log.Result, error) {
	sent := append([]log.Entry{}, entries...)
	for i := range sent {
		e := &sent[i]
		old := l.bodies[e.ID]
		if e.Op == log.Redact {
			past := append([][]byte{}, e.Past...)
			switch {
			case l.defect == "takes any number of bodies":
				past = make([][]byte, len(old))
			case len(past) != len(old):
			case l.defect == "overwrites nothing":
				past = append([][]byte{}, old...)
			case l.defect == "overwrites the newest only":
				copy(past, old[:len(old)-1])
			case l.defect == "takes more after erasing":
				past[0] = []byte(`{}`)
				if len(past) > 1 {
					past[1] = []byte(`{}`)
				}
			}
			e.Past = past
		}
		if e.Op == log.Create && len(old) == 0 || e.Op != log.Create && e.Revision == len(old)+1 {
			l.bodies[e.ID] = append(old, e.Body)
		}
	}
	return l.Log.Append(ctx, sent)
}

func (l *crooked) Scan(ctx context.Context, after log.Seq, yield func(log.Entry) error) error {
	return l.Log.Scan(ctx, after, func(e log.Entry) error {
		if e.Op == log.Redact && l.defect == "shows what it noted" {
			e.Body = []byte("seals")
		}
		return yield(e)
	})
}

// Every way to overwrite wrongly is found by a clause.
func TestCrookedRedactionsFail(t *testing.T) {
	for _, defect := range []string{"overwrites nothing", "overwrites the newest only", "takes more after erasing", "takes any number of bodies", "shows what it noted", ""} {
		n := 0
		for _, c := range logtest.Redactions() {
			r := &recorder{TB: t}
			func() {
				defer func() {
					if p := recover(); p != nil && p != r {
						panic(p)
					}
				}()
				c.Check(r, func(testing.TB) data.Log {
					return &crooked{Log: memlog.New(), defect: defect, bodies: map[string][][]byte{}}
				})
			}()
			n += len(r.failures)
		}
		if (n > 0) != (defect != "") {
			t.Errorf("a log that %q: %d failures", defect, n)
		}
	}
}
