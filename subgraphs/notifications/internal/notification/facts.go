package notification

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
)

// Facts is everything a notification and its messages are written from. It is stored as JSON and only ever gains fields.
type Facts struct {
	Kind        NotificationKind `json:"kind"`
	UserID      string           `json:"userId"`
	Subject     string           `json:"subject"`
	Brief       Brief            `json:"brief"`
	Amount      money.Money      `json:"amount"`                // what the booking cost, or what goes back
	Reason      string           `json:"reason,omitempty"`      // of a cancellation: an end reason of package contract
	Explanation string           `json:"explanation,omitempty"` // the organiser's words; may be empty
	At          time.Time        `json:"at"`                    // when it happened
	Ticket      *Ticket          `json:"ticket,omitempty"`      // of TicketSent
}

// Ticket is a ticket that is sent to its guest. Name and address of the guest are kept nowhere in this subgraph but with the notification of
// the buyer and its e-mail: whoever erases the buyer erases them too.
type Ticket struct {
	Name  string `json:"name"` // of its type
	Code  string `json:"code"`
	Seat  string `json:"seat,omitempty"`
	Guest string `json:"guest,omitempty"` // the guest's name
	Email string `json:"email"`
}

// reader is who gets the e-mail: the guest of a ticket that is sent, else the person that the facts are about.
func (f Facts) reader(person Recipient) Recipient {
	if f.Ticket != nil {
		return Recipient{UserID: f.UserID, Email: f.Ticket.Email, Name: f.Ticket.Guest}
	}
	return person
}

// Brief is a booking as messages tell of it. Everything but the ids is empty for a booking that only a refund tells of.
type Brief struct {
	BookingID     string    `json:"bookingId"`
	EventID       string    `json:"eventId"`
	Reference     string    `json:"reference,omitempty"`
	EventTitle    string    `json:"eventTitle,omitempty"`
	EventStartsAt time.Time `json:"eventStartsAt,omitzero"`
	EventTimeZone string    `json:"eventTimeZone,omitempty"` // IANA
	Venue         string    `json:"venue,omitempty"`
	Items         []Item    `json:"items,omitempty"`
}

// Item is the tickets of one type.
type Item struct {
	Name     string      `json:"name"`
	Quantity int         `json:"quantity"`
	Total    money.Money `json:"total"`
}

// Tickets counts the tickets.
func (b Brief) Tickets() int {
	n := 0
	for _, i := range b.Items {
		n += i.Quantity
	}
	return n
}

// BriefOf keeps what messages need of a booking.
func BriefOf(b contract.Booking) Brief {
	brief := Brief{
		BookingID: b.BookingID, EventID: b.EventID, Reference: b.Reference, EventTitle: b.EventTitle,
		EventStartsAt: b.EventStartsAt, EventTimeZone: b.EventTimeZone, Venue: b.Venue,
	}
	for _, i := range b.Items {
		brief.Items = append(brief.Items, Item{
			Name: i.Name, Quantity: i.Quantity, Total: money.Of(i.UnitAmount*int64(i.Quantity), b.Currency),
		})
	}
	return brief
}

// OfConfirmed makes the facts of a confirmed booking.
func OfConfirmed(m contract.BookingConfirmed) Facts {
	return Facts{
		Kind: BookingConfirmed, UserID: m.UserID, Subject: m.BookingID, Brief: BriefOf(m.Booking),
		Amount: money.Of(m.TotalAmount, m.Currency), At: m.At,
	}
}

// OfCancelled makes the facts of a cancelled booking.
func OfCancelled(m contract.BookingCancelled) Facts {
	return Facts{
		Kind: BookingCancelled, UserID: m.UserID, Subject: m.BookingID, Brief: BriefOf(m.Booking),
		Amount: money.Of(m.TotalAmount, m.Currency), Reason: m.Reason, Explanation: m.Explanation, At: m.At,
	}
}

// OfAssigned makes the facts of a ticket that is sent to its guest.
func OfAssigned(m contract.TicketAssigned) Facts {
	return Facts{
		Kind: TicketSent, UserID: m.UserID, Subject: m.TicketID + " " + m.GuestEmail, Brief: BriefOf(m.Booking), At: m.At,
		Ticket: &Ticket{Name: m.TicketName, Code: m.Code, Seat: m.Seat, Guest: m.GuestName, Email: m.GuestEmail},
	}
}

// OfRefunded makes the facts of money that came too late and went back. known is the booking's brief if one was seen, else nil.
func OfRefunded(m contract.PaymentRefunded, known *Brief) Facts {
	f := Facts{
		Kind: PaymentRefunded, UserID: m.UserID, Subject: m.PaymentID, Amount: money.Of(m.Amount, m.Currency), At: m.At,
		Brief: Brief{BookingID: m.BookingID, EventID: m.EventID},
	}
	if known != nil {
		f.Brief = *known
	}
	return f
}
