package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"frontierwatch/api/key"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

type keysCmd struct {
	Create keysCreateCmd `cmd:"" help:"Make a key and print it, once."`
	List   keysListCmd   `cmd:"" help:"List the keys and what each allows."`
	Revoke keysRevokeCmd `cmd:"" help:"Revoke a key."`
}

// keysFlag says where the keys are: in a store, or with the server that has it open.
type keysFlag struct {
	storeFlag
	Server string `placeholder:"URL" help:"The server that has the store open, in place of --store; FRONTIERWATCH_KEY is the key of an administrator, if it has any."`
	Key    string `hidden:"" env:"FRONTIERWATCH_KEY" help:"Key of an administrator. Set the variable: what stands on a command line, others can see."`
}

// keyStore is where keys are managed.
type keyStore interface {
	all() ([]key.Shown, error)
	create(k key.Key) (id, token string, err error)
	revoke(id string) error
	close() error
}

func (f *keysFlag) openKeys(s *session, readOnly bool) (keyStore, error) {
	if f.Server != "" {
		return &servedKeys{s, strings.TrimRight(f.Server, "/"), f.Key}, nil
	}
	corpus, err := f.open(s, readOnly)
	if err != nil {
		return nil, fmt.Errorf("%w\nIf a server has the store open, give --server URL in place of --store", err)
	}
	return &storedKeys{s, keyring{corpus}}, nil
}

type keysCreateCmd struct {
	keysFlag
	Tier    string   `required:"" enum:"partner,agency,analyst,admin" help:"partner: reports marked CLEAR and GREEN, by segment and day. agency: also AMBER releasable to its country, exactly. analyst: everything. admin: also keys."`
	Scope   []string `default:"read" enum:"read,report,curate,admin" help:"What it may do: read, report, curate, admin (${default})."`
	Agency  string   `help:"The agency, with tier agency."`
	Country string   `enum:",CAN,USA" default:"" help:"CAN or USA, with tier agency."`
	Source  string   `placeholder:"ID" help:"The source that it reports for."`
	Expires string   `placeholder:"TIME" help:"When it stops to be valid (never)."`
	Note    string   `help:"Whom it is for; no names of persons are needed."`
}

func (keysCreateCmd) Help() string {
	return `The key is printed once and kept nowhere: the store has its SHA-256. It is sent as
"Authorization: Bearer KEY", or as the password of HTTP Basic. From the first key on, callers without one
are the public, and the server may listen on other addresses than loopback.

Examples:
  frontierwatch keys create --store frontier.gpkg --tier admin --scope read,report,curate,admin
  frontierwatch keys create --store frontier.gpkg --tier agency --agency RCMP --country CAN --source rcmp --scope read,report
  FRONTIERWATCH_KEY=$ADMIN frontierwatch keys create --server http://127.0.0.1:8080 --tier partner --expires 2027-01-01`
}

func (c *keysCreateCmd) Run(s *session) error {
	k := key.Key{Agency: c.Agency, Source: c.Source, Note: c.Note, Created: s.now().UTC().Truncate(time.Second)}
	var errs [4]error
	k.Tier, errs[0] = reader.ParseTier(c.Tier)
	k.Scopes, errs[1] = key.ParseScopes(c.Scope)
	if c.Country != "" {
		k.Country, errs[2] = report.ParseCountry(c.Country)
	}
	k.Expires, errs[3] = parseTime("--expires", c.Expires)
	k.Expires = k.Expires.UTC().Truncate(time.Second)
	err := errors.Join(errs[:]...)
	if faults := k.Validate(); err == nil && len(faults) > 0 {
		err = faults
	}
	if err != nil {
		return wrongUse{err}
	}
	store, err := c.openKeys(s, false)
	if err != nil {
		return err
	}
	id, token, err := store.create(k)
	if err := errors.Join(err, store.close()); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%s: %s, may %s. This is the only time the key is shown:\n", id, c.Tier, strings.Join(key.ScopeNames(k.Scopes), ", "))
	fmt.Fprintln(s.out, token)
	return nil
}

type keysListCmd struct {
	keysFlag
	Format string `enum:"table,json" default:"table" help:"table or json (${default})."`
}

func (c *keysListCmd) Run(s *session) error {
	store, err := c.openKeys(s, true)
	if err != nil {
		return err
	}
	all, err := store.all()
	if err := errors.Join(err, store.close()); err != nil {
		return err
	}
	if c.Format == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(append([]key.Shown{}, all...))
	}
	w := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tTIER\tSCOPES\tAGENCY\tCOUNTRY\tSOURCE\tCREATED\tEXPIRES\tREVOKED\tNOTE")
	for _, k := range all {
		fmt.Fprint(w, k.ID, "\t", k.Tier, "\t", strings.Join(k.Scopes, ","))
		for _, text := range []*string{k.Agency, k.Country, k.Source, &k.Created, k.Expires, k.Revoked, k.Note} {
			fmt.Fprint(w, "\t", given(text))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// given is a text that may be missing.
func given(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

type keysRevokeCmd struct {
	keysFlag
	ID string `arg:"" help:"Id of the key, like key-ab3de6gh."`
}

func (c *keysRevokeCmd) Run(s *session) error {
	store, err := c.openKeys(s, false)
	if err != nil {
		return err
	}
	err = store.revoke(c.ID)
	if err := errors.Join(err, store.close()); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%s is revoked\n", c.ID)
	return nil
}

// storedKeys are those of a store that this process has open.
type storedKeys struct {
	session *session
	keyring
}

func (k *storedKeys) all() (all []key.Shown, err error) {
	keys, err := k.Keys()
	for i := range keys {
		all = append(all, keys[i].Shown())
	}
	return all, err
}

func (k *storedKeys) create(of key.Key) (id, token string, err error) {
	made, token, err := key.Make(rand.Reader, of)
	if err != nil {
		return "", "", err
	}
	return made.ID, token, k.PutKey(k.session, localSource().ID, nil, &made)
}

func (k *storedKeys) revoke(id string) error {
	all, err := k.Keys()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o key.Key) bool { return o.ID == id })
	if i < 0 {
		return fmt.Errorf("there is no key %q", id)
	}
	if old := all[i]; old.Revoked.IsZero() {
		next := old
		next.Revoked = k.session.now().UTC().Truncate(time.Second)
		return k.PutKey(k.session, localSource().ID, &old, &next)
	}
	return nil
}

func (k *storedKeys) close() error { return k.corpus.Close() }
