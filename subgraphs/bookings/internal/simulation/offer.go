package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
)

func newModel(r *rand.Rand, name string, now time.Time, prompt bool) *model {
	m := &model{now: now, prompt: prompt, decided: map[string]string{}}
	m.event = contract.Event{
		EventID: "evt_" + name, Version: 1, OrganizerID: "usr_organizer", Title: "A Night", TimeZone: "Europe/Berlin", Venue: "The Hall",
		StartsAt: now.Add(time.Duration(12+r.IntN(72)) * time.Hour), EndsAt: now.AddDate(0, 0, 9),
	}
	for i := range m.ids {
		m.ids[i] = fmt.Sprintf("tkt_%d_%s", i, m.event.EventID)
	}
	m.event.Seating = &contract.Seating{}
	section := contract.SeatSection{Name: "Stalls", TicketTypeID: m.typeID(numbered)}
	for row := range 1 + r.IntN(2) {
		section.Rows = append(section.Rows, contract.SeatRow{Name: fmt.Sprint(row + 1), First: 1, Step: 1, Count: 4, Accessible: []int{1}})
	}
	m.event.Seating.Sections = append(m.event.Seating.Sections, section)
	m.seats = booking.Plan(m.event.EventID, m.event.Seating)
	two := perAdmission
	for i := range types {
		m.listed[i], m.target[i] = true, r.IntN(10)
		t := contract.TicketType{
			TicketTypeID: m.typeID(i), Name: fmt.Sprint("Type ", i), PriceAmount: prices[i], Currency: "EUR", Capacity: m.target[i], MinPerOrder: 1, MaxPerOrder: most,
		}
		switch i {
		case drink:
			t.Kind, t.MaxPerAdmission = contract.AddOn, &two
		case numbered:
			m.target[i] = len(m.seats)
			t.Capacity = m.target[i]
		case friends:
			t.Visibility = contract.AccessCode
		}
		m.event.TicketTypes = append(m.event.TicketTypes, t)
	}
	if r.IntN(2) == 0 {
		m.event.RefundPolicy = &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24, FeeBasisPoints: 1000}
	}
	m.limit(r)
	few := func() *int {
		if r.IntN(3) == 0 {
			return nil
		}
		n := 1 + r.IntN(4)
		return &n
	}
	made := func(name string, kind booking.PromoKind, value int64, of []int, off func(int64) int64) {
		c := &code{PromoCode: booking.PromoCode{
			ID: "prm_" + name + m.event.EventID, EventID: m.event.EventID, Code: name, Kind: kind, Value: value, MaxUses: few(), PerPerson: few(), Active: true, CreatedAt: now,
		}, of: of, off: off}
		if len(of) < types {
			for _, i := range of {
				c.TicketTypeIDs = append(c.TicketTypeIDs, m.typeID(i))
			}
		}
		m.codes = append(m.codes, c)
	}
	made("QUARTER", booking.PercentageOff, 2500, []int{entry, premium, drink, numbered, friends}, func(full int64) int64 { return (full*25 + 50) / 100 })
	made("LESS", booking.AmountOff, 1500, []int{premium, numbered}, func(full int64) int64 { return min(full, 1500) })
	made("FRIENDS", booking.Access, 0, []int{friends}, nil)
	return m
}

func (m *model) typeID(i int) string { return m.ids[i] }

// String is what the organiser offers.
func (m *model) String() string {
	e := m.event
	return fmt.Sprintf("begins %s, targets %v, listed %v, together %s, a person %s, of the premium ones %s, policy %+v", e.StartsAt.Format(time.DateTime), m.target, m.listed,
		show(e.Capacity), show(e.PerPersonLimit), show(m.premiumLimit()), e.RefundPolicy)
}

// limit draws what the organiser limits.
func (m *model) limit(r *rand.Rand) {
	some := func(n int) *int {
		if r.IntN(2) == 0 {
			return nil
		}
		n = 1 + r.IntN(n)
		return &n
	}
	m.event.Capacity, m.event.PerPersonLimit = some(16), some(8)
	if limit := some(5); m.listed[premium] { // of a type that is gone, the last one stays
		m.event.TicketTypes[premium].PerPersonLimit = limit
	}
	m.counted = m.counted || m.event.Capacity != nil || m.event.PerPersonLimit != nil
}

// organise draws what the organiser changes.
func (m *model) organise(r *rand.Rand) {
	if m.cancelled {
		return // whatever is said of it later
	}
	m.event.Version++
	m.event.TicketTypes = slices.Clone(m.event.TicketTypes)
	if i := r.IntN(types); i != numbered && m.listed[i] {
		m.target[i] = r.IntN(12)
		m.event.TicketTypes[i].Capacity = m.target[i]
		if i == premium && r.IntN(8) == 0 {
			m.listed[i], m.target[i] = false, 0
		}
	}
	m.limit(r)
}

// snapshot is the event as it is published: without the types taken off it.
func (m *model) snapshot() contract.Event {
	e := m.event
	e.TicketTypes = nil
	for i, t := range m.event.TicketTypes {
		if m.listed[i] {
			e.TicketTypes = append(e.TicketTypes, t)
		}
	}
	return e
}
