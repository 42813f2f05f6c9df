package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/reader"
	"frontierwatch/geo/report"
)

// problem is an answer that is no success (RFC 9457), as an error. Its texts hold
// nothing of the body of a request and no value of a parameter.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []fault `json:"errors,omitempty"`
	*imported

	retryAfter int    // seconds; 0: not said
	challenge  string // how to ask for a credential; empty: none is asked for
	cause      error  // for the log of the server, not for the client
}

// fault is one thing wrong with a request: where, and how to mend it.
type fault struct {
	Row       int    `json:"row,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Header    string `json:"header,omitempty"`
	Pointer   string `json:"pointer,omitempty"`
	Column    string `json:"column,omitempty"`
	Detail    string `json:"detail"`
}

const mediaProblem = "application/problem+json"

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }
func (p *problem) Unwrap() error { return p.cause }

// newProblem is a problem without more to it than its status says.
func newProblem(status int, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// faulty is a problem with the faults that make it.
func faulty(status int, detail string, faults ...fault) *problem {
	p := newProblem(status, detail)
	p.Errors = faults
	return p
}

// badRequest is what wrong parameters answer.
func badRequest(faults []fault) *problem {
	return faulty(http.StatusBadRequest, "the request has parameters that are wrong; errors says which and how to mend them", faults...)
}

func notFound(what string) *problem { return newProblem(http.StatusNotFound, what) }

// retry says after how many seconds it is worth trying again.
func (p *problem) retry(seconds int) *problem {
	p.retryAfter = seconds
	return p
}

func (p *problem) because(err error) *problem {
	p.cause = err
	return p
}

// problemOf translates every error there is into what the client is told. This
// is the only place that does.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var fromEcho *echo.HTTPError
	if errors.As(err, &fromEcho) {
		return problemOfEcho(fromEcho)
	}
	if p := problemOfReport(err); p != nil {
		return p
	}
	switch {
	case errors.Is(err, reader.ErrForbidden):
		return newProblem(http.StatusForbidden, "that is not for this key to change").because(err)
	case errors.Is(err, log.ErrFull):
		return newProblem(http.StatusInsufficientStorage, "the store is full; nothing was written").retry(300).because(err)
	case errors.Is(err, log.ErrClosed):
		return newProblem(http.StatusServiceUnavailable, "the server is stopping; nothing was written").retry(10).because(err)
	case errors.Is(err, log.ErrUnreachable):
		return newProblem(http.StatusServiceUnavailable, "the store cannot be reached; nothing was written, and what is read may be old").retry(5).because(err)
	case errors.Is(err, log.ErrUnknown):
		return newProblem(http.StatusServiceUnavailable, "it is not known whether the report was written; send it again with the same id, which does no harm").retry(5).because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "the request ended before its answer").retry(5).because(err)
	}
	return newProblem(http.StatusInternalServerError, "something went wrong here; the log of the server says what").because(err)
}

// problemOfReport is for what a record does wrong; nil: err is nothing of the kind.
func problemOfReport(err error) *problem {
	var tooLarge *http.MaxBytesError
	var syntax *report.SyntaxError
	var faults report.Faults
	var far *frontier.TooFarError
	switch {
	case errors.As(err, &tooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit))
	case errors.As(err, &syntax):
		return faulty(http.StatusBadRequest, "the body is not JSON", fault{Detail: syntax.Error()})
	case errors.As(err, &faults):
		return faulty(http.StatusUnprocessableEntity, "the report has faults; errors lists all of them", faultsOf(faults)...)
	case errors.As(err, &far):
		return faulty(http.StatusUnprocessableEntity, "the report is too far from the frontier", fault{Pointer: "/geometry", Detail: tooFar(far)})
	case errors.Is(err, report.ErrConflict):
		return faulty(http.StatusConflict, report.ErrConflict.Error(), fault{Pointer: "/id", Detail: report.ErrConflict.Error()})
	case errors.Is(err, report.ErrNotFound):
		return notFound(report.ErrNotFound.Error())
	}
	return nil
}

// tooFar says how far, without saying where.
func tooFar(err *frontier.TooFarError) string {
	return fmt.Sprintf("is %.1f km from the frontier; a report may be up to %g km from it", err.Distance.KM(), err.Limit.KM())
}

func problemOfEcho(err *echo.HTTPError) *problem {
	switch err.Code {
	case http.StatusNotFound:
		return notFound("there is nothing at this address; /collections lists what there is")
	case http.StatusMethodNotAllowed:
		return newProblem(err.Code, "this address does not take the method; the header Allow lists those it takes")
	}
	return newProblem(err.Code, "").because(err)
}

func faultsOf(faults report.Faults) []fault {
	all := make([]fault, len(faults))
	for i, f := range faults {
		all[i] = fault{Row: f.Row, Detail: f.Detail}
		if f.Member != "" && f.Member[0] != '/' {
			all[i].Column = f.Member
		} else {
			all[i].Pointer = f.Member
		}
	}
	return all
}

// fail answers with the problem that err is. It is the error handler of Echo,
// and so also what unknown addresses and methods come to.
func (s *server) fail(err error, c echo.Context) {
	p := problemOf(err)
	res := c.Response()
	if cause := p.cause; cause != nil && p.Status >= http.StatusInternalServerError {
		s.logger.Error("request failed", "error", cause, "id", res.Header().Get(headerRequestID))
	}
	if res.Committed {
		panic(http.ErrAbortHandler) // a broken answer must not look like a whole one
	}
	h := res.Header()
	for _, name := range []string{"ETag", "Link", "Location", "OGC-NumberMatched", "OGC-NumberReturned"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", mediaProblem)
	if p.retryAfter > 0 {
		h.Set("Retry-After", fmt.Sprint(p.retryAfter))
	}
	if p.challenge != "" {
		h.Set("WWW-Authenticate", p.challenge)
	}
	if len(p.Errors) > maxFaults {
		shorter := *p
		shorter.Errors = p.Errors[:maxFaults]
		p = &shorter
	}
	body, _ := json.Marshal(p) // a struct of strings and numbers cannot fail
	body = append(body, '\n')
	h.Set("Content-Length", fmt.Sprint(len(body)))
	res.WriteHeader(p.Status)
	if c.Request().Method != http.MethodHead {
		res.Write(body)
	}
}
