package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store/db"
)

// Record writes a fact and counts it, in the caller's transaction; a fact that is known changes nothing. Facts of one event are counted
// one after the other, so that each knows the facts of its booking that were counted before, whatever the order they come in.
func (s *Store) Record(ctx context.Context, tx pgx.Tx, f sales.Fact, now time.Time) error {
	q := s.q.WithTx(tx)
	items := f.Items
	if items == nil {
		items = []sales.Item{}
	}
	raw, err := json.Marshal(items)
	if err != nil {
		return err
	}
	// This waits for the others that count the event.
	added, err := q.AddFact(ctx, db.AddFactParams{
		Kind: string(f.Kind), Subject: f.Subject, EventID: f.EventID, BookingID: f.BookingID, PaymentID: f.PaymentID, OrganizerID: f.OrganizerID,
		TicketTypeID: f.TicketTypeID, Amount: f.Amount, Currency: f.Currency, Tickets: int32(f.Tickets), Version: int32(f.Version), Items: raw,
		At: f.At, RecordedAt: now,
	})
	if err != nil || added == 0 {
		return err
	}
	var others []sales.Fact
	switch f.Kind {
	case sales.BookingConfirmed, sales.BookingCancelled, sales.TicketsReturned, sales.PaymentRefunded:
		if others, err = factsOfBooking(ctx, q, f); err != nil {
			return err
		}
	case sales.TicketCheckedIn, sales.CheckInUndone: // each concerns the other, of the same subject
		if others, err = factsOfCheckIn(ctx, q, f); err != nil {
			return err
		}
	case sales.EventPublished, sales.PaymentCaptured: // count by themselves
	}
	if err := add(ctx, q, f, sales.Difference(others, f), 1, now); err != nil {
		return err
	}
	if f.Kind == sales.EventPublished {
		return publish(ctx, q, f)
	}
	return nil
}

func factsOfBooking(ctx context.Context, q *db.Queries, f sales.Fact) ([]sales.Fact, error) {
	rows, err := q.FactsOfBooking(ctx, db.FactsOfBookingParams{BookingID: f.BookingID, Kind: string(f.Kind), Subject: f.Subject})
	if err != nil {
		return nil, err
	}
	out := make([]sales.Fact, len(rows))
	for i, r := range rows {
		out[i] = sales.Fact{
			Kind: sales.Kind(r.Kind), Subject: r.Subject, BookingID: f.BookingID, PaymentID: r.PaymentID, Amount: r.Amount,
			Tickets: int(r.Tickets), At: r.At,
		}
		if err := json.Unmarshal(r.Items, &out[i].Items); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func factsOfCheckIn(ctx context.Context, q *db.Queries, f sales.Fact) ([]sales.Fact, error) {
	rows, err := q.FactsOfCheckIn(ctx, db.FactsOfCheckInParams{Kind: string(f.Kind), Subject: f.Subject})
	out := make([]sales.Fact, len(rows))
	for i, r := range rows {
		out[i] = sales.Fact{Kind: sales.Kind(r.Kind), Subject: f.Subject, BookingID: f.BookingID, TicketTypeID: r.TicketTypeID, At: r.At}
	}
	return out, err
}

// add adds the difference that so many facts make, f being the first of them, to the totals.
func add(ctx context.Context, q *db.Queries, f sales.Fact, c sales.Counts, facts int, now time.Time) error {
	p := db.AddParams{
		EventID: f.EventID, RecordedAt: now, Facts: int32(facts), Bookings: int32(c.Bookings), Tickets: int32(c.Tickets), Cancellations: int32(c.Cancellations),
		Gross: c.Gross, Refunded: c.Refunded, CheckIns: int32(c.CheckIns), TypeIds: c.TypeIDs(), PointAts: c.Hours(),
	}
	if f.Kind == sales.BookingConfirmed || f.Kind == sales.BookingCancelled { // the publication may come later
		p.OrganizerID, p.Currency = f.OrganizerID, f.Currency
	}
	for _, id := range p.TypeIds {
		t := c.Types[id]
		p.TypeTickets = append(p.TypeTickets, int32(t.Tickets))
		p.TypeRevenues = append(p.TypeRevenues, t.Revenue)
		p.TypeCheckIns = append(p.TypeCheckIns, int32(t.CheckIns))
		p.TypeNames = append(p.TypeNames, t.Name)
		p.TypeNamedAts = append(p.TypeNamedAts, t.NamedAt)
	}
	for _, hour := range p.PointAts {
		point := c.Points[hour]
		p.PointBookings = append(p.PointBookings, int32(point.Bookings))
		p.PointTickets = append(p.PointTickets, int32(point.Tickets))
		p.PointRevenues = append(p.PointRevenues, point.Revenue)
	}
	return q.Add(ctx, p)
}

// publish takes over what a publication says, unless a newer one is known.
func publish(ctx context.Context, q *db.Queries, f sales.Fact) error {
	newer, err := q.Publish(ctx, db.PublishParams{
		EventID: f.EventID, OrganizerID: f.OrganizerID, Currency: f.Currency, Version: int32(f.Version),
	})
	if err != nil || newer == 0 {
		return err
	}
	if err := q.WithdrawTypes(ctx, f.EventID); err != nil {
		return err
	}
	types := db.OfferTypesParams{EventID: f.EventID}
	for i, t := range f.Items {
		types.Ids = append(types.Ids, t.TicketTypeID)
		types.Positions = append(types.Positions, int32(i))
		types.Names = append(types.Names, t.Name)
	}
	return q.OfferTypes(ctx, types)
}
