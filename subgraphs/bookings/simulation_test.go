package bookings_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/simulation"
)

// played is the subgraph on PostgreSQL as a system to be played.
type played struct {
	*bench
	codes map[string]*booking.PromoCode
	event string
	seq   int64 // of the last message of the outbox that was seen
}

// The sequences that the rules are played with alone, on PostgreSQL, with everything between: the same model says what should be.
func TestTheDatabaseDoesWhatTheModelSays(t *testing.T) {
	t.Parallel()
	b := start(t)
	for seed := range uint64(10) {
		s := &played{bench: b, codes: map[string]*booking.PromoCode{}}
		if err := simulation.Run(s, b.clock.Now(), seed+1, 50, true); err != nil {
			t.Fatal(err)
		}
		b.conserved()
		b.seated()
	}
}

func (s *played) Pass(d time.Duration) { s.clock.Forward(d) }

func (s *played) Hear(m contract.Message) error {
	if e, ok := m.(contract.EventPublished); ok {
		s.event = e.EventID
	}
	return bus.One(s.t.Context(), s.Instance.Inbox(), servicetest.EventOf(s.t, m))
}

func (s *played) AddCode(c booking.PromoCode) error {
	made, err := s.box.CreatePromoCode(s.t.Context(), organizer, booking.CreatePromoCodeInput{
		EventID: c.EventID, Code: c.Code, Kind: c.Kind, Value: c.Value, TicketTypeIDs: c.TicketTypeIDs, MaxUses: c.MaxUses, PerPerson: c.PerPerson,
		IdempotencyKey: id.New("key"),
	})
	s.codes[c.Code] = made
	return err
}

func (s *played) SetActive(_, code string, active bool) error {
	c := s.codes[code]
	_, err := s.box.UpdatePromoCode(s.t.Context(), organizer, booking.UpdatePromoCodeInput{
		ID: c.ID, Active: active, TicketTypeIDs: c.TicketTypeIDs, MaxUses: c.MaxUses, PerPerson: c.PerPerson, IdempotencyKey: id.New("key"),
	})
	return err
}

func (s *played) Hold(v *viewer.Viewer, in booking.HoldSeatsInput) (*booking.Booking, error) {
	return s.box.Hold(s.t.Context(), v, in)
}

func (s *played) Act(v *viewer.Viewer, a simulation.Act, bookingID string, expected *int64) (err error) {
	ctx, key := s.t.Context(), id.New("key")
	switch a {
	case simulation.Confirm:
		_, err = s.box.Confirm(ctx, v, bookingID, key)
	case simulation.Extend:
		_, err = s.box.Extend(ctx, v, bookingID, key)
	case simulation.Cancel:
		_, err = s.box.Cancel(ctx, v, bookingID, key, expected)
	}
	return err
}

func (s *played) Sweep() error {
	for {
		if more, err := s.store.ExpireDue(s.t.Context()); err != nil || !more {
			return err
		}
	}
}

func (s *played) EndCalledOff(eventID string) error {
	for {
		if more, err := s.store.CallOff(s.t.Context(), eventID); err != nil || !more {
			return err
		}
	}
}

func (s *played) Told() ([]contract.Message, error) {
	rows, err := s.Deps.DB.Query(s.t.Context(), `select seq, topic, payload from outbox where seq > $1 and key in (select id from booking where event_id = $2) order by seq`, s.seq, s.event)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []contract.Message
	for rows.Next() {
		var topic string
		var payload []byte
		if err := rows.Scan(&s.seq, &topic, &payload); err != nil {
			return nil, err
		}
		m, err := message(topic, payload)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// message reads what bookings tells.
func message(topic string, payload []byte) (contract.Message, error) {
	switch topic {
	case contract.BookingHeld{}.Topic():
		return read[contract.BookingHeld](payload)
	case contract.BookingConfirmed{}.Topic():
		return read[contract.BookingConfirmed](payload)
	case contract.BookingExpired{}.Topic():
		return read[contract.BookingExpired](payload)
	case contract.BookingCancelled{}.Topic():
		return read[contract.BookingCancelled](payload)
	case contract.PaymentRejected{}.Topic():
		return read[contract.PaymentRejected](payload)
	}
	return nil, fmt.Errorf("told %s", topic)
}

func read[M contract.Message](payload []byte) (contract.Message, error) {
	var m M
	err := json.Unmarshal(payload, &m)
	return m, err
}

func (s *played) Look(eventID string, ids []string) (*simulation.Picture, error) {
	ctx := s.t.Context()
	p := &simulation.Picture{Stock: map[string]simulation.Counters{}, Uses: map[string]int{}, Seats: map[string]string{}}
	stock, err := s.store.StockOf(ctx, eventID)
	if err != nil {
		return nil, err
	}
	for _, k := range stock {
		p.Stock[k.TypeID] = simulation.Counters{Capacity: k.Capacity, Held: k.Held, Sold: k.Sold}
	}
	codes, err := s.store.PromoCodesOfEvent(ctx, eventID, "", 100)
	if err != nil {
		return nil, err
	}
	for _, c := range codes {
		p.Uses[c.Code] = c.Used
	}
	if p.Bookings, err = s.store.Bookings(ctx, ids); err != nil {
		return nil, err
	}
	rows, err := s.Deps.DB.Query(ctx, "select t.seat_id, t.booking_id from seat_taken t join seat s on s.id = t.seat_id where s.event_id = $1", eventID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seat, who string
		if err := rows.Scan(&seat, &who); err != nil {
			return nil, err
		}
		p.Seats[seat] = who
	}
	return p, rows.Err()
}
