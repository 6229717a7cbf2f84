package booking

import (
	"context"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
)

// NextAction is the best thing to do after a refusal; the GraphQL enum of the name.
type NextAction string

// What one can do next.
const (
	TryFewer         NextAction = "TRY_FEWER"
	ChangeQuantity   NextAction = "CHANGE_QUANTITY"
	OtherTicketTypes NextAction = "OTHER_TICKET_TYPES"
	OtherDates       NextAction = "OTHER_DATES"
	WaitForSales     NextAction = "WAIT_FOR_SALES"
	EnterCode        NextAction = "ENTER_CODE"
	AddAdmission     NextAction = "ADD_ADMISSION"
	NewKey           NextAction = "NEW_KEY"
)

// Advice is what to do after a refusal of holdSeats, and what can be had instead.
type Advice struct {
	Next         NextAction
	Alternatives []*TicketType
}

// Advise tells what to do after a refusal with the code, over the stock as it is now.
func (s *Office) Advise(ctx context.Context, in HoldSeatsInput, code errs.Code) (Advice, error) {
	switch code {
	case InvalidIdempotencyKey, idempotencyKeyReused:
		return Advice{Next: NewKey}, nil
	case CodeRequired, InvalidCode, CodeUsedUp, CodeAlreadyUsed, CodeNotApplicable:
		return Advice{Next: EnterCode}, nil
	case InvalidQuantity:
		return Advice{Next: ChangeQuantity}, nil
	case PerPersonLimit:
		return Advice{Next: TryFewer}, nil
	case AdmissionRequired:
		return Advice{Next: AddAdmission}, nil
	}
	if !isID(in.EventID) {
		return Advice{Next: OtherDates}, nil
	}
	stock, err := s.store.StockOf(ctx, in.EventID)
	if err != nil {
		return Advice{}, err
	}
	next, ids := advise(in, code, stock, s.now())
	a := Advice{Next: next}
	shared := s.seats(nil, ids)
	for _, id := range ids {
		a.Alternatives = append(a.Alternatives, &TicketType{ID: id, seats: shared})
	}
	return a, nil
}

// mostDates is how many other dates of a series a refusal offers.
const mostDates = 5

// OtherDates returns dates of the event's series that have as many as were wanted of one type, the nearest first, after a refusal with the
// code; none where another date would not help.
func (s *Office) OtherDates(ctx context.Context, in HoldSeatsInput, code errs.Code) ([]*Event, error) {
	if code != SoldOut && code != SalesClosed || !isID(in.EventID) {
		return []*Event{}, nil
	}
	most := 1
	for _, w := range in.Items {
		most = max(most, w.Quantity)
	}
	ids, err := s.store.OtherDates(ctx, in.EventID, most, s.now(), mostDates)
	if err != nil {
		return nil, err
	}
	return s.Events(ids), nil
}

// advise is Advise for refusals that depend on the stock: it returns the action and the ids of other types that have as many as were wanted.
func advise(in HoldSeatsInput, code errs.Code, list []*Stock, now time.Time) (NextAction, []string) {
	stock := Stocks{}
	for _, k := range list {
		stock[k.TypeID] = k
	}
	most, fewer, soon := 1, code == SoldOut, false
	for _, w := range in.Items {
		most = max(most, w.Quantity)
		k := stock[w.TicketTypeID]
		fewer = fewer && k != nil && left(stock, k) > 0
		soon = soon || k != nil && k.SalesStart != nil && now.Before(*k.SalesStart)
	}
	var others []string
	for _, k := range list {
		wanted := slices.ContainsFunc(in.Items, func(w *HoldItemInput) bool { return w.TicketTypeID == k.TypeID })
		if !wanted && k.Kind == contract.Admission && k.Visibility == contract.Public && (&HoldItemInput{Quantity: most}).refuse(k, nil, now) == nil && left(stock, k) >= most {
			others = append(others, k.TypeID)
		}
	}
	switch {
	case fewer:
		return TryFewer, others
	case code == SalesClosed && soon:
		return WaitForSales, others
	case len(others) > 0:
		return OtherTicketTypes, others
	}
	return OtherDates, others
}

// left is how many of a type can be had, also by what all types share.
func left(stock Stocks, k *Stock) int {
	free := k.Free()
	if h := stock.house(k); h != nil {
		free = min(free, h.Free())
	}
	return free
}
