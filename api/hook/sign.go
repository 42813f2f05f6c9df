// Package hook tells other servers of what happens, by signed calls: Standard
// Webhooks 1.0 (https://www.standardwebhooks.com).
//
// What a subscription is stands in the log, so that every node and backup has it.
// How far each has been told, and every attempt, stands in a journal of the node
// that delivers. A message is in the journal before it is sent and until its end is
// known: it arrives at least once, and its id, which stays the same, tells that it
// was there before.
package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Secret is what both sides sign with: whsec_ and 24 to 64 bytes in base64.
type Secret string

const secretMark = "whsec_"

// ErrSecret says that a text is no secret.
var ErrSecret = errors.New("is no secret as Standard Webhooks has them")

// NewSecret reads one of 32 bytes from a source of randomness.
func NewSecret(random io.Reader) (Secret, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("randomness for a secret: %w", err)
	}
	return Secret(secretMark + base64.StdEncoding.EncodeToString(b)), nil
}

func (s Secret) key() ([]byte, error) {
	text, ok := strings.CutPrefix(string(s), secretMark)
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, ErrSecret
	}
	return key, nil
}

// Sign is the header webhook-signature of a message: one signature for each secret,
// the present one first.
func Sign(id string, at time.Time, body []byte, secrets ...Secret) (string, error) {
	var all []string
	for _, s := range secrets {
		key, err := s.key()
		if err != nil {
			return "", err
		}
		mac := hmac.New(sha256.New, key)
		io.WriteString(mac, id+"."+strconv.FormatInt(at.Unix(), 10)+".")
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " "), nil
}
