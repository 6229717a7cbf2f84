// Package users is the subgraph of accounts: registration, sessions and their tokens, platform roles. It owns the entity User and
// publishes contract.UserRegistered; other subgraphs and the gateway check its access tokens by the key set it serves.
package users

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/subgraphs/users/internal/graph"
	"marquee/subgraphs/users/internal/graph/generated"
	"marquee/subgraphs/users/internal/password"
	"marquee/subgraphs/users/internal/seed"
	"marquee/subgraphs/users/internal/store"
	"marquee/subgraphs/users/internal/throttle"
	"marquee/subgraphs/users/internal/token"
	"marquee/subgraphs/users/internal/user"
	"marquee/subgraphs/users/internal/worker"
)

//go:embed migrations/*.sql
var files embed.FS

// Service describes the subgraph. The environment may name the issuer (MARQUEE_ISSUER) and the audience (MARQUEE_AUDIENCE) of access
// tokens, both "marquee" by default.
func Service() service.Spec {
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // a constant of the build
	}
	return service.Spec{Name: "users", Migrations: migrations, New: construct, Seed: plant}
}

func construct(ctx context.Context, d *service.Deps) (*service.Subgraph, error) {
	db := openStore(d)
	keys, err := token.OpenKeys(ctx, db, d.Now)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New()
	if err != nil {
		return nil, err
	}
	minter := token.NewMinter(keys, env("MARQUEE_ISSUER"), env("MARQUEE_AUDIENCE"), d.Now)
	accounts := user.New(db, hasher, throttle.New(d.Redis, d.Now), minter, d.Now)
	river.AddWorker(d.Jobs.Workers(), &worker.Revoke{Redis: d.Redis, Keep: 2 * token.Lifetime})
	prune := &worker.Prune{Once: db.Prune, Keep: user.IdleTime, Clock: d.Now, Log: d.Log}
	return &service.Subgraph{
		Schema: generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{Accounts: accounts}}),
		Routes: map[string]http.Handler{"GET /.well-known/jwks.json": keys},
		Start:  prune.Start,
		Stop:   prune.Stop,
	}, nil
}

// plant writes the demo's accounts.
func plant(ctx context.Context, d *service.Deps, tx pgx.Tx, set *demo.Set) error {
	hasher, err := password.New()
	if err != nil {
		return err
	}
	return seed.Users(ctx, tx, openStore(d), hasher, set.Users)
}

// openStore returns the store; an ended session leaves with the job that revokes its access tokens.
func openStore(d *service.Deps) *store.Store {
	return store.New(d.DB, d.Outbox, func(ctx context.Context, tx pgx.Tx, sessionID string) error {
		return d.Jobs.Insert(ctx, tx, worker.RevokeArgs{SessionID: sessionID}, nil)
	})
}

func env(name string) string { return cmp.Or(os.Getenv(name), "marquee") }
