package store_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/id"
	"marquee/internal/outbox"
	"marquee/internal/pg/pgtest"
	"marquee/subgraphs/users/internal/store"
	"marquee/subgraphs/users/internal/user"
)

func TestPruneTakesOnlyWhatNoRefreshNeeds(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, os.DirFS("../../migrations"))
	s := store.New(pool, outbox.New("users"), func(context.Context, pgx.Tx, string) error { return nil })
	start := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	begun := func(token byte, at time.Time) user.NewSession {
		return user.NewSession{ID: id.New("ses"), Token: user.TokenHash{token}, CreatedAt: at, ExpiresAt: at.Add(user.IdleTime)}
	}
	a := &user.Account{ID: id.New("usr"), Name: "Ada", Email: "ada@example.com", Roles: []user.Role{user.RoleUser}, CreatedAt: start}
	idle := begun(1, start)
	idle.UserID = a.ID
	if err := s.CreateAccount(t.Context(), a, "", idle); err != nil {
		t.Fatal(err)
	}
	used := begun(2, start)
	used.UserID = a.ID
	if err := s.BeginSession(t.Context(), used); err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return start.Add(time.Duration(n) * 24 * time.Hour) }
	exchange := func(token, fresh byte, at time.Time) {
		t.Helper()
		if _, _, err := s.Exchange(t.Context(), user.TokenHash{token}, user.TokenHash{fresh}, at); err != nil {
			t.Fatal(err)
		}
	}
	exchange(2, 3, day(20))
	left := func(before time.Time, wantSessions, wantTokens int) {
		t.Helper()
		if _, err := s.Prune(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		var sessions, tokens int
		err := pool.QueryRow(t.Context(), "select (select count(*) from session), (select count(*) from refresh_token)").Scan(&sessions, &tokens)
		if err != nil || sessions != wantSessions || tokens != wantTokens {
			t.Errorf("before %v: %d sessions and %d tokens are left, want %d and %d; %v", before, sessions, tokens, wantSessions, wantTokens, err)
		}
	}
	left(start, 2, 3)
	left(day(15), 2, 1) // on day 45: the tokens of day 0 are idle or exchanged
	exchange(3, 4, day(45))
	left(day(31), 1, 1) // on day 61: the first session ended by itself on day 30
	left(day(80), 0, 0)
}
