package report

import (
	"testing"
	"time"
)

// What a version says was known when its source published it; that the report was
// taken back, when it was recorded.
func TestWhenAVersionIsKnown(t *testing.T) {
	published, recorded := noon().Add(-48*time.Hour), noon()
	for _, x := range []struct {
		v    Version
		want time.Time
	}{
		{Version{Recorded: recorded}, recorded},
		{Version{Recorded: recorded, Report: Report{Published: published}}, published},
		{Version{Recorded: recorded, Deleted: true}, recorded},
		{Version{Recorded: recorded, Report: Report{Published: published}, Deleted: true}, recorded},
	} {
		if got := x.v.Known(); !got.Equal(x.want) {
			t.Errorf("%+v is known at %s, want %s", x.v, got, x.want)
		}
	}
}
