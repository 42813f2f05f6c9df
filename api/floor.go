package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Floor is the least that this server could do: an Echo with one route, which
// answers one line. Measurements of speed are given as ratios to it.
func Floor() http.Handler {
	e := echo.New()
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "hello\n") })
	return e
}
