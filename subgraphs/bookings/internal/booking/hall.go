package booking

import (
	"fmt"
	"strconv"

	"marquee/internal/errs"
)

// Reasons for refusals of seats.
const (
	SeatNotFound errs.Code = "SEAT_NOT_FOUND"
	SeatTaken    errs.Code = "SEAT_TAKEN"
)

// Hall is the numbered seats of one ticket type: rows from the best to the last, each in the order of its numbers, and who has which.
// The store reads it under the lock of the type's stock, which everybody takes who takes or frees one of its seats.
type Hall struct {
	rows  [][]*Seat
	byID  map[string]*Seat
	taken map[string]string // seat id → booking id

	took  []Occupied
	freed []string
}

// Occupied says which booking has a seat.
type Occupied struct{ SeatID, TypeID, BookingID string }

// NewHall returns the hall of seats, which are in the order of the plan, and who has which of them.
func NewHall(seats []*Seat, taken []Occupied) *Hall {
	h := &Hall{byID: make(map[string]*Seat, len(seats)), taken: make(map[string]string, len(taken))}
	for i, s := range seats {
		if i == 0 || seats[i-1].SectionPosition != s.SectionPosition || seats[i-1].RowPosition != s.RowPosition {
			h.rows = append(h.rows, nil)
		}
		last := len(h.rows) - 1
		h.rows[last] = append(h.rows[last], s)
		h.byID[s.ID] = s
	}
	for _, t := range taken {
		h.taken[t.SeatID] = t.BookingID
	}
	return h
}

// Free reports whether nobody has the seat.
func (h *Hall) Free(seatID string) bool { return h.taken[seatID] == "" }

// Moves returns which seats were taken and freed since the hall was read.
func (h *Hall) Moves() (took []Occupied, freed []string) { return h.took, h.freed }

// choose returns the seats that a wish names, or the best where it names none.
// Errors, at a field of the wish: SEAT_NOT_FOUND, SEAT_TAKEN, SOLD_OUT.
func (h *Hall) choose(w *HoldItemInput) ([]*Seat, *errs.Error) {
	if len(w.SeatIDs) == 0 {
		seats := h.Best(w.Quantity, w.Accessible)
		if seats == nil && w.Accessible {
			return nil, errs.New(SoldOut, "There are not that many accessible seats left.").At("quantity")
		}
		if seats == nil {
			return nil, errs.New(SoldOut, "All seats left are kept for people who need accessible ones; ask for those if you do.").At("quantity")
		}
		return seats, nil
	}
	seats := make([]*Seat, len(w.SeatIDs))
	for i, seatID := range w.SeatIDs {
		s := h.byID[seatID]
		switch {
		case s == nil:
			return nil, errs.New(SeatNotFound, "There is no such seat for this ticket.").At("seatIds", strconv.Itoa(i))
		case !h.Free(seatID):
			return nil, errs.New(SeatTaken, fmt.Sprintf("%s has just been taken; choose another.", s.Label())).At("seatIds", strconv.Itoa(i))
		}
		seats[i] = s
	}
	return seats, nil
}

// allFree reports whether nobody has any of the seats.
func (h *Hall) allFree(seats []*Seat) bool {
	for _, s := range seats {
		if !h.Free(s.ID) {
			return false
		}
	}
	return true
}

// take gives free seats to a booking.
func (h *Hall) take(bookingID string, seats []*Seat) {
	for _, s := range seats {
		h.taken[s.ID] = bookingID
		h.took = append(h.took, Occupied{s.ID, s.TypeID, bookingID})
	}
}

// release takes seats back.
func (h *Hall) release(seats []*Seat) {
	for _, s := range seats {
		delete(h.taken, s.ID)
		h.freed = append(h.freed, s.ID)
	}
}

// takeSeats gives the items' seats to the booking.
func (s Stocks) takeSeats(b *Booking) {
	for _, i := range b.Items {
		if len(i.Seats) > 0 {
			s[i.TypeID].Hall.take(b.ID, i.Seats)
		}
	}
}

// freeSeats takes the booking's seats back.
func (s Stocks) freeSeats(b *Booking) {
	for _, i := range b.Items {
		if len(i.Seats) > 0 {
			s[i.TypeID].Hall.release(i.Seats)
		}
	}
}
