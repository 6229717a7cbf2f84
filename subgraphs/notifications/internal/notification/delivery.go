package notification

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
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

// Paced is a channel that wants no more than so many messages at once, and a rest after some that took so long.
type Paced interface {
	AtOnce() int
	Rest(worked time.Duration) time.Duration
}

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
	// BeginAttempts counts a try of each message and returns them; those whose round is not to be sent any more are left out. The last
	// try of a round counts as failed until EndAttempts, so that a crash in it leaves a message that can be sent again.
	BeginAttempts(ctx context.Context, ids []string, round int, last bool) ([]*OutboxMessage, error)
	// EndAttempts puts down what became of tries. A round that was sent stays so.
	EndAttempts(ctx context.Context, round int, at time.Time, ends []End) error
}

// End is what became of a try.
type End struct {
	Message *OutboxMessage
	Status  DeliveryStatus // Queued if it will be repeated
	Reason  string         // a sentence; "" for Sent
	Asked   bool           // whether the channel was asked at all
	Letter  *Letter        // what was written for this try; nil if it had been written before
}

// DefaultAtOnce is how many messages a channel gets at once that does not say (Paced).
const DefaultAtOnce = 8

// Sender sends messages.
type Sender struct {
	Log      Log
	Writer   Writer
	Channels map[string]Channel // by name
	Now      func() time.Time
}

// Send tries one round of some messages once each. An error means that some are to be tried again, by the same call: those that are
// settled stay as they are. The last try does not return one for a message that the channel did not take, but closes it as failed.
func (s *Sender) Send(ctx context.Context, ids []string, round int, last bool) error {
	messages, err := s.Log.BeginAttempts(ctx, ids, round, last)
	if err != nil || len(messages) == 0 {
		return err
	}
	ends, tried := make([]End, len(messages)), make([]error, len(messages))
	var all errgroup.Group
	all.SetLimit(s.atOnce(messages))
	for i, m := range messages {
		all.Go(func() error {
			ends[i], tried[i] = s.try(ctx, m, last)
			return nil
		})
	}
	_ = all.Wait() // nothing in it fails
	// What the channels said is kept even when we are being stopped.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(errors.Join(tried...), s.Log.EndAttempts(ctx, round, s.Now(), ends))
}

// atOnce is how many of some messages may be under way together: as few as the narrowest of their channels takes.
func (s *Sender) atOnce(messages []*OutboxMessage) int {
	n := DefaultAtOnce
	for _, m := range messages {
		if p, ok := s.Channels[m.Channel].(Paced); ok {
			n = min(n, p.AtOnce())
		}
	}
	return max(n, 1)
}

func (s *Sender) try(ctx context.Context, m *OutboxMessage, last bool) (End, error) {
	end := End{Message: m, Status: Queued}
	if err := ctx.Err(); err != nil {
		return end, err
	}
	end.Asked = true
	written := m.Unwritten == nil
	err := m.write(s.Writer)
	if err != nil {
		err = Postpone("The message could not be written.", err)
	} else {
		if !written {
			end.Letter = &Letter{Subject: m.Subject, Text: m.Text, HTML: m.HTML}
		}
		err = s.hand(ctx, m)
	}
	if err == nil {
		end.Status = Sent
		return end, nil
	}
	stopped := ctx.Err() != nil // we are being stopped, or too slow: that says nothing about the message
	var refusal *Refusal
	final := last
	end.Reason = "The channel did not answer."
	if errors.As(err, &refusal) {
		end.Reason, final = refusal.Reason, last || refusal.Final
	} else if stopped {
		end.Reason = ""
		return end, err
	}
	if final {
		end.Status = Failed
		return end, nil
	}
	return end, err
}

// hand gives a message to its channel. A channel that panics has not answered.
func (s *Sender) hand(ctx context.Context, m *OutboxMessage) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("channel %s panicked: %v\n%s", m.Channel, p, debug.Stack())
		}
	}()
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

// SendMessages is the job that sends the first round of messages that were queued together.
type SendMessages struct {
	MessageIDs []string `json:"messageIds"`
}

// Kind names the job.
func (SendMessages) Kind() string { return "send_messages" }

// Together is how many messages one job sends at most: few enough that a slow channel ends in a job's time.
const Together = 32
