package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	aliveClass = 7_230_954       // first half of the advisory locks below; the second is a hash of the client's id
	lookEvery  = 2 * time.Second // for jobs of processes that are gone
)

// orphans gives jobs back whose process was killed under them. River itself waits until a job has run longer than any may, minutes; a
// refund that was interrupted should go on at once. Every process holds an advisory lock that ends with its connection, so a running job
// whose process holds none has nobody. Jobs may run twice all the same (the connection may break alone): they are idempotent.
type orphans struct {
	pool   *pgxpool.Pool
	client string // this process's River client id
	log    *slog.Logger
	stop   context.CancelFunc
	done   sync.WaitGroup
}

func (o *orphans) start(ctx context.Context) {
	ctx, o.stop = context.WithCancel(context.WithoutCancel(ctx))
	o.done.Go(func() {
		for ctx.Err() == nil {
			if err := o.watch(ctx); err != nil && ctx.Err() == nil {
				o.log.WarnContext(ctx, "jobs of processes that are gone cannot be looked for; trying again", "error", err)
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		}
	})
}

func (o *orphans) end() {
	if o.stop != nil {
		o.stop()
		o.done.Wait()
	}
}

// watch holds this process's lock on a connection of its own and looks for orphans until something breaks.
func (o *orphans) watch(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, o.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1, hashtext($2))", aliveClass, o.client); err != nil {
		return err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		// The grace is for a process that has just started: its first job may come before its lock.
		tag, err := conn.Exec(ctx, `update river_job set state = 'available', scheduled_at = now()
			where state = 'running' and attempted_at < now() - interval '1 second' and not exists (
				select from pg_locks l join pg_database d on d.oid = l.database
				where l.locktype = 'advisory' and d.datname = current_database() and l.classid = $1::bigint::oid and l.objsubid = 2
				  and l.objid = (hashtext(attempted_by[array_upper(attempted_by, 1)])::bigint & 4294967295)::oid)`, int64(aliveClass))
		if err != nil {
			return err
		}
		if n := tag.RowsAffected(); n > 0 {
			o.log.InfoContext(ctx, "jobs of a process that is gone run again", "jobs", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
