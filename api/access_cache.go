package api

import (
	"strings"

	"github.com/labstack/echo/v4"

	"frontierwatch/geo/reader"
)

// cachePublic is for what the public sees: it is the same for everybody, and changes
// once a week.
const cachePublic = "public, max-age=300"

// markCaching lets shared caches keep what the public sees, and nothing else, where
// readers are told apart. It says so when the header goes out, for every answer
// alike.
func (s *server) markCaching(c echo.Context) {
	if !s.closed {
		return
	}
	res := c.Response()
	res.Header().Add("Vary", "Authorization")
	res.Before(func() {
		res.Header().Set("Marking", "TLP:"+string(s.class.Strictest()))
		switch was := res.Header().Get("Cache-Control"); {
		case s.class.Tier == reader.Public && was == cacheData:
			res.Header().Set("Cache-Control", cachePublic)
		case s.class.Tier != reader.Public && strings.HasPrefix(was, "public"):
			res.Header().Set("Cache-Control", "private"+strings.TrimPrefix(was, "public"))
		}
	})
}
