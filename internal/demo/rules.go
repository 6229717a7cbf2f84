package demo

import (
	"fmt"

	"marquee/internal/contract"
)

// PromoCode is a code for an event; Kind is PERCENTAGE (Value in basis points), AMOUNT (Value in minor units a ticket) or ACCESS.
type PromoCode struct {
	ID, EventID, Code, Kind string
	Value                   int64
	TicketTypeIDs           []string // none: all
	MaxUses, PerPerson      *int     // nil: any number
}

// Two events of the demo manager's show the rules of sale: a concert with codes, add-ons, tickets not listed and a shared capacity, and
// a run that asks questions.
const (
	concert = 60
	run     = 66
)

// rules gives them to these events. It comes after the bookings of the past, which know nothing of them.
func (g *generator) rules() {
	e := &g.set.Events[concert]
	total := 0
	for _, t := range e.TicketTypes {
		total += t.Capacity
	}
	first := e.TicketTypes[0]
	add := func(e *Event, name, description string, amount int64, seats, most int) *TicketType {
		e.TicketTypes = append(e.TicketTypes, TicketType{
			ID: g.newID("tkt", e.ID+"/"+name, e.CreatedAt), Name: name, Description: description, Currency: first.Currency, PriceAmount: amount,
			Capacity: seats, MaxPerOrder: most, Kind: contract.Admission, Visibility: contract.Public,
		})
		return &e.TicketTypes[len(e.TicketTypes)-1]
	}
	members := add(e, "Members", "For members, with the code of the newsletter.", first.PriceAmount/2, 40, 2)
	members.Visibility, members.PerPersonLimit = contract.AccessCode, ptr(2)
	add(e, "Crew and friends", "By invitation.", 0, 20, 2).Visibility = contract.Hidden
	shirt := add(e, "Tour shirt", "To pick up at the desk.", 2500*level[first.Currency]/100, 150, 10)
	shirt.Kind, shirt.MaxPerAdmission = contract.AddOn, ptr(2)
	e.Capacity, e.PerPersonLimit = ptr(total), ptr(8)
	code := func(code, kind string, value int64, uses, perPerson *int, types ...string) {
		g.set.PromoCodes = append(g.set.PromoCodes, PromoCode{
			ID: g.newID("prm", e.ID+"/"+code, e.CreatedAt), EventID: e.ID, Code: code, Kind: kind, Value: value,
			MaxUses: uses, PerPerson: perPerson, TicketTypeIDs: types,
		})
	}
	code("ENCORE20", "PERCENTAGE", 2000, ptr(100), nil)
	code("FIVEOFF", "AMOUNT", 500, nil, ptr(1), first.ID)
	code("MEMBERS", "ACCESS", 0, nil, nil, members.ID)

	e = &g.set.Events[run]
	e.PerPersonLimit = ptr(6)
	ask := func(name, label, kind, scope string, required bool, options ...string) {
		q := contract.Question{ID: g.newID("qst", e.ID+"/"+name, e.CreatedAt), Label: label, Kind: kind, Scope: scope, Required: required, Options: options}
		if kind == contract.TextQuestion {
			q.MaxLength = 200
		}
		e.Questions = append(e.Questions, q)
	}
	ask("size", "Size of the shirt", contract.ChoiceQuestion, contract.PerTicket, true, "XS", "S", "M", "L", "XL")
	ask("phone", "Whom to call in an emergency", contract.TextQuestion, contract.PerTicket, false)
	ask("source", "How did you hear of it?", contract.TextQuestion, contract.PerOrder, false)
	g.runners(e)
}

// runners names the guests of the run's bookings of the past and answers its questions, as their buyers did.
func (g *generator) runners(e *Event) {
	size, phone, source := e.Questions[0], e.Questions[1].ID, e.Questions[2].ID
	for i := range g.set.Bookings {
		b := &g.set.Bookings[i]
		if b.EventID != e.ID {
			continue
		}
		if g.random.IntN(3) > 0 {
			b.Answers = []Answer{{source, pick(g, []string{"A friend", "The poster in the park", "Your newsletter", "I ran last year"})}}
		}
		family := pick(g, familyNames)
		for k := range b.Tickets {
			t := &b.Tickets[k]
			t.Guest = pick(g, givenNames) + " " + family
			t.Answers = []Answer{{size.ID, pick(g, size.Options)}}
			if g.random.IntN(2) > 0 { // numbers that nobody has
				t.Answers = append(t.Answers, Answer{phone, fmt.Sprintf("%s, +1 202 555 01%02d", pick(g, givenNames), g.random.IntN(100))})
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }
