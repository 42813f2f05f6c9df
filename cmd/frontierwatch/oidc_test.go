package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"frontierwatch/api"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// testIssuer is an issuer of tokens on this machine.
type testIssuer struct {
	*httptest.Server
	keys  atomic.Pointer[jose.JSONWebKeySet]
	asked atomic.Int64 // how often for its keys
}

func newIssuer(t *testing.T) *testIssuer {
	i := &testIssuer{}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/.well-known/openid-configuration" {
			json.NewEncoder(w).Encode(map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL, "token_endpoint": i.URL,
				"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}})
			return
		}
		i.asked.Add(1)
		json.NewEncoder(w).Encode(i.keys.Load())
	}))
	t.Cleanup(i.Close)
	return i
}

// shows lets the issuer show the public halves of keys.
func (i *testIssuer) shows(keys ...jose.JSONWebKey) {
	set := &jose.JSONWebKeySet{}
	for _, k := range keys {
		set.Keys = append(set.Keys, k.Public())
	}
	i.keys.Store(set)
}

func signed(t *testing.T, alg jose.SignatureAlgorithm, k any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: k}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(claims)
	signature, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signature.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTokens(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	strange, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	named := func(id string, k crypto.Signer) jose.JSONWebKey { return jose.JSONWebKey{KeyID: id, Key: k} }
	r, e, d := named("r", rsaKey), named("e", ecKey), named("d", edKey)
	of := newIssuer(t)
	of.shows(r, e, d)
	flag := &oidcFlag{Issuer: of.URL, Audience: "frontierwatch", Algs: []string{"RS256", "ES256", "EdDSA"},
		Claims: map[string]string{"tier": "roles", "agency": "org"}, Tiers: map[string]string{"desk": "agency", "lead": "analyst"}}
	now := morning
	tokens := flag.bearers(func() time.Time { return now })
	claims := func(change map[string]any) map[string]any {
		all := map[string]any{"iss": of.URL, "aud": "frontierwatch", "sub": "somebody@example.org", "exp": morning.Add(time.Hour).Unix(), "iat": morning.Unix(),
			"roles": []string{"staff", "desk"}, "org": "RCMP", "country": "CAN", "source": "rcmp", "scopes": "read report"}
		maps.Copy(all, change)
		return all
	}
	want := reader.Class{Tier: reader.Agency, Agency: "RCMP", Country: report.CAN, Source: "rcmp"}
	for alg, k := range map[jose.SignatureAlgorithm]jose.JSONWebKey{jose.RS256: r, jose.ES256: e, jose.EdDSA: d} {
		who, err := tokens.identify(t.Context(), signed(t, alg, k, claims(nil)))
		if err != nil || who.Class != want || who.Scopes != reader.Read|reader.Send {
			t.Errorf("%s: %+v, %v", alg, who, err)
		}
		if !strings.HasPrefix(who.ID, "token-") || strings.Contains(who.ID, "somebody") {
			t.Errorf("the log would name %q", who.ID)
		}
	}
	public, _ := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	encode := base64.RawURLEncoding.EncodeToString
	body, _ := json.Marshal(claims(nil))
	for name, token := range map[string]string{
		"no algorithm":              encode([]byte(`{"alg":"none"}`)) + "." + encode(body) + ".",
		"signed with a public key":  signed(t, jose.HS256, public, claims(nil)),
		"an algorithm not listed":   signed(t, jose.RS512, r, claims(nil)),
		"a key of somebody else":    signed(t, jose.ES256, named("e", strange), claims(nil)),
		"a key that is not shown":   signed(t, jose.ES256, named("x", strange), claims(nil)),
		"for others":                signed(t, jose.ES256, e, claims(map[string]any{"aud": "payroll"})),
		"of another issuer":         signed(t, jose.ES256, e, claims(map[string]any{"iss": "https://issuer.example"})),
		"expired":                   signed(t, jose.ES256, e, claims(map[string]any{"exp": morning.Add(-time.Second).Unix()})),
		"without an end":            signed(t, jose.ES256, e, claims(map[string]any{"exp": nil})),
		"not yet":                   signed(t, jose.ES256, e, claims(map[string]any{"nbf": morning.Add(time.Hour).Unix()})),
		"of nobody":                 signed(t, jose.ES256, e, claims(map[string]any{"sub": ""})),
		"without a tier":            signed(t, jose.ES256, e, claims(map[string]any{"roles": nil})),
		"with a tier by its word":   signed(t, jose.ES256, e, claims(map[string]any{"roles": "admin"})),
		"an agency of no country":   signed(t, jose.ES256, e, claims(map[string]any{"country": ""})),
		"an agency that makes keys": signed(t, jose.ES256, e, claims(map[string]any{"scopes": "read admin"})),
		"a scope there is not":      signed(t, jose.ES256, e, claims(map[string]any{"scopes": []string{"read", "root"}})),
		"no token":                  "a.b.c",
		"no token at all":           "x",
		"changed":                   strings.Replace(signed(t, jose.ES256, e, claims(nil)), ".ey", ".eyJ", 1),
	} {
		if who, err := tokens.identify(t.Context(), token); !errors.Is(err, api.ErrCredential) {
			t.Errorf("%s: %+v, %v", name, who, err)
		} else if strings.Contains(err.Error(), token) {
			t.Errorf("%s: the error holds the token", name)
		}
	}

	// Keys that the issuer shows from now on are taken at once, those that it shows no
	// more not for long.
	next := named("next", strange)
	of.shows(next)
	if _, err := tokens.identify(t.Context(), signed(t, jose.ES256, next, claims(nil))); err != nil {
		t.Errorf("after a change of keys: %v", err)
	}
	now = morning.Add(keysFor)
	if _, err := tokens.identify(t.Context(), signed(t, jose.EdDSA, d, claims(nil))); !errors.Is(err, api.ErrCredential) {
		t.Errorf("by a key that was given up: %v", err)
	}
	before := of.asked.Load()
	for range 20 {
		if _, err := tokens.identify(t.Context(), signed(t, jose.ES256, next, claims(nil))); err != nil {
			t.Fatal(err)
		}
	}
	if n := of.asked.Load() - before; n > 1 {
		t.Errorf("for 20 tokens the issuer was asked %d times", n)
	}

	// While the issuer cannot be asked, it cannot be told whose a token is.
	of.Close()
	now = morning.Add(2 * keysFor)
	if _, err := tokens.identify(t.Context(), signed(t, jose.ES256, next, claims(nil))); err == nil || errors.Is(err, api.ErrCredential) {
		t.Errorf("without the issuer: %v", err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestIssuersThatAreRefused(t *testing.T) {
	for _, f := range []oidcFlag{
		{Issuer: "http://issuer.example", Audience: "a"}, {Issuer: "issuer", Audience: "a"}, {Issuer: "https://issuer.example"},
		{Issuer: "https://issuer.example", Audience: "a", Claims: map[string]string{"name": "name"}},
		{Issuer: "https://issuer.example", Audience: "a", Tiers: map[string]string{"x": "root"}},
	} {
		if f.check() == nil {
			t.Errorf("%+v is taken", f)
		}
	}
	good := oidcFlag{Issuer: "https://issuer.example", Audience: "a", Claims: map[string]string{"tier": "roles"}, Tiers: map[string]string{"x": "analyst"}}
	if err := good.check(); err != nil {
		t.Error(err)
	}
}
