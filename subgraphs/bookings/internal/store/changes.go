package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"marquee/internal/crash"
	"marquee/internal/idempotency"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
)

// change is a request to change one booking by a rule. A rule that refuses has changed nothing.
type change struct {
	claim     booking.Claim
	bookingID string
	rule      func(*booking.Work) error

	booking *booking.Booking // the outcome
	err     error
}

// newChanges returns the line of changes in front of carryOut.
func newChanges(carryOut func([]*change) error) *line[*change] {
	return newLine(carryOut,
		func(c *change) []string { return []string{c.claim.Scope + "\x00" + c.claim.Key, c.bookingID} },
		func(c *change, err error) { c.booking, c.err = nil, err })
}

// Change implements booking.Store. Changes of one event's bookings go together, as its holds do: each alone would wait for the same
// stock rows, and keep a database connection while it waits.
func (s *Store) Change(ctx context.Context, claim booking.Claim, bookingID string, rule func(*booking.Work) error) (*booking.Booking, error) {
	eventID, err := s.read().EventOfBooking(ctx, bookingID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, pg.Translate(err)
	}
	c := &change{claim: claim, bookingID: bookingID, rule: rule}
	if err := s.changes.wait(ctx, eventID, c); err != nil {
		return nil, err
	}
	return c.booking, c.err
}

// carryOut decides and writes changes and sets their outcomes.
func (s *Store) carryOut(changes []*change) error {
	ctx, cancel := context.WithTimeout(context.Background(), placing)
	defer cancel()
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		err := s.carryOutIn(ctx, tx, changes)
		crash.At("change/written")
		return err
	})
	crash.At("change/committed")
	if errors.Is(err, errAllRefused) {
		return nil
	}
	if err != nil {
		return err
	}
	var events []string
	for _, c := range changes {
		if c.booking != nil {
			events = append(events, c.booking.EventID)
		}
	}
	s.committed(ctx, events...)
	return nil
}

func (s *Store) carryOutIn(ctx context.Context, tx pgx.Tx, changes []*change) error {
	claims := make([]idempotency.Claim, len(changes))
	for i, c := range changes {
		c.booking, c.err = nil, nil
		hash, err := idempotency.Hash(c.claim.Request)
		if err != nil {
			return err
		}
		claims[i] = idempotency.Claim{Scope: c.claim.Scope, Key: c.claim.Key, Hash: hash, Answer: []byte(c.bookingID)}
	}
	claimed, err := idempotency.RecordMany(ctx, tx, claims)
	if err != nil {
		return err
	}
	var first []*change
	var own []idempotency.Claim
	var ids []string
	for i, c := range changes {
		if claimed[i] {
			first, own, ids = append(first, c), append(own, claims[i]), append(ids, c.bookingID)
		} else if err := s.replayChange(ctx, tx, c, claims[i]); err != nil {
			return err
		}
	}
	if len(first) == 0 {
		return errAllRefused // nothing to write: every key was used before
	}
	works, stock, err := s.lock(ctx, tx, ids)
	if err != nil {
		return err
	}
	var changed []string
	var decided []*booking.Work
	var refused []idempotency.Claim
	for i, c := range first {
		if c.err = c.rule(works[i]); c.err != nil {
			refused = append(refused, own[i])
			continue
		}
		c.booking = works[i].Booking
		changed, decided = append(changed, c.bookingID), append(decided, works[i])
	}
	if len(decided) == 0 {
		return errAllRefused
	}
	if len(refused) > 0 {
		if err := idempotency.Release(ctx, tx, refused); err != nil {
			return err
		}
	}
	return s.write(ctx, tx, changed, decided, stock)
}

// replayChange answers a change whose key was used before.
func (s *Store) replayChange(ctx context.Context, tx pgx.Tx, c *change, claim idempotency.Claim) error {
	answer, err := idempotency.Replay(ctx, tx, claim.Scope, claim.Key, claim.Hash)
	if err != nil {
		c.err = pg.Translate(err)
		return nil
	}
	found, err := s.load(ctx, in(tx), []string{string(answer)})
	if err != nil {
		return err
	}
	if c.booking = found[string(answer)]; c.booking == nil {
		return errors.New("an idempotency key names a booking that is not there")
	}
	return nil
}
