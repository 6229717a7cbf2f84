package outbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/bus"
)

const (
	relayLock = 7_230_954_102          // advisory lock: one relay a database at a time keeps the order per key
	idle      = 250 * time.Millisecond // polling interval when nobody wakes the relay
	complain  = 10 * time.Second       // between two lines of the log about messages that cannot be delivered
)

// Relay carries the rows of one outbox to the bus, oldest first. A row that cannot be delivered waits with growing pauses and holds back
// only the later rows of its own key; it is never dropped.
type Relay struct {
	outbox *Outbox
	db     *pgxpool.Pool
	bus    bus.Bus
	log    *slog.Logger

	complained time.Time
}

// NewRelay returns the relay of an outbox.
func NewRelay(o *Outbox, db *pgxpool.Pool, b bus.Bus, log *slog.Logger) *Relay {
	return &Relay{outbox: o, db: db, bus: b, log: log}
}

// Run relays until the context ends. Several processes may run relays of the same database: one works, the others wait for its place.
func (r *Relay) Run(ctx context.Context) error {
	for {
		err := r.lead(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end of the context is how a relay is stopped
		}
		r.log.WarnContext(ctx, "outbox relay lost its place; trying again", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// steadyPlans keeps the relay to its two indexes. The table is nearly empty most of the time and has many thousand rows in a rush; a plan
// made for the first, which reads the whole table for every row, does not end in the second, and nothing would be delivered any more.
const steadyPlans = `set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
	set enable_sort = off; set plan_cache_mode = force_custom_plan`

// lead waits for the lock, then relays on its connection: when the connection breaks, so does the leadership.
func (r *Relay) lead(ctx context.Context) error {
	conn, err := r.db.Acquire(ctx)
	if err != nil {
		return err
	}
	// A connection that may still hold the lock must not go back into the pool.
	defer func() { _ = conn.Hijack().Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, steadyPlans); err != nil {
		return err
	}
	for {
		var got bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", relayLock).Scan(&got); err != nil {
			return err
		}
		if got {
			break
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
	for {
		n, err := r.once(ctx, conn.Conn())
		if err != nil {
			return err
		}
		if n == 0 {
			if err := r.pause(ctx); err != nil {
				return err
			}
		}
	}
}

func (r *Relay) pause(ctx context.Context) error {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.outbox.wake:
	case <-timer.C:
	}
	return nil
}
