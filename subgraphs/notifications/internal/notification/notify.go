package notification

import (
	"context"
	"time"

	"marquee/internal/id"
)

// Fresh is how long after the fact people are still told of it: older facts (a seeded history, a long outage's tail) make a
// notification that is read already, and no e-mail.
const Fresh = 24 * time.Hour

// Recipient is a person as this subgraph knows them. Email is "" until their registration has arrived.
type Recipient struct {
	UserID, Email, Name string
}

// Tx is one transaction of the store.
type Tx interface {
	// NextSeq locks the recipient until the commit, making them without an address if unknown, and numbers their next notification.
	NextSeq(ctx context.Context, userID string) (Recipient, int64, error)
	// AddNotification writes a notification unless there is one with its recipient, kind and subject; false means there is.
	AddNotification(ctx context.Context, n *Notification) (bool, error)
	// Register locks and writes a recipient with their address.
	Register(ctx context.Context, r Recipient) error
	// TakeWaiting returns the notifications of a recipient whose e-mail is owed, oldest first, and marks it as no longer owed.
	TakeWaiting(ctx context.Context, userID string) ([]*Notification, error)
	// NextSeqs is NextSeq for many people, each as many times as they are named; it returns for each the number of their last one.
	NextSeqs(ctx context.Context, userIDs []string) (map[string]Numbered, error)
	// AddNotifications is AddNotification for many and returns the ids of those that it wrote.
	AddNotifications(ctx context.Context, list []*Notification) (map[string]bool, error)
	// QueueMessages puts messages down, to be written when they are sent, and the jobs that do it.
	QueueMessages(ctx context.Context, list []*OutboxMessage) error
	// KeepBriefs is KeepBrief for many, of different bookings.
	KeepBriefs(ctx context.Context, briefs []Brief, revisions []int) error
	// Brief returns what is known of a booking, nil if nothing.
	Brief(ctx context.Context, bookingID string) (*Brief, error)
	// KeepBrief keeps it unless a newer revision is known.
	KeepBrief(ctx context.Context, b Brief, revision int) error
}

// Letter is the text of an e-mail.
type Letter struct{ Subject, Text, HTML string }

// Writer finds the words.
type Writer interface {
	// Line writes the notification: one line, and a sentence or two.
	Line(f Facts) (title, body string)
	// Letter writes the e-mail to a person; name may be empty.
	Letter(f Facts, name string) (Letter, error)
}

// Notifier tells people.
type Notifier struct {
	Writer  Writer
	Now     func() time.Time
	Channel string // the name of the channel that e-mails leave by
}

// Notify writes the notification of some facts and queues the e-mail, once: facts with the same recipient, kind and subject change nothing.
// Where the address is not known yet the e-mail is owed, and Register queues it; nobody waits for anybody.
func (s *Notifier) Notify(ctx context.Context, tx Tx, f Facts) error {
	now := s.Now()
	to, seq, err := tx.NextSeq(ctx, f.UserID)
	if err != nil {
		return err
	}
	to = f.reader(to)
	n := &Notification{
		ID: id.New("ntf"), UserID: f.UserID, Seq: seq, Kind: f.Kind, Subject: f.Subject, Facts: f,
		BookingID: f.Brief.BookingID, EventID: f.Brief.EventID, CreatedAt: now,
	}
	n.Title, n.Body = s.Writer.Line(f)
	fresh := now.Sub(f.At) <= Fresh
	if !fresh {
		n.CreatedAt, n.ReadAt = f.At, &f.At
	}
	n.MailWaits = fresh && to.Email == ""
	added, err := tx.AddNotification(ctx, n)
	if err != nil || !added || !fresh || n.MailWaits {
		return err
	}
	return tx.QueueMessages(ctx, []*OutboxMessage{s.message(n, to)})
}

// Register makes a recipient known and queues the e-mails that waited for the address.
func (s *Notifier) Register(ctx context.Context, tx Tx, r Recipient) error {
	if err := tx.Register(ctx, r); err != nil || r.Email == "" {
		return err
	}
	waiting, err := tx.TakeWaiting(ctx, r.UserID)
	if err != nil {
		return err
	}
	var mail []*OutboxMessage
	for _, n := range waiting {
		mail = append(mail, s.message(n, r))
	}
	return tx.QueueMessages(ctx, mail)
}

func (s *Notifier) message(n *Notification, to Recipient) *OutboxMessage {
	return &OutboxMessage{
		ID: id.New("msg"), NotificationID: n.ID, UserID: n.UserID, Channel: s.Channel, Status: Queued, Recipient: to.Email, Round: 1,
		CreatedAt: s.Now(), Unwritten: &Unwritten{Facts: n.Facts, Name: to.Name},
	}
}
