package event

import (
	"slices"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// TicketKind says what a ticket is; the GraphQL enum of the name.
type TicketKind string

// The kinds of ticket.
const (
	Admission TicketKind = contract.Admission
	AddOn     TicketKind = contract.AddOn
)

// TicketVisibility says who sees a ticket type listed; the GraphQL enum of the name.
type TicketVisibility string

// Who sees a ticket type.
const (
	Public     TicketVisibility = contract.Public
	Hidden     TicketVisibility = contract.Hidden
	AccessCode TicketVisibility = contract.AccessCode
)

// follow takes over, from what the ticket type was before, its rules and what it is a copy of.
func (t *TicketType) follow(old *TicketType) {
	t.Kind, t.Visibility, t.PerPersonLimit, t.MaxPerAdmission, t.CopyOf = old.Kind, old.Visibility, old.PerPersonLimit, old.MaxPerAdmission, old.CopyOf
}

// setRules gives the ticket type the rules that the input names.
func (in *TicketTypeInput) setRules(t *TicketType, refuse func(field, message string)) {
	set(&t.Kind, in.Kind)
	set(&t.Visibility, in.Visibility)
	if !limit(&t.PerPersonLimit, in.PerPersonLimit, mostCapacity) {
		refuse("perPersonLimit", "The limit a person is between 1 and 1,000,000, or 0 for none.")
	}
	if !limit(&t.MaxPerAdmission, in.MaxPerAdmission, mostPerOrder) {
		refuse("maxPerAdmission", "At most 100 add-ons for each admission, or 0 for any number.")
	}
	if t.Kind == Admission && t.MaxPerAdmission != nil {
		refuse("maxPerAdmission", "Only add-ons are limited by the admissions of the order.")
	}
}

// setLimits sets the limits of the event as a whole; what is nil stays.
func setLimits(wrong *errs.List, e *Event, capacity, perPerson *int) {
	if !limit(&e.Capacity, capacity, mostCapacity) {
		wrong.Add(errs.InvalidInput, "The capacity of an event is between 1 and 1,000,000, or 0 for what its tickets have.", "input", "capacity")
	}
	if !limit(&e.PerPersonLimit, perPerson, mostCapacity) {
		wrong.Add(errs.InvalidInput, "The limit a person is between 1 and 1,000,000, or 0 for none.", "input", "perPersonLimit")
	}
}

// limit sets an optional limit: nil leaves it, 0 removes it. It reports whether the value is one.
func limit(to **int, value *int, most int) bool {
	switch {
	case value == nil:
	case *value == 0:
		*to = nil
	case *value < 0 || *value > most:
		return false
	default:
		*to = value
	}
	return true
}

// list leaves the ticket types that are listed for the viewer: all for who runs the event, the public ones for everybody else.
func (e *Event) list(v *viewer.Viewer) {
	if e == nil || v.Owns(e.OrganizerID) {
		return
	}
	e.TicketTypes = slices.DeleteFunc(slices.Clone(e.TicketTypes), func(t *TicketType) bool { return t.Visibility != Public })
}
