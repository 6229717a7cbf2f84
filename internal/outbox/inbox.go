package outbox

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/bus"
	"marquee/internal/pg"
)

// patience is less than what a sender over HTTP has, so that it hears of the events that did take effect.
const patience = 20 * time.Second

// Inbox hands events to the consumers of one subgraph, each exactly once.
type Inbox struct {
	db        *pgxpool.Pool
	consumers []bus.Consumer
	after     func()
	patience  time.Duration // with one transaction

	// Transactions of many events lock many rows: one at a time, so that no two wait for each other.
	together sync.Mutex
}

// NewInbox returns the inbox of a subgraph. after runs after each commit: effects may have put rows into the subgraph's own outbox.
func NewInbox(db *pgxpool.Pool, consumers []bus.Consumer, after func()) *Inbox {
	return &Inbox{db: db, consumers: consumers, after: after, patience: patience}
}

// Wants reports whether some consumer takes the topic.
func (in *Inbox) Wants(topic string) bool {
	return slices.ContainsFunc(in.consumers, func(c bus.Consumer) bool { return slices.Contains(c.Topics, topic) })
}

// Forget deletes inbox rows older than keep: no bus delivers again after that long.
func (in *Inbox) Forget(ctx context.Context, keep time.Duration) error {
	_, err := in.db.Exec(ctx, "delete from inbox where handled_at < now() - make_interval(secs => $1)", keep.Seconds())
	return pg.Translate(err)
}
