package gpkg

import (
	"encoding/hex"
	"testing"
	"time"

	"frontierwatch/geo/log"
)

// The sums were computed with Python from the words of FORMAT.md alone:
//
//	def chain(before, seq, fid, revision, ms, *texts):
//	    b = before + struct.pack(">QQQQ", seq, fid, revision, ms)
//	    for t in texts: b += struct.pack(">I", len(t.encode())) + t.encode()
//	    return hashlib.sha256(b).digest()[:16]
func TestChain(t *testing.T) {
	at := time.Date(2017, 1, 31, 18, 5, 0, 123e6, time.UTC)
	var links chainer
	var c chain
	for i, e := range []struct {
		log.Entry
		want string
	}{
		{log.Entry{Seq: 1, FID: 1, Revision: 1, Recorded: at, Kind: log.Report, ID: "a-1", Op: log.Create, Actor: "local", Body: []byte(`{"é":1}`)}, "55265c2ca4f51e43a34e53d2f97c2232"},
		{log.Entry{Seq: 2, FID: 1, Revision: 2, Recorded: at, Kind: log.Report, ID: "a-1", Op: log.Retract, Actor: "Zoë", Reason: "twice"}, "0bd889db5039a768228a04160dd6d70d"},
	} {
		if c = links.next(c, &e.Entry); hex.EncodeToString(c[:]) != e.want {
			t.Errorf("entry %d has the chain %x, want %s", i+1, c, e.want)
		}
	}
}

// No two entries that differ in anything have the same chain, wherever the
// difference lies.
func TestChainSeesEveryField(t *testing.T) {
	base := log.Entry{Seq: 7, FID: 3, Revision: 2, Recorded: noon(), Kind: log.Report, ID: "ab", Op: log.Correct, Actor: "c", Reason: "d", Body: []byte("e")}
	seen := map[chain]int{}
	var links chainer
	for i, change := range []func(*log.Entry){
		func(*log.Entry) {},
		func(e *log.Entry) { e.Seq++ }, func(e *log.Entry) { e.FID++ }, func(e *log.Entry) { e.Revision++ },
		func(e *log.Entry) { e.Recorded = e.Recorded.Add(time.Millisecond) },
		func(e *log.Entry) { e.Kind = log.Post }, func(e *log.Entry) { e.Op = log.Create },
		func(e *log.Entry) { e.ID, e.Actor = "a", "bc" }, func(e *log.Entry) { e.Actor, e.Reason = "cd", "" },
		func(e *log.Entry) { e.Reason, e.Body = "de", nil }, func(e *log.Entry) { e.Body = []byte("f") },
	} {
		e := base
		change(&e)
		c := links.next(chain{1}, &e)
		if other, ok := seen[c]; ok {
			t.Errorf("the changes %d and %d have the same chain", i, other)
		}
		seen[c] = i
	}
	if _, ok := seen[links.next(chain{2}, &base)]; ok {
		t.Error("the chain does not depend on the one before")
	}
}
