package users_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
)

func TestRegisterLogsInAndTells(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", " Ada@Example.COM ")
	if s.User.Email == nil || *s.User.Email != "ada@example.com" || !slices.Equal(s.User.Roles, []string{"USER"}) || s.User.Name != "Ada" {
		t.Fatalf("user %+v", s.User)
	}
	if want := b.clock.Now().Add(30 * 24 * time.Hour); !s.RefreshTokenExpiresAt.Equal(want) {
		t.Errorf("refresh token ends %v, want %v", s.RefreshTokenExpiresAt, want)
	}
	events := b.Published(t)
	if len(events) != 1 || events[0].Topic != "user.registered" || events[0].Key != s.User.ID {
		t.Fatalf("published %+v", events)
	}
	m, err := bus.Decode[contract.UserRegistered](events[0])
	if err != nil || m.Email != "ada@example.com" || m.Name != "Ada" || !m.At.Equal(s.User.CreatedAt) {
		t.Errorf("message %+v, %v", m, err)
	}
	var me struct{ Me *user }
	b.Do(t, as(s), "{ me { id name email roles createdAt } }", nil).Into(t, &me)
	if me.Me == nil || me.Me.ID != s.User.ID {
		t.Errorf("me %+v", me.Me)
	}
	b.Do(t, nil, "{ me { id } }", nil).Into(t, &me)
	if me.Me != nil {
		t.Errorf("me without a login: %+v", me.Me)
	}
}

func TestRegisterRefusesWithEveryReasonAtOnce(t *testing.T) {
	b := start(t)
	a := b.mutate(t, nil, "register", sessionFields, map[string]any{"name": " ", "email": "nobody", "password": "Password1!"})
	var got []string
	for _, e := range a.UserErrors {
		got = append(got, e.Code+" "+e.Field[1])
	}
	if want := []string{"INVALID_NAME name", "INVALID_EMAIL email", "WEAK_PASSWORD password"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	b.register(t, "Ada", "ada@example.com")
	wantCode(t, b.mutate(t, nil, "register", sessionFields,
		map[string]any{"name": "Eve", "email": "ADA@example.com", "password": password}), "EMAIL_TAKEN", "input", "email")
	if n := len(b.Published(t)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestRegisterAtOnceMakesOneAccount(t *testing.T) {
	b := start(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	made, taken := 0, 0
	for range 6 {
		wg.Go(func() {
			a := b.mutate(t, nil, "register", sessionFields, map[string]any{"name": "Ada", "email": "ada@example.com", "password": password})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case a.Session != nil:
				made++
			case len(a.UserErrors) == 1 && a.UserErrors[0].Code == "EMAIL_TAKEN":
				taken++
			}
		})
	}
	wg.Wait()
	if made != 1 || taken != 5 || len(b.Published(t)) != 1 {
		t.Errorf("made %d, taken %d, messages %d", made, taken, len(b.Published(t)))
	}
}

func TestLogIn(t *testing.T) {
	b := start(t)
	b.register(t, "Ada", "ada@example.com")
	if a := b.logIn(t, "ADA@example.com", password); a.Session == nil || *a.Session.User.Email != "ada@example.com" {
		t.Fatalf("log in: %+v", a)
	}
	for _, c := range []struct{ email, password string }{
		{"ada@example.com", "seven green bicycle"}, {"eve@example.com", password}, {"not an address\x00", password}, {"", ""},
	} {
		wantCode(t, b.logIn(t, c.email, c.password), "WRONG_CREDENTIALS")
	}
}

func TestLogInOfAHundredAliasesIsAHundredTries(t *testing.T) {
	b := start(t)
	b.register(t, "Ada", "ada@example.com")
	document := "mutation {"
	for i := range 100 {
		document += fmt.Sprintf(` a%d: logIn(input: {email: "Ada@example.com", password: "guess-%d"}) { userErrors { code } }`, i, i)
	}
	var out map[string]answer
	b.Do(t, nil, document+"}", nil).Into(t, &out)
	tries := 0
	for _, a := range out {
		if a.UserErrors[0].Code == "WRONG_CREDENTIALS" {
			tries++
		}
	}
	if tries != 5 || len(out) != 100 {
		t.Errorf("%d of %d tries were made, want 5 of 100", tries, len(out))
	}
	wantCode(t, b.logIn(t, "ada@example.com", password), "TOO_MANY_ATTEMPTS")
	b.register(t, "Bea", "bea@example.com") // others are not concerned
	if a := b.logIn(t, "bea@example.com", password); a.Session == nil {
		t.Errorf("another account: %+v", a)
	}
	b.clock.Forward(time.Minute)
	if a := b.logIn(t, "ada@example.com", password); a.Session == nil {
		t.Errorf("after a minute: %+v", a)
	}
}

func TestThrottleForgetsAfterSuccess(t *testing.T) {
	b := start(t)
	b.register(t, "Ada", "ada@example.com")
	for range 3 {
		for range 4 {
			wantCode(t, b.logIn(t, "ada@example.com", "wrong wrong"), "WRONG_CREDENTIALS")
		}
		if a := b.logIn(t, "ada@example.com", password); a.Session == nil {
			t.Fatalf("log in: %+v", a)
		}
	}
}

func TestWithoutRedisNobodyGuesses(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	if err := b.Deps.Redis.Close(); err != nil {
		t.Fatal(err)
	}
	b.wantTop(t, nil, `mutation { logIn(input: {email: "ada@example.com", password: "x"}) { userErrors { code } } }`, "UNAVAILABLE")
	if b.refresh(t, s.RefreshToken).Session == nil {
		t.Error("sessions that there are do not go on")
	}
}
