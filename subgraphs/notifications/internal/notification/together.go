package notification

import (
	"context"

	"marquee/internal/id"
)

// Numbered is a recipient and the number of their last notification.
type Numbered struct {
	Recipient
	Last int64
}

// NotifyAll is Notify for many facts that are all fresh, in their order, in a few statements.
func (s *Notifier) NotifyAll(ctx context.Context, tx Tx, facts []Facts) error {
	now := s.Now()
	users := make([]string, len(facts))
	count := map[string]int64{}
	for i, f := range facts {
		users[i] = f.UserID
		count[f.UserID]++
	}
	numbered, err := tx.NextSeqs(ctx, users)
	if err != nil {
		return err
	}
	list := make([]*Notification, len(facts))
	for i, f := range facts {
		to := numbered[f.UserID]
		count[f.UserID]--
		list[i] = &Notification{
			ID: id.New("ntf"), UserID: f.UserID, Seq: to.Last - count[f.UserID], Kind: f.Kind, Subject: f.Subject, Facts: f,
			BookingID: f.Brief.BookingID, EventID: f.Brief.EventID, CreatedAt: now, MailWaits: to.Email == "",
		}
		list[i].Title, list[i].Body = s.Writer.Line(f)
	}
	added, err := tx.AddNotifications(ctx, list)
	if err != nil {
		return err
	}
	var mail []*OutboxMessage
	for _, n := range list {
		if !added[n.ID] || n.MailWaits {
			continue
		}
		mail = append(mail, s.message(n, numbered[n.UserID].Recipient))
	}
	return tx.QueueMessages(ctx, mail)
}
