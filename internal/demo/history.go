package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"
)

const bookings = 900

// bookings fills the last weeks: the demo manager's events sell best, the demo attendee has tickets for coming and past events.
func (g *generator) bookings() {
	left := map[string]int{} // seats left by ticket type
	for _, e := range g.set.Events {
		for _, t := range e.TicketTypes {
			left[t.ID] = t.Capacity
		}
	}
	first := len(g.set.Users) - buyers
	for n := range bookings {
		e := g.bookedEvent(n)
		buyer := g.set.Users[first+g.random.IntN(buyers)]
		if n < 6 {
			buyer = g.set.Users[0]
		}
		g.booking(n, e, buyer, left)
	}
	slices.SortStableFunc(g.set.Bookings, func(a, b Booking) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
}

// bookedEvent picks an event: a third of all sales are the demo manager's, a sixth are of past events, sooner events sell more.
func (g *generator) bookedEvent(n int) Event {
	switch {
	case n == 0 || n == 3:
		return g.set.Events[upcoming+n]
	case n < 6:
		return g.set.Events[(n*11)%40]
	case n%3 == 0:
		return g.set.Events[6*g.random.IntN(upcoming/6)]
	case n%6 == 1:
		return g.set.Events[upcoming+g.random.IntN(past)]
	}
	return g.set.Events[min(g.random.IntN(upcoming), g.random.IntN(upcoming))]
}

func (g *generator) booking(n int, e Event, buyer User, left map[string]int) {
	t := pick(g, e.TicketTypes)
	quantity := 1 + g.random.IntN(min(4, t.MaxPerOrder))
	if left[t.ID] < quantity {
		return
	}
	left[t.ID] -= quantity
	last := g.day
	if e.StartsAt.Before(last) {
		last = e.StartsAt
	}
	// More sales lately than long ago: the smaller of two draws.
	age := time.Duration(min(g.random.Int64N(int64(42*24*time.Hour)), g.random.Int64N(int64(42*24*time.Hour))))
	created := last.Add(-age - time.Hour).Truncate(time.Second)
	b := Booking{
		ID: g.newID("bkg", fmt.Sprint(n), created), Reference: reference(fmt.Sprint("reference/", n)), UserID: buyer.ID, EventID: e.ID,
		Items: []BookingItem{{TicketTypeID: t.ID, Quantity: quantity}}, CreatedAt: created, ConfirmedAt: created.Add(time.Duration(20+g.random.IntN(200)) * time.Second),
	}
	if t.PriceAmount > 0 {
		b.PaymentID = g.newID("pay", fmt.Sprint(n), created)
	}
	over := e.EndsAt.Before(g.day)
	for i := range quantity {
		ticket := Ticket{ID: g.newID("tik", fmt.Sprintf("%d/%d", n, i), created), TicketTypeID: t.ID, Code: code(fmt.Sprintf("code/%d/%d", n, i))}
		if over && g.random.IntN(10) > 0 {
			ticket.CheckedInAt = e.StartsAt.Add(time.Duration(g.random.IntN(50)-40) * time.Minute)
			ticket.Gate = pick(g, []string{"Main", "North", "Side"})
		}
		b.Tickets = append(b.Tickets, ticket)
	}
	g.set.Bookings = append(g.set.Bookings, b)
}

// crockford has no letters that look alike.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

func letters(name string, n int) string {
	sum := sha256.Sum256([]byte(name))
	return crockford.EncodeToString(sum[:])[:n]
}

// reference has the form of a booking's short code.
func reference(name string) string {
	s := letters(name, 8)
	return s[:4] + "-" + s[4:]
}

// code has the form of a ticket's code.
func code(name string) string {
	s := letters(name, 20)
	return strings.Join([]string{s[:5], s[5:10], s[10:15], s[15:]}, "-")
}
