package store

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// plans keeps the seats of ticket types in memory: they change with the event's plan only, and every hold of a numbered seat needs them.
type plans struct {
	mu   sync.Mutex
	kept map[string]plan
}

type plan struct {
	version int // the type's seats_version
	seats   []*booking.Seat
}

const mostPlans = 200 // ticket types whose seats are kept

func (p *plans) get(typeID string, version int) ([]*booking.Seat, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.kept[typeID]
	return k.seats, ok && k.version == version
}

func (p *plans) put(typeID string, version int, seats []*booking.Seat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil || len(p.kept) >= mostPlans {
		p.kept = map[string]plan{} // starting over is rare, and costs one read a type
	}
	p.kept[typeID] = plan{version, seats}
}

// openHalls reads, for the locked stock of types with numbered seats, the seats and who has which.
func (s *Store) openHalls(ctx context.Context, tx pgx.Tx, stock booking.Stocks) error {
	var types, unread []string
	for _, typeID := range slices.Sorted(maps.Keys(stock)) {
		if k := stock[typeID]; k.SeatsVersion > 0 {
			types = append(types, typeID)
			if _, ok := s.plans.get(typeID, k.SeatsVersion); !ok {
				unread = append(unread, typeID)
			}
		}
	}
	if len(types) == 0 {
		return nil
	}
	if len(unread) > 0 {
		rows, err := in(tx).SeatsOfTypes(ctx, unread)
		if err != nil {
			return err
		}
		seats := map[string][]*booking.Seat{}
		for _, r := range rows {
			seats[r.TicketTypeID] = append(seats[r.TicketTypeID], toSeat(r))
		}
		for _, typeID := range unread {
			s.plans.put(typeID, stock[typeID].SeatsVersion, seats[typeID])
		}
	}
	rows, err := in(tx).TakenOfTypes(ctx, types)
	if err != nil {
		return err
	}
	taken := map[string][]booking.Occupied{}
	for _, r := range rows {
		taken[r.TicketTypeID] = append(taken[r.TicketTypeID], booking.Occupied{SeatID: r.SeatID, TypeID: r.TicketTypeID, BookingID: r.BookingID})
	}
	for _, typeID := range types {
		seats, _ := s.plans.get(typeID, stock[typeID].SeatsVersion)
		stock[typeID].Hall = booking.NewHall(seats, taken[typeID])
	}
	return nil
}

// hallsOf readies the halls for what may become of bookings. Only one that has expired can want other seats than its own, and so needs
// to know all of them; the others at most give theirs back.
func (s *Store) hallsOf(ctx context.Context, tx pgx.Tx, list []*booking.Booking, stock booking.Stocks) error {
	expired := false
	for _, b := range list {
		for _, i := range b.Items {
			if numbered(i) {
				stock[i.TypeID].Hall = booking.NewHall(nil, nil)
				expired = expired || b.Status == booking.Expired
			}
		}
	}
	if !expired {
		return nil
	}
	return s.openHalls(ctx, tx, stock)
}

// moveSeats writes which seats were taken and freed. Those freed go first: a later order of the same transaction may have taken them.
func moveSeats(ctx context.Context, tx pgx.Tx, stock booking.Stocks) error {
	var freed []string
	var p db.TakeSeatsParams
	for _, typeID := range slices.Sorted(maps.Keys(stock)) {
		if stock[typeID].Hall == nil {
			continue
		}
		took, back := stock[typeID].Hall.Moves()
		freed = append(freed, back...)
		for _, t := range took {
			p.SeatIds, p.TypeIds, p.BookingIds = append(p.SeatIds, t.SeatID), append(p.TypeIds, t.TypeID), append(p.BookingIds, t.BookingID)
		}
	}
	if len(freed) > 0 {
		if err := in(tx).FreeSeats(ctx, freed); err != nil {
			return err
		}
	}
	if len(p.SeatIds) == 0 {
		return nil
	}
	return in(tx).TakeSeats(ctx, p)
}

// insertBookingSeats writes which seats bookings have.
func insertBookingSeats(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	var p db.InsertBookingSeatsParams
	for _, b := range list {
		n := 0
		for _, i := range b.Items {
			for _, seat := range i.Seats {
				p.BookingIds, p.Positions = append(p.BookingIds, b.ID), append(p.Positions, n)
				p.TypeIds, p.SeatIds = append(p.TypeIds, i.TypeID), append(p.SeatIds, seat.ID)
				n++
			}
		}
	}
	if len(p.SeatIds) == 0 {
		return nil
	}
	return in(tx).InsertBookingSeats(ctx, p)
}

// reseat replaces the seats of bookings that were given others.
func reseat(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	if err := in(tx).DropBookingSeats(ctx, ids); err != nil {
		return err
	}
	return insertBookingSeats(ctx, tx, list)
}

// fillSeats reads the seats of bookings that have some and whose items are read already.
func fillSeats(ctx context.Context, q *db.Queries, byID map[string]*booking.Booking, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := q.SeatsOfBookings(ctx, ids)
	if err != nil {
		return err
	}
	seatIDs := make([]string, len(rows))
	for i, r := range rows {
		seatIDs[i] = r.SeatID
	}
	found, err := q.SeatsByIDs(ctx, seatIDs)
	if err != nil {
		return err
	}
	seats := make(map[string]*booking.Seat, len(found))
	for _, r := range found {
		seats[r.ID] = toSeat(r)
	}
	for _, r := range rows {
		for _, i := range byID[r.BookingID].Items {
			if i.TypeID == r.TicketTypeID {
				i.Seats = append(i.Seats, seats[r.SeatID])
			}
		}
	}
	return nil
}

// putSeats writes the seats of a plan.
func putSeats(ctx context.Context, q *db.Queries, eventID string, p *contract.Seating) error {
	w := db.PutSeatsParams{EventID: eventID}
	for _, s := range booking.Plan(eventID, p) {
		w.Ids, w.TypeIds, w.Sections, w.RowNames = append(w.Ids, s.ID), append(w.TypeIds, s.TypeID), append(w.Sections, s.Section), append(w.RowNames, s.Row)
		w.Numbers, w.Accessible = append(w.Numbers, s.Number), append(w.Accessible, s.Accessible)
		w.SectionPositions, w.RowPositions = append(w.SectionPositions, s.SectionPosition), append(w.RowPositions, s.RowPosition)
	}
	return q.PutSeats(ctx, w)
}

// SeatMap implements booking.Store.
func (s *Store) SeatMap(ctx context.Context, eventID string) ([]*booking.MapSeat, error) {
	rows, err := s.read().SeatMap(ctx, eventID)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*booking.MapSeat, len(rows))
	for i, r := range rows {
		out[i] = &booking.MapSeat{Seat: toSeat(r.Seat), Status: booking.SeatStatusOf(booking.Status(r.Status))}
	}
	return out, nil
}

func toSeat(r db.Seat) *booking.Seat {
	return &booking.Seat{
		ID: r.ID, TypeID: r.TicketTypeID, Section: r.Section, Row: r.RowName, Number: r.Number, Accessible: r.Accessible,
		SectionPosition: r.SectionPosition, RowPosition: r.RowPosition,
	}
}
