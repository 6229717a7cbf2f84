package outbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
	"marquee/internal/crash"
)

const (
	batchSize = 1024
	longest   = time.Minute      // longest wait between two tries of a row
	lastTime  = 10 * time.Second // to put down what became of a batch
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

// once delivers one batch and returns how many rows it delivered.
func (r *Relay) once(ctx context.Context, conn *pgx.Conn) (int, error) {
	rows, err := r.due(ctx, conn)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	events := make([]bus.Event, len(rows))
	for i, x := range rows {
		events[i] = x.event
		crash.At("relay/before/" + x.event.Topic)
	}
	var done []int64
	var refused []failure
	blocked := map[string]bool{} // keys whose first refused row is known: the later ones were not tried
	for i, err := range r.bus.Deliver(ctx, events) {
		x := rows[i]
		switch {
		case err == nil && !blocked[x.event.Key]:
			crash.At("relay/after/" + x.event.Topic)
			done = append(done, x.seq)
		case err != nil && !blocked[x.event.Key]:
			refused = append(refused, failure{x, err})
			blocked[x.event.Key] = true
		}
	}
	// What was delivered goes even when the relay is being stopped: nobody must get it again needlessly.
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTime)
	defer cancel()
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

const dueRows = `select seq, attempts, id, topic, key, at, trace_parent, payload from outbox o
	where next_attempt <= now()
	  and not exists (select from outbox w where w.key = o.key and w.seq < o.seq and w.next_attempt > now())
	order by seq limit $1`

// due reads the oldest rows that may go. A row whose key has an earlier row that waits is not due.
func (r *Relay) due(ctx context.Context, conn *pgx.Conn) ([]row, error) {
	rows, err := conn.Query(ctx, dueRows, batchSize)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(c pgx.CollectableRow) (row, error) {
		x := row{event: bus.Event{Source: r.outbox.source}}
		return x, c.Scan(&x.seq, &x.attempts, &x.event.ID, &x.event.Topic, &x.event.Key, &x.event.At, &x.event.TraceParent, &x.event.Payload)
	})
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
