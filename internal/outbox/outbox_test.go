package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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

func (r *recorder) Deliver(_ context.Context, events []bus.Event) []error {
	out := make([]error, len(events))
	failed := map[string]bool{}
	for i, e := range events {
		if failed[e.Key] {
			out[i] = errors.New("behind")
		} else {
			out[i] = r.take(e)
		}
		failed[e.Key] = out[i] != nil
	}
	return out
}

func (r *recorder) take(e bus.Event) error {
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
	if _, err := pool.Exec(t.Context(), "create table effect (key text, n int, at bigint generated always as identity)"); err != nil {
		t.Fatal(err)
	}
	var broken sync.Map // numbers that fail now
	handle := func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
		n, err := bus.Decode[note](e)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into effect (key, n) values ($1, $2)", e.Key, n.N); err != nil {
			return err
		}
		if _, is := broken.Load(n.N); is {
			return errors.New("broken")
		}
		return nil
	}
	for _, together := range []bool{false, true} {
		t.Run(fmt.Sprintf("together %v", together), func(t *testing.T) {
			if _, err := pool.Exec(t.Context(), "truncate effect, inbox"); err != nil {
				t.Fatal(err)
			}
			in := outbox.NewInbox(pool, []bus.Consumer{{Name: "c", Topics: []string{"note.taken"}, Together: together, Handle: handle}}, func() {})
			var events []bus.Event
			for n := range 12 {
				events = append(events, bus.Event{ID: fmt.Sprint("evn_", n), Topic: "note.taken", Key: fmt.Sprint(n % 3), Payload: fmt.Appendf(nil, `{"N":%d}`, n)})
			}
			broken.Store(4, true) // key 1: 1 takes effect, 4 fails, 7 and 10 wait behind it
			for i, err := range in.Deliver(t.Context(), events) {
				if want := i%3 == 1 && i >= 4; (err != nil) != want {
					t.Errorf("event %d: %v", i, err)
				}
			}
			broken.Delete(4)
			var wg sync.WaitGroup
			for range 5 {
				wg.Go(func() {
					if err := errors.Join(in.Deliver(t.Context(), events)...); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			rows, err := pool.Query(t.Context(), "select key, array_agg(n order by at)::text from effect group by key order by key")
			if err != nil {
				t.Fatal(err)
			}
			got, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (string, error) {
				var key, numbers string
				err := r.Scan(&key, &numbers)
				return key + " " + numbers, err
			})
			if want := "[0 {0,3,6,9} 1 {1,4,7,10} 2 {2,5,8,11}]"; err != nil || fmt.Sprint(got) != want {
				t.Errorf("effects %v, want %s: %v", got, want, err)
			}
		})
	}
}

// A consumer that panics or hangs on one message refuses it, and nothing else: other keys go on, and the process does.
func TestABadMessageIsOnlyRefused(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	if _, err := pool.Exec(t.Context(), "create table effect (key text)"); err != nil {
		t.Fatal(err)
	}
	var hinted []string
	consumer := bus.Consumer{Name: "c", Topics: []string{"note.taken"}, Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
		if _, err := tx.Exec(ctx, "insert into effect values ($1)", e.Key); err != nil {
			return err
		}
		switch e.Key {
		case "panics":
			panic("a bug")
		case "hangs":
			_, err := tx.Exec(ctx, "select pg_sleep(3600)")
			return err
		}
		return nil
	}, Committed: func(_ context.Context, about []string) {
		hinted = append(hinted, about...)
		panic("no hint")
	}}
	in := outbox.NewInbox(pool, []bus.Consumer{consumer}, func() {})
	outbox.SetPatience(in, 200*time.Millisecond)
	var events []bus.Event
	for _, key := range []string{"a", "panics", "hangs", "b"} {
		events = append(events, bus.Event{ID: "evn_" + key, Topic: "note.taken", Key: key, Payload: []byte("{}")})
	}
	answers := in.Deliver(t.Context(), events)
	if answers[0] != nil || answers[1] == nil || !strings.Contains(answers[1].Error(), "panicked") || answers[2] == nil || answers[3] != nil {
		t.Errorf("answers %v", answers)
	}
	var keys string
	if err := pool.QueryRow(t.Context(), "select string_agg(key, ' ' order by key) from effect").Scan(&keys); err != nil || keys != "a b" {
		t.Errorf("effects of %q: %v", keys, err)
	}
	if fmt.Sprint(hinted) != "[a b]" {
		t.Errorf("hints for %v", hinted)
	}
}
