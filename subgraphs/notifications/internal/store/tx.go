package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store/db"
)

// Tx implements notification.Tx.
type Tx struct {
	s  *Store
	tx pgx.Tx
	q  *db.Queries
}

// Tx returns the store within a transaction.
func (s *Store) Tx(tx pgx.Tx) *Tx { return &Tx{s: s, tx: tx, q: s.q.WithTx(tx)} }

// NextSeq implements notification.Tx.
func (t *Tx) NextSeq(ctx context.Context, userID string) (notification.Recipient, int64, error) {
	row, err := t.q.NextSeq(ctx, userID)
	return notification.Recipient{UserID: userID, Email: text(row.Email), Name: row.Name}, row.LastSeq, err
}

// AddNotification implements notification.Tx.
func (t *Tx) AddNotification(ctx context.Context, n *notification.Notification) (bool, error) {
	facts, err := json.Marshal(n.Facts)
	if err != nil {
		return false, err
	}
	added, err := t.q.AddNotification(ctx, db.AddNotificationParams{
		ID: n.ID, UserID: n.UserID, Seq: n.Seq, Kind: string(n.Kind), Subject: n.Subject, Title: n.Title, Body: n.Body,
		BookingID: n.BookingID, EventID: n.EventID, Facts: facts, MailWaits: n.MailWaits, CreatedAt: n.CreatedAt, ReadAt: n.ReadAt,
	})
	return added > 0, err
}

// Register implements notification.Tx.
func (t *Tx) Register(ctx context.Context, r notification.Recipient) error {
	return t.q.Register(ctx, db.RegisterParams{UserID: r.UserID, Email: r.Email, Name: r.Name})
}

// TakeWaiting implements notification.Tx.
func (t *Tx) TakeWaiting(ctx context.Context, userID string) ([]*notification.Notification, error) {
	rows, err := t.q.TakeWaiting(ctx, userID)
	if err != nil {
		return nil, err
	}
	out := make([]*notification.Notification, len(rows))
	for i, r := range rows {
		out[i] = &notification.Notification{ID: r.ID, UserID: r.UserID, Seq: r.Seq}
		if err := json.Unmarshal(r.Facts, &out[i].Facts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Brief implements notification.Tx.
func (t *Tx) Brief(ctx context.Context, bookingID string) (*notification.Brief, error) {
	raw, err := t.q.Brief(ctx, bookingID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b := new(notification.Brief)
	return b, json.Unmarshal(raw, b)
}

// KeepBrief implements notification.Tx.
func (t *Tx) KeepBrief(ctx context.Context, b notification.Brief, revision int) error {
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return t.q.KeepBrief(ctx, db.KeepBriefParams{BookingID: b.BookingID, Revision: int32(revision), Brief: raw})
}
