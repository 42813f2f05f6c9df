package key

import "time"

// Shown is a key as it is shown, in JSON: nothing of its secret, times as RFC 3339 in
// UTC, and null for what there is not.
type Shown struct {
	ID      string   `json:"id"`
	Tier    string   `json:"tier"`
	Scopes  []string `json:"scopes"`
	Agency  *string  `json:"agency"`
	Country *string  `json:"country"`
	Source  *string  `json:"source"`
	Note    *string  `json:"note"`
	Created string   `json:"created"`
	Expires *string  `json:"expires"`
	Revoked *string  `json:"revoked"`
}

// Shown is the key as it is shown.
func (k *Key) Shown() Shown {
	return Shown{
		ID: k.ID, Tier: k.Tier.String(), Scopes: ScopeNames(k.Scopes), Agency: some(k.Agency), Country: some(k.Country.String()),
		Source: some(k.Source), Note: some(k.Note), Created: k.Created.UTC().Format(time.RFC3339), Expires: some(instant(k.Expires)), Revoked: some(instant(k.Revoked)),
	}
}

// some is text, or null where it is empty.
func some(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
