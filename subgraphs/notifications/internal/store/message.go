package store

import (
	"context"
	"encoding/json"
	"errors"

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
	if err != nil {
		return nil, pg.Translate(err)
	}
	return s.complete(ctx, s.q, rows)
}

// MessagesByID implements notification.Store.
func (s *Store) MessagesByID(ctx context.Context, ids []string) (map[string]*notification.OutboxMessage, error) {
	rows, err := s.q.MessagesByID(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	list, err := s.complete(ctx, s.q, rows)
	out := make(map[string]*notification.OutboxMessage, len(list))
	for _, m := range list {
		out[m.ID] = m
	}
	return out, err
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
		list, err := s.complete(ctx, q, []db.Message{row})
		if err != nil {
			return err
		}
		m = list[0]
		return s.jobs.Insert(ctx, tx, notification.SendMessage{MessageID: m.ID, Round: m.Round}, &river.InsertOpts{MaxAttempts: Tries})
	})
	return m, err
}

// complete makes messages of rows; those that are not written yet bring what they will be written from.
func (s *Store) complete(ctx context.Context, q *db.Queries, rows []db.Message) ([]*notification.OutboxMessage, error) {
	out := make([]*notification.OutboxMessage, len(rows))
	at := map[string]int{}
	var unwritten []string
	for i, r := range rows {
		out[i] = &notification.OutboxMessage{
			ID: r.ID, NotificationID: r.NotificationID, UserID: r.UserID, Channel: r.Channel, Status: notification.DeliveryStatus(r.Status),
			Recipient: r.Recipient, Subject: text(r.Subject), Text: text(r.BodyText), HTML: text(r.BodyHtml), Round: int(r.Round),
			Attempts: int(r.Attempts), Failure: r.Failure, CreatedAt: r.CreatedAt, SentAt: r.SentAt,
		}
		if r.Subject == nil {
			at[r.ID] = i
			unwritten = append(unwritten, r.ID)
		}
	}
	if len(unwritten) == 0 {
		return out, nil
	}
	found, err := q.Unwritten(ctx, unwritten)
	if err != nil {
		return nil, pg.Translate(err)
	}
	for _, f := range found {
		u := &notification.Unwritten{Name: f.Name}
		if err := json.Unmarshal(f.Facts, &u.Facts); err != nil {
			return nil, err
		}
		out[at[f.ID]].Unwritten = u
	}
	return out, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
