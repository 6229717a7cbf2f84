package user

import (
	"context"

	"marquee/internal/email"
	"marquee/internal/errs"
	"marquee/internal/id"
)

// Codes of register.
const (
	InvalidName  errs.Code = "INVALID_NAME"
	InvalidEmail errs.Code = "INVALID_EMAIL"
	WeakPassword errs.Code = "WEAK_PASSWORD"
	EmailTaken   errs.Code = "EMAIL_TAKEN"
)

// RegisterInput is a wish for an account.
type RegisterInput struct {
	Name     string
	Email    string
	Password string
}

// Register creates an account and logs it in. INVALID_NAME, INVALID_EMAIL and WEAK_PASSWORD come together; EMAIL_TAKEN; OVERLOADED.
func (s *Accounts) Register(ctx context.Context, in RegisterInput) (*Session, error) {
	var wrong errs.List
	if !validName(in.Name) {
		wrong.Add(InvalidName, "A name has 1 to 100 characters and fits on one line.", "input", "name")
	}
	address, ok := email.Normal(in.Email)
	if !ok {
		wrong.Add(InvalidEmail, "This is not an e-mail address.", "input", "email")
	}
	if why := weakness(in.Password, in.Name, address); why != "" {
		wrong.Add(WeakPassword, why, "input", "password")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	// Asked before hashing as well, so that a taken address costs nobody a slow hash; the unique index decides.
	if _, _, err := s.store.Credentials(ctx, address); err == nil {
		return nil, ErrEmailTaken
	} else if !is(err, errs.NotFound) {
		return nil, err
	}
	hash, err := s.passwords.Hash(ctx, normalPassword(in.Password))
	if err != nil {
		return nil, err
	}
	now := s.now()
	a := &Account{ID: id.New("usr"), Name: in.Name, Email: address, Roles: []Role{RoleUser}, CreatedAt: now}
	begun, token := newSession(a.ID, now)
	if err := s.store.CreateAccount(ctx, a, hash, begun); err != nil {
		return nil, err
	}
	return s.session(ctx, a, begun.ID, token, begun.ExpiresAt)
}

// ErrEmailTaken is what a store answers when the address has an account.
var ErrEmailTaken = errs.New(EmailTaken, "There is an account with this address already. Log in instead.").At("input", "email")
