package pg

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Migrate brings a database to the newest schema: first the SQL files in fsys (goose, forward only, versions kept in table), and for
// the platform's own call (river true) the job tables. It may run at several replicas at once: an advisory lock lets one through.
func Migrate(ctx context.Context, pool *pgxpool.Pool, fsys fs.FS, table string, river bool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return Translate(err)
	}
	defer conn.Release()
	const lock = 7_230_954_101 // any constant that only migrations use
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", lock); err != nil {
		return Translate(err)
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", lock) }()

	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	store, err := database.NewStore(goose.DialectPostgres, table)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(database.DialectCustom, db, fsys, goose.WithStore(store))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if !river {
		return nil
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return nil
}
