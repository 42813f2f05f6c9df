package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestStaleAnswersAreMarked(t *testing.T) {
	now := time.Date(2017, 3, 5, 12, 0, 0, 0, time.UTC)
	var since time.Time
	inner := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	h := MarkStale(inner, func() time.Time { return since }, func() time.Time { return now })
	for _, c := range []struct {
		since        time.Time
		age, warning string
	}{
		{time.Time{}, "", ""},
		{now.Add(-90 * time.Second), "90", `110 frontierwatch "the store has not been reached since 2017-03-05T11:58:30Z"`},
		{now, "1", `110 frontierwatch "the store has not been reached since 2017-03-05T12:00:00Z"`},
	} {
		since = c.since
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header(); w.Code != http.StatusNotModified || got.Get("Age") != c.age || got.Get("Warning") != c.warning {
			t.Errorf("stale since %v: %d %v", c.since, w.Code, got)
		}
	}
}
