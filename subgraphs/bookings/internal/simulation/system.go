package simulation

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// Act is what a holder does to a booking.
type Act string

// The acts.
const (
	Confirm Act = "confirm"
	Extend  Act = "extend"
	Cancel  Act = "cancel"
)

// System is a box office that can be played.
type System interface {
	// Pass lets time pass.
	Pass(d time.Duration)
	// Hear delivers a message of another subgraph.
	Hear(m contract.Message) error
	// AddCode adds a promo code, and SetActive turns it off and on.
	AddCode(c booking.PromoCode) error
	SetActive(eventID, code string, active bool) error
	// Hold and Act are the mutations; a refusal is a coded error. expected is a refund that was shown, nil for none.
	Hold(v *viewer.Viewer, in booking.HoldSeatsInput) (*booking.Booking, error)
	Act(v *viewer.Viewer, a Act, bookingID string, expected *int64) error
	// Sweep ends the holds whose time is up, EndCalledOff the bookings of an event that was called off.
	Sweep() error
	EndCalledOff(eventID string) error
	// Told returns what was told of the event's bookings since it was last asked, each booking's in order.
	Told() ([]contract.Message, error)
	// Look returns everything as it is.
	Look(eventID string, bookingIDs []string) (*Picture, error)
}

// Picture is all there is of an event.
type Picture struct {
	Stock    map[string]Counters // by ticket type; the event's own under its id, if it has some
	Uses     map[string]int      // by code
	Bookings map[string]*booking.Booking
	Seats    map[string]string // who has it, by seat
}

// Counters are those of a stock.
type Counters struct{ Capacity, Held, Sold int }
