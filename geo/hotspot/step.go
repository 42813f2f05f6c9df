package hotspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontierwatch/geo/report"
)

// The states of a flag. It is open when it is raised; an analyst acknowledges and
// closes it. It is closed by itself, and leaves the flags, when its hot spot has been
// below the watch list for 28 days: that follows from the counts and is no step.
const (
	Open         = "open"
	Acknowledged = "acknowledged"
	Closed       = "closed"
)

// Step is something that was done about a flag. It has no free text, so that it can
// hold no person.
type Step struct {
	Flag   string `json:"flag"`  // its id
	State  string `json:"state"` // that it led to
	Reason string `json:"reason"`
	// What the flag was about then. Reports that come late may give the hot spot an
	// earlier first day and so another id: by these it is known again.
	Unit      string `json:"unit"`
	First     int    `json:"first"` // index of its first segment
	Last      int    `json:"last"`
	FirstSeen string `json:"first_seen"`
	// Who may know of it: the marking of the flag then, and if it was not led by those
	// who see everything, the source and the agency that led it. Steps of a time when
	// this was not written down are marked with nothing.
	TLP        report.TLP       `json:"tlp,omitempty"`
	Releasable report.Countries `json:"releasable_to,omitempty"`
	Source     string           `json:"source,omitempty"`
	Agency     string           `json:"agency,omitempty"`
}

// Taken is a step as the log holds it.
type Taken struct {
	Step
	Seq      uint64
	Recorded time.Time
	Actor    string // who took it: a credential, never a person
}

// ReasonsFor lists the reasons that may be given for a state; none for what is no state.
func ReasonsFor(state string) []string {
	switch state {
	case Open:
		return []string{"new_evidence", "mistake"}
	case Acknowledged:
		return []string{"under_review", "passed_on"}
	case Closed:
		return []string{"explained", "data_error", "dealt_with", "duplicate"}
	}
	return nil
}

// Reasons lists the reasons that may be given, by state, in the order of a life.
func Reasons() (all []string) {
	for _, state := range States() {
		all = append(all, ReasonsFor(state)...)
	}
	return all
}

// States lists the states in the order of a life.
func States() []string { return []string{Open, Acknowledged, Closed} }

var (
	// ErrStep is wrapped by what is wrong with a step in itself.
	ErrStep = errors.New("not a step that a flag can take")
	// ErrState is wrapped by why a flag cannot take a step now.
	ErrState = errors.New("not from the state in which the flag is")
)

// Check says whether a flag in a state can take a step. A closed flag is opened again
// before anything else is done about it. The error wraps ErrStep.
func (s Step) Check(from string) error {
	switch given := ReasonsFor(s.State); {
	case given == nil:
		return fmt.Errorf("%w: the state must be one of %s", ErrStep, strings.Join(States(), ", "))
	case !slices.Contains(given, s.Reason):
		return fmt.Errorf("%w: the reason for %s must be one of %s", ErrStep, s.State, strings.Join(given, ", "))
	case s.State == from:
		return fmt.Errorf("%w: it is %s already", ErrState, from)
	case from == Closed && s.State != Open:
		return fmt.Errorf("%w: it is closed; open it again first", ErrState)
	}
	return nil
}

// StepOf is the step that leads a flag to a state.
func StepOf(f *Flag, state, reason string) Step {
	return Step{
		Flag: f.ID, State: state, Reason: reason,
		Unit: string(f.Unit), First: f.First, Last: f.Last, FirstSeen: dateText(f.FirstSeen),
		TLP: f.Marking.TLP, Releasable: f.Marking.Releasable,
	}
}

// of says whether a step is about a flag: it has its id, or is about a hot spot that
// is the same (within two segments and 14 days) but for what came to be known since.
func (s Step) of(f *Flag) bool {
	if s.Flag == f.ID {
		return true
	}
	seen, err := time.Parse(time.DateOnly, s.FirstSeen)
	days := f.FirstSeen.Sub(seen).Hours() / 24
	return err == nil && s.Unit == string(f.Unit) && -nearDays <= days && days <= nearDays &&
		gap(window{first: s.First, last: s.Last}, window{first: f.First, last: f.Last}) <= nearSegments
}

// Take gives flags the state that the steps lead to, which come in the order of the log.
func Take(flags []Flag, steps []Taken) {
	for i := range flags {
		if of := About(&flags[i], steps); len(of) > 0 {
			flags[i].State = of[len(of)-1].State
		}
	}
}

// About are the steps that are about a flag: those under its own id, or where there
// are none, those of a hot spot that is the same.
func About(f *Flag, steps []Taken) (own []Taken) {
	var like []Taken
	for _, s := range steps {
		if s.Flag == f.ID {
			own = append(own, s)
		} else if s.of(f) {
			like = append(like, s)
		}
	}
	if own == nil {
		return like
	}
	return own
}

// AppendStep appends the canonical JSON of a step.
func AppendStep(dst []byte, s *Step) []byte {
	text, _ := json.Marshal(s) // texts and whole numbers cannot fail
	return append(dst, text...)
}

// DecodeStep reads what AppendStep wrote.
func DecodeStep(body []byte) (s Step, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("not the step of a flag: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return s, errors.New("not the step of a flag: something follows it")
	}
	if !slices.Contains(ReasonsFor(s.State), s.Reason) {
		return s, fmt.Errorf("%w: %q, %q", ErrStep, s.State, s.Reason)
	}
	return s, nil
}
