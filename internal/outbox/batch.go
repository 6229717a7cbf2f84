package outbox

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"marquee/internal/bus"
	"marquee/internal/crash"
)

const (
	batchSize  = 256
	sideBySide = 8           // keys delivered at once; more would take the consumers' database connections from their requests
	longest    = time.Minute // longest wait between two tries of a row
)

type row struct {
	seq      int64
	attempts int
	event    bus.Event
}

// failure is a row that was refused, and why.
type failure struct {
	row
	err error
}

// once delivers one batch and returns how many rows it delivered. Rows of one key go one after the other, keys go side by side.
func (r *Relay) once(ctx context.Context, conn *pgx.Conn) (int, error) {
	keys, err := r.due(ctx, conn)
	if err != nil {
		return 0, err
	}
	var mu sync.Mutex
	var done []int64
	var refused []failure
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for _, rows := range keys {
		g.Go(func() error {
			delivered, failed := r.deliver(ctx, rows)
			mu.Lock()
			defer mu.Unlock()
			done = append(done, delivered...)
			if failed != nil {
				refused = append(refused, *failed)
			}
			return nil
		})
	}
	_ = g.Wait()
	// What was delivered goes even when the relay is being stopped: nobody must get it again needlessly.
	lasting := context.WithoutCancel(ctx)
	if len(done) > 0 {
		if _, err := conn.Exec(lasting, "delete from outbox where seq = any($1)", done); err != nil {
			return 0, err
		}
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return len(done), r.postpone(lasting, conn, refused)
}

// due reads the oldest rows that may go, by key, each key in order. A row whose key has an earlier row that waits is not due.
func (r *Relay) due(ctx context.Context, conn *pgx.Conn) ([][]row, error) {
	rows, err := conn.Query(ctx, `select seq, attempts, id, topic, key, at, trace_parent, payload from outbox o
		where next_attempt <= now()
		  and not exists (select from outbox w where w.key = o.key and w.seq < o.seq and w.next_attempt > now())
		order by seq limit $1`, batchSize)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, func(c pgx.CollectableRow) (row, error) {
		x := row{event: bus.Event{Source: r.outbox.source}}
		return x, c.Scan(&x.seq, &x.attempts, &x.event.ID, &x.event.Topic, &x.event.Key, &x.event.At, &x.event.TraceParent, &x.event.Payload)
	})
	if err != nil {
		return nil, err
	}
	var keys [][]row
	at := map[string]int{}
	for _, x := range all {
		n, known := at[x.event.Key]
		if !known {
			n = len(keys)
			at[x.event.Key] = n
			keys = append(keys, nil)
		}
		keys[n] = append(keys[n], x)
	}
	return keys, nil
}

// deliver hands over the rows of one key until one is refused.
func (r *Relay) deliver(ctx context.Context, rows []row) (done []int64, failed *failure) {
	for _, x := range rows {
		crash.At("relay/before/" + x.event.Topic)
		if err := r.bus.Deliver(ctx, x.event); err != nil {
			return done, &failure{x, err}
		}
		crash.At("relay/after/" + x.event.Topic)
		done = append(done, x.seq)
	}
	return done, nil
}

// postpone lets refused rows wait, longer after each try, and says so in the log, once for many.
func (r *Relay) postpone(ctx context.Context, conn *pgx.Conn, refused []failure) error {
	if len(refused) == 0 {
		return nil
	}
	var seqs []int64
	var waits []float64
	var reasons []string
	for _, f := range refused {
		seqs = append(seqs, f.seq)
		waits = append(waits, min(100*time.Millisecond<<min(f.attempts, 20), longest).Seconds())
		reasons = append(reasons, f.err.Error())
	}
	if time.Since(r.complained) >= complain {
		r.complained = time.Now()
		first := refused[0]
		r.log.WarnContext(ctx, "messages not delivered; they stay and are tried again", "messages", len(refused),
			"topic", first.event.Topic, "key", first.event.Key, "attempt", first.attempts+1, "error", first.err)
	}
	_, err := conn.Exec(ctx, `update outbox set attempts = attempts + 1, last_error = u.reason, next_attempt = now() + make_interval(secs => u.wait)
		from unnest($1::bigint[], $2::float8[], $3::text[]) u(seq, wait, reason) where outbox.seq = u.seq`, seqs, waits, reasons)
	return err
}
