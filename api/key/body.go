package key

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// recordJSON is the record of a key in the log: its members in this order,
// compact, what is empty left out.
type recordJSON struct {
	ID      string   `json:"id"`
	Hash    string   `json:"sha256"`
	Tier    string   `json:"tier"`
	Scopes  []string `json:"scopes"`
	Agency  string   `json:"agency,omitempty"`
	Country string   `json:"country,omitempty"`
	Source  string   `json:"source,omitempty"`
	Note    string   `json:"note,omitempty"`
	Created string   `json:"created"`
	Expires string   `json:"expires,omitempty"`
	Revoked string   `json:"revoked,omitempty"`
}

// Append appends the record of a valid key.
func Append(dst []byte, k *Key) []byte {
	text, err := json.Marshal(recordJSON{
		ID: k.ID, Hash: hex.EncodeToString(k.Hash[:]), Tier: k.Tier.String(), Scopes: ScopeNames(k.Scopes),
		Agency: k.Agency, Country: k.Country.String(), Source: k.Source, Note: k.Note,
		Created: instant(k.Created), Expires: instant(k.Expires), Revoked: instant(k.Revoked),
	})
	if err != nil {
		panic(err) // texts always have a form
	}
	return append(dst, text...)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ErrRecord says that a body is no record of a key: nobody may act by it.
var ErrRecord = errors.New("the record of a key is not as this version writes it")

// Decode reads what Append wrote, and nothing else: a body that would be written
// in another way, or that is not valid, is refused.
func Decode(body []byte) (Key, error) {
	var r recordJSON
	if json.Unmarshal(body, &r) != nil {
		return Key{}, ErrRecord
	}
	k := Key{ID: r.ID, Agency: r.Agency, Source: r.Source, Note: r.Note}
	var errs [7]error
	k.Tier, errs[0] = reader.ParseTier(r.Tier)
	k.Scopes, errs[1] = ParseScopes(r.Scopes)
	if r.Country != "" {
		k.Country, errs[2] = report.ParseCountry(r.Country)
	}
	k.Created, errs[3] = parseInstant(r.Created)
	k.Expires, errs[4] = parseInstant(r.Expires)
	k.Revoked, errs[5] = parseInstant(r.Revoked)
	hash, err := hex.DecodeString(r.Hash)
	errs[6] = err
	if errors.Join(errs[:]...) != nil || copy(k.Hash[:], hash) != len(k.Hash) {
		return Key{}, ErrRecord
	}
	if len(k.Validate()) > 0 || !bytes.Equal(Append(nil, &k), body) {
		return Key{}, ErrRecord
	}
	return k, nil
}

func parseInstant(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), err
}
