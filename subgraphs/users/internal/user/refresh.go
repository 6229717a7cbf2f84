package user

import (
	"context"

	"marquee/internal/errs"
)

// Refresh exchanges a refresh token for a renewed session. SESSION_ENDED; TOKEN_REUSED, after which the session is ended.
func (s *Accounts) Refresh(ctx context.Context, refreshToken string) (*Session, error) {
	presented, ok := hashOf(refreshToken)
	if !ok {
		return nil, errSessionEnded
	}
	token, fresh := newRefreshToken()
	a, family, err := s.store.Exchange(ctx, presented, fresh, s.now())
	if is(err, errs.NotFound) {
		return nil, errSessionEnded
	}
	if err != nil {
		return nil, err
	}
	return s.session(ctx, a, family.SessionID, token, family.ExpiresAt)
}

// LogOut ends the session of a refresh token, of whatever generation, and reports whether it was live. INVALID_TOKEN.
func (s *Accounts) LogOut(ctx context.Context, refreshToken string) (bool, error) {
	presented, ok := hashOf(refreshToken)
	if !ok {
		return false, errInvalidToken
	}
	ended, err := s.store.EndSession(ctx, presented, s.now())
	if is(err, errs.NotFound) {
		return false, errInvalidToken
	}
	return ended, err
}
