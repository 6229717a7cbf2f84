package booking

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// BookingConnection is one page of bookings.
type BookingConnection = page.Connection[*Booking]

// BookingEdge is a booking in a connection.
type BookingEdge = page.Edge[*Booking]

// Filter says which bookings a list holds; "" and nil do not restrict.
type Filter struct {
	UserID, EventID string
	Status          *Status
}

// Position is where a row stands in a list of bookings, newest first.
type Position struct {
	CreatedAt time.Time
	ID        string
}

// Store keeps bookings. Everything that writes does so in one transaction with the messages and jobs that belong to it.
type Store interface {
	GuestList

	// Hold decides and writes an order, perhaps together with others for the same event, and returns the booking held or, for a
	// repeated claim, the one held then. Errors: those of Order.Place, IDEMPOTENCY_KEY_REUSED, OVERLOADED.
	Hold(ctx context.Context, o *Order) (*Booking, error)
	// Change runs a rule on a booking and writes what it decided. A repeated claim runs nothing and returns the booking as it is now.
	// Errors: those of the rule, IDEMPOTENCY_KEY_REUSED.
	Change(ctx context.Context, claim Claim, bookingID string, rule func(*Work) error) (*Booking, error)

	// AddPromoCode writes a code, or returns the one that was written under the claim. It is nil when its event has another of that name.
	// Error: IDEMPOTENCY_KEY_REUSED.
	AddPromoCode(ctx context.Context, claim Claim, c *PromoCode) (*PromoCode, error)
	// ChangePromoCode locks a code, lets change alter it and writes it. A repeated claim changes nothing and returns the code as it is
	// now. Errors: those of change, which must not ask the store: it holds a connection that others wait for, IDEMPOTENCY_KEY_REUSED.
	ChangePromoCode(ctx context.Context, claim Claim, id string, change func(*PromoCode) error) (*PromoCode, error)
	// PromoCodesOfEvent returns up to limit codes that come after one, in their order.
	PromoCodesOfEvent(ctx context.Context, eventID, after string, limit int) ([]*PromoCode, error)
	// PromoCodeByID returns a code, nil when there is none.
	PromoCodeByID(ctx context.Context, id string) (*PromoCode, error)
	// PromoCode returns a code, nil when the event has none of that name.
	PromoCode(ctx context.Context, eventID, code string) (*PromoCode, error)
	// StockOf returns the stock of an event in the organiser's order.
	StockOf(ctx context.Context, eventID string) ([]*Stock, error)
	// OtherDates returns at most most dates to come of the event's series, the nearest first, that have n left of a ticket type on sale.
	OtherDates(ctx context.Context, eventID string, n int, now time.Time, most int) ([]string, error)

	// Bookings and Tickets return what there is of the ids, by id.
	Bookings(ctx context.Context, ids []string) (map[string]*Booking, error)
	Tickets(ctx context.Context, ids []string) (map[string]*Ticket, error)
	// Scans returns the scans of tickets, by ticket, oldest first.
	Scans(ctx context.Context, ticketIDs []string) (map[string][]*TicketScan, error)
	// List returns up to limit bookings after a position (nil: from the start), newest first.
	List(ctx context.Context, f Filter, after *Position, limit int) ([]*Booking, error)
	// SeatMap returns the numbered seats of an event in the order of the plan.
	SeatMap(ctx context.Context, eventID string) ([]*MapSeat, error)
	// Show returns an event, nil when it is not known.
	Show(ctx context.Context, eventID string) (*Show, error)
	// EventAvailability and TypeAvailability return what there is of the ids, by id.
	// Only who runs an event, as whole tells of its organiser, sees the types that are not public.
	EventAvailability(ctx context.Context, eventIDs []string, whole func(organizerID string) bool) (map[string]*EventAvailability, error)
	TypeAvailability(ctx context.Context, typeIDs []string) (map[string]*TicketTypeAvailability, error)
}

// Office is the box office: the use cases, for whoever asks. (A type named Service would be bound to the federation type _Service.)
type Office struct {
	store Store
	now   func() time.Time
}

// New returns the use cases over a store and a clock.
func New(store Store, now func() time.Time) *Office { return &Office{store: store, now: now} }

// Hold sets seats aside for HoldFor.
// Errors: UNAUTHENTICATED, those of NewOrder and Order.Place, IDEMPOTENCY_KEY_REUSED, OVERLOADED.
func (s *Office) Hold(ctx context.Context, v *viewer.Viewer, in HoldSeatsInput) (*Booking, error) {
	if v == nil {
		return nil, errLogin
	}
	o, err := NewOrder(v.ID(), in)
	if err != nil {
		return nil, err
	}
	return s.one(s.store.Hold(ctx, o))
}

// Confirm confirms a hold that costs nothing. Errors: UNAUTHENTICATED, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, those of Work.Confirm.
func (s *Office) Confirm(ctx context.Context, v *viewer.Viewer, bookingID, key string) (*Booking, error) {
	return s.change(ctx, v, "confirmBooking", bookingID, key, func(w *Work) error { return w.Confirm(v) })
}

// Extend lets a hold last longer, once. Errors: UNAUTHENTICATED, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, those of Work.Extend.
func (s *Office) Extend(ctx context.Context, v *viewer.Viewer, bookingID, key string) (*Booking, error) {
	return s.change(ctx, v, "extendHold", bookingID, key, func(w *Work) error { return w.Extend(v) })
}

// Cancel gives a hold up or cancels a booking; expected is the refund that the holder was shown, nil if they were not.
// Errors: UNAUTHENTICATED, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, those of Work.Cancel.
func (s *Office) Cancel(ctx context.Context, v *viewer.Viewer, bookingID, key string, expected *int64) (*Booking, error) {
	var request any = bookingID
	if expected != nil {
		request = map[string]any{"bookingId": bookingID, "expectedRefund": *expected}
	}
	return s.claimed(ctx, v, "cancelBooking", bookingID, key, request, func(w *Work) error { return w.Cancel(v, expected) })
}

func (s *Office) change(ctx context.Context, v *viewer.Viewer, what, bookingID, key string, rule func(*Work) error) (*Booking, error) {
	return s.claimed(ctx, v, what, bookingID, key, bookingID, rule)
}

// claimed changes a booking under an idempotency key that stands for the request.
func (s *Office) claimed(ctx context.Context, v *viewer.Viewer, what, bookingID, key string, request any, rule func(*Work) error) (*Booking, error) {
	if v == nil {
		return nil, errLogin
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if !isID(bookingID) {
		return nil, errBookingNotFound
	}
	return s.one(s.store.Change(ctx, Claim{Scope: what + " " + v.ID(), Key: key, Request: request}, bookingID, rule))
}

// SetGuests says who the tickets of a booking are for and answers its questions.
// Errors: UNAUTHENTICATED, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, those of Work.SetGuests.
func (s *Office) SetGuests(ctx context.Context, v *viewer.Viewer, in SetGuestsInput) (*Booking, error) {
	return s.claimed(ctx, v, "setGuests", in.BookingID, in.IdempotencyKey, in, func(w *Work) error { return w.SetGuests(v, in) })
}

// Booking returns a booking the viewer may see, else nil.
func (s *Office) Booking(ctx context.Context, v *viewer.Viewer, id string) (*Booking, error) {
	found, err := s.Bookings(ctx, v, []string{id})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// Bookings returns the bookings with these ids in their order, nil in place of those the viewer may not see.
func (s *Office) Bookings(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Booking, error) {
	out := make([]*Booking, len(ids))
	if v == nil {
		return out, nil
	}
	found, err := s.store.Bookings(ctx, known(ids))
	if err != nil {
		return nil, err
	}
	var seen []*Booking
	for i, id := range ids {
		if b := found[id]; b != nil && b.visible(v) {
			out[i] = b
			seen = append(seen, b)
		}
	}
	s.attach(seen)
	return out, nil
}

// Tickets does the same for tickets.
func (s *Office) Tickets(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Ticket, error) {
	out := make([]*Ticket, len(ids))
	if v == nil {
		return out, nil
	}
	found, err := s.store.Tickets(ctx, known(ids))
	if err != nil {
		return nil, err
	}
	var seen []*Booking
	for i, id := range ids {
		if t := found[id]; t != nil && t.Booking.visible(v) {
			out[i] = t
			seen = append(seen, t.Booking)
		}
	}
	s.attach(seen)
	return out, nil
}

// visible reports whether the viewer may see the booking: its holder, the event's organiser, administrators.
func (b *Booking) visible(v *viewer.Viewer) bool { return v.Owns(b.UserID) || v.Owns(b.OrganizerID) }

// Mine lists the viewer's bookings. Errors: UNAUTHENTICATED, INVALID_INPUT for page arguments.
func (s *Office) Mine(ctx context.Context, v *viewer.Viewer, status *Status, first int, after *string) (*BookingConnection, error) {
	if v == nil {
		return nil, errLogin
	}
	return s.list(ctx, Filter{UserID: v.ID(), Status: status}, first, after)
}

// OfUser lists a user's bookings. Errors: UNAUTHENTICATED, FORBIDDEN unless it is the viewer's own account, INVALID_INPUT.
func (s *Office) OfUser(ctx context.Context, v *viewer.Viewer, userID string, status *Status, first int, after *string) (*BookingConnection, error) {
	if v == nil {
		return nil, errLogin
	}
	if !v.Owns(userID) {
		return nil, errs.New(errs.Forbidden, "These are somebody else's bookings.")
	}
	return s.list(ctx, Filter{UserID: userID, Status: status}, first, after)
}

// OfEvent lists an event's bookings. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event, INVALID_INPUT.
func (s *Office) OfEvent(ctx context.Context, v *viewer.Viewer, eventID string, status *Status, first int, after *string) (*BookingConnection, error) {
	show, err := s.run(ctx, v, eventID)
	if err != nil {
		return nil, err
	}
	if show == nil && !v.IsAdmin() {
		return nil, errs.New(errs.Forbidden, "Only its organiser sees the bookings of an event.")
	}
	return s.list(ctx, Filter{EventID: eventID, Status: status}, first, after)
}

// run returns an event that the viewer runs, nil for any other. Error: UNAUTHENTICATED.
func (s *Office) run(ctx context.Context, v *viewer.Viewer, eventID string) (*Show, error) {
	if v == nil {
		return nil, errLogin
	}
	if !isID(eventID) {
		return nil, nil
	}
	show, err := s.store.Show(ctx, eventID)
	if err != nil || show == nil || !v.Owns(show.OrganizerID) {
		return nil, err
	}
	return show, nil
}

func (s *Office) list(ctx context.Context, f Filter, first int, after *string) (*BookingConnection, error) {
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	var from *Position
	if args.After != nil {
		at, ok1 := args.String(0)
		id, ok2 := args.String(1)
		t, err := time.Parse(time.RFC3339Nano, at)
		if !ok1 || !ok2 || err != nil || !isID(id) {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		from = &Position{CreatedAt: t, ID: id}
	}
	rows, err := s.store.List(ctx, f, from, args.Limit())
	if err != nil {
		return nil, err
	}
	s.attach(rows)
	return page.New(args, rows, func(b *Booking) string {
		return page.Cursor(b.CreatedAt.UTC().Format(time.RFC3339Nano), b.ID)
	}), nil
}

var errLogin = errs.New(errs.Unauthenticated, "Log in first.")

// known drops what cannot be an id.
func known(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if isID(id) {
			out = append(out, id)
		}
	}
	return out
}
