package data

import "context"

// Stage is a part of what a corpus does that can take long.
type Stage string

// The stages.
const (
	StageRead   Stage = "read log"      // when a corpus is opened
	StageWait   Stage = "wait to write" // of a write, until the writing goroutine takes it
	StageCommit Stage = "commit"        // of all writes that were waiting, until they are durable
	StageApply  Stage = "apply"         // until they are visible
	StageDetect Stage = "detect"        // where nobody has asked the same before
)

// Observe is told when a stage begins, for whom (the context of who asked for it) and
// with how many entries; ended is called when it ends. What is done within the stage has
// the context that is returned. It may be called from any goroutine, and must not wait.
type Observe func(ctx context.Context, stage Stage, entries int) (within context.Context, ended func(error))

// begin tells the observer that a stage begins.
func (o Observe) begin(ctx context.Context, stage Stage, entries int) (context.Context, func(error)) {
	if o == nil {
		return ctx, func(error) {}
	}
	return o(ctx, stage, entries)
}

// enter ends the stage that a write is in and begins another. What only asks for what
// others have written is in none.
func (w *write) enter(o Observe, stage Stage, entries int) {
	if o == nil || len(w.changes) == 0 {
		return
	}
	w.leave(nil)
	w.within, w.ended = o(w.ctx, stage, entries)
}

// leave ends the stage that a write is in.
func (w *write) leave(err error) {
	if w.ended != nil {
		w.ended(err)
		w.ended = nil
	}
}

// within is where a batch is written: in the time of the first who is in a stage, but
// not ended by that caller.
func within(batch []*write) context.Context {
	for _, w := range batch {
		if w.within != nil {
			return context.WithoutCancel(w.within)
		}
	}
	return context.Background()
}
