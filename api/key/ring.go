package key

import (
	"sync"
	"time"
)

// Ring finds the bearer of a key among the records that stand. The zero value has
// none. It may be used by any number of goroutines.
type Ring struct {
	mu   sync.Mutex
	keys map[string]known // by id
}

// known is a key and the body that it was read from.
type known struct {
	body *byte
	key  Key
	good bool
}

// Record is a record of the log: its body is not changed after it was handed out.
type Record struct {
	ID   string
	Body []byte
}

// Find is the key that a credential is, of the records as they stand at this
// moment, so that one that was revoked an instant ago is found no more. Records
// that cannot be read let nobody in. Each body is read once.
func (r *Ring) Find(records []Record, credential string, now time.Time) (Key, bool) {
	id, _ := Names(credential)
	k, found := r.lookUp(records, id)
	// Where there is no such key the hash is taken all the same: how long it takes
	// says nothing of which ids there are.
	is := k.Is(credential)
	return k, is && found && k.Stands(now)
}

func (r *Ring) lookUp(records []Record, id string) (Key, bool) {
	for i := range records {
		if records[i].ID == id && len(records[i].Body) > 0 {
			return r.read(&records[i])
		}
	}
	return Key{}, false
}

// read is the key of a record, from memory if it is the same body as before.
func (r *Ring) read(of *Record) (Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, ok := r.keys[of.ID]; ok && k.body == &of.Body[0] {
		return k.key, k.good
	}
	k, err := Decode(of.Body)
	good := err == nil && k.ID == of.ID
	if r.keys == nil {
		r.keys = map[string]known{}
	}
	r.keys[of.ID] = known{&of.Body[0], k, good}
	return k, good
}
