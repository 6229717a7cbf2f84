package contract

import "time"

// Refund reasons; the values of the GraphQL enum RefundReason.
const (
	RefundBookingCancelled = "BOOKING_CANCELLED"
	RefundTicketsReturned  = "TICKETS_RETURNED"
	RefundPaidTooLate      = "PAID_TOO_LATE"
	RefundOrganizer        = "ORGANIZER"
	RefundEventCancelled   = "EVENT_CANCELLED"
)

// PaymentCaptured tells that a booking's money is ours. Payments publishes it.
type PaymentCaptured struct {
	PaymentID string    `json:"paymentId"`
	BookingID string    `json:"bookingId"`
	EventID   string    `json:"eventId"`
	UserID    string    `json:"userId"`
	Amount    int64     `json:"amount"` // minor units
	Currency  string    `json:"currency"`
	At        time.Time `json:"at"`
}

func (PaymentCaptured) Topic() string { return "payment.captured" }
func (m PaymentCaptured) Key() string { return m.BookingID }

// PaymentRefunded tells that money went back. Left is what of the payment has not gone back; 0 is a full refund.
// Payments publishes it.
type PaymentRefunded struct {
	PaymentID string `json:"paymentId"`
	RefundID  string `json:"refundId"`
	BookingID string `json:"bookingId"`
	EventID   string `json:"eventId"`
	UserID    string `json:"userId"`
	Amount    int64  `json:"amount"` // minor units of this refund
	Left      int64  `json:"left"`   // minor units
	// ForTickets is how much went back so far for single tickets (RefundTicketsReturned), this refund included; minor units.
	ForTickets int64     `json:"forTickets,omitempty"`
	Currency   string    `json:"currency"`
	Reason     string    `json:"reason"`
	At         time.Time `json:"at"`
}

func (PaymentRefunded) Topic() string { return "payment.refunded" }
func (m PaymentRefunded) Key() string { return m.BookingID }

// States of a dispute; the values of the GraphQL enum DisputeStatus.
const (
	DisputeNeedsResponse = "NEEDS_RESPONSE"
	DisputeWon           = "WON"
	DisputeLost          = "LOST"
)

// PaymentDisputed tells how a dispute of a captured payment stands: first NEEDS_RESPONSE, then WON (nothing has changed) or LOST (the
// buyer's bank took the money back). Whole says that nothing of the payment is left besides what is disputed. Payments publishes it.
type PaymentDisputed struct {
	PaymentID string    `json:"paymentId"`
	DisputeID string    `json:"disputeId"`
	BookingID string    `json:"bookingId"`
	EventID   string    `json:"eventId"`
	UserID    string    `json:"userId"`
	Status    string    `json:"status"`
	Amount    int64     `json:"amount"` // minor units under dispute
	Currency  string    `json:"currency"`
	Reason    string    `json:"reason"` // a few words of the bank's
	Whole     bool      `json:"whole"`
	At        time.Time `json:"at"`
}

func (PaymentDisputed) Topic() string { return "payment.disputed" }
func (m PaymentDisputed) Key() string { return m.BookingID }
