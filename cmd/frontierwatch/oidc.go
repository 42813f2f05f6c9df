package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"frontierwatch/api"
	"frontierwatch/api/key"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// oidcFlag says whose tokens are taken besides keys, and how their claims are read.
type oidcFlag struct {
	Issuer   string            `name:"oidc-issuer" placeholder:"URL" help:"Issuer (OpenID Connect) whose tokens are taken as credentials besides keys (none)."`
	Audience string            `name:"oidc-audience" placeholder:"ID" help:"Who tokens must be for."`
	Algs     []string          `name:"oidc-algorithms" default:"RS256,ES256,EdDSA" enum:"RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA" help:"Algorithms by which tokens may be signed (${default})."`
	Claims   map[string]string `name:"oidc-claims" placeholder:"WHAT=CLAIM" help:"Claims that say what a token allows; of tier, scopes, agency, country, source, those with another name: tier=roles;agency=org."`
	Tiers    map[string]string `name:"oidc-tiers" placeholder:"VALUE=TIER" help:"Values of the claim of the tier and what they mean (the words themselves): fw-analysts=analyst;fw-desk=agency."`
}

func (f *oidcFlag) check() error {
	if f.Issuer == "" {
		return nil
	}
	u, err := url.Parse(f.Issuer)
	if err != nil || u.Host == "" {
		return wrongUse{fmt.Errorf("--oidc-issuer %q is no address", f.Issuer)}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (ip == nil || !ip.IsLoopback()) {
		return wrongUse{errors.New("--oidc-issuer must begin with https://")}
	}
	if f.Audience == "" {
		return wrongUse{errors.New("--oidc-audience must say who tokens are for, else those for others would be taken")}
	}
	for what := range f.Claims {
		if !slices.Contains(claimed(), what) {
			return wrongUse{fmt.Errorf("--oidc-claims %s: use one of %s", what, strings.Join(claimed(), ", "))}
		}
	}
	for _, tier := range f.Tiers {
		if _, err := reader.ParseTier(tier); err != nil {
			return wrongUse{fmt.Errorf("--oidc-tiers: %w", err)}
		}
	}
	return nil
}

func claimed() []string { return []string{"tier", "scopes", "agency", "country", "source"} }

// bearers are those of the issuer's tokens; nil: none is trusted.
func (f *oidcFlag) bearers(now func() time.Time) bearers {
	if f.Issuer == "" {
		return nil
	}
	return &issuer{flag: f, now: now, client: &http.Client{Timeout: 10 * time.Second}}
}

// issuer checks tokens. What the issuer says of itself and its keys are asked for with
// the first token, when a token names a key that is not known, and every so often, so
// that a key which the issuer has given up is given up here too.
type issuer struct {
	flag   *oidcFlag
	now    func() time.Time
	client *http.Client

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	made     time.Time
}

// keysFor is how long what an issuer says is believed.
const keysFor = 15 * time.Minute

func (i *issuer) current(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.verifier != nil && i.now().Sub(i.made) < keysFor {
		return i.verifier, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.flag.Issuer)
	if err != nil {
		return nil, fmt.Errorf("the issuer of tokens: %w", err)
	}
	i.verifier = provider.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), i.client), &oidc.Config{
		ClientID: i.flag.Audience, SupportedSigningAlgs: i.flag.Algs, Now: i.now,
	})
	i.made = i.now()
	return i.verifier, nil
}

// identify is who bears a token. What is wrong with one is not told: it is not taken.
func (i *issuer) identify(ctx context.Context, token string) (reader.Reader, error) {
	if strings.Count(token, ".") != 2 || len(token) > 16<<10 { // not worth asking anybody
		return reader.Reader{}, api.ErrCredential
	}
	verifier, err := i.current(ctx)
	if err != nil {
		return reader.Reader{}, err
	}
	checked, err := verifier.Verify(ctx, token)
	if err != nil {
		return reader.Reader{}, api.ErrCredential
	}
	var claims map[string]json.RawMessage
	if err := checked.Claims(&claims); err != nil {
		return reader.Reader{}, api.ErrCredential
	}
	k, err := i.allowed(claims)
	if err != nil || checked.Subject == "" {
		return reader.Reader{}, api.ErrCredential
	}
	// Subjects may be names of persons, which have no place in the log.
	sum := sha256.Sum256([]byte(checked.Issuer + "\n" + checked.Subject))
	k.ID = "token-" + hex.EncodeToString(sum[:8])
	return k.Reader(), nil
}

// allowed is what claims allow, by the rules that keys are under.
func (i *issuer) allowed(claims map[string]json.RawMessage) (k key.Key, err error) {
	words := func(what string) []string {
		name := i.flag.Claims[what]
		if name == "" {
			name = what
		}
		var list []string
		var text string
		if json.Unmarshal(claims[name], &list) == nil {
			return list
		}
		json.Unmarshal(claims[name], &text) // what is neither is nothing
		return strings.Fields(text)
	}
	text := func(what string) string { return strings.Join(words(what), " ") }
	var errs [3]error
	k.Tier, errs[0] = i.tier(words("tier"))
	k.Scopes, errs[1] = key.ParseScopes(words("scopes"))
	if k.Scopes == 0 {
		k.Scopes = reader.Read
	}
	if country := text("country"); country != "" {
		k.Country, errs[2] = report.ParseCountry(country)
	}
	k.Agency, k.Source, k.Created = text("agency"), text("source"), i.now()
	if faults := k.Validate(); len(faults) > 0 {
		return k, faults
	}
	return k, errors.Join(errs[:]...)
}

// tier is the highest that one of the words means; others mean nothing.
func (i *issuer) tier(words []string) (highest reader.Tier, err error) {
	found := false
	for _, word := range words {
		if len(i.flag.Tiers) > 0 {
			word = i.flag.Tiers[word]
		}
		if tier, err := reader.ParseTier(word); err == nil && tier >= highest {
			highest, found = tier, true
		}
	}
	if !found {
		return 0, errors.New("no tier is claimed")
	}
	return highest, nil
}
