package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Hear keeps what can be paid of bookings, within the transaction of the messages that told it. The newest revision of each booking wins,
// in whatever order they come.
func (s *Store) Hear(ctx context.Context, tx pgx.Tx, news ...payment.Payable) error {
	var p db.UpsertPayablesParams
	at := map[string]int{} // of a booking in news, the newest
	for i, n := range news {
		if k, known := at[n.BookingID]; !known || news[k].Revision < n.Revision {
			at[n.BookingID] = i
		}
	}
	for _, id := range slices.Sorted(maps.Keys(at)) { // everybody locks rows in this order
		n := news[at[id]]
		lines := []byte("[]")
		if n.Lines != nil {
			var err error
			if lines, err = json.Marshal(n.Lines); err != nil {
				return err
			}
		}
		p.BookingIds, p.UserIds = append(p.BookingIds, n.BookingID), append(p.UserIds, n.UserID)
		p.EventIds, p.OrganizerIds = append(p.EventIds, n.EventID), append(p.OrganizerIds, n.OrganizerID)
		p.Amounts, p.Currencies = append(p.Amounts, n.Amount.Amount), append(p.Currencies, n.Amount.Currency)
		p.Descriptions, p.HoldExpiresAts = append(p.Descriptions, n.Description), append(p.HoldExpiresAts, n.HoldExpiresAt)
		p.States, p.Revisions = append(p.States, string(n.State)), append(p.Revisions, int32(n.Revision)) //nolint:gosec // a revision is small
		p.BookingReferences, p.EventTitles = append(p.BookingReferences, n.Reference), append(p.EventTitles, n.EventTitle)
		p.EventStartsAts, p.EventTimeZones = append(p.EventStartsAts, n.EventStartsAt), append(p.EventTimeZones, n.EventTimeZone)
		p.Venues, p.Lines = append(p.Venues, n.Venue), append(p.Lines, lines)
		p.AnswersMissing = append(p.AnswersMissing, n.AnswersMissing)
	}
	return db.New(tx).UpsertPayables(ctx, p)
}
