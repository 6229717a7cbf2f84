package user

import (
	"context"
	"errors"
	"testing"
	"time"

	"marquee/internal/errs"
)

// oneAccount is a store that knows one account with a password and one without.
type oneAccount struct{ Store }

func (oneAccount) Credentials(_ context.Context, email string) (*Account, string, error) {
	switch email {
	case "ada@example.com":
		return &Account{Email: email}, "hash", nil
	case "no-password@example.com":
		return &Account{Email: email}, "", nil
	case "broken@example.com":
		return nil, "", errors.New("the database is away")
	}
	return nil, "", errs.New(errs.NotFound, "")
}

// counted counts checks of passwords; no password is right.
type counted struct {
	Passwords
	checks int
}

func (c *counted) Verify(context.Context, string, string) (bool, error) {
	c.checks++
	return false, nil
}

type open struct{ allowed bool }

func (o open) Try(context.Context, string) (bool, error) { return o.allowed, nil }
func (open) Succeeded(context.Context, string) error     { return errors.New("nobody succeeds here") }

// Whether an address is known must not show in the time a refusal takes: each costs exactly one check of a password.
func TestEveryRefusalCostsOneCheck(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"ada@example.com", "no-password@example.com", "nobody@example.com", "not an address", ""} {
		passwords := &counted{}
		s := New(oneAccount{}, passwords, open{true}, nil, time.Now)
		_, err := s.LogIn(t.Context(), LogInInput{Email: email, Password: "guess"})
		if errs.CodeOf(err) != WrongCredentials || passwords.checks != 1 {
			t.Errorf("%q: %v after %d checks", email, err, passwords.checks)
		}
	}
}

func TestThrottledAndBrokenLogInsCostNothing(t *testing.T) {
	t.Parallel()
	for email, c := range map[string]struct {
		allowed bool
		code    errs.Code
	}{"ada@example.com": {false, TooManyAttempts}, "broken@example.com": {true, errs.Internal}} {
		passwords := &counted{}
		s := New(oneAccount{}, passwords, open{c.allowed}, nil, time.Now)
		_, err := s.LogIn(t.Context(), LogInInput{Email: email, Password: "guess"})
		if errs.CodeOf(err) != c.code || passwords.checks != 0 {
			t.Errorf("%q: %v after %d checks", email, err, passwords.checks)
		}
	}
}
