package demo

import "marquee/internal/contract"

// play is an evening at the theatre with numbered seats, run by the demo manager; the demo attendee has been given a seat.
const play = 11

// seating gives it a house: stalls with an aisle in the middle and places for wheelchairs, a circle and a gallery. It comes before the
// bookings of the past, which sit in it.
func (g *generator) seating() {
	e := &g.set.Events[play]
	e.OrganizerID = g.set.Users[1].ID
	house := []struct {
		description string
		rows        []contract.SeatRow
	}{
		{"The stalls, rows A to J, by number.", stalls()},
		{"The first balcony, rows A to E, by number.", rows(5, 18)},
		{"The gallery. Students, pensioners, job seekers; bring proof.", rows(3, 14)},
	}
	e.Seating = &contract.Seating{}
	for i, part := range house {
		t := &e.TicketTypes[i]
		name := t.Name
		if i == 2 {
			name = "Gallery"
		}
		t.Description = part.description
		e.Seating.Sections = append(e.Seating.Sections, contract.SeatSection{Name: name, TicketTypeID: t.ID, Rows: part.rows})
	}
	seats := e.Seating.Seats()
	for i := range e.TicketTypes {
		e.TicketTypes[i].Capacity, e.TicketTypes[i].MaxPerOrder = seats[e.TicketTypes[i].ID], 8
	}
}

// rows is n rows of so many seats, named by letters.
func rows(n, seats int) []contract.SeatRow {
	list := make([]contract.SeatRow, n)
	for i := range list {
		list[i] = contract.SeatRow{Name: string(rune('A' + i)), First: 1, Step: 1, Count: seats}
	}
	return list
}

// stalls have a sound desk in the last row but one, and places for wheelchairs at both ends of the last.
func stalls() []contract.SeatRow {
	list := rows(10, 16)
	list[8].Without = []int{8, 9}
	list[9].Accessible = []int{1, 2, 15, 16}
	return list
}
