package user

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"marquee/internal/errs"
)

// How long sessions live.
const (
	IdleTime = 30 * 24 * time.Hour // a session ends when it is not renewed for so long
	// Grace is how long a token of the previous generation may still be exchanged: two tabs that renew at the same moment, or a client
	// that lost the answer, are not logged out.
	Grace = 10 * time.Second
)

// Codes of refreshSession and logOut.
const (
	SessionEnded errs.Code = "SESSION_ENDED"
	TokenReused  errs.Code = "TOKEN_REUSED"
	InvalidToken errs.Code = "INVALID_TOKEN"
)

var (
	errSessionEnded = errs.New(SessionEnded, "Your session has ended. Log in again.").At("input", "refreshToken")
	errTokenReused  = errs.New(TokenReused, "This session was renewed elsewhere and is ended for safety. Log in again.").At("input", "refreshToken")
	errInvalidToken = errs.New(InvalidToken, "This is not a token of ours.").At("input", "refreshToken")
)

// Why a session ended before its time; the values of the column session.end_reason.
const (
	EndedByLogOut = "LOGGED_OUT"
	EndedByReuse  = "TOKEN_REUSED"
)

// Session is what a client gets when a session begins or is renewed.
type Session struct {
	AccessToken           string
	AccessTokenExpiresAt  time.Time
	RefreshToken          string
	RefreshTokenExpiresAt time.Time
	User                  *User
}

// TokenHash is the SHA-256 of a refresh token: what is stored of it.
type TokenHash [sha256.Size]byte

const (
	tokenPrefix = "mqr_" // lets scanners for leaked secrets recognise the token
	tokenBytes  = 32
)

// newRefreshToken returns 256 random bits as text, and their hash.
func newRefreshToken() (string, TokenHash) {
	var secret [tokenBytes]byte
	_, _ = rand.Read(secret[:]) // never fails (crypto/rand)
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:]), sha256.Sum256(secret[:])
}

// hashOf returns the hash of a token from a client; ok is false when the text cannot be one of ours.
func hashOf(token string) (h TokenHash, ok bool) {
	text, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return h, false
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(secret) != tokenBytes {
		return h, false
	}
	return sha256.Sum256(secret), true
}

// Family is the state of a session that decides whether a refresh token may be exchanged.
type Family struct {
	SessionID  string
	Generation int // of the newest tokens; the first has 1
	RotatedAt  time.Time
	ExpiresAt  time.Time
	Ended      bool
	EndReason  string // set by Exchange when it ends the family
}

// Exchange decides about a token of the given generation and moves the family on. On success the fresh token belongs to
// f.Generation. SESSION_ENDED changes nothing; TOKEN_REUSED sets Ended, and that must be stored although it is an error.
func (f *Family) Exchange(generation int, now time.Time) error {
	switch {
	case f.Ended || !now.Before(f.ExpiresAt):
		return errSessionEnded
	case generation == f.Generation:
		f.Generation++
		f.RotatedAt, f.ExpiresAt = now, now.Add(IdleTime)
		return nil
	case generation == f.Generation-1 && now.Sub(f.RotatedAt) <= Grace:
		return nil
	default:
		f.Ended, f.EndReason = true, EndedByReuse
		return errTokenReused
	}
}
