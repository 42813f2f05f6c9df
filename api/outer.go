package api

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const headerRequestID = "X-Request-Id"

// slashless takes the slash from the end of an address: some clients try with it.
func slashless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; len(path) > 1 && strings.HasSuffix(path, "/") {
			r2 := *r
			u := *r.URL
			u.Path, u.RawPath = strings.TrimRight(path, "/"), strings.TrimRight(u.RawPath, "/")
			if u.Path == "" {
				u.Path, u.RawPath = "/", ""
			}
			r2.URL = &u
			r = &r2
		}
		next.ServeHTTP(w, r)
	})
}

// outer wraps every request: headers that every answer has, its number, its line
// in the log, and a problem where something panics.
func (s *server) outer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		started := time.Now()
		r, h := c.Request(), c.Response().Header()
		id := r.Header.Get(headerRequestID)
		if len(id) > 64 || !addressable(id, "-_.") {
			id = newRequestID()
		}
		h.Set(headerRequestID, id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Vary", "Accept, Accept-Encoding")
		s.markCaching(c)
		defer func() { s.logRequest(c, id, time.Since(started)) }()
		err := s.crossOrigin(r, h)
		if err == nil && !s.answersTo(r.Host) {
			err = newProblem(http.StatusMisdirectedRequest, "this server does not answer under that name; the operator can add it (--host)")
		}
		if err == nil && s.closed && preflight(r) {
			return c.NoContent(http.StatusNoContent)
		}
		if err == nil {
			err = admitted(r.Context()).refused
		}
		if err == nil {
			err = s.guarded(next, c)
		}
		if err != nil {
			s.fail(err, c)
		}
		return nil
	}
}

// guarded runs a handler and makes an error of a panic, but for the one by which
// a handler says that the connection must be cut.
func (s *server) guarded(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case p == http.ErrAbortHandler:
			panic(p)
		default:
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return next(c)
}

// logRequest writes one line: the route and not the address, since ids and
// parameters may tell who asked for what.
func (s *server) logRequest(c echo.Context, id string, took time.Duration) {
	level, route := slog.LevelInfo, c.Path()
	if route == "" {
		route = "-"
	}
	if route == "/healthz" || route == "/readyz" {
		level = slog.LevelDebug
	}
	res := c.Response()
	if s.observer != nil {
		s.observer.Answered(method(c.Request().Method), route, res.Status, took)
	}
	s.answered(c, id)
	s.logger.LogAttrs(c.Request().Context(), level, "request",
		slog.String("method", method(c.Request().Method)), slog.String("route", route), slog.Int("status", res.Status),
		slog.Int64("bytes", res.Size), slog.Duration("took", took), slog.String("id", id))
}

// method is a method as it may stand in a log: one that nobody knows could be
// anything.
func method(m string) string {
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, m) {
		return m
	}
	return "other"
}

func newRequestID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
