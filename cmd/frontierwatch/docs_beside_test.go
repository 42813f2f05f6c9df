//go:build unix

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"frontierwatch/data/postgis/server"
)

// besideDocs is what the pages are run beside, besides the demo:
//
//   - A page that says so in a comment (asksPostgres) has a PostgreSQL of its own, whose
//     superuser runs createdb, psql and the like. db1 is the host it is on; others that
//     stand behind a comma are hosts on which there is none.
//   - https://issuer.example is an issuer of tokens, and TOKEN one of them.
type besideDocs struct {
	env      []string
	postgres *server.Server // nil: there is none
	issuer   string
}

const asksPostgres = "<!-- run beside: PostgreSQL with PostGIS -->"

// layBeside starts what a page asks for. missing: it is not installed, so that the page
// cannot be run.
func layBeside(t *testing.T, text string) (b *besideDocs, missing error) {
	t.Helper()
	b = &besideDocs{}
	if strings.Contains(text, asksPostgres) {
		bin, err := server.Find()
		if err != nil {
			return nil, err
		}
		b.postgres = postgres(t)
		b.env = append(b.env, "PGHOST="+b.postgres.Dir, "PGUSER="+server.User, "PGDATABASE=postgres", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	if strings.Contains(text, "https://issuer.example") {
		of := newIssuer(t)
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		named := jose.JSONWebKey{KeyID: "docs", Key: k}
		of.shows(named)
		b.issuer = of.URL
		b.env = append(b.env, "TOKEN="+signed(t, jose.ES256, named, map[string]any{"iss": of.URL, "aud": "frontierwatch", "sub": "somebody", "roles": []string{"desk"}, "org": "RCMP", "country": "CAN",
			"scopes": "read", "iat": morning.Unix(), "exp": morning.Add(time.Hour).Unix()}))
	}
	return b, nil
}

var docsHosts = regexp.MustCompile(`@db1((?:,db\d)*)/(\w+)\??`)

// there puts what is beside the page in the place of what the page calls it.
func (b *besideDocs) there(command string) string {
	if b == nil {
		return command
	}
	if b.issuer != "" {
		command = strings.ReplaceAll(command, "https://issuer.example", b.issuer)
	}
	if b.postgres == nil {
		return command
	}
	return docsHosts.ReplaceAllStringFunc(command, func(text string) string {
		m := docsHosts.FindStringSubmatch(text)
		hosts := b.postgres.Dir
		for range strings.Count(m[1], ",") {
			hosts += "," + b.postgres.Dir + "/nobody"
		}
		end := ""
		if strings.HasSuffix(text, "?") {
			end = "&"
		}
		return fmt.Sprintf("@/%s?host=%s%s", m[2], hosts, end)
	})
}

func (b *besideDocs) environ() []string {
	if b == nil {
		return nil
	}
	return b.env
}
