package service_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gql "github.com/99designs/gqlgen/graphql"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/internal/bus"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
	"marquee/internal/pubsub"
	"marquee/internal/service"
)

var migrations = fstest.MapFS{"0001_thing.sql": {Data: []byte("-- +goose Up\ncreate table thing (name text);\n")}}

// instance is a subgraph of one table whose Start ends as told.
func instance(t *testing.T, url string, start error) *service.Instance {
	t.Helper()
	server, err := pubsub.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := pubsub.OpenRedis(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { things: Int }"})
	spec := service.Spec{Name: "things", Migrations: migrations, New: func(context.Context, *service.Deps) (*service.Subgraph, error) {
		return &service.Subgraph{
			Schema: &gql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }},
			Start:  func(context.Context) error { return start },
		}, nil
	}}
	i, err := service.New(t.Context(), spec, service.Config{
		DatabaseURL: url, Redis: client, InternalKey: make([]byte, ed25519.PublicKeySize), Log: slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(), DevUnsafe: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// connections counts those that the instance has on its database.
func connections(t *testing.T, url string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	err = conn.QueryRow(t.Context(), "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'marquee-things'").Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// However far the start came, Stop leaves nothing behind, and may come again.
func TestStopReleasesEverything(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		begin bool
		start error
	}{"not started": {false, nil}, "started": {true, nil}, "start failed": {true, io.ErrUnexpectedEOF}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t, migrations)
			i := instance(t, url, c.start)
			if c.begin {
				if err := i.Start(t.Context(), bus.Direct{i.Inbox()}); !errors.Is(err, c.start) {
					t.Fatal(err)
				}
			}
			if connections(t, url) == 0 {
				t.Error("there is no connection that could be left")
			}
			for range 2 {
				if err := i.Stop(t.Context()); err != nil {
					t.Errorf("stop: %v", err)
				}
			}
			// The server sees a closed connection a moment later.
			for began := time.Now(); connections(t, url) > 0; {
				if time.Since(began) > 30*time.Second {
					t.Fatal("connections are left")
				}
			}
		})
	}
}

// stuck is a bus on which deliveries wait for the end of their context.
type stuck struct{ entered, left chan struct{} }

func (s stuck) Deliver(ctx context.Context, events []bus.Event) []error {
	close(s.entered)
	<-ctx.Done()
	close(s.left)
	out := make([]error, len(events))
	for i := range out {
		out[i] = ctx.Err()
	}
	return out
}

type made struct{}

func (made) Topic() string { return "thing.made" }
func (made) Key() string   { return "thg_1" }

// After StopRelay no delivery of this subgraph is under way, and what was not delivered is as if it had never been tried.
func TestStopRelayWaitsForTheDelivery(t *testing.T) {
	t.Parallel()
	i := instance(t, pgtest.URL(t, migrations), nil)
	defer i.Stop(context.Background()) //nolint:errcheck // the test is over
	i.StopRelay()                      // before the start: nothing
	s := stuck{make(chan struct{}), make(chan struct{})}
	if err := i.Start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	d := i.Deps()
	if err := pg.InTx(t.Context(), d.DB, func(tx pgx.Tx) error { return d.Outbox.Publish(t.Context(), tx, made{}) }); err != nil {
		t.Fatal(err)
	}
	<-s.entered
	i.StopRelay()
	select {
	case <-s.left:
	default:
		t.Error("the delivery goes on")
	}
	var attempts int
	if err := d.DB.QueryRow(t.Context(), "select attempts from outbox").Scan(&attempts); err != nil || attempts != 0 {
		t.Errorf("the message: %d attempts, %v", attempts, err)
	}
}

// A connection that somebody keeps does not keep the process.
func TestStopEndsWithItsContext(t *testing.T) {
	t.Parallel()
	i := instance(t, pgtest.URL(t, migrations), nil)
	if err := i.Start(t.Context(), bus.Direct{i.Inbox()}); err != nil {
		t.Fatal(err)
	}
	kept, err := i.Deps().DB.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := i.Stop(ctx); err == nil || !strings.Contains(err.Error(), "still in use") {
		t.Errorf("stop: %v", err)
	}
}
