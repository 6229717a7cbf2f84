package payment

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/money"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// TransactionConnection is one page of movements; the GraphQL type.
type TransactionConnection = page.Connection[*Movement]

// TransactionEdge is a movement in a connection; the GraphQL type.
type TransactionEdge = page.Edge[*Movement]

// TransactionFilter says which movements to list; nil conditions do not restrict.
type TransactionFilter struct {
	From, Before       *time.Time
	Kinds              []MovementKind
	EventID, BookingID *string
}

// MovementQuery is one page of movements, newest first: of a buyer or of an organiser.
type MovementQuery struct {
	TransactionFilter
	UserID, OrganizerID string // one of the two
	BeforeAt            time.Time
	BeforeID            string // with BeforeAt the position after which the page begins
	Limit               int
}

// History reads what happened with money.
type History interface {
	Movements(ctx context.Context, q MovementQuery) ([]*Movement, error)
	// Takings returns an organiser's takings of a period by currency and event, the highest gross first, at most 1,000.
	Takings(ctx context.Context, organizerID string, from, before time.Time) ([]Taken, error)
	// Owed returns what is owed to an organiser by currency: the accounts ORGANIZER, TAX and REFUND_FEES.
	Owed(ctx context.Context, organizerID string) ([]money.Money, error)
}

// Taken is the takings of one event.
type Taken struct {
	EventID, Currency                   string
	Gross, Refunds, Disputes, Fees, Tax int64
}

// Takings is what came in and went out in a period.
type Takings struct{ Gross, Refunds, Disputes, Fees, Tax, Net money.Money }

// EventTakings is the takings of one event.
type EventTakings struct {
	EventID string
	Takings *Takings
}

// PayoutReport is an organiser's account in one currency.
type PayoutReport struct {
	Currency string
	Takings  *Takings
	Balance  money.Money
	Events   []*EventTakings
}

// MyTransactions lists what happened with the viewer's own money, newest first, without the platform's fees. Codes: UNAUTHENTICATED,
// INVALID_INPUT.
func (s *Payments) MyTransactions(ctx context.Context, v *viewer.Viewer, f *TransactionFilter, first int, after *string) (*TransactionConnection, error) {
	if v == nil {
		return nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	found, err := s.movements(ctx, MovementQuery{UserID: v.UserID}, f, first, after)
	if err != nil {
		return nil, err
	}
	for _, m := range found.Nodes() {
		m.Fee = nil
	}
	return found, nil
}

// OrganizerTransactions lists what happened with the money of the viewer's events, newest first. Codes: UNAUTHENTICATED, FORBIDDEN,
// INVALID_INPUT.
func (s *Payments) OrganizerTransactions(ctx context.Context, v *viewer.Viewer, f *TransactionFilter, first int, after *string) (*TransactionConnection, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	return s.movements(ctx, MovementQuery{OrganizerID: v.UserID}, f, first, after)
}

func (s *Payments) movements(ctx context.Context, q MovementQuery, f *TransactionFilter, first int, after *string) (*TransactionConnection, error) {
	a, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	if f != nil {
		q.TransactionFilter = *f
		for _, id := range []*string{f.EventID, f.BookingID} {
			if id != nil && !plausible(*id) {
				return page.New(a, nil, movementCursor), nil
			}
		}
	}
	q.Limit, q.BeforeAt = a.Limit(), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if a.After != nil {
		at, ok := a.String(0)
		id, isText := a.String(1)
		t, err := time.Parse(time.RFC3339Nano, at)
		if !ok || !isText || err != nil || !plausible(id) {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		q.BeforeAt, q.BeforeID = t, id
	}
	rows, err := s.history.Movements(ctx, q)
	if err != nil {
		return nil, err
	}
	return page.New(a, rows, movementCursor), nil
}

func movementCursor(m *Movement) string { return page.Cursor(m.At.Format(time.RFC3339Nano), m.ID) }

// PayoutReport returns an organiser's takings of a period and what is owed to them, by currency. Codes: UNAUTHENTICATED, FORBIDDEN.
func (s *Payments) PayoutReport(ctx context.Context, v *viewer.Viewer, from, before time.Time, organizerID *string) ([]*PayoutReport, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	of := v.UserID
	if organizerID != nil && *organizerID != of {
		if err := v.Require(viewer.Admin); err != nil {
			return nil, err
		}
		if of = *organizerID; !plausible(of) {
			return []*PayoutReport{}, nil
		}
	}
	owed, err := s.history.Owed(ctx, of)
	if err != nil {
		return nil, err
	}
	taken, err := s.history.Takings(ctx, of, from, before)
	if err != nil {
		return nil, err
	}
	out := make([]*PayoutReport, len(owed))
	for i, balance := range owed {
		r := &PayoutReport{Currency: balance.Currency, Balance: balance, Events: []*EventTakings{}}
		var all Taken
		for _, t := range taken {
			if t.Currency != r.Currency {
				continue
			}
			all = Taken{"", t.Currency, all.Gross + t.Gross, all.Refunds + t.Refunds, all.Disputes + t.Disputes, all.Fees + t.Fees, all.Tax + t.Tax}
			if t.EventID != "" {
				r.Events = append(r.Events, &EventTakings{t.EventID, t.takings()})
			}
		}
		all.Currency = r.Currency
		r.Takings, out[i] = all.takings(), r
	}
	return out, nil
}

func (t Taken) takings() *Takings {
	in := func(n int64) money.Money { return money.Of(n, t.Currency) }
	return &Takings{in(t.Gross), in(t.Refunds), in(t.Disputes), in(t.Fees), in(t.Tax), in(t.Gross - t.Refunds - t.Disputes - t.Fees)}
}
