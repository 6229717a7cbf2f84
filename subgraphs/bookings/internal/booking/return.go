package booking

import (
	"context"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/viewer"
)

// RefundTicketsInput is tickets to give back, and what the caller was shown that comes back for them, in minor units.
type RefundTicketsInput struct {
	BookingID      string
	TicketIDs      []string
	ExpectedRefund int64
	IdempotencyKey string `json:"-"`
}

// TicketRefundQuote is what comes back for some tickets when they are given back now; the GraphQL type.
type TicketRefundQuote struct {
	Price, Amount, Fee money.Money
	ByOrganizer        bool
	WholeBooking       bool

	policy RefundQuote
}

// unrefunded is how much of the booking's money, in minor units, neither went back nor belongs to tickets that were given back.
func (b *Booking) unrefunded() int64 {
	otherwise := max(b.Refunded-b.RefundedForTickets, 0)
	return max(b.Total.Amount-b.Returned-otherwise, 0)
}

// policyNow is the event's refund policy for the booking: its fixed fee is taken once.
func (b *Booking) policyNow(show *Show) *contract.RefundPolicy {
	if show.RefundPolicy == nil || !b.ReturnedWithFee {
		return show.RefundPolicy
	}
	p := *show.RefundPolicy
	p.FeeAmount = 0
	return &p
}

// pick returns the booking's tickets with these ids.
// Errors: TICKET_NOT_FOUND, TICKET_VOID, ALREADY_CHECKED_IN.
func (b *Booking) pick(ids []string) ([]*Ticket, error) {
	at := func(code errs.Code, message string) error { return errs.New(code, message).At("input", "ticketIds") }
	if len(ids) == 0 {
		return nil, at(TicketNotFound, "Name at least one ticket.")
	}
	out := make([]*Ticket, len(ids))
	for i, ticketID := range ids {
		n := slices.IndexFunc(b.Tickets, func(t *Ticket) bool { return t.ID == ticketID })
		if n < 0 || slices.Contains(out[:i], b.Tickets[n]) {
			return nil, at(TicketNotFound, "The booking has no such ticket, or it is named twice.")
		}
		out[i] = b.Tickets[n]
		switch out[i].Status {
		case Void:
			return nil, at(TicketVoid, "This ticket was given back already.")
		case CheckedIn:
			return nil, at(AlreadyCheckedIn, "The holder of this ticket is in.")
		case Valid:
		}
	}
	return out, nil
}

// quoteTickets is what comes back for tickets of the booking, for this viewer.
func (b *Booking) quoteTickets(v *viewer.Viewer, show *Show, now time.Time, tickets []*Ticket) TicketRefundQuote {
	var price int64
	for _, t := range tickets {
		price += b.item(t.TypeID).UnitPrice.Amount // part of the booking's total: no overflow
	}
	q := TicketRefundQuote{ByOrganizer: v.Owns(b.OrganizerID), WholeBooking: len(tickets) == b.Quantity()}
	left := b.unrefunded()
	if price = min(price, left); q.WholeBooking {
		price = left
	}
	in := func(n int64) money.Money { return money.Of(n, b.Total.Currency) }
	q.Price, q.Amount, q.Fee = in(price), in(price), in(0)
	if !q.ByOrganizer {
		p := b.policyNow(show).Quote(price, show.StartsAt, now)
		q.policy = RefundQuote{Cancellable: p.Allowed, late: p.Late}
		q.Amount, q.Fee = in(p.Amount), in(p.Fee)
	}
	return q
}

func (b *Booking) item(typeID string) *Item {
	return b.Items[slices.IndexFunc(b.Items, func(i *Item) bool { return i.TypeID == typeID })]
}

// ReturnTickets voids tickets of a confirmed booking, frees their seats and tells what of their money goes back; giving the last ones
// back cancels the booking.
// Errors: BOOKING_NOT_FOUND, ALREADY_ENDED, TOO_LATE, REFUND_DEADLINE_PASSED, NOT_REFUNDABLE, QUOTE_CHANGED, ADMISSION_REQUIRED, those of pick.
func (w *Work) ReturnTickets(v *viewer.Viewer, in RefundTicketsInput) error {
	b := w.Booking
	if b == nil || !b.visible(v) {
		return errBookingNotFound
	}
	if b.Status == Cancelled || b.Status == Expired {
		return errs.New(AlreadyEnded, "This booking has ended already.").At("input", "bookingId")
	}
	tickets, err := b.pick(in.TicketIDs)
	if err != nil {
		return err
	}
	q := b.quoteTickets(v, w.Show, w.Now, tickets)
	if !q.ByOrganizer {
		if w.Show.Begun(w.Now) {
			return errs.New(TooLate, "The event has begun: it is too late to give tickets back.").At("input", "bookingId")
		}
		if err := q.policy.refuse(nil); err != nil {
			return err
		}
	}
	if q.Amount.Amount != in.ExpectedRefund {
		return errs.New(QuoteChanged, "The refund has changed in the meantime: look at it again.").At("input", "expectedRefund")
	}
	reason := EndReason(contract.CancelledByHolder)
	if q.ByOrganizer {
		reason = contract.Refunded
	}
	if q.WholeBooking {
		w.cancel(reason, "", &q.Amount.Amount)
		return nil
	}
	if w.strands(tickets) {
		return errs.New(AdmissionRequired, "What stays would be add-ons without a ticket that lets you in: give them back too.").At("input", "ticketIds")
	}
	w.giveUp(tickets, q, reason)
	return nil
}

// strands reports whether giving the tickets back would leave add-ons without an admission.
func (w *Work) strands(tickets []*Ticket) bool {
	stays := map[bool]int{} // by whether it is an admission
	for _, t := range w.Booking.Tickets {
		if t.Status != Void && !slices.Contains(tickets, t) {
			stays[w.Stock[t.TypeID].Kind == contract.Admission]++
		}
	}
	return stays[true] == 0 && stays[false] > 0
}

// giveUp voids the tickets, which are not the last ones.
func (w *Work) giveUp(tickets []*Ticket, q TicketRefundQuote, reason EndReason) {
	b := w.Booking
	m := contract.TicketsReturned{
		ReturnID: id.New("ret"), PaymentID: b.PaymentID, Reason: string(reason),
		RefundAmount: q.Amount.Amount, KeptAmount: q.Fee.Amount, At: w.Now,
	}
	for _, t := range tickets {
		item, stock := b.item(t.TypeID), w.Stock[t.TypeID]
		t.Status = Void
		item.Quantity--
		item.Returned++
		stock.unsell(1)
		if h := w.Stock.house(stock); h != nil {
			h.unsell(1)
		}
		if t.Seat != nil {
			stock.Hall.release([]*Seat{t.Seat})
			item.Seats = slices.DeleteFunc(item.Seats, func(s *Seat) bool { return s.ID == t.Seat.ID })
		}
		m.TicketIDs = append(m.TicketIDs, t.ID)
		n := slices.IndexFunc(m.Returned, func(r contract.ReturnedItem) bool { return r.TicketTypeID == t.TypeID })
		if n < 0 {
			n = len(m.Returned)
			m.Returned = append(m.Returned, contract.ReturnedItem{TicketTypeID: t.TypeID, UnitAmount: item.UnitPrice.Amount})
		}
		m.Returned[n].Quantity++
	}
	b.Returned += q.Price.Amount
	b.ReturnedWithFee = b.ReturnedWithFee || !q.ByOrganizer && q.Fee.Amount > 0
	b.Revision++
	m.Booking = b.message(w.Show)
	w.GivenUp = tickets
	w.Messages = append(w.Messages, m)
}

// RefundTickets gives tickets of a booking back. Errors: UNAUTHENTICATED, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, those of
// Work.ReturnTickets.
func (s *Office) RefundTickets(ctx context.Context, v *viewer.Viewer, in RefundTicketsInput) (*Booking, error) {
	return s.claimed(ctx, v, "refundTickets", in.BookingID, in.IdempotencyKey, in, func(w *Work) error { return w.ReturnTickets(v, in) })
}

// TicketRefundQuote returns what comes back for tickets of a booking when they are given back now; nil where the viewer may not see the
// booking or one of them cannot be given back.
func (s *Office) TicketRefundQuote(ctx context.Context, v *viewer.Viewer, bookingID string, ticketIDs []string) (*TicketRefundQuote, error) {
	b, err := s.Booking(ctx, v, bookingID)
	if err != nil || b == nil || b.Status != Confirmed {
		return nil, err
	}
	show, err := s.store.Show(ctx, b.EventID)
	if err != nil || show == nil {
		return nil, err
	}
	tickets, _ := b.pick(ticketIDs) // why they cannot be given back is refundTickets' to say
	if tickets == nil {
		return nil, nil
	}
	now := s.now()
	q := b.quoteTickets(v, show, now, tickets)
	if !q.ByOrganizer && (show.Begun(now) || !q.policy.Cancellable) {
		return nil, nil
	}
	return &q, nil
}
