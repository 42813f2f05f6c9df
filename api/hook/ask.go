package hook

import (
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
)

// ErrNone says that there is no such message.
var ErrNone = errors.New("there is no such message")

// newID is a name that nothing else has; later ones sort after.
func newID(mark string) string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err) // the system has no randomness
	}
	return mark + id.String()
}

// NewSubscriptionID is the id of another subscription.
func NewSubscriptionID() string { return newID("sub_") }

// Messages are the messages of a subscription, the newest first.
func (d *Deliverer) Messages(id string) []Message { return d.Journal.Messages(id) }

// Redeliver sends a message again, whatever became of it, under the same id.
func (d *Deliverer) Redeliver(subscription, message string) (Message, error) {
	all := d.Journal.Messages(subscription)
	i := slices.IndexFunc(all, func(m Message) bool { return m.ID == message })
	if i < 0 {
		return Message{}, ErrNone
	}
	m := all[i]
	m.State, m.Tries, m.Next = Pending, 0, d.Now().UTC().Truncate(time.Millisecond)
	err := d.Journal.put(line{Messages: []Message{m}})
	d.poke()
	return m, err
}
