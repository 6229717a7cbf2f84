package bookings_test

import (
	"testing"

	"marquee/internal/id"
	"marquee/subgraphs/bookings/internal/booking"
)

// An event's first shared capacity is being written while others wait for its stock: they find a row that they could not lock, and must
// go on with it instead of failing.
func TestASharedCapacityThatComesMeanwhile(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(b *bench, held *booking.Booking) error{
		"hold": func(b *bench, held *booking.Booking) error {
			_, err := b.box.Hold(b.t.Context(), bob, booking.HoldSeatsInput{
				EventID: held.EventID, IdempotencyKey: id.New("key"), Items: []*booking.HoldItemInput{{TicketTypeID: held.Items[0].TypeID, Quantity: 1}},
			})
			return err
		},
		"cancel": func(b *bench, held *booking.Booking) error {
			_, err := b.box.Cancel(b.t.Context(), ada, held.ID, id.New("key"), nil)
			return err
		},
		"extend": func(b *bench, held *booking.Booking) error {
			_, err := b.box.Extend(b.t.Context(), ada, held.ID, id.New("key"))
			return err
		},
		"expire": func(b *bench, held *booking.Booking) error {
			b.clock.Forward(booking.HoldFor)
			_, err := b.store.Expire(b.t.Context(), held.ID)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			e := b.published(0, 10, 10)
			held := b.hold(ada, e, 0, 2)
			e.Capacity, e.Version = some(5), 2
			tx, err := b.Deps.DB.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := b.store.ApplyEvent(t.Context(), tx, e); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- act(b, held) }()
			b.eventually("it waits for the stock", func() bool {
				var n int
				err := b.Deps.DB.QueryRow(t.Context(), "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Scan(&n)
				return err == nil && n > 0
			})
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
			b.conserved()
		})
	}
}
