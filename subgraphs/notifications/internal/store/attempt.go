package store

import (
	"context"
	"time"

	"marquee/internal/pg"
	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store/db"
)

// BeginAttempts implements notification.Log.
func (s *Store) BeginAttempts(ctx context.Context, ids []string, round int, last bool) ([]*notification.OutboxMessage, error) {
	rows, err := s.q.BeginAttempts(ctx, db.BeginAttemptsParams{Ids: ids, Round: int32(round), Last: last})
	if err != nil {
		return nil, pg.Translate(err)
	}
	return s.complete(ctx, s.q, rows)
}

// EndAttempts implements notification.Log.
func (s *Store) EndAttempts(ctx context.Context, round int, at time.Time, ends []notification.End) error {
	p := db.EndAttemptsParams{Round: int32(round), At: at}
	for _, e := range ends {
		letter := e.Letter
		if letter == nil {
			letter = &notification.Letter{}
		}
		p.Ids, p.Statuses, p.Asked = append(p.Ids, e.Message.ID), append(p.Statuses, string(e.Status)), append(p.Asked, e.Asked)
		p.Failures, p.Written = append(p.Failures, e.Reason), append(p.Written, e.Letter != nil)
		p.Subjects, p.BodyTexts, p.BodyHtmls = append(p.Subjects, letter.Subject), append(p.BodyTexts, letter.Text), append(p.BodyHtmls, letter.HTML)
	}
	return pg.Translate(s.q.EndAttempts(ctx, p))
}
