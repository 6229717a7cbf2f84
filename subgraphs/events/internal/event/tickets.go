package event

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
)

// Limits of ticket types. With the highest price and capacity an event's takings still fit money.Max.
const (
	mostTicketTypes = 20
	highestPrice    = 1_000_000_000 // minor units
	mostCapacity    = 1_000_000
	mostPerOrder    = 100
)

// TicketTypeInput is a ticket type to create or change.
type TicketTypeInput struct {
	ID                       *string
	Name, Description        string
	PriceAmount              int64
	Currency                 string
	Capacity                 int
	SalesStart, SalesEnd     *time.Time
	MinPerOrder, MaxPerOrder int
	TaxRate                  int // basis points
	TaxName                  string
	Kind                     *TicketKind // nil in all of these: as it was
	Visibility               *TicketVisibility
	PerPersonLimit           *int // 0 removes it
	MaxPerAdmission          *int // 0 removes it

	copyOf string // of a new type: what it is a copy of, if of anything
}

// setTicketTypes replaces the event's ticket types. Inputs with an id change that type, the others are new. What is public keeps its
// price and stays.
func setTicketTypes(wrong *errs.List, e *Event, inputs []*TicketTypeInput, now time.Time) {
	refuse := func(i int, field, message string) {
		path := []string{"input", "ticketTypes", strconv.Itoa(i)}
		if field != "" {
			path = append(path, field)
		}
		wrong.Add(InvalidTicketType, message, path...)
	}
	if len(inputs) > mostTicketTypes {
		wrong.Add(InvalidTicketType, "An event has at most 20 kinds of ticket.", "input", "ticketTypes")
		return
	}
	before := map[string]*TicketType{}
	for _, t := range e.TicketTypes {
		before[t.ID] = t
	}
	kept := map[string]bool{}
	types := make([]*TicketType, 0, len(inputs))
	for i, in := range inputs {
		checkTicketType(in, inputs[0].Currency, now, func(field, message string) { refuse(i, field, message) })
		t := &TicketType{
			Name: in.Name, Description: in.Description, Price: money.Of(in.PriceAmount, in.Currency), Capacity: in.Capacity,
			SalesStart: instantOrNil(in.SalesStart), SalesEnd: instantOrNil(in.SalesEnd),
			TaxRate: in.TaxRate, TaxName: in.TaxName,
			MinPerOrder: in.MinPerOrder, MaxPerOrder: in.MaxPerOrder, Position: i, Kind: Admission, Visibility: Public,
		}
		switch {
		case in.ID == nil:
			t.ID, t.CopyOf = id.New("tkt"), in.copyOf
		case before[*in.ID] == nil:
			refuse(i, "id", "The event has no such kind of ticket.")
		case kept[*in.ID]:
			refuse(i, "id", "Each kind of ticket stands here once.")
		default:
			t.ID, kept[*in.ID] = *in.ID, true
			if old := before[t.ID]; e.PublishedAt != nil && old.Price != t.Price {
				field := "priceAmount"
				if old.Price.Currency != t.Price.Currency {
					field = "currency"
				}
				refuse(i, field, "The price of published tickets stays as it is.")
			}
			t.follow(before[t.ID])
		}
		in.setRules(t, func(field, message string) { refuse(i, field, message) })
		if old := before[t.ID]; old != nil && e.PublishedAt != nil && old.Kind != t.Kind {
			refuse(i, "kind", "Published tickets stay admissions or add-ons.")
		}
		types = append(types, t)
	}
	if e.PublishedAt != nil && len(kept) < len(before) {
		wrong.Add(InvalidTicketType, "Published kinds of ticket cannot be removed.", "input", "ticketTypes")
	}
	seats := e.Seating.Seats()
	for i, t := range types {
		if n := seats[t.ID]; n > 0 && t.Capacity != n {
			refuse(i, "capacity", "The capacity is the number of its seats in the plan.")
		}
		delete(seats, t.ID)
	}
	if len(seats) > 0 {
		wrong.Add(InvalidTicketType, "A kind of ticket has seats in the plan: it cannot be removed.", "input", "ticketTypes")
	}
	slices.SortStableFunc(types, func(a, b *TicketType) int { return cmpPrice(a, b) })
	e.TicketTypes = types
}

func cmpPrice(a, b *TicketType) int {
	switch {
	case a.Price.Amount < b.Price.Amount:
		return -1
	case a.Price.Amount > b.Price.Amount:
		return 1
	}
	return a.Position - b.Position
}

// checkTicketType checks what can be said of one type alone and the currency that all share.
func checkTicketType(in *TicketTypeInput, shared string, now time.Time, refuse func(field, message string)) {
	if why := line("The name", in.Name, 1, 100); why != "" {
		refuse("name", why)
	}
	if utf8.RuneCountInString(in.Description) > 500 || !lines(in.Description) {
		refuse("description", "The description has at most 500 characters.")
	}
	if in.PriceAmount < 0 || in.PriceAmount > highestPrice {
		refuse("priceAmount", "The price is between 0 and 1,000,000,000 minor units.")
	}
	if _, err := currency.ParseISO(in.Currency); err != nil || in.Currency != strings.ToUpper(in.Currency) {
		refuse("currency", "There is no such currency.")
	} else if in.Currency != shared {
		refuse("currency", "All tickets of an event have the same currency.")
	}
	if in.Capacity < 1 || in.Capacity > mostCapacity {
		refuse("capacity", "The capacity is between 1 and 1,000,000.")
	}
	if in.MinPerOrder < 1 || in.MinPerOrder > mostPerOrder {
		refuse("minPerOrder", "At least 1 and at most 100 tickets a booking.")
	} else if in.MaxPerOrder < in.MinPerOrder || in.MaxPerOrder > mostPerOrder {
		refuse("maxPerOrder", "At most 100 tickets a booking, and no fewer than the least.")
	}
	checkTax(in, refuse)
	switch {
	case in.SalesStart != nil && in.SalesEnd != nil && !instant(*in.SalesEnd).After(instant(*in.SalesStart)):
		refuse("salesEnd", "Sales end after they start.")
	case in.SalesEnd != nil && in.SalesEnd.Sub(now) > farthest:
		refuse("salesEnd", "That is too far in the future.")
	case in.SalesStart != nil && in.SalesStart.Sub(now) > farthest:
		refuse("salesStart", "That is too far in the future.")
	}
}
