package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/bus"
	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
)

type note struct {
	ID string
	N  int
}

func (note) Topic() string { return "note.taken" }
func (n note) Key() string { return n.ID }

// recorder is a bus that keeps what it gets and refuses what it is told to.
type recorder struct {
	mu     sync.Mutex
	got    map[string][]int
	refuse func(n note) error
	news   chan struct{}
}

func (r *recorder) Deliver(_ context.Context, e bus.Event) error {
	n, err := bus.Decode[note](e)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		if err := r.refuse(n); err != nil {
			return err
		}
	}
	r.got[n.ID] = append(r.got[n.ID], n.N)
	select {
	case r.news <- struct{}{}:
	default:
	}
	return nil
}

func (r *recorder) await(t *testing.T, what string, enough func(map[string][]int) bool) {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		r.mu.Lock()
		ok := enough(r.got)
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-r.news:
		case <-timeout:
			t.Fatalf("did not happen: %s; got %v", what, r.got)
		}
	}
}

func relay(t *testing.T, pool *pgxpool.Pool, o *outbox.Outbox, b bus.Bus) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = outbox.NewRelay(o, pool, b, slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	return sync.OnceFunc(func() { cancel(); <-done })
}

func publish(t *testing.T, pool *pgxpool.Pool, o *outbox.Outbox, n note, fail error) {
	t.Helper()
	err := pg.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		if err := o.Publish(t.Context(), tx, n); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
	o.Wake()
}

func TestOrderPerKeySurvivesRefusals(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	o := outbox.New("test")
	const keys, each = 20, 30
	for n := range each {
		for k := range keys {
			publish(t, pool, o, note{fmt.Sprint(k), n}, nil)
		}
	}
	publish(t, pool, o, note{"0", 999}, errors.New("rolled back"))
	refusals := map[note]int{}
	r := &recorder{got: map[string][]int{}, news: make(chan struct{}, 1)}
	r.refuse = func(n note) error {
		if n.N%10 == 3 && refusals[n] < 2 {
			refusals[n]++
			return errors.New("not now")
		}
		return nil
	}
	stop := relay(t, pool, o, r)
	defer stop()
	r.await(t, "everything delivered", func(got map[string][]int) bool {
		for k := range keys {
			if len(got[fmt.Sprint(k)]) < each {
				return false
			}
		}
		return true
	})
	stop()
	for k, numbers := range r.got {
		if len(numbers) != each || !slices.IsSorted(numbers) {
			t.Errorf("key %s arrived as %v", k, numbers)
		}
	}
	var left int
	if err := pool.QueryRow(t.Context(), "select count(*) from outbox").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows are left: %v", left, err)
	}
}

func TestOnePoisonousKeyHoldsNobodyElse(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	o := outbox.New("test")
	publish(t, pool, o, note{"poison", 1}, nil)
	publish(t, pool, o, note{"poison", 2}, nil)
	publish(t, pool, o, note{"fine", 1}, nil)
	r := &recorder{got: map[string][]int{}, news: make(chan struct{}, 1)}
	r.refuse = func(n note) error {
		if n.ID == "poison" && n.N == 1 {
			return errors.New("never")
		}
		return nil
	}
	defer relay(t, pool, o, r)()
	r.await(t, "the other key is delivered", func(got map[string][]int) bool { return len(got["fine"]) == 1 })
	if len(r.got["poison"]) != 0 {
		t.Errorf("later messages of the refused key overtook it: %v", r.got)
	}
	var reason string
	for reason == "" { // written just after the refusal
		if err := pool.QueryRow(t.Context(), "select coalesce(max(last_error), '') from outbox where key = 'poison'").Scan(&reason); err != nil {
			t.Fatal(err)
		}
	}
	if reason != "never" {
		t.Errorf("the row says %q", reason)
	}
}

func TestTwoRelaysOneWorks(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	o := outbox.New("test")
	r := &recorder{got: map[string][]int{}, news: make(chan struct{}, 1)}
	stopOne := relay(t, pool, o, r)
	defer relay(t, pool, o, r)()
	const messages = 50
	for n := range messages {
		publish(t, pool, o, note{"k", n}, nil)
		if n == messages/2 {
			stopOne() // whoever of the two leads: the other goes on
		}
	}
	r.await(t, "all delivered", func(got map[string][]int) bool { return len(got["k"]) >= messages })
	if len(r.got["k"]) != messages || !slices.IsSorted(r.got["k"]) {
		t.Errorf("arrived as %v", r.got["k"])
	}
}

func TestInboxTakesEffectOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	if _, err := pool.Exec(t.Context(), "create table effect (n int)"); err != nil {
		t.Fatal(err)
	}
	fail := errors.New("first try fails")
	in := outbox.NewInbox(pool, []bus.Consumer{{Name: "c", Topics: []string{"note.taken"}, Handle: func(ctx context.Context, tx pgx.Tx, _ bus.Event) error {
		if _, err := tx.Exec(ctx, "insert into effect values (1)"); err != nil {
			return err
		}
		return fail
	}}}, func() {})
	e := bus.Event{ID: "evn_1", Topic: "note.taken", Payload: []byte(`{}`)}
	if err := in.Deliver(t.Context(), e); !errors.Is(err, fail) {
		t.Fatalf("got %v", err)
	}
	fail = nil
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := in.Deliver(t.Context(), e); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n int
	if err := pool.QueryRow(t.Context(), "select count(*) from effect").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d effects: %v", n, err)
	}
}
