package simulation

import (
	"fmt"
	"maps"
	"slices"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
)

// told compares what was told with what is to be told, each booking's revisions growing.
func (m *model) told(messages []contract.Message) error {
	var got []string
	note := func(topic string, b contract.Booking, what string) error {
		got = append(got, topic+" "+b.BookingID+" "+what)
		k := m.find(b.BookingID)
		if k == nil || b.Revision <= k.revision || b.TotalAmount != k.total || b.UserID != k.who.UserID {
			return fmt.Errorf("%s told %+v of %+v", topic, b, k)
		}
		k.revision = b.Revision
		return nil
	}
	for _, t := range messages {
		var err error
		switch t := t.(type) {
		case contract.BookingHeld:
			err = note(t.Topic(), t.Booking, "")
		case contract.BookingConfirmed:
			err = note(t.Topic(), t.Booking, t.PaymentID)
		case contract.BookingExpired:
			err = note(t.Topic(), t.Booking, t.Reason)
		case contract.BookingCancelled:
			err = note(t.Topic(), t.Booking, t.Reason+" "+show(t.RefundAmount))
		case contract.PaymentRejected:
			got = append(got, t.Topic()+" "+t.BookingID+" "+t.PaymentID)
		default:
			err = fmt.Errorf("told %s", t.Topic())
		}
		if err != nil {
			return err
		}
	}
	want := m.expect
	m.expect = nil
	slices.Sort(got) // bookings that end together do so in any order
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("told %q, want %q", got, want)
	}
	return nil
}

// compare compares all there is with what should be.
func (m *model) compare(p *Picture) error {
	for _, k := range m.sales {
		if err := m.compareSale(k, p.Bookings[k.id]); err != nil {
			return err
		}
	}
	seats := map[string]string{}
	for _, k := range m.sales {
		for _, s := range k.seats {
			if alive(k.status) && seats[s] != "" {
				return fmt.Errorf("seat %s is %s's and %s's", s, seats[s], k.id)
			} else if alive(k.status) {
				seats[s] = k.id
			}
		}
	}
	if !maps.Equal(seats, p.Seats) {
		return fmt.Errorf("seats are %v, want %v", p.Seats, seats)
	}
	for c, k := range m.codes {
		if got, want := p.Uses[k.Code], m.uses(c, nil); got != want {
			return fmt.Errorf("code %s was used %d times, want %d", k.Code, got, want)
		}
	}
	return m.compareStock(p)
}

func (m *model) compareStock(p *Picture) error {
	want := map[string]Counters{}
	count := func(id string, target, held, sold int) {
		if m.cancelled {
			target = 0
		}
		want[id] = Counters{max(target, held+sold), held, sold}
	}
	for i := range types {
		count(m.typeID(i), m.target[i], m.standing(i, booking.Held), m.standing(i, booking.Confirmed))
	}
	if m.counted {
		held, sold := m.all(nil)
		target := unlimited
		if c := m.event.Capacity; c != nil {
			target = *c
		}
		count(m.event.EventID, target, held, sold)
	}
	if !maps.Equal(want, p.Stock) {
		return fmt.Errorf("stock is %+v, want %+v", p.Stock, want)
	}
	return nil
}

// unlimited is what an event counts up to whose admissions share no capacity.
const unlimited = 1<<31 - 1

func (m *model) compareSale(k *sale, b *booking.Booking) error {
	if b == nil {
		return fmt.Errorf("there is no booking %s", k.id)
	}
	reason := ""
	if b.EndReason != nil {
		reason = string(*b.EndReason)
	}
	if b.Status != k.status || reason != k.reason || b.Total.Amount != k.total || b.Refunded != k.refunded || b.Extended != k.extended ||
		!b.ExpiresAt.Equal(k.expires) || b.PaymentID != k.paidBy || b.UserID != k.who.UserID || b.Revision != k.revision || len(b.Codes) != len(k.codes) {
		return fmt.Errorf("%s is %+v (%s), want %+v", k.id, *b, reason, *k)
	}
	var n [types]int
	var seats []string
	for _, i := range b.Items {
		for t := range types {
			if i.TypeID == m.typeID(t) {
				n[t] += i.Quantity
			}
		}
		for _, s := range i.Seats {
			seats = append(seats, s.ID)
		}
	}
	if k.seats == nil {
		k.seats = seats // those it got instead of its own
	}
	slices.Sort(seats)
	if want := slices.Sorted(slices.Values(k.seats)); n != k.n || !slices.Equal(seats, want) || len(seats) != k.n[numbered] {
		return fmt.Errorf("%s has %v and the seats %v, want %v and %v", k.id, n, seats, k.n, want)
	}
	valid := 0
	for _, t := range b.Tickets {
		if t.Status != booking.Void {
			valid++
		}
	}
	tickets := 0
	if k.status == booking.Confirmed {
		tickets = b.Quantity()
	}
	if valid != tickets {
		return fmt.Errorf("%s has %d valid tickets, want %d", k.id, valid, tickets)
	}
	return nil
}
