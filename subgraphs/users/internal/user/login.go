package user

import (
	"context"

	"marquee/internal/email"
	"marquee/internal/errs"
)

// Codes of logIn.
const (
	WrongCredentials errs.Code = "WRONG_CREDENTIALS" // #nosec G101 -- the name of an error
	TooManyAttempts  errs.Code = "TOO_MANY_ATTEMPTS"
)

var (
	errWrongCredentials = errs.New(WrongCredentials, "The address or the password is wrong.")
	errTooManyAttempts  = errs.New(TooManyAttempts, "Too many tries for this address. Wait a minute, then try again.")
)

// LogInInput is who logs in.
type LogInInput struct {
	Email    string
	Password string
}

// LogIn begins a session. WRONG_CREDENTIALS takes as long and reads the same whether the address is unknown, has no password or the
// password is another; TOO_MANY_ATTEMPTS; OVERLOADED.
func (s *Accounts) LogIn(ctx context.Context, in LogInInput) (*Session, error) {
	address, ok := email.Normal(in.Email)
	if allowed, err := s.throttle.Try(ctx, address); err != nil {
		return nil, err
	} else if !allowed {
		return nil, errTooManyAttempts
	}
	var a *Account
	var hash string
	if ok {
		var err error
		if a, hash, err = s.store.Credentials(ctx, address); err != nil && !is(err, errs.NotFound) {
			return nil, err
		}
	}
	right, err := s.passwords.Verify(ctx, normalPassword(in.Password), hash)
	if err != nil {
		return nil, err
	}
	if a == nil || !right {
		return nil, errWrongCredentials
	}
	if err := s.throttle.Succeeded(ctx, address); err != nil {
		return nil, err
	}
	begun, token := newSession(a.ID, s.now())
	if err := s.store.BeginSession(ctx, begun); err != nil {
		return nil, err
	}
	return s.session(ctx, a, begun.ID, token, begun.ExpiresAt)
}
