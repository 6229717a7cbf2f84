package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/contract"
	"marquee/internal/crash"
	"marquee/internal/idempotency"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
)

// Hold implements booking.Store.
func (s *Store) Hold(ctx context.Context, o *booking.Order) (*booking.Booking, error) {
	if err := s.holds.wait(ctx, o.Input.EventID, o); err != nil {
		return nil, err
	}
	return o.Booking, o.Err
}

// newHolds returns the line of holds in front of place.
func newHolds(place func([]*booking.Order) error) *line[*booking.Order] {
	return newLine(place,
		func(o *booking.Order) []string { return []string{o.Claim.Scope + "\x00" + o.Claim.Key} },
		func(o *booking.Order, err error) { o.Booking, o.Err = nil, err })
}

// placing is how long one transaction of orders may take; it belongs to all of them and not to the context of any.
const placing = 15 * time.Second

// place decides and writes orders and sets their outcomes.
func (s *Store) place(orders []*booking.Order) error {
	ctx, cancel := context.WithTimeout(context.Background(), placing)
	defer cancel()
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		err := s.placeIn(ctx, tx, orders)
		crash.At("hold/written")
		return err
	})
	crash.At("hold/committed")
	if errors.Is(err, errAllRefused) {
		return nil
	}
	if err != nil {
		return err
	}
	var events []string
	for _, o := range orders {
		if o.Err == nil {
			events = append(events, o.Input.EventID)
		}
	}
	s.committed(ctx, events...)
	return nil
}

// errAllRefused rolls a transaction back in which nothing was placed.
var errAllRefused = errors.New("no order was placed")

func (s *Store) placeIn(ctx context.Context, tx pgx.Tx, orders []*booking.Order) error {
	var types, events []string
	claims := make([]idempotency.Claim, len(orders))
	for i, o := range orders {
		o.Booking, o.Err = nil, nil
		hash, err := idempotency.Hash(o.Claim.Request)
		if err != nil {
			return err
		}
		claims[i] = idempotency.Claim{Scope: o.Claim.Scope, Key: o.Claim.Key, Hash: hash, Answer: []byte(o.ID)}
		types, events = append(types, o.TypeIDs()...), append(events, o.Input.EventID)
	}
	claimed, err := idempotency.RecordMany(ctx, tx, claims)
	if err != nil {
		return err
	}
	stock, show, err := s.lockForSale(ctx, tx, types, events)
	if err != nil {
		return err
	}
	taken, err := takenBy(ctx, tx, stock, orders)
	if err != nil {
		return err
	}
	var uses []codeUse
	for _, o := range orders {
		for _, code := range o.Codes() {
			uses = append(uses, codeUse{o.Input.EventID, o.UserID, code})
		}
	}
	promo, err := lockPromo(ctx, tx, uses)
	if err != nil {
		return err
	}
	if err := s.openHalls(ctx, tx, stock); err != nil {
		return err
	}
	var placed []*booking.Order
	var refused []idempotency.Claim
	now := s.now()
	for i, o := range orders {
		switch {
		case !claimed[i]:
			if err := s.replay(ctx, tx, o, claims[i]); err != nil {
				return err
			}
		default:
			o.Promo = promo
			if o.Place(show[o.Input.EventID], stock, taken, now); o.Err != nil {
				refused = append(refused, claims[i])
				continue
			}
			placed = append(placed, o)
		}
	}
	if len(placed) == 0 {
		return errAllRefused
	}
	if len(refused) > 0 {
		if err := idempotency.Release(ctx, tx, refused); err != nil {
			return err
		}
	}
	if err := usePromo(ctx, tx, promo); err != nil {
		return err
	}
	return s.writePlaced(ctx, tx, placed, stock)
}

// lockForSale locks ticket types and reads the events only then: whoever calls one off locks them too, so the event is as it will be.
func (s *Store) lockForSale(ctx context.Context, tx pgx.Tx, types, events []string) (booking.Stocks, map[string]*booking.Show, error) {
	types = append(types, events...)
	slices.Sort(types)
	stock, err := lockStock(ctx, tx, slices.Compact(types))
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(events)
	found, err := shows(ctx, in(tx), slices.Compact(events))
	if err == nil {
		err = counted(found, stock)
	}
	if err == nil {
		err = s.askShows(ctx, in(tx), found)
	}
	return stock, found, err
}

// replay answers an order whose key was used before.
func (s *Store) replay(ctx context.Context, tx pgx.Tx, o *booking.Order, claim idempotency.Claim) error {
	answer, err := idempotency.Replay(ctx, tx, claim.Scope, claim.Key, claim.Hash)
	if err != nil {
		o.Err = pg.Translate(err)
		return nil
	}
	found, err := s.load(ctx, in(tx), []string{string(answer)})
	if err != nil {
		return err
	}
	if o.Booking = found[string(answer)]; o.Booking == nil {
		return errors.New("an idempotency key names a booking that is not there")
	}
	return nil
}

func (s *Store) writePlaced(ctx context.Context, tx pgx.Tx, placed []*booking.Order, stock booking.Stocks) error {
	bookings := make([]*booking.Booking, len(placed))
	messages := make([]contract.Message, len(placed))
	var expiries []river.InsertManyParams
	for i, o := range placed {
		bookings[i], messages[i] = o.Booking, o.Tell
		if o.Booking.Status == booking.Held {
			expiries = append(expiries, river.InsertManyParams{
				Args: ExpireHold{BookingID: o.Booking.ID}, InsertOpts: &river.InsertOpts{ScheduledAt: o.Booking.ExpiresAt},
			})
		}
	}
	if err := insertBookings(ctx, tx, bookings); err != nil {
		return err
	}
	if err := moveSeats(ctx, tx, stock); err != nil {
		return err
	}
	if err := noteCodes(ctx, tx, bookings); err != nil {
		return err
	}
	if err := noteQuestions(ctx, tx, bookings); err != nil {
		return err
	}
	if err := s.outbox.Publish(ctx, tx, messages...); err != nil {
		return err
	}
	if err := s.jobs.InsertMany(ctx, tx, expiries); err != nil {
		return err
	}
	return moveStock(ctx, tx, stock)
}
