package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/riverqueue/river"

	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store/db"
)

// NextSeqs implements notification.Tx. Recipients are locked in the order of their ids.
func (t *Tx) NextSeqs(ctx context.Context, userIDs []string) (map[string]notification.Numbered, error) {
	count := map[string]int64{}
	for _, id := range userIDs {
		count[id]++
	}
	var p db.NextSeqsParams
	for _, id := range slices.Sorted(maps.Keys(count)) {
		p.UserIds, p.Counts = append(p.UserIds, id), append(p.Counts, count[id])
	}
	rows, err := t.q.NextSeqs(ctx, p)
	out := make(map[string]notification.Numbered, len(rows))
	for _, r := range rows {
		out[r.UserID] = notification.Numbered{Recipient: notification.Recipient{UserID: r.UserID, Email: text(r.Email), Name: r.Name}, Last: r.LastSeq}
	}
	return out, err
}

// AddNotifications implements notification.Tx. None of them has been read.
func (t *Tx) AddNotifications(ctx context.Context, list []*notification.Notification) (map[string]bool, error) {
	var p db.AddNotificationsParams
	for _, n := range list {
		facts, err := json.Marshal(n.Facts)
		if err != nil {
			return nil, err
		}
		p.Ids, p.UserIds, p.Seqs = append(p.Ids, n.ID), append(p.UserIds, n.UserID), append(p.Seqs, n.Seq)
		p.Kinds, p.Subjects = append(p.Kinds, string(n.Kind)), append(p.Subjects, n.Subject)
		p.Titles, p.Bodies = append(p.Titles, n.Title), append(p.Bodies, n.Body)
		p.BookingIds, p.EventIds, p.Facts = append(p.BookingIds, n.BookingID), append(p.EventIds, n.EventID), append(p.Facts, facts)
		p.MailWaits, p.CreatedAts = append(p.MailWaits, n.MailWaits), append(p.CreatedAts, n.CreatedAt)
	}
	ids, err := t.q.AddNotifications(ctx, p)
	added := make(map[string]bool, len(ids))
	for _, id := range ids {
		added[id] = true
	}
	return added, err
}

// QueueMessages implements notification.Tx.
func (t *Tx) QueueMessages(ctx context.Context, list []*notification.OutboxMessage) error {
	if len(list) == 0 {
		return nil
	}
	var p db.AddMessagesParams
	for _, m := range list {
		p.Ids, p.NotificationIds, p.UserIds = append(p.Ids, m.ID), append(p.NotificationIds, m.NotificationID), append(p.UserIds, m.UserID)
		p.Channels, p.Recipients, p.CreatedAts = append(p.Channels, m.Channel), append(p.Recipients, m.Recipient), append(p.CreatedAts, m.CreatedAt)
	}
	added, err := t.q.AddMessages(ctx, p)
	if err != nil {
		return err
	}
	var jobs []river.InsertManyParams
	for some := range slices.Chunk(added, notification.Together) {
		jobs = append(jobs, river.InsertManyParams{Args: notification.SendMessages{MessageIDs: some}, InsertOpts: &river.InsertOpts{MaxAttempts: Tries}})
	}
	return t.s.jobs.InsertMany(ctx, t.tx, jobs)
}

// KeepBriefs implements notification.Tx.
func (t *Tx) KeepBriefs(ctx context.Context, briefs []notification.Brief, revisions []int) error {
	var p db.KeepBriefsParams
	for i, b := range briefs {
		raw, err := json.Marshal(b)
		if err != nil {
			return err
		}
		p.BookingIds, p.Revisions, p.Briefs = append(p.BookingIds, b.BookingID), append(p.Revisions, int32(revisions[i])), append(p.Briefs, raw)
	}
	return t.q.KeepBriefs(ctx, p)
}
