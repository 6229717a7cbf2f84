package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/pg"
	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store/db"
)

// Tries is how often a round of a message is tried; with River's pauses (the fourth power of the try, in seconds) that is half a day.
const Tries = 12

// Messages implements notification.Store.
func (s *Store) Messages(
	ctx context.Context, f notification.MessageFilter, args page.Args,
) ([]*notification.OutboxMessage, error) {
	after, err := position(args)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.Messages(ctx, db.MessagesParams{
		UserID: optional(f.UserID), Status: optional(string(f.Status)), Recipient: optional(f.Recipient),
		AfterAt: after.at, AfterID: after.id, MaxRows: int32(args.Limit()),
	})
	out := make([]*notification.OutboxMessage, len(rows))
	for i, r := range rows {
		out[i] = message(r)
	}
	return out, pg.Translate(err)
}

// MessagesByID implements notification.Store.
func (s *Store) MessagesByID(ctx context.Context, ids []string) (map[string]*notification.OutboxMessage, error) {
	rows, err := s.q.MessagesByID(ctx, ids)
	out := make(map[string]*notification.OutboxMessage, len(rows))
	for _, r := range rows {
		out[r.ID] = message(r)
	}
	return out, pg.Translate(err)
}

// Resend implements notification.Store.
func (s *Store) Resend(ctx context.Context, id string) (m *notification.OutboxMessage, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		status, err := q.LockMessage(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return errs.New(notification.MessageNotFound, "There is no such message.").At("input", "id")
		}
		if err != nil {
			return err
		}
		if status == string(notification.Queued) {
			return errs.New(notification.AlreadyQueued, "This message is in the queue already.").At("input", "id")
		}
		row, err := q.Requeue(ctx, id)
		if err != nil {
			return err
		}
		m = message(row)
		return s.enqueue(ctx, tx, m)
	})
	return m, err
}

func (s *Store) enqueue(ctx context.Context, tx pgx.Tx, m *notification.OutboxMessage) error {
	return s.jobs.Insert(ctx, tx, notification.SendMessage{MessageID: m.ID, Round: m.Round}, &river.InsertOpts{MaxAttempts: Tries})
}

// BeginAttempt implements notification.Log.
func (s *Store) BeginAttempt(ctx context.Context, id string, round int, last bool) (*notification.OutboxMessage, error) {
	row, err := s.q.BeginAttempt(ctx, db.BeginAttemptParams{ID: id, Round: int32(round), Last: last})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	return message(row), nil
}

// MarkSent implements notification.Log.
func (s *Store) MarkSent(ctx context.Context, id string, round int, at time.Time) error {
	return pg.Translate(s.q.MarkSent(ctx, db.MarkSentParams{ID: id, Round: int32(round), At: at}))
}

// MarkFailed implements notification.Log.
func (s *Store) MarkFailed(ctx context.Context, id string, round int, reason string) error {
	return pg.Translate(s.q.MarkFailed(ctx, db.MarkFailedParams{ID: id, Round: int32(round), Reason: reason}))
}

// NoteFailure implements notification.Log.
func (s *Store) NoteFailure(ctx context.Context, id string, round int, reason string) error {
	return pg.Translate(s.q.NoteFailure(ctx, db.NoteFailureParams{ID: id, Round: int32(round), Reason: reason}))
}

func message(r db.Message) *notification.OutboxMessage {
	return &notification.OutboxMessage{
		ID: r.ID, NotificationID: r.NotificationID, UserID: r.UserID, Channel: r.Channel, Status: notification.DeliveryStatus(r.Status),
		Recipient: r.Recipient, Subject: r.Subject, Text: r.BodyText, HTML: r.BodyHtml, Round: int(r.Round), Attempts: int(r.Attempts),
		Failure: r.Failure, CreatedAt: r.CreatedAt, SentAt: r.SentAt,
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
