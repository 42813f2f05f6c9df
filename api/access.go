package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"frontierwatch/geo/reader"
)

// Access says who asks, and what they see. Its methods may be called from any
// goroutine.
type Access interface {
	// Identify is who bears a credential, a key or a token. Nobody's credential is
	// empty: then it is who those are that have none. ErrCredential: it is nobody's,
	// or no longer. Any other error says that it cannot be told now. Errors hold
	// nothing of the credential.
	Identify(ctx context.Context, credential string) (reader.Reader, error)

	// View is what a class of readers sees. It is comparable, and the same value for
	// as long as what was made from it may be kept. It may have a method
	// Edition(log.Seq) string, for what else than a position decides what is said there,
	// in the time of earlier servers too. What it is asked to write
	// for a reader who may not, it refuses with reader.ErrForbidden.
	View(ctx context.Context, class reader.Class) (Corpus, error)
}

// ErrCredential says that nobody bears a credential, or that it is over.
var ErrCredential = errors.New("the credential is not known, or no longer valid")

// everybody is the access of a server without keys: who can ask at all may do
// everything, since it is the owner of the machine.
type everybody struct{ corpus Corpus }

// Identify is the owner, whoever asks.
func (everybody) Identify(context.Context, string) (reader.Reader, error) { return Owner(), nil }

// View is everything.
func (e everybody) View(context.Context, reader.Class) (Corpus, error) { return e.corpus, nil }

// Owner is who asks where no keys were made: one person on one machine.
func Owner() reader.Reader {
	return reader.Reader{Class: reader.Class{Tier: reader.Admin}, ID: local, Scopes: reader.Read | reader.Send | reader.Curate | reader.Supervise}
}

// admission is what the gate has found out about a request.
type admission struct {
	reader  reader.Reader
	refused error // why it goes no further; nil: it does
	// still says whether the same would be found now: for answers that do not end.
	still func(context.Context) bool
}

type admissionKey struct{}

// admitted is what the gate has found out.
func admitted(ctx context.Context) admission {
	a, _ := ctx.Value(admissionKey{}).(admission)
	return a
}

// readerOf is who asks.
func readerOf(r *http.Request) reader.Reader { return admitted(r.Context()).reader }

// actor is who asks, as it stands in the log.
func (c *call) actor() string { return readerOf(c.Request()).ID }

// credential reads the credential of a request: Authorization with a Bearer token,
// or as Basic, which desktop programs know, with the key as the password under any
// name. Empty: there is none.
func credential(r *http.Request) (string, error) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", nil
	}
	scheme, rest, _ := strings.Cut(values[0], " ")
	rest = strings.TrimSpace(rest)
	switch {
	case len(values) > 1 || rest == "":
	case strings.EqualFold(scheme, "Bearer"):
		return rest, nil
	case strings.EqualFold(scheme, "Basic"):
		pair, err := base64.StdEncoding.DecodeString(rest)
		name, password, ok := strings.Cut(string(pair), ":")
		if err == nil && ok && password+name != "" {
			if password == "" { // some programs ask for one text only
				password = name
			}
			return password, nil
		}
	}
	return "", ErrCredential
}

// challenge is how a client is asked for a credential.
const challenge = `Bearer realm="frontierwatch", Basic realm="frontierwatch", charset="UTF-8"`

// unauthorized is the problem of a request that needs a credential, or another one.
func unauthorized(detail string) *problem {
	p := newProblem(http.StatusUnauthorized, detail)
	p.challenge = challenge
	return p
}

// problemOfCredential translates what Identify says.
func problemOfCredential(err error) error {
	if errors.Is(err, ErrCredential) {
		p := unauthorized("the credential is not known here, or no longer valid")
		p.challenge = `Bearer realm="frontierwatch", error="invalid_token", Basic realm="frontierwatch", charset="UTF-8"`
		return p
	}
	return newProblem(http.StatusServiceUnavailable, "it cannot be told now whose credential this is").retry(5).because(err)
}

// reporter is the source of reports that name none: that of the key, if it is one
// of a source.
func (c *call) reporter() string { return cmp.Or(readerOf(c.Request()).Source, c.source) }
