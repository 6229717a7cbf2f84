package simulation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// memory plays the rules alone: what the store keeps in tables is kept in maps.
type memory struct {
	now      time.Time
	show     *booking.Show
	stock    booking.Stocks
	plan     []*booking.Seat
	taken    map[string]string // seat → booking
	codes    booking.PromoCodes
	bookings []*booking.Booking
	payments map[string][]booking.Payment // by booking
	messages []contract.Message
}

// NewMemory returns a system of the rules alone, at a time.
func NewMemory(now time.Time) System {
	return &memory{now: now, stock: booking.Stocks{}, taken: map[string]string{}, codes: booking.PromoCodes{}, payments: map[string][]booking.Payment{}}
}

func (s *memory) Pass(d time.Duration) { s.now = s.now.Add(d) }

func (s *memory) AddCode(c booking.PromoCode) error {
	s.codes[booking.PromoKey(c.EventID, c.Code)] = &c
	return nil
}

func (s *memory) SetActive(eventID, code string, active bool) error {
	s.codes[booking.PromoKey(eventID, code)].Active = active
	return nil
}

func (s *memory) Hear(message contract.Message) error {
	switch m := message.(type) {
	case contract.EventPublished:
		s.put(s.show.Apply(m.Event, s.list()))
		s.plan = booking.Plan(m.EventID, m.Seating)
	case contract.EventCancelled:
		s.put(s.show.CallOff(m, s.list()))
	case contract.PaymentCaptured:
		return s.change(m.BookingID, func(w *booking.Work) error { w.Capture(m); return nil })
	case contract.PaymentRefunded:
		return s.change(m.BookingID, func(w *booking.Work) error { w.Refunded(m); return nil })
	case contract.PaymentDisputed:
		return s.change(m.BookingID, func(w *booking.Work) error { w.Disputed(m); return nil })
	default:
		return fmt.Errorf("nobody hears %s", m.Topic())
	}
	return nil
}

func (s *memory) put(show *booking.Show, write []*booking.Stock) {
	if show != nil {
		s.show = show
	}
	for _, k := range write {
		s.stock[k.TypeID] = k
	}
}

// open readies the hall for a rule, as the store does, and seat writes what the rule decided.
func (s *memory) open() (seat func()) {
	if len(s.plan) == 0 {
		return func() {}
	}
	var occupied []booking.Occupied
	for _, k := range s.plan {
		if who := s.taken[k.ID]; who != "" {
			occupied = append(occupied, booking.Occupied{SeatID: k.ID, TypeID: k.TypeID, BookingID: who})
		}
	}
	h := booking.NewHall(s.plan, occupied)
	s.stock[s.plan[0].TypeID].Hall = h
	return func() {
		took, freed := h.Moves()
		for _, id := range freed {
			delete(s.taken, id)
		}
		for _, t := range took {
			if s.taken[t.SeatID] != "" {
				panic("simulation: seat " + t.SeatID + " is taken twice") // where the database has a unique key
			}
			s.taken[t.SeatID] = t.BookingID
		}
	}
}

func (s *memory) list() []*booking.Stock {
	var out []*booking.Stock
	for _, k := range s.stock {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b *booking.Stock) int { return a.Position - b.Position })
	return out
}

// count counts what people have, and lets the codes know what they have used.
func (s *memory) count() booking.Taken {
	out := booking.Taken{}
	uses := map[string]map[string]int{}
	for _, b := range s.bookings {
		if b.Status != booking.Held && b.Status != booking.Confirmed {
			continue
		}
		for _, i := range b.Items {
			out.Add(b.UserID, b.EventID, i.TypeID, s.stock[i.TypeID].Kind, i.Quantity)
		}
		for _, c := range b.Codes {
			key := booking.PromoKey(b.EventID, c)
			if uses[key] == nil {
				uses[key] = map[string]int{}
			}
			uses[key][b.UserID]++
		}
	}
	for key, c := range s.codes {
		read := booking.PromoCode{
			ID: c.ID, EventID: c.EventID, Code: c.Code, Kind: c.Kind, Value: c.Value, TicketTypeIDs: c.TicketTypeIDs, MaxUses: c.MaxUses, PerPerson: c.PerPerson,
			Active: c.Active, Used: c.Used, CreatedAt: c.CreatedAt,
		}
		for user, n := range uses[key] {
			read.Count(user, n)
		}
		s.codes[key] = &read
	}
	return out
}

func (s *memory) Hold(v *viewer.Viewer, in booking.HoldSeatsInput) (*booking.Booking, error) {
	o, err := booking.NewOrder(v.UserID, in)
	if err != nil {
		return nil, err
	}
	taken := s.count()
	defer s.open()()
	o.Promo = s.codes
	if o.Place(s.show, s.stock, taken, s.now); o.Err != nil {
		return nil, o.Err
	}
	s.bookings = append(s.bookings, o.Booking)
	s.messages = append(s.messages, o.Tell)
	return o.Booking, nil
}

func (s *memory) find(id string) *booking.Booking {
	for _, b := range s.bookings {
		if b.ID == id {
			return b
		}
	}
	return nil
}

// change runs a rule as the store does, but for the writing.
func (s *memory) change(bookingID string, rule func(*booking.Work) error) error {
	b := s.find(bookingID)
	taken := s.count()
	defer s.open()()
	w := &booking.Work{Now: s.now, Booking: b, Show: s.show, Stock: s.stock, Payments: s.payments[bookingID], Promo: s.codes, Taken: taken}
	if err := rule(w); err != nil {
		return err
	}
	for _, p := range w.Decided {
		s.payments[bookingID] = append(slices.DeleteFunc(s.payments[bookingID], func(q booking.Payment) bool { return q.ID == p.ID }), p)
	}
	s.messages = append(s.messages, w.Messages...)
	return nil
}

func (s *memory) Act(v *viewer.Viewer, a Act, bookingID string, expected *int64) error {
	return s.change(bookingID, func(w *booking.Work) error {
		switch a {
		case Confirm:
			return w.Confirm(v)
		case Extend:
			return w.Extend(v)
		case Cancel:
			return w.Cancel(v, expected)
		}
		return errors.New("no such act")
	})
}

func (s *memory) Sweep() error { return s.all(func(w *booking.Work) { w.Expire() }) }

func (s *memory) EndCalledOff(string) error { return s.all(func(w *booking.Work) { w.CallOff() }) }

func (s *memory) all(rule func(*booking.Work)) error {
	for _, b := range s.bookings {
		if err := s.change(b.ID, func(w *booking.Work) error { rule(w); return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (s *memory) Told() ([]contract.Message, error) {
	out := s.messages
	s.messages = nil
	return out, nil
}

func (s *memory) Look(_ string, ids []string) (*Picture, error) {
	p := &Picture{Stock: map[string]Counters{}, Uses: map[string]int{}, Bookings: map[string]*booking.Booking{}}
	for id, k := range s.stock {
		p.Stock[id] = Counters{k.Capacity, k.Held, k.Sold}
	}
	for _, c := range s.codes {
		p.Uses[c.Code] = c.Used
	}
	for _, id := range ids {
		p.Bookings[id] = s.find(id)
	}
	p.Seats = maps.Clone(s.taken)
	return p, nil
}
