package bookings_test

import (
	"testing"

	"pgregory.net/rapid"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/subgraphs/bookings/internal/booking"
)

// model is what an event's seats should be, by the plainest reasoning.
type model struct {
	event    contract.Event
	target   [2]int
	live     []*kept
	payments []contract.PaymentCaptured
}

type kept struct {
	*booking.Booking
	n      [2]int
	status booking.Status
	paidBy string
	tries  map[string]bool // payments decided
	guest  string          // of every ticket
}

func (m *model) taken(i int) (held, sold int) {
	for _, k := range m.live {
		switch k.status {
		case booking.Held:
			held += k.n[i]
		case booking.Confirmed:
			sold += k.n[i]
		}
	}
	return held, sold
}

func (m *model) fits(n [2]int) bool {
	for i := range n {
		held, sold := m.taken(i)
		if n[i] > 0 && held+sold+n[i] > m.target[i] {
			return false
		}
	}
	return true
}

// What the database holds after any sequence of operations is what a model of a few lines says, and seats are conserved.
func TestAnySequenceOnTheDatabase(t *testing.T) {
	t.Parallel()
	b := start(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{target: [2]int{rapid.IntRange(0, 9).Draw(rt, "first"), rapid.IntRange(0, 9).Draw(rt, "second")}}
		m.event = b.published(100, m.target[0], m.target[1])
		some := func(rt *rapid.T) *kept {
			if len(m.live) == 0 {
				rt.Skip("no booking yet")
			}
			return m.live[rapid.IntRange(0, len(m.live)-1).Draw(rt, "booking")]
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) {
				a, err := b.box.Availability(t.Context(), m.event.EventID)
				if err != nil {
					rt.Fatal(err)
				}
				for i, got := range a.TicketTypes {
					held, sold := m.taken(i)
					if want := max(m.target[i], held+sold); got.Held != held || got.Sold != sold || got.Capacity != want {
						rt.Fatalf("type %d: capacity %d held %d sold %d, want %d %d %d", i, got.Capacity, got.Held, got.Sold, want, held, sold)
					}
				}
			},
			"hold": func(rt *rapid.T) {
				n := [2]int{rapid.IntRange(0, 4).Draw(rt, "n"), rapid.IntRange(0, 4).Draw(rt, "n")}
				in := booking.HoldSeatsInput{EventID: m.event.EventID, IdempotencyKey: id.New("key")}
				for i, n := range n {
					if n > 0 {
						in.Items = append(in.Items, &booking.HoldItemInput{TicketTypeID: m.event.TicketTypes[i].TicketTypeID, Quantity: n})
					}
				}
				if len(in.Items) == 0 {
					rt.Skip("nothing wanted")
				}
				k, err := b.box.Hold(t.Context(), ada, in)
				if fits := m.fits(n); fits != (err == nil) || !fits && errs.CodeOf(err) != booking.SoldOut {
					rt.Fatalf("hold of %v: %v, fits %v", n, err, fits)
				}
				if err == nil {
					m.live = append(m.live, &kept{Booking: k, n: n, status: booking.Held, tries: map[string]bool{}})
				}
			},
			"cancel": func(rt *rapid.T) {
				k := some(rt)
				_, err := b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil)
				switch k.status {
				case booking.Held:
					k.status = "RELEASED"
				case booking.Confirmed:
					k.status = booking.Cancelled
				default:
					if errs.CodeOf(err) != booking.AlreadyEnded {
						rt.Fatalf("%s: %v", k.status, err)
					}
					return
				}
				if err != nil {
					rt.Fatal(err)
				}
			},
			"guests": func(rt *rapid.T) {
				k, name := some(rt), rapid.SampledFrom([]string{"Ada", "Grace", "Edsger"}).Draw(rt, "name")
				in := booking.SetGuestsInput{BookingID: k.ID, IdempotencyKey: id.New("key")}
				for _, i := range k.Items {
					for p := range i.Quantity {
						in.Guests = append(in.Guests, &booking.GuestInput{TicketTypeID: i.TypeID, Position: p + 1, Name: &name})
					}
				}
				_, err := b.box.SetGuests(t.Context(), ada, in)
				want := errs.Code("")
				switch k.status {
				case booking.Held, booking.Confirmed:
					k.guest = name
				case booking.Expired:
					want = booking.HoldExpired
				default:
					want = booking.AlreadyEnded
				}
				if errs.CodeOf(err) != want {
					rt.Fatalf("guests of a %s booking: %v, want %q", k.status, err, want)
				}
			},
			"look": func(rt *rapid.T) {
				k := some(rt)
				now := b.now(k.ID)
				for _, ticket := range now.Tickets {
					if ticket.Guest == nil && k.guest != "" || ticket.Guest != nil && ticket.Guest.Name != k.guest {
						rt.Fatalf("a ticket of a %s booking is for %+v, want %q", now.Status, ticket.Guest, k.guest)
					}
				}
			},
			"expire": func(rt *rapid.T) {
				k := some(rt)
				// Its time is up, as if it had been held earlier; whoever ends it first, the sweep or this.
				if _, err := b.Deps.DB.Exec(t.Context(), "update booking set hold_expires_at = $2 where id = $1", k.ID, b.clock.Now()); err != nil {
					rt.Fatal(err)
				}
				if _, err := b.store.Expire(t.Context(), k.ID); err != nil {
					rt.Fatal(err)
				}
				if k.status == booking.Held {
					k.status = booking.Expired
				}
			},
			"capture": func(rt *rapid.T) {
				k := some(rt)
				p := contract.PaymentCaptured{PaymentID: id.New("pay"), BookingID: k.ID, EventID: k.EventID, UserID: k.UserID, Amount: k.Total.Amount, Currency: "EUR"}
				if len(m.payments) > 0 && rapid.Bool().Draw(rt, "again") {
					p = m.payments[rapid.IntRange(0, len(m.payments)-1).Draw(rt, "payment")]
					for _, other := range m.live {
						if other.ID == p.BookingID {
							k = other
						}
					}
				} else {
					m.payments = append(m.payments, p)
				}
				e := servicetest.EventOf(t, p)
				if err := bus.One(t.Context(), b.Instance.Inbox(), e); err != nil {
					rt.Fatal(err)
				}
				if k.tries[p.PaymentID] {
					return
				}
				k.tries[p.PaymentID] = true
				if k.status == booking.Held || k.status == booking.Expired && m.fits(k.n) {
					k.status, k.paidBy = booking.Confirmed, p.PaymentID
				}
			},
			"refund": func(rt *rapid.T) {
				if len(m.payments) == 0 {
					rt.Skip("nothing paid yet")
				}
				p := m.payments[rapid.IntRange(0, len(m.payments)-1).Draw(rt, "payment")]
				if err := bus.One(t.Context(), b.Instance.Inbox(), servicetest.EventOf(t, refundOf(p))); err != nil {
					rt.Fatal(err)
				}
				for _, k := range m.live {
					if k.ID == p.BookingID && k.status == booking.Confirmed && k.paidBy == p.PaymentID {
						k.status = booking.Cancelled
					}
				}
			},
			"capacity": func(rt *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(rt, "type")
				m.target[i] = rapid.IntRange(0, 12).Draw(rt, "capacity")
				m.event.Version++
				m.event.TicketTypes = append([]contract.TicketType{}, m.event.TicketTypes...)
				m.event.TicketTypes[i].Capacity = m.target[i]
				if err := bus.One(t.Context(), b.Instance.Inbox(), servicetest.EventOf(t, contract.EventPublished{Event: m.event})); err != nil {
					rt.Fatal(err)
				}
			},
		})
	})
	b.conserved()
}
