package sales

import (
	"maps"
	"slices"
	"time"
)

// Counts is what facts of one event add up to, or the difference that a fact makes.
type Counts struct {
	Bookings, Tickets, Cancellations, CheckIns int
	Gross, Refunded                            int64 // minor units
	Types                                      map[string]TypeCounts
	Points                                     map[time.Time]Point // by hour, in UTC
}

// TypeCounts is the part of one ticket type.
type TypeCounts struct {
	Tickets, CheckIns int
	Revenue           int64     // minor units
	Name              string    // at the latest sale, which was at NamedAt; "" if none
	NamedAt           time.Time // ties go to the greater name
}

// Point is what was sold in one bucket of time.
type Point struct {
	Bookings, Tickets int
	Revenue           int64 // minor units
}

// Count adds up facts of one booking, in any order, each at most once. Facts of kinds that belong to no booking add nothing.
func Count(facts []Fact) Counts {
	c := Counts{Types: map[string]TypeCounts{}, Points: map[time.Time]Point{}}
	var confirmed *Fact
	cancelled := false
	undone := map[string]bool{}
	for _, f := range facts {
		if f.Kind == CheckInUndone {
			undone[f.Subject] = true
		}
	}
	for i, f := range facts {
		switch f.Kind {
		case BookingConfirmed:
			confirmed = &facts[i]
		case BookingCancelled:
			cancelled = true
		case TicketCheckedIn:
			if undone[f.Subject] {
				continue
			}
			c.CheckIns++
			t := c.Types[f.TicketTypeID]
			t.CheckIns++
			c.Types[f.TicketTypeID] = t
		case TicketsReturned, EventPublished, PaymentCaptured, PaymentRefunded, CheckInUndone:
		}
	}
	if confirmed == nil {
		return c
	}
	c.Gross = confirmed.Amount
	c.Points[confirmed.At.UTC().Truncate(time.Hour)] = Point{Bookings: 1, Tickets: confirmed.Tickets, Revenue: confirmed.Amount}
	for _, f := range facts {
		if f.Kind == PaymentRefunded && f.PaymentID == confirmed.PaymentID {
			c.Refunded += f.Amount
		}
	}
	if cancelled {
		c.Cancellations = 1
	} else {
		c.Bookings, c.Tickets = 1, confirmed.Tickets
	}
	for _, i := range confirmed.Items {
		t := c.Types[i.TicketTypeID]
		if !cancelled {
			t.Tickets += i.Quantity
			t.Revenue += i.Amount
		}
		t.Name, t.NamedAt = i.Name, confirmed.At
		c.Types[i.TicketTypeID] = t
	}
	for _, f := range facts {
		if f.Kind == TicketsReturned && !cancelled {
			c.giveBack(f)
		}
	}
	return c
}

// giveBack takes tickets that were given back singly off those of a booking that is not cancelled.
func (c *Counts) giveBack(f Fact) {
	c.Tickets -= f.Tickets
	for _, i := range f.Items {
		t := c.Types[i.TicketTypeID]
		t.Tickets -= i.Quantity
		t.Revenue -= i.Amount
		c.Types[i.TicketTypeID] = t
	}
}

// Difference is what one more fact of a booking changes, given its other facts.
func Difference(others []Fact, f Fact) Counts {
	return Count(append(slices.Clone(others), f)).minus(Count(others))
}

// minus leaves names as they are: the latest of what is and what was is the latest.
func (c Counts) minus(o Counts) Counts {
	c.Bookings -= o.Bookings
	c.Tickets -= o.Tickets
	c.Cancellations -= o.Cancellations
	c.CheckIns -= o.CheckIns
	c.Gross -= o.Gross
	c.Refunded -= o.Refunded
	for id, was := range o.Types {
		t := c.Types[id]
		t.Tickets -= was.Tickets
		t.CheckIns -= was.CheckIns
		t.Revenue -= was.Revenue
		c.Types[id] = t
	}
	for at, was := range o.Points {
		p := c.Points[at]
		p.Bookings -= was.Bookings
		p.Tickets -= was.Tickets
		p.Revenue -= was.Revenue
		if p == (Point{}) {
			delete(c.Points, at)
		} else {
			c.Points[at] = p
		}
	}
	return c
}

// Plus adds two differences.
func (c Counts) Plus(o Counts) Counts {
	sum := Counts{
		Bookings: c.Bookings + o.Bookings, Tickets: c.Tickets + o.Tickets, Cancellations: c.Cancellations + o.Cancellations,
		CheckIns: c.CheckIns + o.CheckIns, Gross: c.Gross + o.Gross, Refunded: c.Refunded + o.Refunded,
		Types: map[string]TypeCounts{}, Points: map[time.Time]Point{},
	}
	maps.Copy(sum.Types, c.Types)
	for id, more := range o.Types {
		t := sum.Types[id]
		if more.NamedAt.After(t.NamedAt) || more.NamedAt.Equal(t.NamedAt) && more.Name > t.Name {
			t.Name, t.NamedAt = more.Name, more.NamedAt
		}
		t.Tickets, t.CheckIns, t.Revenue = t.Tickets+more.Tickets, t.CheckIns+more.CheckIns, t.Revenue+more.Revenue
		sum.Types[id] = t
	}
	maps.Copy(sum.Points, c.Points)
	for at, more := range o.Points {
		p := sum.Points[at]
		sum.Points[at] = Point{Bookings: p.Bookings + more.Bookings, Tickets: p.Tickets + more.Tickets, Revenue: p.Revenue + more.Revenue}
	}
	return sum
}

// TypeIDs returns the ids of the types, sorted.
func (c Counts) TypeIDs() []string { return slices.Sorted(maps.Keys(c.Types)) }

// Hours returns the beginnings of the points, oldest first.
func (c Counts) Hours() []time.Time { return slices.SortedFunc(maps.Keys(c.Points), time.Time.Compare) }
