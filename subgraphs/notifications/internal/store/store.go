// Package store keeps notifications, messages and recipients in PostgreSQL. Every method of Store is one transaction or one statement;
// Tx is a transaction that somebody else, the bus, begins and commits.
package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/jobs"
	"marquee/internal/page"
	"marquee/internal/pg"
	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store/db"
)

// Store implements notification.Store and notification.Log.
type Store struct {
	pool *pgxpool.Pool
	jobs *jobs.Queue
	q    *db.Queries
}

// New returns the store of a database.
func New(pool *pgxpool.Pool, queue *jobs.Queue) *Store {
	return &Store{pool: pool, jobs: queue, q: db.New(pool)}
}

// Notifications implements notification.Store.
func (s *Store) Notifications(
	ctx context.Context, userID string, unreadOnly bool, args page.Args,
) ([]*notification.Notification, error) {
	after, err := position(args)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.Notifications(ctx, db.NotificationsParams{
		UserID: userID, UnreadOnly: unreadOnly, AfterAt: after.at, AfterID: after.id, MaxRows: int32(args.Limit()),
	})
	return notifications(rows), pg.Translate(err)
}

// NotificationsByID implements notification.Store.
func (s *Store) NotificationsByID(ctx context.Context, ids []string) (map[string]*notification.Notification, error) {
	rows, err := s.q.NotificationsByID(ctx, ids)
	out := make(map[string]*notification.Notification, len(rows))
	for _, n := range notifications(rows) {
		out[n.ID] = n
	}
	return out, pg.Translate(err)
}

// After implements notification.Store.
func (s *Store) After(ctx context.Context, userID string, seq int64, limit int) ([]*notification.Notification, error) {
	rows, err := s.q.NotificationsAfter(ctx, db.NotificationsAfterParams{UserID: userID, Seq: seq, MaxRows: int32(limit)})
	return notifications(rows), pg.Translate(err)
}

// LastSeq implements notification.Store.
func (s *Store) LastSeq(ctx context.Context, userID string) (int64, error) {
	seq, err := s.q.LastSeq(ctx, userID)
	return seq, pg.Translate(err)
}

// Unread implements notification.Store.
func (s *Store) Unread(ctx context.Context, userIDs []string) (map[string]int, error) {
	rows, err := s.q.Unread(ctx, userIDs)
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.UserID] = int(r.Unread)
	}
	return out, pg.Translate(err)
}

// MarkRead implements notification.Store.
func (s *Store) MarkRead(ctx context.Context, userID string, ids []string, at time.Time) (marked, unread int, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		n, err := q.MarkRead(ctx, db.MarkReadParams{At: at, UserID: userID, Ids: ids})
		if err != nil {
			return err
		}
		left, err := q.Unread(ctx, []string{userID})
		marked, unread = int(n), 0
		if len(left) > 0 {
			unread = int(left[0].Unread)
		}
		return err
	})
	return marked, unread, err
}

func notifications(rows []db.Notification) []*notification.Notification {
	out := make([]*notification.Notification, len(rows))
	for i, r := range rows {
		out[i] = &notification.Notification{
			ID: r.ID, UserID: r.UserID, Seq: r.Seq, Kind: notification.NotificationKind(r.Kind), Subject: r.Subject, Title: r.Title,
			Body: r.Body, BookingID: text(r.BookingID), EventID: text(r.EventID), MailWaits: r.MailWaits, CreatedAt: r.CreatedAt, ReadAt: r.ReadAt,
		}
	}
	return out
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
