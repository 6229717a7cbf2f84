package contract

import "time"

// Booking is a booking as others need to know it. Revision grows with every change of the booking.
type Booking struct {
	BookingID     string        `json:"bookingId"`
	Revision      int           `json:"revision"`
	Reference     string        `json:"reference"`
	UserID        string        `json:"userId"`
	EventID       string        `json:"eventId"`
	OrganizerID   string        `json:"organizerId"`
	EventTitle    string        `json:"eventTitle"`
	EventStartsAt time.Time     `json:"eventStartsAt"`
	EventTimeZone string        `json:"eventTimeZone"`
	Venue         string        `json:"venue"`
	Items         []BookingItem `json:"items"`
	TotalAmount   int64         `json:"totalAmount"` // minor units
	Currency      string        `json:"currency"`
	HoldExpiresAt time.Time     `json:"holdExpiresAt"`
	// Codes are the promo and access codes the booking was made with.
	Codes []string `json:"codes,omitempty"`
	// AnswersMissing: it cannot be paid or confirmed before the organiser's questions are answered.
	AnswersMissing bool `json:"answersMissing,omitempty"`
}

// BookingItem is the tickets of one type within a booking.
type BookingItem struct {
	TicketTypeID string `json:"ticketTypeId"`
	Name         string `json:"name"`
	Quantity     int    `json:"quantity"`
	Returned     int    `json:"returned,omitempty"` // how many more there were, that were given back singly
	TaxRate      int    `json:"taxRate,omitempty"`  // basis points; the tax is part of the amount
	TaxName      string `json:"taxName,omitempty"`
	UnitAmount   int64  `json:"unitAmount"` // minor units of one ticket, after any discount
	// FullAmount is the price of one ticket before a discount; 0: there was none. Minor units.
	FullAmount int64    `json:"fullAmount,omitempty"`
	Seats      []string `json:"seats,omitempty"` // numbered seats, as people call them
}

// End reasons of a booking; the values of the GraphQL enum BookingEndReason.
const (
	HoldExpired       = "HOLD_EXPIRED"
	Released          = "RELEASED"
	CancelledByHolder = "CANCELLED_BY_HOLDER"
	Refunded          = "REFUNDED"
	EventCalledOff    = "EVENT_CANCELLED"
)

// BookingHeld tells that seats are set aside until HoldExpiresAt, and again, with a higher revision, when the hold was extended or its
// questions were answered. Bookings publishes it.
type BookingHeld struct {
	Booking
	At time.Time `json:"at"`
}

func (BookingHeld) Topic() string { return "booking.held" }
func (m BookingHeld) Key() string { return m.BookingID }

// BookingConfirmed tells that the seats are bought. PaymentID is empty for a free booking. Bookings publishes it.
type BookingConfirmed struct {
	Booking
	PaymentID string    `json:"paymentId"`
	TicketIDs []string  `json:"ticketIds"`
	At        time.Time `json:"at"`
}

func (BookingConfirmed) Topic() string { return "booking.confirmed" }
func (m BookingConfirmed) Key() string { return m.BookingID }

// BookingExpired tells that a hold ended unpaid (HoldExpired, Released, EventCalledOff). Bookings publishes it.
type BookingExpired struct {
	Booking
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

func (BookingExpired) Topic() string { return "booking.expired" }
func (m BookingExpired) Key() string { return m.BookingID }

// BookingCancelled tells that a confirmed booking ended (CancelledByHolder, Refunded, EventCalledOff). Payments gives back what
// RefundAmount says. Bookings publishes it.
type BookingCancelled struct {
	Booking
	Reason      string `json:"reason"`
	Explanation string `json:"explanation"` // the organiser's words to the holder; may be empty
	// RefundAmount is what the event's policy gives back, in minor units; nil is all that is left.
	RefundAmount *int64    `json:"refundAmount,omitempty"`
	At           time.Time `json:"at"`
}

func (BookingCancelled) Topic() string { return "booking.cancelled" }
func (m BookingCancelled) Key() string { return m.BookingID }

// TicketsReturned tells that some tickets of a confirmed booking are void and their seats free again; the others stay. Booking is as it is
// now. Payments gives back RefundAmount. Bookings publishes it.
type TicketsReturned struct {
	Booking
	ReturnID     string         `json:"returnId"` // new for each return
	PaymentID    string         `json:"paymentId"`
	Returned     []ReturnedItem `json:"returned"`
	TicketIDs    []string       `json:"ticketIds"`
	Reason       string         `json:"reason"`       // CancelledByHolder or Refunded
	RefundAmount int64          `json:"refundAmount"` // minor units that go back
	KeptAmount   int64          `json:"keptAmount"`   // minor units that the event's policy leaves with the organiser
	At           time.Time      `json:"at"`
}

func (TicketsReturned) Topic() string { return "booking.tickets_returned" }
func (m TicketsReturned) Key() string { return m.BookingID }

// ReturnedItem is the tickets of one type that were returned.
type ReturnedItem struct {
	TicketTypeID string `json:"ticketTypeId"`
	Quantity     int    `json:"quantity"`
	UnitAmount   int64  `json:"unitAmount"` // minor units that one of them had cost
}

// PaymentRejected tells that captured money found no seats any more (the hold had ended and the seats are gone, or the booking was paid
// twice): it must go back. Bookings publishes it in answer to PaymentCaptured.
type PaymentRejected struct {
	BookingID string    `json:"bookingId"`
	PaymentID string    `json:"paymentId"`
	At        time.Time `json:"at"`
}

func (PaymentRejected) Topic() string { return "booking.payment_rejected" }
func (m PaymentRejected) Key() string { return m.BookingID }

// TicketAssigned tells that a ticket of a confirmed booking is for a guest with an e-mail address: when the booking was confirmed, and again
// when the address was set or changed. Bookings publishes it.
type TicketAssigned struct {
	Booking
	TicketID   string    `json:"ticketId"`
	TicketName string    `json:"ticketName"`     // of its type
	Code       string    `json:"code"`           // lets the guest in at the door
	Seat       string    `json:"seat,omitempty"` // as people call it
	GuestName  string    `json:"guestName,omitempty"`
	GuestEmail string    `json:"guestEmail"`
	At         time.Time `json:"at"`
}

func (TicketAssigned) Topic() string { return "ticket.assigned" }
func (m TicketAssigned) Key() string { return m.BookingID }

// TicketCheckedIn tells that a holder came in. Bookings publishes it.
type TicketCheckedIn struct {
	TicketID     string    `json:"ticketId"`
	TicketTypeID string    `json:"ticketTypeId"`
	BookingID    string    `json:"bookingId"`
	EventID      string    `json:"eventId"`
	Gate         string    `json:"gate"`
	Entry        int       `json:"entry,omitempty"` // which of the ticket's check-ins this is, where one was undone before: 2, 3, …; else 0 or 1
	At           time.Time `json:"at"`
}

func (TicketCheckedIn) Topic() string { return "ticket.checked_in" }
func (m TicketCheckedIn) Key() string { return m.BookingID }

// TicketCheckInUndone tells that a check-in was taken back: the holder may come in again. Entry names the one that was. Bookings
// publishes it.
type TicketCheckInUndone struct {
	TicketID     string    `json:"ticketId"`
	TicketTypeID string    `json:"ticketTypeId"`
	BookingID    string    `json:"bookingId"`
	EventID      string    `json:"eventId"`
	Gate         string    `json:"gate"`
	Entry        int       `json:"entry"` // from 1
	By           string    `json:"by"`    // user id
	Reason       string    `json:"reason"`
	At           time.Time `json:"at"`
}

func (TicketCheckInUndone) Topic() string { return "ticket.check_in_undone" }
func (m TicketCheckInUndone) Key() string { return m.BookingID }
