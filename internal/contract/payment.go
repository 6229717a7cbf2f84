package contract

import "time"

// Refund reasons; the values of the GraphQL enum RefundReason.
const (
	RefundBookingCancelled = "BOOKING_CANCELLED"
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
	PaymentID string    `json:"paymentId"`
	RefundID  string    `json:"refundId"`
	BookingID string    `json:"bookingId"`
	EventID   string    `json:"eventId"`
	UserID    string    `json:"userId"`
	Amount    int64     `json:"amount"` // minor units of this refund
	Left      int64     `json:"left"`   // minor units
	Currency  string    `json:"currency"`
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
}

func (PaymentRefunded) Topic() string { return "payment.refunded" }
func (m PaymentRefunded) Key() string { return m.BookingID }
