package live

// Kind names what an event is about, as it goes out.
type Kind string

const (
	Report  Kind = "report"
	Hotspot Kind = "hotspot"
	Flag    Kind = "flag"
)

// Change says what became of it.
type Change string

const (
	Found   Change = "new"
	Changed Change = "changed"
	Ended   Change = "ended"
)

// Event is one thing that happened. Events are shared by all streams and must not
// be changed.
type Event struct {
	At     Position // given by the hub
	Kind   Kind
	ID     string
	Change Change
	Old    any    // *report.Version, *hotspot.Hotspot or *hotspot.Flag; nil: there was none
	New    any    // the same; nil: there is none any more
	Data   []byte // New as JSON, nil without it
	Gone   []byte // its tombstone as JSON, nil without Old
}
