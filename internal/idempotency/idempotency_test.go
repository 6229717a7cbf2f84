package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/errs"
	"marquee/internal/idempotency"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
)

var migrations = fstest.MapFS{"0001_effect.sql": {Data: []byte("-- +goose Up\ncreate table effect (name text not null, n int not null);\n")}}

func database(t *testing.T) *pgxpool.Pool { return pgtest.Pool(t, migrations) }

func hash(t *testing.T, request any) []byte {
	t.Helper()
	h, err := idempotency.Hash(request)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// effect does the work of a request once: it counts a name up and answers with the count.
func effect(ctx context.Context, db *pgxpool.Pool, name string, hash []byte, fail error) (string, error) {
	answer, _, err := idempotency.Once(ctx, db, idempotency.Claim{Scope: "count", Key: name, Hash: hash}, func(tx pgx.Tx) ([]byte, error) {
		var n int
		if err := tx.QueryRow(ctx, "insert into effect select $1, count(*) + 1 from effect where name = $1 returning n", name).Scan(&n); err != nil {
			return nil, err
		}
		return fmt.Append(nil, n), fail
	})
	return string(answer), err
}

func TestManyAtOnceAreOne(t *testing.T) {
	t.Parallel()
	db := database(t)
	for round := range 20 {
		name := fmt.Sprint("key-", round)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if got, err := effect(t.Context(), db, name, hash(t, 1), nil); err != nil || got != "1" {
					t.Errorf("%s: %q, %v", name, got, err)
				}
			})
		}
		wg.Wait()
	}
	var n int
	if err := db.QueryRow(t.Context(), "select count(*) from effect").Scan(&n); err != nil || n != 20 {
		t.Errorf("%d effects, %v", n, err)
	}
}

func TestAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	db := database(t)
	if _, err := effect(t.Context(), db, "a", hash(t, map[string]int{"x": 1}), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := effect(t.Context(), db, "a", hash(t, map[string]int{"x": 2}), nil); errs.CodeOf(err) != idempotency.KeyReused {
		t.Errorf("another request: %v", err)
	}
	if got, err := effect(t.Context(), db, "b", hash(t, map[string]int{"x": 2}), nil); err != nil || got != "1" {
		t.Errorf("another key: %q, %v", got, err)
	}
}

func TestARolledBackRequestLeavesTheKeyFree(t *testing.T) {
	t.Parallel()
	db := database(t)
	failed := errors.New("refused")
	if _, err := effect(t.Context(), db, "a", hash(t, 1), failed); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if got, err := effect(t.Context(), db, "a", hash(t, 2), nil); err != nil || got != "1" {
		t.Errorf("%q, %v", got, err)
	}
}

// The second waits for the first to end, and then answers as it did, or goes first when it was rolled back.
func TestTheSecondWaits(t *testing.T) {
	t.Parallel()
	for _, commit := range []bool{true, false} {
		db := database(t)
		claim := idempotency.Claim{Scope: "s", Key: "k", Hash: hash(t, 1)}
		begun, end := make(chan struct{}), make(chan error)
		first := make(chan error, 1)
		go func() {
			_, _, err := idempotency.Once(t.Context(), db, claim, func(pgx.Tx) ([]byte, error) {
				close(begun)
				return []byte("first"), <-end
			})
			first <- err
		}()
		<-begun
		type result struct {
			answer string
			again  bool
			err    error
		}
		done := make(chan result, 1)
		go func() {
			answer, again, err := idempotency.Once(t.Context(), db, claim, func(pgx.Tx) ([]byte, error) { return []byte("second"), nil })
			done <- result{string(answer), again, err}
		}()
		for waiting := false; !waiting; {
			if err := db.QueryRow(t.Context(), `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
				and query like 'insert into idempotency%')`).Scan(&waiting); err != nil {
				t.Fatal(err)
			}
		}
		want, failed := result{"first", true, nil}, error(nil)
		if !commit {
			want, failed = result{"second", false, nil}, errors.New("refused")
		}
		end <- failed
		if err := <-first; !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if got := <-done; got != want {
			t.Errorf("after commit %v: %+v", commit, got)
		}
	}
}

func TestAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	db := database(t)
	for _, want := range []bool{false, true} {
		answer, again, err := idempotency.Once(t.Context(), db, idempotency.Claim{Scope: "s", Key: "k", Hash: hash(t, 1)},
			func(pgx.Tx) ([]byte, error) { return nil, nil })
		if answer == nil || len(answer) != 0 || again != want || err != nil {
			t.Errorf("%v, %v, %v", answer, again, err)
		}
	}
}

func TestManyClaimsOfOneTransaction(t *testing.T) {
	t.Parallel()
	db := database(t)
	claims := func(keys ...string) []idempotency.Claim {
		var out []idempotency.Claim
		for _, k := range keys {
			out = append(out, idempotency.Claim{Scope: "s", Key: k, Hash: hash(t, k), Answer: []byte(k)})
		}
		return out
	}
	record := func(release []idempotency.Claim, keys ...string) (claimed []bool) {
		if err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
			var err error
			if claimed, err = idempotency.RecordMany(t.Context(), tx, claims(keys...)); err != nil {
				return err
			}
			return idempotency.Release(t.Context(), tx, release)
		}); err != nil {
			t.Fatal(err)
		}
		return claimed
	}
	if got := record(claims("b"), "c", "a", "b"); fmt.Sprint(got) != "[true true true]" {
		t.Errorf("new keys: %v", got)
	}
	if got := record(nil, "a", "b", "c", "d"); fmt.Sprint(got) != "[false true false true]" {
		t.Errorf("some known: %v", got)
	}
	// Two transactions over the same keys in opposite orders.
	var wg sync.WaitGroup
	for i := range 40 {
		keys := []string{"1", "2", "3", "4", "5", fmt.Sprint("own-", i)}
		if i%2 == 0 {
			keys[0], keys[4] = keys[4], keys[0]
		}
		wg.Go(func() {
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				_, err := idempotency.RecordMany(t.Context(), tx, claims(keys...))
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOldKeysAreForgotten(t *testing.T) {
	t.Parallel()
	db := database(t)
	if _, err := effect(t.Context(), db, "old", hash(t, 1), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), "update idempotency set at = now() - interval '72 hours 1 second'"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `insert into idempotency (scope, key, request_hash, answer, at)
		select 's', n::text, '', '', now() - interval '80 hours' from generate_series(1, 12000) n`); err != nil {
		t.Fatal(err)
	}
	if _, err := effect(t.Context(), db, "young", hash(t, 1), nil); err != nil {
		t.Fatal(err)
	}
	if err := idempotency.Forget(t.Context(), db, idempotency.Keep); err != nil {
		t.Fatal(err)
	}
	var left string
	if err := db.QueryRow(t.Context(), "select string_agg(key, ' ') from idempotency").Scan(&left); err != nil || left != "young" {
		t.Errorf("left: %q, %v", left, err)
	}
	if idempotency.Keep < 72*time.Hour {
		t.Error("keys are kept for too short")
	}
}
