package token

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/internal/id"
	"marquee/subgraphs/users/internal/user"
)

// Lifetime is how long an access token is good for.
const Lifetime = 10 * time.Minute

// Minter makes access tokens. It implements user.Minter.
type Minter struct {
	keys             *Keys
	issuer, audience string
	clock            func() time.Time
}

// NewMinter returns a minter for an issuer and an audience, as they will stand in iss and aud.
func NewMinter(keys *Keys, issuer, audience string, clock func() time.Time) *Minter {
	return &Minter{keys: keys, issuer: issuer, audience: audience, clock: clock}
}

// claims are those of RFC 9068 and our own: sid (the session), roles (the platform roles) and name.
type claims struct {
	jwt.RegisteredClaims
	SessionID string   `json:"sid"`
	Roles     []string `json:"roles"`
	Name      string   `json:"name"`
}

// Mint implements user.Minter. The token's instants are whole seconds, and so is the end that it returns.
func (m *Minter) Mint(ctx context.Context, a *user.Account, sessionID string) (string, time.Time, error) {
	now := m.clock().UTC().Truncate(time.Second)
	end := now.Add(Lifetime)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: m.issuer, Subject: a.ID, Audience: jwt.ClaimStrings{m.audience},
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(end), ID: id.New("tok"),
		},
		SessionID: sessionID, Roles: a.RoleNames(), Name: a.Name,
	})
	key := m.keys.signer(ctx)
	t.Header["typ"], t.Header["kid"] = "at+jwt", key.ID
	signed, err := t.SignedString(key.Private)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign access token: %w", err)
	}
	return signed, end, nil
}
