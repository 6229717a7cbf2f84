package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// wish is an order.
type wish struct {
	who        *viewer.Viewer
	n          [types]int
	codes      []int
	seats      []string // by name; none: the best
	accessible bool
	confirm    bool // at once, if it is free
}

func (m *model) wish(r *rand.Rand) wish {
	w := wish{who: people[r.IntN(len(people))], confirm: r.IntN(2) == 0}
	for w.n == [types]int{} {
		for i := range w.n {
			if r.IntN(3) == 0 {
				w.n[i] = 1 + r.IntN(3)
			}
		}
		if r.IntN(20) == 0 {
			w.n[entry] = most + 1
		}
	}
	if n := w.n[numbered]; n > 0 {
		switch {
		case r.IntN(2) == 0 && n <= len(m.seats):
			for _, i := range r.Perm(len(m.seats))[:n] {
				w.seats = append(w.seats, m.seats[i].ID)
			}
		default:
			w.accessible = r.IntN(4) == 0
		}
	}
	w.codes = r.Perm(len(m.codes))[:max(0, r.IntN(4)-1)]
	if w.n[friends] > 0 && len(w.codes) == 0 {
		w.codes = []int{2}
	}
	return w
}

// refuse is why an order is refused, the first reason of all; "" if it is not.
func (m *model) refuse(w wish) errs.Code {
	if m.cancelled {
		return booking.EventNotFound
	}
	discounts := 0
	for _, c := range w.codes {
		k := m.codes[c]
		switch {
		case !k.Active:
			return booking.InvalidCode
		case k.MaxUses != nil && m.uses(c, nil) >= *k.MaxUses:
			return booking.CodeUsedUp
		case k.PerPerson != nil && m.uses(c, w.who) >= *k.PerPerson:
			return booking.CodeAlreadyUsed
		case !slices.ContainsFunc(k.of, func(i int) bool { return w.n[i] > 0 }):
			return booking.CodeNotApplicable
		}
		if k.off != nil {
			if discounts++; discounts > 1 {
				return booking.CodeNotApplicable
			}
		}
	}
	for i, n := range w.n {
		switch {
		case n == 0:
			continue
		case !m.listed[i]:
			return booking.TicketTypeNotFound
		case i == friends && !slices.Contains(w.codes, 2):
			return booking.CodeRequired
		case !m.now.Before(m.event.StartsAt):
			return booking.SalesClosed
		case n > most:
			return booking.InvalidQuantity
		case n > m.free(i):
			return booking.SoldOut
		case i == numbered && slices.ContainsFunc(w.seats, func(s string) bool { return m.owner(s) != "" }):
			return booking.SeatTaken
		case i == numbered && w.seats == nil && n > m.freeSeats(w.accessible):
			return booking.SoldOut
		}
	}
	return m.together(w.who, w.n)
}

// price is what an order costs.
func (m *model) price(w wish) int64 {
	total := int64(0)
	for i, n := range w.n {
		each := prices[i]
		for _, c := range w.codes {
			if k := m.codes[c]; k.off != nil && slices.Contains(k.of, i) {
				each = prices[i] - k.off(prices[i])
			}
		}
		total += each * int64(n)
	}
	return total
}

// placed takes note of an order that was not refused.
func (m *model) placed(w wish, b *booking.Booking) error {
	k := &sale{id: b.ID, who: w.who, n: w.n, codes: w.codes, total: m.price(w), status: booking.Held, expires: m.now.Add(booking.HoldFor)}
	for _, i := range b.Items {
		for _, s := range i.Seats {
			if m.owner(s.ID) != "" {
				return fmt.Errorf("seat %s was given to %s and is %s's", s.ID, b.ID, m.owner(s.ID))
			}
			if w.seats == nil && s.Accessible != w.accessible {
				return fmt.Errorf("seat %s is accessible: %v", s.ID, s.Accessible)
			}
			k.seats = append(k.seats, s.ID)
		}
	}
	if w.seats != nil && !slices.Equal(k.seats, w.seats) || len(k.seats) != w.n[numbered] {
		return fmt.Errorf("%s has the seats %v", b.ID, k.seats)
	}
	topic := "booking.held"
	if w.confirm && k.total == 0 {
		k.status, topic = booking.Confirmed, "booking.confirmed"
	}
	m.sales = append(m.sales, k)
	m.tell(topic, k.id, "")
	return nil
}

func (m *model) tell(topic, bookingID, what string) {
	m.expect = append(m.expect, topic+" "+bookingID+" "+what)
}
