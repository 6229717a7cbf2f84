package users_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestRefreshRotatesAndReuseEndsTheFamily(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	b.clock.Forward(time.Hour)
	second := b.refresh(t, s.RefreshToken).Session
	if second == nil || second.RefreshToken == s.RefreshToken || second.User.ID != s.User.ID || second.User.Email == nil {
		t.Fatalf("refresh: %+v", second)
	}
	if want := b.clock.Now().Add(30 * 24 * time.Hour); !second.RefreshTokenExpiresAt.Equal(want) {
		t.Errorf("ends %v, want %v", second.RefreshTokenExpiresAt, want)
	}
	other := b.logIn(t, "ada@example.com", password).Session
	b.clock.Forward(11 * time.Second)
	wantCode(t, b.refresh(t, s.RefreshToken), "TOKEN_REUSED", "input", "refreshToken")
	wantCode(t, b.refresh(t, second.RefreshToken), "SESSION_ENDED")
	if b.refresh(t, other.RefreshToken).Session == nil {
		t.Error("another session of the same person ended as well")
	}
	b.waitRevoked(t, 1)
}

// waitRevoked waits until so many sessions stand in Redis as revoked.
func (b bench) waitRevoked(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		keys, err := b.Deps.Redis.Keys(ctx, "revoked:ses_*").Result()
		if err != nil {
			t.Fatalf("sessions revoked: %d of %d: %v", len(keys), n, err)
		}
		if len(keys) == n {
			return
		}
		time.Sleep(10 * time.Millisecond) // the job queue has no signal to wait for
	}
}

func TestParallelRefreshesAreNoLogOut(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	tokens := make([]string, 8)
	var wg sync.WaitGroup
	for i := range tokens {
		wg.Go(func() {
			if a := b.refresh(t, s.RefreshToken); a.Session != nil {
				tokens[i] = a.Session.RefreshToken
			}
		})
	}
	wg.Wait()
	slices.Sort(tokens)
	if tokens[0] == "" || len(slices.Compact(slices.Clone(tokens))) != len(tokens) {
		t.Fatalf("tokens %q", tokens)
	}
	b.clock.Forward(time.Minute)
	next := b.refresh(t, tokens[3])
	if next.Session == nil {
		t.Fatalf("the session ended: %+v", next)
	}
	// The others were of the same generation; later than the grace they are old.
	b.clock.Forward(time.Minute)
	wantCode(t, b.refresh(t, tokens[4]), "TOKEN_REUSED")
}

func TestSessionsEndWhenIdle(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	b.clock.Forward(30*24*time.Hour - time.Second)
	next := b.refresh(t, s.RefreshToken).Session
	if next == nil {
		t.Fatal("ended too early")
	}
	b.clock.Forward(30 * 24 * time.Hour)
	wantCode(t, b.refresh(t, next.RefreshToken), "SESSION_ENDED")
	for _, token := range []string{"", "mqr_", "mqr_x", next.AccessToken, "mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		wantCode(t, b.refresh(t, token), "SESSION_ENDED")
	}
}

func TestLogOut(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	logOut := func(token string) answer {
		return b.mutate(t, nil, "logOut", "ended userErrors { field message code }", map[string]any{"refreshToken": token})
	}
	if a := logOut(s.RefreshToken); !a.Ended || len(a.UserErrors) > 0 {
		t.Fatalf("log out: %+v", a)
	}
	if a := logOut(s.RefreshToken); a.Ended || len(a.UserErrors) > 0 {
		t.Fatalf("log out again: %+v", a)
	}
	wantCode(t, b.refresh(t, s.RefreshToken), "SESSION_ENDED")
	wantCode(t, logOut("something"), "INVALID_TOKEN", "input", "refreshToken")
	wantCode(t, logOut("mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "INVALID_TOKEN")
	b.waitRevoked(t, 1)
}
