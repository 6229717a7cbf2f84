package notification

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Codes of this domain's mutations.
const (
	TooMany         errs.Code = "TOO_MANY"
	MessageNotFound errs.Code = "MESSAGE_NOT_FOUND"
	AlreadyQueued   errs.Code = "ALREADY_QUEUED"
)

// MaxMarked is how many notifications one call marks by id.
const MaxMarked = 100

// MessageFilter chooses messages of the delivery log; zero values choose all.
type MessageFilter struct {
	UserID    string // only theirs
	Status    DeliveryStatus
	Recipient string // only addresses that contain it, in any case
}

// Store is what reading and marking needs.
type Store interface {
	// Notifications returns a person's, newest first, at most args.Limit(); a bad cursor is INVALID_INPUT.
	Notifications(ctx context.Context, userID string, unreadOnly bool, args page.Args) ([]*Notification, error)
	NotificationsByID(ctx context.Context, ids []string) (map[string]*Notification, error)
	// After returns a person's notifications numbered above seq, in order, at most limit.
	After(ctx context.Context, userID string, seq int64, limit int) ([]*Notification, error)
	// LastSeq returns the number of a person's newest notification, 0 if none.
	LastSeq(ctx context.Context, userID string) (int64, error)
	// Unread counts the unread notifications of each; people without any are left out.
	Unread(ctx context.Context, userIDs []string) (map[string]int, error)
	// MarkRead marks a person's unread notifications with these ids, or all for nil, and returns how many, and how many stay unread.
	MarkRead(ctx context.Context, userID string, ids []string, at time.Time) (marked, unread int, err error)
	// Messages returns messages of the delivery log, newest first, at most args.Limit(); a bad cursor is INVALID_INPUT.
	Messages(ctx context.Context, f MessageFilter, args page.Args) ([]*OutboxMessage, error)
	MessagesByID(ctx context.Context, ids []string) (map[string]*OutboxMessage, error)
	// Resend queues a message again with the job that sends it: MESSAGE_NOT_FOUND, ALREADY_QUEUED.
	Resend(ctx context.Context, id string) (*OutboxMessage, error)
}

// Reader answers people about their notifications and messages.
type Reader struct {
	Store  Store
	Writer Writer // of messages that have not been sent
	Now    func() time.Time
}

// Mine lists the viewer's notifications, newest first: UNAUTHENTICATED, INVALID_INPUT.
func (s *Reader) Mine(ctx context.Context, v *viewer.Viewer, unreadOnly bool, first int, after *string) (*NotificationConnection, error) {
	if err := signedIn(v); err != nil {
		return nil, err
	}
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.Notifications(ctx, v.ID(), unreadOnly, args)
	if err != nil {
		return nil, err
	}
	return page.New(args, rows, func(n *Notification) string { return page.Cursor(n.CreatedAt, n.ID) }), nil
}

// ByIDs returns notifications in the order of the ids, nil where there is none that the viewer may see.
func (s *Reader) ByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Notification, error) {
	found, err := s.Store.NotificationsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*Notification, len(ids))
	for i, id := range ids {
		if n := found[id]; n != nil && v.Owns(n.UserID) {
			out[i] = n
		}
	}
	return out, nil
}

// MarkRead marks notifications of the viewer's as read: those with the ids, or all for nil. Ids of others are passed over like ids that
// do not exist. UNAUTHENTICATED, TOO_MANY.
func (s *Reader) MarkRead(ctx context.Context, v *viewer.Viewer, ids []string) (marked, unread int, err error) {
	if err := signedIn(v); err != nil {
		return 0, 0, err
	}
	if len(ids) > MaxMarked {
		return 0, 0, errs.New(TooMany, "At most 100 notifications can be marked at once.").At("input", "ids")
	}
	return s.Store.MarkRead(ctx, v.ID(), ids, s.Now())
}

// Unread counts the viewer's unread notifications.
func (s *Reader) Unread(ctx context.Context, v *viewer.Viewer) (int, error) {
	found, err := s.Store.Unread(ctx, []string{v.ID()})
	return found[v.ID()], err
}

// Messages lists the delivery log, newest first: all of it for administrators, for others what was sent to them. status "" and
// recipient "" choose all. UNAUTHENTICATED, INVALID_INPUT.
func (s *Reader) Messages(
	ctx context.Context, v *viewer.Viewer, status DeliveryStatus, recipient string, first int, after *string,
) (*OutboxMessageConnection, error) {
	if err := signedIn(v); err != nil {
		return nil, err
	}
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	if len(recipient) > 320 { // no address is longer
		return nil, errs.New(errs.InvalidInput, "The address is too long.").At("recipient")
	}
	f := MessageFilter{Status: status, Recipient: recipient}
	if !v.IsAdmin() {
		f.UserID = v.ID()
	}
	rows, err := s.Store.Messages(ctx, f, args)
	if err != nil {
		return nil, err
	}
	for _, m := range rows {
		if err := m.write(s.Writer); err != nil {
			return nil, err
		}
	}
	return page.New(args, rows, func(m *OutboxMessage) string { return page.Cursor(m.CreatedAt, m.ID) }), nil
}

// MessagesByIDs returns messages in the order of the ids, nil where there is none that the viewer may see.
func (s *Reader) MessagesByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*OutboxMessage, error) {
	found, err := s.Store.MessagesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*OutboxMessage, len(ids))
	for i, id := range ids {
		if m := found[id]; m != nil && v.Owns(m.UserID) {
			if err := m.write(s.Writer); err != nil {
				return nil, err
			}
			out[i] = m
		}
	}
	return out, nil
}

// Resend queues a message again: UNAUTHENTICATED, FORBIDDEN for all but administrators, MESSAGE_NOT_FOUND, ALREADY_QUEUED.
func (s *Reader) Resend(ctx context.Context, v *viewer.Viewer, id string) (*OutboxMessage, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	m, err := s.Store.Resend(ctx, id)
	if err != nil {
		return nil, err
	}
	return m, m.write(s.Writer)
}

func signedIn(v *viewer.Viewer) error {
	if v == nil {
		return errs.New(errs.Unauthenticated, "Log in first.")
	}
	return nil
}
