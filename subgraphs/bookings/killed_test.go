package bookings_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/pg/embedded"
	"marquee/internal/pg/pgtest"
	"marquee/internal/pubsub"
	"marquee/internal/service"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// kills is for longer runs than CI has time for.
var kills = flag.Int("bookings.kills", 3, "how often PostgreSQL is killed under load")

// A durable PostgreSQL is killed (SIGKILL) in the midst of a crowd, again and again. Whatever was answered is there; whatever was not is
// asked again with its key and done once; seats, codes and messages are conserved.
func TestAKilledDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	redisServer, err := pubsub.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(redisServer.Close)
	redis, err := pubsub.OpenRedis(t.Context(), redisServer.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	dir := t.TempDir()
	r := mathrand.New(mathrand.NewPCG(23, 1))
	clients := make([]*patron, 24)
	for i := range clients {
		clients[i] = &patron{who: &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}, rand: mathrand.New(mathrand.NewPCG(29, uint64(i))), has: map[string]booking.Status{}}
	}
	var e contract.Event
	answered := 0
	for round := range *kills + 1 {
		server := durable(t, dir)
		b, stop := reopened(t, server, redis)
		if round == 0 {
			e = b.event(0, 400, 400)
			e.Capacity, e.PerPersonLimit = some(600), some(200)
			b.publish(e)
			b.promo(e, "SOME", booking.AmountOff, 100, func(in *booking.CreatePromoCodeInput) { in.MaxUses = some(100) })
		}
		for _, c := range clients {
			c.askAgain(b, e)
			c.check(b)
		}
		b.conserved()
		if got, want := b.count("select count(*) from outbox where topic like 'booking.%'")(), b.count("select coalesce(sum(revision), 0) from booking")(); got != want {
			t.Fatalf("after %d kills: %d messages of %d changes", round, got, want)
		}
		if round == *kills {
			stop()
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
			break
		}
		killed := make(chan struct{})
		var wg sync.WaitGroup
		for _, c := range clients {
			wg.Go(func() {
				for c.act(b, e) {
					select {
					case <-killed:
						return
					default:
					}
				}
			})
		}
		<-time.After(time.Duration(50+r.IntN(400)) * time.Millisecond) // any moment will do
		if err := syscall.Kill(server.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		close(killed)
		<-server.Exited()
		wg.Wait()
		stop()
	}
	for _, c := range clients {
		answered += c.answered
	}
	t.Logf("%d kills, %d answers, %d questions without one", *kills, answered, unanswered(clients))
}

func durable(t *testing.T, dir string) *embedded.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := embedded.Start(ctx, embedded.Config{Data: filepath.Join(dir, "data"), Log: filepath.Join(dir, "log"), NPMRoots: []string{pgtest.NPMRoot()}})
	if errors.Is(err, embedded.ErrNoBinaries) {
		t.Skipf("SKIPPED, NOT TESTED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// reopened is the subgraph on the server, with nothing running in the background.
func reopened(t *testing.T, s *embedded.Server, redis *redis.Client) (*bench, func()) {
	t.Helper()
	url, err := embedded.EnsureDatabase(t.Context(), s, "bookings")
	if err != nil {
		t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	clock := servicetest.NewClock()
	i, err := service.New(t.Context(), bookings.Service(), service.Config{
		DatabaseURL: url, Redis: redis, InternalKey: public, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Now: clock.Now,
		MaxConns: 20, DataDir: t.TempDir(), // not unsafe: the server must be one that keeps what it acknowledges
	})
	if err != nil {
		t.Fatal(err)
	}
	d := i.Deps()
	kept := store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now)
	return &bench{
		Subgraph: &servicetest.Subgraph{Deps: d, Instance: i}, t: t, clock: clock, store: kept, box: booking.New(kept, d.Now),
	}, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = i.Stop(ctx) // its database may be gone
	}
}

// patron is a client with a memory: what was answered, and the question that was not.
type patron struct {
	who      *viewer.Viewer
	rand     *mathrand.Rand
	has      map[string]booking.Status // as answered last
	ids      []string                  // of has, in order
	pending  func(b *bench, e contract.Event) error
	answered int
	lost     int
}

func unanswered(all []*patron) (n int) {
	for _, c := range all {
		n += c.lost
	}
	return n
}

// act asks one question and reports whether it was answered.
func (c *patron) act(b *bench, e contract.Event) bool {
	if len(c.ids) > 0 && c.rand.IntN(3) == 0 {
		bookingID := c.ids[c.rand.IntN(len(c.ids))]
		c.pending = c.change(bookingID, id.New("key"), c.has[bookingID] == booking.Held && c.rand.IntN(2) == 0)
	} else {
		in := want(e, map[int]int{c.rand.IntN(2): 1 + c.rand.IntN(2)})
		in.ConfirmIfFree = c.rand.IntN(2) == 0
		if c.rand.IntN(4) == 0 {
			in.Codes = []string{"some"}
		}
		c.pending = c.hold(in)
	}
	return c.ask(b, e)
}

func (c *patron) ask(b *bench, e contract.Event) bool {
	switch code := errs.CodeOf(c.pending(b, e)); code {
	case "", booking.SoldOut, booking.PerPersonLimit, booking.CodeUsedUp, booking.AlreadyEnded, booking.NotHeld:
		c.pending = nil
		c.answered++
		return true
	}
	c.lost++
	return false
}

// hold asks for seats; the key is part of the question.
func (c *patron) hold(in booking.HoldSeatsInput) func(*bench, contract.Event) error {
	return func(b *bench, _ contract.Event) error {
		k, err := b.box.Hold(b.t.Context(), c.who, in)
		if err == nil {
			if c.has[k.ID] == "" {
				c.ids = append(c.ids, k.ID)
			}
			c.has[k.ID] = k.Status
		}
		return err
	}
}

func (c *patron) change(bookingID, key string, confirm bool) func(*bench, contract.Event) error {
	return func(b *bench, _ contract.Event) (err error) {
		var k *booking.Booking
		if confirm {
			k, err = b.box.Confirm(b.t.Context(), c.who, bookingID, key)
		} else {
			k, err = b.box.Cancel(b.t.Context(), c.who, bookingID, key, nil)
		}
		if err == nil {
			c.has[bookingID] = k.Status
		}
		return err
	}
}

// askAgain repeats the question that was not answered, with its key.
func (c *patron) askAgain(b *bench, e contract.Event) {
	if c.pending != nil && !c.ask(b, e) {
		b.t.Errorf("%s: no answer though the database is there", c.who.UserID)
	}
}

// check compares what the client knows with what is there: nothing more and nothing less.
func (c *patron) check(b *bench) {
	b.t.Helper()
	rows, err := b.Deps.DB.Query(b.t.Context(), "select id, status from booking where user_id = $1", c.who.UserID)
	if err != nil {
		b.t.Fatal(err)
	}
	there := map[string]booking.Status{}
	var bookingID, status string
	if _, err := pgx.ForEachRow(rows, []any{&bookingID, &status}, func() error { there[bookingID] = booking.Status(status); return nil }); err != nil {
		b.t.Fatal(err)
	}
	for bookingID, status := range c.has {
		if there[bookingID] != status {
			b.t.Errorf("%s was answered that %s is %s, it is %q", c.who.UserID, bookingID, status, there[bookingID])
		}
	}
	if len(there) != len(c.has) {
		b.t.Errorf("%s knows of %d bookings, there are %d", c.who.UserID, len(c.has), len(there))
	}
}
