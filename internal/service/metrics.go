package service

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// collect registers the metrics every subgraph has: its connection pool and its outbox.
func collect(d *Deps, pool *pgxpool.Pool) error {
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f)
	}
	for _, c := range []prometheus.Collector{
		gauge("marquee_db_connections", "Open database connections.", func() float64 { return float64(pool.Stat().TotalConns()) }),
		gauge("marquee_db_connections_busy", "Database connections in use.", func() float64 { return float64(pool.Stat().AcquiredConns()) }),
		gauge("marquee_outbox_waiting", "Messages in the outbox that not every consumer has committed.", func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			var n float64
			if pool.QueryRow(ctx, "select count(*) from outbox").Scan(&n) != nil {
				return -1 // the database does not answer
			}
			return n
		}),
	} {
		if err := d.Metrics.Register(c); err != nil {
			return err
		}
	}
	return nil
}
