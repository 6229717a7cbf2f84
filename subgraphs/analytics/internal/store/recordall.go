package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store/db"
)

// RecordAll is Record for many facts. What they add up to is the same in any order, so confirmed bookings, which come by the hundred when
// an event is in demand, are written and counted together, and the others one by one.
func (s *Store) RecordAll(ctx context.Context, tx pgx.Tx, facts []sales.Fact, now time.Time) error {
	var confirmed []sales.Fact
	for _, f := range facts {
		if f.Kind == sales.BookingConfirmed && len(facts) > 1 {
			confirmed = append(confirmed, f)
			continue
		}
		if err := s.Record(ctx, tx, f, now); err != nil {
			return err
		}
	}
	if len(confirmed) == 0 {
		return nil
	}
	q := s.q.WithTx(tx)
	fresh, err := addConfirmed(ctx, q, confirmed, now)
	if err != nil || len(fresh) == 0 {
		return err
	}
	others, err := factsOfBookings(ctx, q, fresh)
	if err != nil {
		return err
	}
	sums := map[string]sales.Counts{}
	number := map[string]int{}
	first := map[string]sales.Fact{}
	for _, f := range fresh {
		sums[f.EventID] = sums[f.EventID].Plus(sales.Difference(others[f.BookingID], f))
		if number[f.EventID]++; number[f.EventID] == 1 {
			first[f.EventID] = f
		}
	}
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		if err := add(ctx, q, first[id], sums[id], number[id], now); err != nil {
			return err
		}
	}
	return nil
}

// addConfirmed locks the events, in the order of their ids, writes facts of confirmed bookings and returns those that were not known.
func addConfirmed(ctx context.Context, q *db.Queries, facts []sales.Fact, now time.Time) ([]sales.Fact, error) {
	var events []string
	p := db.AddConfirmedParams{RecordedAt: now}
	for _, f := range facts {
		items, err := json.Marshal(append([]sales.Item{}, f.Items...))
		if err != nil {
			return nil, err
		}
		events = append(events, f.EventID)
		p.Subjects, p.EventIds, p.BookingIds = append(p.Subjects, f.Subject), append(p.EventIds, f.EventID), append(p.BookingIds, f.BookingID)
		p.PaymentIds, p.OrganizerIds = append(p.PaymentIds, f.PaymentID), append(p.OrganizerIds, f.OrganizerID)
		p.Amounts, p.Currencies, p.Tickets = append(p.Amounts, f.Amount), append(p.Currencies, f.Currency), append(p.Tickets, int32(f.Tickets))
		p.Items, p.Ats = append(p.Items, items), append(p.Ats, f.At)
	}
	slices.Sort(events)
	if err := q.LockEvents(ctx, slices.Compact(events)); err != nil {
		return nil, err
	}
	added, err := q.AddConfirmed(ctx, p)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, subject := range added {
		known[subject] = true
	}
	var fresh []sales.Fact
	for _, f := range facts {
		if known[f.Subject] {
			fresh = append(fresh, f)
			delete(known, f.Subject) // the same twice counts once
		}
	}
	return fresh, nil
}

// factsOfBookings returns the facts, but for the confirmation, of the bookings that are confirmed here.
func factsOfBookings(ctx context.Context, q *db.Queries, confirmed []sales.Fact) (map[string][]sales.Fact, error) {
	ids := make([]string, len(confirmed))
	for i, f := range confirmed {
		ids[i] = f.BookingID
	}
	rows, err := q.FactsAfterConfirmation(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[string][]sales.Fact{}
	for _, r := range rows {
		f := sales.Fact{
			Kind: sales.Kind(r.Kind), Subject: r.Subject, BookingID: r.BookingID, PaymentID: r.PaymentID, Amount: r.Amount,
			Tickets: int(r.Tickets), At: r.At,
		}
		if err := json.Unmarshal(r.Items, &f.Items); err != nil {
			return nil, err
		}
		out[r.BookingID] = append(out[r.BookingID], f)
	}
	return out, nil
}
