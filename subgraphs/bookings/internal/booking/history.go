package booking

import (
	"fmt"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/money"
)

// History is a confirmed booking of the past that was not made here: imported or demo data.
type History struct {
	ID, Reference, UserID, PaymentID string
	Items                            []HoldItemInput
	Tickets                          []HistoryTicket
	Guests                           []*GuestInput  // none: nobody was named or answered anything
	Answers                          []*AnswerInput // given once for the booking
	CreatedAt, ConfirmedAt           time.Time
}

// HistoryTicket is a ticket of the past. CheckedInAt is nil when it was not used.
type HistoryTicket struct {
	ID, TypeID, Code, Gate string
	CheckedInAt            *time.Time
}

// Past is a booking of the past with what others are told of it.
type Past struct {
	Booking *Booking
	Tell    []Told

	show *Show
}

// Told is a message of the past.
type Told struct {
	At      time.Time
	Message contract.Message
}

// Happened makes the booking as it stands after what happened, over the event it was made for. Its seats are still to be counted.
// Error: INVALID_INPUT when it does not fit the event.
func (h History) Happened(e contract.Event) (Past, error) {
	b := &Booking{
		ID: h.ID, Reference: h.Reference, UserID: h.UserID, EventID: e.EventID, OrganizerID: e.OrganizerID, Status: Confirmed,
		Revision: 2, PaymentID: h.PaymentID, CreatedAt: h.CreatedAt, ConfirmedAt: &h.ConfirmedAt, ExpiresAt: h.CreatedAt.Add(HoldFor),
	}
	types := map[string]contract.TicketType{}
	for _, t := range e.TicketTypes {
		types[t.TicketTypeID] = t
	}
	for _, i := range h.Items {
		t, ok := types[i.TicketTypeID]
		if !ok || i.Quantity < 1 {
			return Past{}, errs.New(errs.InvalidInput, fmt.Sprintf("%d of ticket type %q do not fit the event", i.Quantity, i.TicketTypeID))
		}
		if err := b.add(&Item{TypeID: t.TicketTypeID, Name: t.Name, Quantity: i.Quantity, UnitPrice: money.Of(t.PriceAmount, t.Currency), TaxRate: t.TaxRate, TaxName: t.TaxName}); err != nil {
			return Past{}, err
		}
	}
	show := &Show{ID: e.EventID, OrganizerID: e.OrganizerID, Title: e.Title, StartsAt: e.StartsAt, TimeZone: e.TimeZone, Venue: e.Venue}
	confirmed := contract.BookingConfirmed{Booking: b.message(show), PaymentID: h.PaymentID, At: h.ConfirmedAt}
	var tell []Told
	for _, t := range h.Tickets {
		code, ok := ReadCode(t.Code)
		if !ok || types[t.TypeID].Name == "" {
			return Past{}, errs.New(errs.InvalidInput, fmt.Sprintf("ticket %q does not fit the event", t.ID))
		}
		ticket := &Ticket{ID: t.ID, Code: code, Status: Valid, TypeID: t.TypeID, Name: types[t.TypeID].Name, Booking: b}
		if t.CheckedInAt != nil {
			gate := t.Gate
			ticket.Status, ticket.CheckedInAt, ticket.Gate = CheckedIn, t.CheckedInAt, &gate
			tell = append(tell, Told{*t.CheckedInAt, contract.TicketCheckedIn{
				TicketID: t.ID, TicketTypeID: t.TypeID, BookingID: h.ID,
				EventID: e.EventID, Gate: gate, At: *t.CheckedInAt,
			}})
		}
		b.Tickets = append(b.Tickets, ticket)
		confirmed.TicketIDs = append(confirmed.TicketIDs, t.ID)
	}
	if len(b.Tickets) != b.Quantity() {
		return Past{}, errs.New(errs.InvalidInput, fmt.Sprintf("booking %q has %d tickets for %d seats", h.ID, len(b.Tickets), b.Quantity()))
	}
	if len(h.Guests) > 0 {
		if err := b.answered(e, h); err != nil {
			return Past{}, err
		}
	}
	return Past{Booking: b, Tell: append([]Told{{h.ConfirmedAt, confirmed}}, tell...), show: show}, nil
}

// answered notes the guests and answers of a booking of the past.
func (b *Booking) answered(e contract.Event, h History) error {
	b.ask(&Show{Questions: e.Questions, Asks: QuestionSetID(e.Questions)})
	var refused refusals
	b.Answers, b.Guests = refused.answers(b.ofOrder(), h.Answers, "", "answers"), refused.guests(b, h.Guests)
	b.Named, b.AnswersMissing = true, false
	b.Fit()
	return refused.Err()
}

// Count sells the booking's seats from free stock; where they are numbered, it gets the best that are left. Error: SOLD_OUT.
func (p Past) Count(stock Stocks) error {
	for _, i := range p.Booking.Items {
		s := stock[i.TypeID]
		if s == nil || s.Free() < i.Quantity {
			return errs.New(SoldOut, fmt.Sprintf("booking %q finds no %d seats of ticket type %q", p.Booking.ID, i.Quantity, i.TypeID))
		}
		if h := stock.house(s); h != nil && h.Free() < i.Quantity {
			return errs.New(SoldOut, fmt.Sprintf("booking %q finds no %d seats of the event", p.Booking.ID, i.Quantity))
		}
	}
	stock.each(p.Booking.Items, (*Stock).seat)
	return p.sit(stock)
}

// sit gives the booking numbered seats, its tickets theirs, and tells of them.
func (p Past) sit(stock Stocks) error {
	numbered := false
	for _, i := range p.Booking.Items {
		hall := stock[i.TypeID].Hall
		if hall == nil {
			continue
		}
		if i.Seats = hall.Best(i.Quantity, false); i.Seats == nil {
			return errs.New(SoldOut, fmt.Sprintf("booking %q finds no %d numbered seats of ticket type %q", p.Booking.ID, i.Quantity, i.TypeID))
		}
		numbered = true
		left := i.Seats
		for _, t := range p.Booking.Tickets {
			if t.TypeID == i.TypeID && len(left) > 0 {
				t.Seat, left = left[0], left[1:]
			}
		}
	}
	if !numbered {
		return nil
	}
	stock.takeSeats(p.Booking)
	for i, told := range p.Tell {
		if m, ok := told.Message.(contract.BookingConfirmed); ok {
			m.Booking = p.Booking.message(p.show)
			p.Tell[i].Message = m
		}
	}
	return nil
}
