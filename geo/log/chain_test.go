package log

import (
	"encoding/hex"
	"testing"
	"time"
)

// The sums were computed with Python from the words of the format alone:
//
//	def chain(before, seq, fid, revision, ms, *texts):
//	    b = before + struct.pack(">QQQQ", seq, fid, revision, ms)
//	    for t in texts: b += struct.pack(">I", len(t.encode())) + t.encode()
//	    return hashlib.sha256(b).digest()[:16]
func TestChain(t *testing.T) {
	at := time.Date(2017, 1, 31, 18, 5, 0, 123e6, time.UTC)
	var links Chainer
	var c Chain
	for i, e := range []struct {
		Entry
		want string
	}{
		{Entry{Seq: 1, FID: 1, Revision: 1, Recorded: at, Kind: Report, ID: "a-1", Op: Create, Actor: "local", Body: []byte(`{"é":1}`)}, "55265c2ca4f51e43a34e53d2f97c2232"},
		{Entry{Seq: 2, FID: 1, Revision: 2, Recorded: at, Kind: Report, ID: "a-1", Op: Retract, Actor: "Zoë", Reason: "twice"}, "0bd889db5039a768228a04160dd6d70d"},
	} {
		if c = links.Next(c, &e.Entry); hex.EncodeToString(c[:]) != e.want {
			t.Errorf("entry %d has the chain %x, want %s", i+1, c, e.want)
		}
	}
}

// No two entries that differ in anything have the same chain, wherever the
// difference lies.
func TestChainSeesEveryField(t *testing.T) {
	base := Entry{Seq: 7, FID: 3, Revision: 2, Recorded: time.Date(2017, 1, 31, 12, 0, 0, 0, time.UTC), Kind: Report, ID: "ab", Op: Correct, Actor: "c", Reason: "d", Body: []byte("e")}
	seen := map[Chain]int{}
	var links Chainer
	for i, change := range []func(*Entry){
		func(*Entry) {},
		func(e *Entry) { e.Seq++ }, func(e *Entry) { e.FID++ }, func(e *Entry) { e.Revision++ },
		func(e *Entry) { e.Recorded = e.Recorded.Add(time.Millisecond) },
		func(e *Entry) { e.Kind = Post }, func(e *Entry) { e.Op = Create },
		func(e *Entry) { e.ID, e.Actor = "a", "bc" }, func(e *Entry) { e.Actor, e.Reason = "cd", "" },
		func(e *Entry) { e.Reason, e.Body = "de", nil }, func(e *Entry) { e.Body = []byte("f") },
	} {
		e := base
		change(&e)
		c := links.Next(Chain{1}, &e)
		if other, ok := seen[c]; ok {
			t.Errorf("the changes %d and %d have the same chain", i, other)
		}
		seen[c] = i
	}
	if _, ok := seen[links.Next(Chain{2}, &base)]; ok {
		t.Error("the chain does not depend on the one before")
	}
}
