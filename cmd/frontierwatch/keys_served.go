package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"frontierwatch/api/key"
)

// servedKeys are those of a store that a server has open.
type servedKeys struct {
	session *session
	url     string
	key     string // of an administrator; empty: the server has no keys yet
}

// most is how much of an answer is read.
const most = 16 << 20

// ask sends a request and reads the answer into a value.
func (k *servedKeys) ask(method, path string, body, into any) error {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(k.session, method, k.url+path, text)
	if err != nil {
		return wrongUse{fmt.Errorf("--server %q is no address", k.url)}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if k.key != "" {
		r.Header.Set("Authorization", "Bearer "+k.key)
	}
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		var problem struct{ Detail string }
		json.Unmarshal(said, &problem) // what is no problem has no detail
		return fmt.Errorf("%s answers %s: %s", k.url, answer.Status, problem.Detail)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said, into)
}

func (k *servedKeys) all() ([]key.Shown, error) {
	var said struct{ Keys []key.Shown }
	err := k.ask(http.MethodGet, "/keys", nil, &said)
	return said.Keys, err
}

func (k *servedKeys) create(of key.Key) (id, token string, err error) {
	shown := of.Shown()
	asked := map[string]any{"tier": shown.Tier, "scopes": shown.Scopes}
	for member, text := range map[string]*string{"agency": shown.Agency, "country": shown.Country, "source": shown.Source, "note": shown.Note, "expires": shown.Expires} {
		if text != nil {
			asked[member] = text
		}
	}
	var made struct{ ID, Key string }
	err = k.ask(http.MethodPost, "/keys", asked, &made)
	return made.ID, made.Key, err
}

func (k *servedKeys) revoke(id string) error {
	return k.ask(http.MethodDelete, "/keys/"+url.PathEscape(id), nil, nil)
}

func (k *servedKeys) close() error { return nil }
