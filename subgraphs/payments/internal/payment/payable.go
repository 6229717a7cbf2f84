package payment

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/money"
)

// PayableState says whether a booking can be paid, and if not, why.
type PayableState string

// The states of a payable. Only PayableOpen can be paid.
const (
	PayableOpen      PayableState = "OPEN"
	PayableExpired   PayableState = "EXPIRED"
	PayableReleased  PayableState = "RELEASED"
	PayableConfirmed PayableState = "CONFIRMED"
	PayableCancelled PayableState = "CANCELLED"
)

// Payable is a booking as far as money is concerned.
type Payable struct {
	BookingID     string
	UserID        string
	EventID       string
	OrganizerID   string
	Amount        money.Money
	Description   string // what the buyer reads at the bank
	HoldExpiresAt time.Time
	State         PayableState
	Revision      int // the booking's

	Reference     string
	EventTitle    string
	EventStartsAt time.Time
	EventTimeZone string // IANA
	Venue         string
	Lines         []Line // their amounts add up to Amount

	AnswersMissing bool // the organiser's questions need answers first
}

// PayableOf reads a booking out of a message.
func PayableOf(b contract.Booking, state PayableState) Payable {
	return Payable{
		BookingID: b.BookingID, UserID: b.UserID, EventID: b.EventID, OrganizerID: b.OrganizerID,
		Amount: money.Of(b.TotalAmount, b.Currency), Description: Describe(b.EventTitle, b.Reference), HoldExpiresAt: b.HoldExpiresAt, State: state, Revision: b.Revision,
		Reference: b.Reference, EventTitle: b.EventTitle, EventStartsAt: b.EventStartsAt, EventTimeZone: b.EventTimeZone, Venue: b.Venue,
		Lines: linesOf(b), AnswersMissing: b.AnswersMissing,
	}
}

// linesOf reads the items of a booking; what was taken off the list prices is spread over them.
func linesOf(b contract.Booking) []Line {
	lines := make([]Line, len(b.Items))
	for i, item := range b.Items {
		lines[i] = Line{TypeID: item.TicketTypeID, Name: item.Name, Quantity: item.Quantity + item.Returned, UnitAmount: item.UnitAmount, TaxRate: item.TaxRate, TaxName: item.TaxName}
	}
	return share(lines, b.TotalAmount)
}

// Describe is what the buyer reads at the bank: the event, shortened if need be, and the booking's reference.
func Describe(eventTitle, reference string) string {
	if title := []rune(eventTitle); len(title) > 60 {
		eventTitle = string(title[:59]) + "…"
	}
	return eventTitle + " · " + reference
}

// EndedState is the state of a payable whose hold ended for this reason of package contract.
func EndedState(reason string) PayableState {
	switch reason {
	case contract.HoldExpired:
		return PayableExpired
	case contract.Released:
		return PayableReleased
	default:
		return PayableCancelled
	}
}

// Admit says whether a payment by this user may begin now: BOOKING_NOT_FOUND, HOLD_EXPIRED, ALREADY_PAID, NOT_PAYABLE or ANSWERS_REQUIRED.
func (p Payable) Admit(userID string, now time.Time) error {
	at := func(e *errs.Error) error { return e.At("input", "bookingId") }
	switch {
	case p.UserID != userID:
		return errBookingNotFound
	case p.Amount.Amount <= 0:
		return at(errs.New(NotPayable, "This booking costs nothing."))
	case p.State == PayableConfirmed:
		return errAlreadyPaid
	case p.State == PayableExpired:
		return at(errs.New(HoldExpired, "The hold has run out; choose your seats again."))
	case p.State != PayableOpen:
		return at(errs.New(NotPayable, "This booking was cancelled."))
	case !now.Before(p.HoldExpiresAt):
		return at(errs.New(HoldExpired, "The hold has run out; choose your seats again."))
	case p.AnswersMissing:
		return at(errs.New(AnswersRequired, "The organiser's questions need your answers first."))
	}
	return nil
}
