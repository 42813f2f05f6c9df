package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// MarkStale marks the answers of a handler while they may lack what others wrote:
// by Age, which caches understand, and by Warning 110, which people do. since
// says since when; zero: they lack nothing.
func MarkStale(next http.Handler, since func() time.Time, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := since(); !at.IsZero() {
			age := max(1, int(now().Sub(at)/time.Second))
			w.Header().Set("Age", strconv.Itoa(age))
			w.Header().Set("Warning", fmt.Sprintf(`110 frontierwatch "the store has not been reached since %s"`, at.UTC().Format(time.RFC3339)))
		}
		next.ServeHTTP(w, r)
	})
}
