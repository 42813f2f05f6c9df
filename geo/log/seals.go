package log

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
)

// Seals say, for entries whose bodies a redaction overwrote, what their chains would
// be with the bodies they have now: that fixes the new body, the other fields and all
// entries before, while the chains themselves stay as they were. Stores keep those of
// one redaction as the body of its entry; nil are none.
type Seals map[Seq]Chain

type sealsBody struct {
	Seals []sealBody `json:"seals"`
}

type sealBody struct {
	Seq  Seq    `json:"seq"`
	Seal string `json:"seal"` // 32 hexadecimal digits
}

var errSeals = errors.New("is not what a redaction says")

// Body is what a store keeps of the seals of one redaction.
func (s Seals) Body() []byte {
	body := sealsBody{Seals: []sealBody{}}
	for _, seq := range slices.Sorted(maps.Keys(s)) {
		body.Seals = append(body.Seals, sealBody{seq, s[seq].String()})
	}
	text, _ := json.Marshal(body) // numbers and digits: it cannot fail
	return text
}

// Read adds the seals of a redaction, given the body that was kept of it. Where an
// entry was overwritten more than once the newest holds, so that redactions are read
// in the order of the log. It fails on what Body did not write.
func (s Seals) Read(body []byte) error {
	var read sealsBody
	if err := json.Unmarshal(body, &read); err != nil {
		return errSeals
	}
	for _, b := range read.Seals {
		var sum Chain
		if len(b.Seal) != hex.EncodedLen(len(sum)) {
			return errSeals
		}
		if _, err := hex.Decode(sum[:], []byte(b.Seal)); err != nil {
			return errSeals
		}
		s[b.Seq] = sum
	}
	return nil
}
