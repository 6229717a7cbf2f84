package booking

import (
	"fmt"
	"math"
	"strconv"

	"marquee/internal/contract"
	"marquee/internal/errs"
)

// Kinds of stock beside contract.Admission and contract.AddOn.
const house = "EVENT" // the admissions of all types of an event together

const unlimited = math.MaxInt32 // the target of an event whose admissions share a limit a person but no capacity

// rule takes over what the snapshot says of the type beside its numbers. What the type is stays as it was first told.
func (s *Stock) rule(t contract.TicketType) {
	if s.Kind == "" {
		if s.Kind = t.Kind; s.Kind == "" {
			s.Kind = contract.Admission
		}
	}
	if s.Visibility = t.Visibility; s.Visibility == "" {
		s.Visibility = contract.Public
	}
	s.PerPersonLimit, s.MaxPerAdmission = t.PerPersonLimit, t.MaxPerAdmission
}

// house brings the row that counts the admissions of all types to a snapshot; nil if the event never needed one. types are all it has had.
func (s *Show) house(e contract.Event, known *Stock, types []*Stock) *Stock {
	shared := e.Capacity != nil || e.PerPersonLimit != nil
	if known == nil && (!shared || len(types) == 0) {
		return nil
	}
	h := known
	if h == nil {
		h = &Stock{TypeID: e.EventID, EventID: e.EventID, Kind: house, Price: types[0].Price, MinPerOrder: 1, MaxPerOrder: 1}
		h.Price.Amount = 0
		for _, t := range types {
			if t.Kind == contract.Admission {
				h.Held, h.Sold = h.Held+t.Held, h.Sold+t.Sold
			}
		}
	}
	h.SalesEnd, h.PerPersonLimit = e.StartsAt, e.PerPersonLimit
	if e.Capacity != nil {
		h.aim(max(*e.Capacity, 0))
	} else {
		h.aim(unlimited)
	}
	return h
}

// house returns the row that counts the admissions of the type's event; nil if the type is no admission or the event has none.
func (s Stocks) house(t *Stock) *Stock {
	if t.Kind != contract.Admission {
		return nil
	}
	return s[t.EventID]
}

// Limited reports whether any of the stock limits how many one person may have.
func (s Stocks) Limited() bool {
	for _, k := range s {
		if k.PerPersonLimit != nil {
			return true
		}
	}
	return false
}

// Taken is how many tickets people hold and have bought: by user, then by type and, for the admissions together, by event.
type Taken map[string]map[string]int

// Add counts n more tickets of a type.
func (t Taken) Add(userID, eventID, typeID, kind string, n int) {
	of := t[userID]
	if of == nil {
		of = map[string]int{}
		t[userID] = of
	}
	of[typeID] += n
	if kind == contract.Admission {
		of[eventID] += n
	}
}

func (t Taken) add(b *Booking, stock Stocks) {
	if t == nil {
		return
	}
	for _, i := range b.Items {
		t.Add(b.UserID, b.EventID, i.TypeID, stock[i.TypeID].Kind, i.Quantity)
	}
}

// over reports whether n more of the stock are more than one person may have, and how many more they may.
func (t Taken) over(userID string, s *Stock, n int) (bool, int) {
	if s.PerPersonLimit == nil {
		return false, 0
	}
	left := max(*s.PerPersonLimit-t[userID][s.TypeID], 0)
	return n > left, left
}

// together adds what is wrong with the items of a booking taken together, each being fine alone.
// Errors: ADMISSION_REQUIRED, INVALID_QUANTITY, PER_PERSON_LIMIT, SOLD_OUT.
func (o *Order) together(refused *errs.List, b *Booking, stock Stocks, taken Taken) {
	admissions := 0
	var of *Stock
	for _, i := range b.Items {
		if s := stock[i.TypeID]; s.Kind == contract.Admission {
			admissions += i.Quantity
			of = stock.house(s)
		}
	}
	for n, i := range b.Items {
		s, at := stock[i.TypeID], []string{"input", "items", strconv.Itoa(n)}
		if over, left := taken.over(o.UserID, s, i.Quantity); over {
			*refused = append(*refused, limitError(*s.PerPersonLimit, left, "of these tickets").At(append(at, "quantity")...))
		}
		switch {
		case s.Kind == contract.Admission:
		case admissions == 0:
			refused.Add(AdmissionRequired, "This is sold only together with a ticket that lets you in.", append(at, "ticketTypeId")...)
		case s.MaxPerAdmission != nil && int64(i.Quantity) > int64(*s.MaxPerAdmission)*int64(admissions):
			refused.Add(InvalidQuantity, fmt.Sprintf("Take at most %d of these for each ticket that lets you in.", *s.MaxPerAdmission), append(at, "quantity")...)
		}
	}
	if of == nil {
		return
	}
	if over, left := taken.over(o.UserID, of, admissions); over {
		*refused = append(*refused, limitError(*of.PerPersonLimit, left, "tickets for this event").At("input", "items"))
	}
	switch free := of.Free(); {
	case free < 1:
		refused.Add(SoldOut, "The event is sold out.", "input", "items")
	case admissions > free:
		refused.Add(SoldOut, fmt.Sprintf("Only %d tickets for this event are left.", free), "input", "items")
	}
}

func limitError(limit, left int, what string) *errs.Error {
	if left == 0 {
		return errs.New(PerPersonLimit, fmt.Sprintf("One person may have %d %s, and you have them.", limit, what))
	}
	return errs.New(PerPersonLimit, fmt.Sprintf("One person may have %d %s: you may take %d more.", limit, what, left))
}

// free reports whether there are seats for the whole booking, and its holder may have them.
func (w *Work) free() bool {
	want := map[*Stock]int{}
	w.Stock.each(w.Booking.Items, func(s *Stock, n int) { want[s] += n })
	for s, n := range want {
		if over, _ := w.Taken.over(w.Booking.UserID, s, n); over || n > s.Free() {
			return false
		}
	}
	return w.reseat()
}

// reseat gives the booking other numbered seats where others have its own by now: the best that are left. It reports whether there are
// enough.
func (w *Work) reseat() bool {
	others := make([][]*Seat, len(w.Booking.Items))
	for n, i := range w.Booking.Items {
		if h := w.Stock[i.TypeID].Hall; len(i.Seats) > 0 && !h.allFree(i.Seats) {
			if others[n] = h.Best(i.Quantity, i.Seats[0].Accessible); others[n] == nil {
				return false
			}
		}
	}
	for n, seats := range others {
		if seats != nil {
			w.Booking.Items[n].Seats, w.Reseated = seats, true
		}
	}
	return true
}
