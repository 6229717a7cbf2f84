// Package pg is the platform's PostgreSQL: pools, transactions, migrations, and the translation of SQLSTATEs into coded errors.
// Its folder embedded starts a server of our own where none is configured.
package pg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options of a pool.
type Options struct {
	MaxConns int32  // at most this many connections; 0 means 10
	Name     string // application_name, seen in pg_stat_activity
}

// patience is how long Open waits for a server that does not answer: machines start in any order.
const patience = time.Minute

// Open returns a pool on a PostgreSQL URL or DSN and waits, up to a minute and the context's end, until the server answers. A server
// that answers with a refusal (wrong password, no such database or role) is not asked again. Errors do not hold the password.
func Open(ctx context.Context, url string, o Options) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	if o.MaxConns == 0 {
		o.MaxConns = 10
	}
	cfg.MaxConns = o.MaxConns
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if o.Name != "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "marquee-" + o.Name
	}
	cfg.ConnConfig.Tracer = otelpgx.NewTracer()
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ping := pool.Ping(ctx)
		if ping == nil {
			return pool, nil
		}
		if refused(ping) {
			pool.Close()
			return nil, fmt.Errorf("database refuses: %w", ping)
		}
		if ctx.Err() == nil {
			err = ping // says more than the end of the context
		}
		select {
		case <-ctx.Done():
			pool.Close()
			return nil, fmt.Errorf("database does not answer: %w", cmp.Or(err, ping))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// refused reports an answer that waiting does not change.
func refused(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (strings.HasPrefix(pe.Code, "28") || strings.HasPrefix(pe.Code, "3D"))
}

// InTx runs fn in a transaction: committed when fn returns nil, rolled back otherwise. Errors are translated (Translate).
func InTx(ctx context.Context, db Beginner, fn func(tx pgx.Tx) error) error {
	tx, err := db.Begin(ctx)
	if err != nil {
		return Translate(err)
	}
	if err := fn(tx); err != nil {
		// The rollback outlives a cancelled request so that the connection goes back clean.
		_ = tx.Rollback(context.WithoutCancel(ctx))
		return Translate(err)
	}
	return Translate(tx.Commit(ctx))
}

// Beginner starts a transaction: a pool, or a transaction for a savepoint.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Durable returns an error unless the server keeps what it acknowledges: fsync, full_page_writes and synchronous_commit are on.
func Durable(ctx context.Context, db DB) error {
	var wrong []string
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := db.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
			return err
		}
		if value == "off" || (name == "synchronous_commit" && value == "local") {
			wrong = append(wrong, name+"="+value)
		}
	}
	if len(wrong) > 0 {
		return errors.New("PostgreSQL would lose acknowledged bookings at a crash: " + fmt.Sprint(wrong) + "; turn these on, or set MARQUEE_DEV_UNSAFE=true")
	}
	return nil
}
