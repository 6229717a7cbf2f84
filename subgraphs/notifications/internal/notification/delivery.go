package notification

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Envelope is a message as a channel gets it.
type Envelope struct {
	MessageID  string
	Round      int // how often sending was ordered, from 1
	To         string
	Subject    string
	Text, HTML string
	At         time.Time // when it was written
}

// Key is the same for every try of one round. A channel that gets a key again sends nothing more.
func (e Envelope) Key() string { return e.MessageID + "." + strconv.Itoa(e.Round) }

// Channel is a way out of the platform. Every implementation passes the suite of package channeltest.
type Channel interface {
	// Name is stable over releases: it stands in the delivery log.
	Name() string
	// Send hands a message over; nil means that the channel has it durably. It is called again with the same Key when it is not known
	// whether an earlier call worked, and several calls may run at once. A *Refusal says whether trying again helps; any other error is
	// tried again.
	Send(ctx context.Context, e Envelope) error
}

// Paced is a channel that wants no more than so many messages at once.
type Paced interface{ AtOnce() int }

// Refusal is why a channel did not take a message.
type Refusal struct {
	Reason string // a sentence for the delivery log, without internals
	Final  bool   // trying again does not help
	cause  error
}

// Refuse returns a refusal for good; cause may be nil.
func Refuse(reason string, cause error) *Refusal {
	return &Refusal{Reason: reason, Final: true, cause: cause}
}

// Postpone returns a refusal that may pass; cause may be nil.
func Postpone(reason string, cause error) *Refusal { return &Refusal{Reason: reason, cause: cause} }

func (r *Refusal) Error() string {
	if r.cause == nil {
		return r.Reason
	}
	return r.Reason + ": " + r.cause.Error()
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.cause }

// Log is the delivery log as sending needs it. Each call is one transaction.
type Log interface {
	// BeginAttempt counts a try and returns the message; nil if that round of it is not to be sent any more. The last try of a round
	// counts as failed until MarkSent, so that a crash in it leaves a message that can be sent again.
	BeginAttempt(ctx context.Context, id string, round int, last bool) (*OutboxMessage, error)
	// MarkSent ends a round that the channel took.
	MarkSent(ctx context.Context, id string, round int, at time.Time) error
	// MarkFailed ends a round for good.
	MarkFailed(ctx context.Context, id string, round int, reason string) error
	// NoteFailure keeps the reason of a try that will be repeated.
	NoteFailure(ctx context.Context, id string, round int, reason string) error
}

// Sender sends messages.
type Sender struct {
	Log      Log
	Channels map[string]Channel // by name
	Now      func() time.Time
}

// Send tries one round of a message once. An error means that it is to be tried again; the last try does not return one for a message
// that the channel did not take, but closes it as failed. It may be called again at any time: a round that has ended stays as it is.
func (s *Sender) Send(ctx context.Context, id string, round int, last bool) error {
	m, err := s.Log.BeginAttempt(ctx, id, round, last)
	if err != nil || m == nil {
		return err
	}
	err = s.hand(ctx, m)
	stopped := ctx.Err() != nil // we are being stopped, or too slow: that says nothing about the message
	// What the channel said is kept even then.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err == nil {
		return s.Log.MarkSent(ctx, id, round, s.Now())
	}
	reason, final := "The channel did not answer.", last
	var refusal *Refusal
	if errors.As(err, &refusal) {
		reason, final = refusal.Reason, last || refusal.Final
	} else if stopped {
		return err
	}
	if final {
		return s.Log.MarkFailed(ctx, id, round, reason)
	}
	return errors.Join(err, s.Log.NoteFailure(ctx, id, round, reason))
}

func (s *Sender) hand(ctx context.Context, m *OutboxMessage) error {
	channel, ok := s.Channels[m.Channel]
	if !ok {
		return Postpone("The channel is not configured.", nil)
	}
	return channel.Send(ctx, m.Envelope())
}

// SendMessage is the job that sends one round of a message.
type SendMessage struct {
	MessageID string `json:"messageId"`
	Round     int    `json:"round"`
}

// Kind names the job.
func (SendMessage) Kind() string { return "send_message" }
