package sales

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2027, 3, 28, 12, 34, 56, 0, time.UTC)

// history is everything that can happen to one booking: confirmed, partly and fully refunded, paid twice, cancelled, come in.
func history() []Fact {
	return []Fact{
		{Kind: PaymentCaptured, Subject: "pay_1", BookingID: "bkg_1", PaymentID: "pay_1", Amount: 5000},
		{
			Kind: BookingConfirmed, Subject: "bkg_1", BookingID: "bkg_1", PaymentID: "pay_1", Amount: 5000, Tickets: 3, At: noon,
			Items: []Item{{"tkt_1", "Balcony", 2, 4000}, {"tkt_2", "Child", 1, 1000}},
		},
		{Kind: PaymentRefunded, Subject: "rfd_1", BookingID: "bkg_1", PaymentID: "pay_1", Amount: 2000},
		{Kind: PaymentRefunded, Subject: "rfd_2", BookingID: "bkg_1", PaymentID: "pay_1", Amount: 3000},
		{Kind: PaymentRefunded, Subject: "rfd_3", BookingID: "bkg_1", PaymentID: "pay_2", Amount: 5000}, // paid twice
		{Kind: TicketCheckedIn, Subject: "tik_1", BookingID: "bkg_1", TicketTypeID: "tkt_1"},
		{Kind: BookingCancelled, Subject: "bkg_1", BookingID: "bkg_1", Amount: 5000},
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	all := history()
	hour := noon.Truncate(time.Hour)
	sold := map[string]TypeCounts{"tkt_1": {Tickets: 2, Revenue: 4000, Name: "Balcony", NamedAt: noon}, "tkt_2": {Tickets: 1, Revenue: 1000, Name: "Child", NamedAt: noon}}
	point := map[time.Time]Point{hour: {1, 3, 5000}}
	for _, test := range []struct {
		name  string
		facts []Fact
		want  Counts
	}{
		{"nothing", nil, Counts{}},
		{"money without a booking is no revenue", all[:1], Counts{}},
		{"a confirmed booking", all[:2], Counts{Bookings: 1, Tickets: 3, Gross: 5000, Types: sold, Points: point}},
		{"partly refunded", all[:3], Counts{Bookings: 1, Tickets: 3, Gross: 5000, Refunded: 2000, Types: sold, Points: point}},
		{"another payment's refund", []Fact{all[1], all[4]}, Counts{Bookings: 1, Tickets: 3, Gross: 5000, Types: sold, Points: point}},
		{"a ticket given back", append(all[:2:2], Fact{Kind: TicketsReturned, Subject: "ret_1", BookingID: "bkg_1", Tickets: 1, Items: []Item{{"tkt_1", "", 1, 2000}}}), Counts{
			Bookings: 1, Tickets: 2, Gross: 5000, Points: point,
			Types: map[string]TypeCounts{"tkt_1": {Tickets: 1, Revenue: 2000, Name: "Balcony", NamedAt: noon}, "tkt_2": sold["tkt_2"]},
		}},
		{"a refund alone", all[2:3], Counts{}},
		{"a cancellation alone", all[6:], Counts{}},
		{"a check-in alone", all[5:6], Counts{CheckIns: 1, Types: map[string]TypeCounts{"tkt_1": {CheckIns: 1}}}},
		{"everything", all, Counts{
			Cancellations: 1, CheckIns: 1, Gross: 5000, Refunded: 5000, Points: point,
			Types: map[string]TypeCounts{"tkt_1": {CheckIns: 1, Name: "Balcony", NamedAt: noon}, "tkt_2": {Name: "Child", NamedAt: noon}},
		}},
	} {
		if test.want.Types == nil {
			test.want.Types = map[string]TypeCounts{}
		}
		if test.want.Points == nil {
			test.want.Points = map[time.Time]Point{}
		}
		if got := Count(test.facts); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// In every order the differences add up to the count of all, and on the way nothing is below zero.
func TestDifferencesAddUpInEveryOrder(t *testing.T) {
	t.Parallel()
	all := history()
	want := Count(all)
	orders := 0
	permute(all, func(order []Fact) {
		orders++
		sum := Counts{Types: map[string]TypeCounts{}, Points: map[time.Time]Point{}}
		for i, f := range order {
			sum = sum.plus(Difference(order[:i], f))
			if sum.Bookings < 0 || sum.Tickets < 0 || sum.Cancellations < 0 || sum.Gross < 0 || sum.Refunded < 0 || sum.CheckIns < 0 {
				t.Fatalf("below zero after %d of %v: %+v", i+1, order, sum)
			}
		}
		if !reflect.DeepEqual(sum, want) {
			t.Fatalf("order %v: got %+v, want %+v", order, sum, want)
		}
	})
	if orders != 5040 {
		t.Fatalf("%d orders of %d facts", orders, len(all))
	}
}

// plus is what the store does in SQL.
func (c Counts) plus(d Counts) Counts {
	c.Bookings += d.Bookings
	c.Tickets += d.Tickets
	c.Cancellations += d.Cancellations
	c.CheckIns += d.CheckIns
	c.Gross += d.Gross
	c.Refunded += d.Refunded
	for id, more := range d.Types {
		t := c.Types[id]
		t.Tickets += more.Tickets
		t.CheckIns += more.CheckIns
		t.Revenue += more.Revenue
		if more.NamedAt.After(t.NamedAt) {
			t.Name, t.NamedAt = more.Name, more.NamedAt
		}
		c.Types[id] = t
	}
	for at, more := range d.Points {
		p := c.Points[at]
		c.Points[at] = Point{p.Bookings + more.Bookings, p.Tickets + more.Tickets, p.Revenue + more.Revenue}
	}
	return c
}

func permute(all []Fact, visit func([]Fact)) {
	order := slices.Clone(all)
	var place func(k int)
	place = func(k int) {
		if k == len(order) {
			visit(order)
			return
		}
		for i := k; i < len(order); i++ {
			order[k], order[i] = order[i], order[k]
			place(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	place(0)
}

// A check-in that was taken back counts no more, the next one of the ticket counts again, whatever the order they are heard of.
func TestUndoneCheckIns(t *testing.T) {
	t.Parallel()
	fact := func(kind Kind, subject string) Fact {
		return Fact{Kind: kind, Subject: subject, BookingID: "bkg_1", TicketTypeID: "tkt_1"}
	}
	all := []Fact{
		fact(TicketCheckedIn, "tik_1"), fact(CheckInUndone, "tik_1"), fact(TicketCheckedIn, "tik_1:2"),
		fact(TicketCheckedIn, "tik_2"), fact(CheckInUndone, "tik_2"), fact(TicketCheckedIn, "tik_3"),
	}
	permute(all, func(order []Fact) {
		sum := Counts{Types: map[string]TypeCounts{}, Points: map[time.Time]Point{}}
		for i, f := range order {
			sum = sum.plus(Difference(order[:i], f))
			if sum.CheckIns < 0 || sum.Types["tkt_1"].CheckIns < 0 {
				t.Fatalf("below zero after %d of %v", i+1, order)
			}
		}
		if sum.CheckIns != 2 || sum.Types["tkt_1"].CheckIns != 2 {
			t.Fatalf("order %v: %+v", order, sum)
		}
	})
}
