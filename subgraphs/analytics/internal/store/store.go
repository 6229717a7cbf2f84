// Package store keeps facts and what they add up to in PostgreSQL.
package store

import (
	"context"
	"encoding/json"
	"fmt"

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
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*sales.EventSales, len(rows))
	for _, r := range rows {
		if out[r.EventSale.EventID], err = eventSales(r.EventSale, r.Types); err != nil {
			return nil, err
		}
	}
	return out, nil
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
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*sales.EventSales, len(rows))
	for i, r := range rows {
		if out[i], err = eventSales(r.EventSale, r.Types); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// eventSales puts a row and its types, as the queries write them, together.
func eventSales(r db.EventSale, types []byte) (*sales.EventSales, error) {
	var rows []struct {
		TicketTypeID, Name    string
		TicketsSold, CheckIns int
		Revenue               int64
	}
	if err := json.Unmarshal(types, &rows); err != nil {
		return nil, fmt.Errorf("ticket types of %s: %w", r.EventID, err)
	}
	out := &sales.EventSales{
		EventID: r.EventID, OrganizerID: text(r.OrganizerID), Currency: text(r.Currency), Bookings: int(r.Bookings),
		TicketsSold: int(r.TicketsSold), Cancellations: int(r.Cancellations), Gross: r.Gross, Back: r.Refunded, CheckIns: int(r.CheckIns),
		ByTicketType: make([]*sales.TicketTypeSales, len(rows)), Revision: int(r.Revision), UpdatedAt: r.UpdatedAt,
	}
	for i, t := range rows {
		out.ByTicketType[i] = &sales.TicketTypeSales{
			TicketTypeID: t.TicketTypeID, Name: t.Name, TicketsSold: t.TicketsSold, Revenue: money.Of(t.Revenue, out.Currency), CheckIns: t.CheckIns,
		}
	}
	return out, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
