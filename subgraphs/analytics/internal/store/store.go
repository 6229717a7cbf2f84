// Package store keeps facts and what they add up to in PostgreSQL.
package store

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/errs"
	"marquee/internal/money"
	"marquee/internal/page"
	"marquee/internal/pg"
	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store/db"
)

// Store implements sales.Store.
type Store struct {
	pool *pgxpool.Pool
	q    *db.Queries
}

// New returns the store of a database.
func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool, q: db.New(pool)} }

// Sales implements sales.Store.
func (s *Store) Sales(ctx context.Context, eventIDs []string) (map[string]*sales.EventSales, error) {
	rows, err := s.q.Sales(ctx, eventIDs)
	out := make(map[string]*sales.EventSales, len(rows))
	for _, r := range rows {
		out[r.EventID] = eventSales(r)
	}
	return out, pg.Translate(err)
}

// TicketTypes implements sales.Store.
func (s *Store) TicketTypes(ctx context.Context, eventIDs []string) (map[string][]*sales.TicketTypeSales, error) {
	rows, err := s.q.TicketTypes(ctx, eventIDs)
	out := map[string][]*sales.TicketTypeSales{}
	for _, r := range rows {
		name := text(r.SoldName)
		if name == "" {
			name = text(r.PublishedName)
		}
		out[r.EventID] = append(out[r.EventID], &sales.TicketTypeSales{
			EventID: r.EventID, TicketTypeID: r.TicketTypeID, Name: name, TicketsSold: int(r.TicketsSold),
			Revenue: money.Of(r.Revenue, r.Currency), CheckIns: int(r.CheckIns),
		})
	}
	return out, pg.Translate(err)
}

// Timelines implements sales.Store.
func (s *Store) Timelines(
	ctx context.Context, eventIDs []string, bucket sales.SalesBucket, last int,
) (map[string][]*sales.SalesPoint, error) {
	rows, err := s.q.Timelines(ctx, db.TimelinesParams{Bucket: string(bucket), LastRows: int32(last), EventIds: eventIDs})
	out := map[string][]*sales.SalesPoint{}
	for _, r := range rows {
		out[r.EventID] = append(out[r.EventID], &sales.SalesPoint{
			EventID: r.EventID, Start: r.Start.UTC(), Bookings: int(r.Bookings), Tickets: int(r.Tickets), Revenue: money.Of(r.Revenue, r.Currency),
		})
	}
	return out, pg.Translate(err)
}

// Report implements sales.Store.
func (s *Store) Report(ctx context.Context, organizerID string) (*sales.SalesReport, error) {
	rows, err := s.q.Report(ctx, &organizerID)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := &sales.SalesReport{OrganizerID: organizerID, Totals: []*sales.CurrencyTotals{}}
	for _, r := range rows {
		out.Events += int(r.Events)
		out.Bookings += int(r.Bookings)
		out.TicketsSold += int(r.TicketsSold)
		out.CheckIns += int(r.CheckIns)
		if r.Currency != nil {
			out.Totals = append(out.Totals, &sales.CurrencyTotals{
				Gross: money.Of(r.Gross, *r.Currency), Refunded: money.Of(r.Refunded, *r.Currency), Net: money.Of(r.Gross-r.Refunded, *r.Currency),
			})
		}
	}
	return out, nil
}

// ByEvent implements sales.Store.
func (s *Store) ByEvent(ctx context.Context, organizerID string, args page.Args) ([]*sales.EventSales, error) {
	p := db.ByEventParams{OrganizerID: &organizerID, MaxRows: int32(args.Limit())}
	if args.After != nil {
		tickets, isNumber := args.After[0].(float64) // JSON
		id, isText := args.String(1)
		if !isNumber || !isText || tickets < 0 || tickets > 1<<31-1 {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		after := int32(tickets)
		p.AfterTickets, p.AfterID = &after, &id
	}
	rows, err := s.q.ByEvent(ctx, p)
	out := make([]*sales.EventSales, len(rows))
	for i, r := range rows {
		out[i] = eventSales(r)
	}
	return out, pg.Translate(err)
}

func eventSales(r db.EventSale) *sales.EventSales {
	return &sales.EventSales{
		EventID: r.EventID, OrganizerID: text(r.OrganizerID), Currency: text(r.Currency), Bookings: int(r.Bookings),
		TicketsSold: int(r.TicketsSold), Cancellations: int(r.Cancellations), Gross: r.Gross, Back: r.Refunded, CheckIns: int(r.CheckIns),
		Revision: int(r.Revision), UpdatedAt: r.UpdatedAt,
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
