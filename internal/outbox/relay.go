package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/bus"
	"marquee/internal/crash"
)

const (
	relayLock = 7_230_954_102          // advisory lock: one relay a database at a time keeps the order per key
	idle      = 250 * time.Millisecond // polling interval when nobody wakes the relay
	batch     = 200
	longest   = time.Minute // longest wait between two tries of a row
)

// Relay carries the rows of one outbox to the bus, oldest first. A row that cannot be delivered waits with growing pauses and holds back
// only the later rows of its own key; it is never dropped.
type Relay struct {
	outbox *Outbox
	db     *pgxpool.Pool
	bus    bus.Bus
	log    *slog.Logger
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
			return nil
		}
		r.log.WarnContext(ctx, "outbox relay lost its place; trying again", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// lead waits for the lock, then relays on its connection: when the connection breaks, so does the leadership.
func (r *Relay) lead(ctx context.Context) error {
	conn, err := r.db.Acquire(ctx)
	if err != nil {
		return err
	}
	// A connection that may still hold the lock must not go back into the pool.
	defer func() { _ = conn.Hijack().Close(context.WithoutCancel(ctx)) }()
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

type row struct {
	seq      int64
	attempts int
	event    bus.Event
}

// once delivers one batch and returns how many rows it delivered.
func (r *Relay) once(ctx context.Context, conn *pgx.Conn) (int, error) {
	// A row whose key has an earlier row that waits is not ready, or the order within the key would break.
	rows, err := conn.Query(ctx, `select seq, attempts, id, topic, key, at, trace_parent, payload from outbox o
		where next_attempt <= now()
		  and not exists (select from outbox w where w.key = o.key and w.seq < o.seq and w.next_attempt > now())
		order by seq limit $1`, batch)
	if err != nil {
		return 0, err
	}
	due, err := pgx.CollectRows(rows, func(c pgx.CollectableRow) (row, error) {
		var x row
		x.event.Source = r.outbox.source
		return x, c.Scan(&x.seq, &x.attempts, &x.event.ID, &x.event.Topic, &x.event.Key, &x.event.At, &x.event.TraceParent, &x.event.Payload)
	})
	if err != nil {
		return 0, err
	}
	var done []int64
	blocked := map[string]bool{}
	for _, x := range due {
		if blocked[x.event.Key] {
			continue
		}
		crash.At("relay/before/" + x.event.Topic)
		if err := r.bus.Deliver(ctx, x.event); err != nil {
			if ctx.Err() != nil {
				break
			}
			blocked[x.event.Key] = true
			wait := min(100*time.Millisecond<<min(x.attempts, 20), longest)
			r.log.WarnContext(ctx, "message not delivered; it stays and is tried again", "topic", x.event.Topic, "key", x.event.Key,
				"event", x.event.ID, "attempt", x.attempts+1, "wait", wait, "error", err)
			if _, err := conn.Exec(ctx, `update outbox set attempts = attempts + 1, last_error = $2,
				next_attempt = now() + make_interval(secs => $3) where seq = $1`, x.seq, err.Error(), wait.Seconds()); err != nil {
				return 0, err
			}
			continue
		}
		crash.At("relay/after/" + x.event.Topic)
		done = append(done, x.seq)
	}
	if len(done) == 0 {
		return 0, nil
	}
	// Delivered rows go even when the relay is being stopped: nobody must get them again needlessly.
	_, err = conn.Exec(context.WithoutCancel(ctx), "delete from outbox where seq = any($1)", done)
	return len(done), errors.Join(err, ctx.Err())
}
