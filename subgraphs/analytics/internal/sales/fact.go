// Package sales is the domain of counting what events sell.
//
// A fact is something that happened once: a booking was confirmed or cancelled, money was captured or given back, a holder came in, an
// event was published. Facts come in any order and more than once. Counts are what facts add up to. What they mean:
//
//   - A booking counts as sold (bookings, tickets, the tickets and revenue of its types) from its booking.confirmed on, until its
//     booking.cancelled; cancelled, it counts as a cancellation. A cancellation before its confirmation counts nothing until that comes.
//   - Gross revenue is the sum of the totals of all confirmed bookings, at the prices they were held at. It stays when they are cancelled.
//     payment.captured adds nothing: money that no booking was confirmed with is not revenue.
//   - Refunded is the sum of all payment.refunded of the payments that bookings were confirmed with. What goes back of other payments
//     (too late, twice) was never revenue and is not counted. So gross minus refunded is what the organiser keeps.
//   - Check-ins are tickets whose holders are in, each once, whatever becomes of their bookings: a check-in that was undone counts no more,
//     and the next one of the same ticket counts again. An undoing before its check-in counts nothing until that comes.
//   - A point of the timeline has the bookings confirmed in its hour or day, in UTC, by the time at which the bus event was published;
//     later cancellations change no point.
package sales

import (
	"strconv"
	"time"

	"marquee/internal/contract"
)

// Kind is what happened: the topic of the message that told of it.
type Kind string

// The kinds.
const (
	EventPublished   Kind = "event.published"
	BookingConfirmed Kind = "booking.confirmed"
	BookingCancelled Kind = "booking.cancelled"
	TicketsReturned  Kind = "booking.tickets_returned"
	PaymentCaptured  Kind = "payment.captured"
	PaymentRefunded  Kind = "payment.refunded"
	TicketCheckedIn  Kind = "ticket.checked_in"
	CheckInUndone    Kind = "ticket.check_in_undone"
)

// Fact is something that happened. Kind and Subject identify it.
type Fact struct {
	Kind         Kind
	Subject      string // id of the booking, payment, refund, return or check-in; event id and version for EventPublished
	EventID      string
	BookingID    string // "" for EventPublished
	PaymentID    string // BookingConfirmed (empty if free), PaymentCaptured, PaymentRefunded
	OrganizerID  string // EventPublished, BookingConfirmed, BookingCancelled
	TicketTypeID string // TicketCheckedIn, CheckInUndone
	Amount       int64  // minor units: the booking's total, what was captured, what went back
	Currency     string // "" for TicketCheckedIn and CheckInUndone
	Tickets      int    // BookingConfirmed, TicketsReturned
	Version      int    // EventPublished
	Items        []Item // BookingConfirmed: what was bought; TicketsReturned: what was given back; EventPublished: the ticket types in their order
	At           time.Time
}

// Item is the tickets of one type within a booking, or one type of a published event.
type Item struct {
	TicketTypeID string `json:"ticketTypeId"`
	Name         string `json:"name"`
	Quantity     int    `json:"quantity,omitempty"`
	Amount       int64  `json:"amount,omitempty"` // minor units, of all of them
}

// OfPublished makes the fact of a published event. Its currency is that of its ticket types, which share one.
func OfPublished(m contract.EventPublished, at time.Time) Fact {
	f := Fact{
		Kind: EventPublished, Subject: m.EventID + ":" + strconv.Itoa(m.Version), EventID: m.EventID, OrganizerID: m.OrganizerID,
		Version: m.Version, At: at,
	}
	for _, t := range m.TicketTypes {
		f.Currency = t.Currency
		f.Items = append(f.Items, Item{TicketTypeID: t.TicketTypeID, Name: t.Name})
	}
	return f
}

// OfConfirmed makes the fact of a confirmed booking.
func OfConfirmed(m contract.BookingConfirmed, at time.Time) Fact {
	f := ofBooking(BookingConfirmed, m.Booking, at)
	f.PaymentID = m.PaymentID
	for _, i := range m.Items {
		f.Tickets += i.Quantity
		f.Items = append(f.Items, Item{
			TicketTypeID: i.TicketTypeID, Name: i.Name, Quantity: i.Quantity, Amount: i.UnitAmount * int64(i.Quantity),
		})
	}
	return f
}

// OfCancelled makes the fact of a cancelled booking.
func OfCancelled(m contract.BookingCancelled, at time.Time) Fact {
	return ofBooking(BookingCancelled, m.Booking, at)
}

// OfReturned makes the fact of tickets that were given back singly.
func OfReturned(m contract.TicketsReturned, at time.Time) Fact {
	f := ofBooking(TicketsReturned, m.Booking, at)
	f.Subject, f.Amount = m.ReturnID, m.RefundAmount
	for _, r := range m.Returned {
		f.Tickets += r.Quantity
		f.Items = append(f.Items, Item{TicketTypeID: r.TicketTypeID, Quantity: r.Quantity, Amount: r.UnitAmount * int64(r.Quantity)})
	}
	return f
}

func ofBooking(kind Kind, b contract.Booking, at time.Time) Fact {
	return Fact{
		Kind: kind, Subject: b.BookingID, EventID: b.EventID, BookingID: b.BookingID, OrganizerID: b.OrganizerID,
		Amount: b.TotalAmount, Currency: b.Currency, At: at,
	}
}

// OfCaptured makes the fact of captured money.
func OfCaptured(m contract.PaymentCaptured, at time.Time) Fact {
	return Fact{
		Kind: PaymentCaptured, Subject: m.PaymentID, EventID: m.EventID, BookingID: m.BookingID, PaymentID: m.PaymentID,
		Amount: m.Amount, Currency: m.Currency, At: at,
	}
}

// OfRefunded makes the fact of money that went back.
func OfRefunded(m contract.PaymentRefunded, at time.Time) Fact {
	return Fact{
		Kind: PaymentRefunded, Subject: m.RefundID, EventID: m.EventID, BookingID: m.BookingID, PaymentID: m.PaymentID,
		Amount: m.Amount, Currency: m.Currency, At: at,
	}
}

// OfCheckedIn makes the fact of a holder who came in.
func OfCheckedIn(m contract.TicketCheckedIn, at time.Time) Fact {
	return Fact{
		Kind: TicketCheckedIn, Subject: checkIn(m.TicketID, m.Entry), EventID: m.EventID, BookingID: m.BookingID, TicketTypeID: m.TicketTypeID, At: at,
	}
}

// OfCheckInUndone makes the fact of a check-in that was taken back; it has the subject of that check-in.
func OfCheckInUndone(m contract.TicketCheckInUndone, at time.Time) Fact {
	return Fact{
		Kind: CheckInUndone, Subject: checkIn(m.TicketID, m.Entry), EventID: m.EventID, BookingID: m.BookingID, TicketTypeID: m.TicketTypeID,
		At: at,
	}
}

// checkIn names one check-in of a ticket: the first by the ticket alone, as it was before there were others.
func checkIn(ticketID string, entry int) string {
	if entry <= 1 {
		return ticketID
	}
	return ticketID + ":" + strconv.Itoa(entry)
}
