// Package auth makes and checks the tokens by which services know who asks. The router takes the client's token, checks it and never
// forwards it: each subgraph gets an internal token instead, short, signed by the router and bound to that one subgraph.
package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"marquee/internal/viewer"
)

const (
	internalIssuer = "marquee-router"
	internalType   = "internal+jwt" // never confused with an access token
	// InternalLifetime is how long an internal token works.
	InternalLifetime = 60 * time.Second
)

type internalClaims struct {
	jwt.RegisteredClaims
	Roles   []string `json:"roles,omitempty"`
	Session string   `json:"sid,omitempty"`
}

// InternalSigner signs internal tokens: the router's half.
type InternalSigner struct {
	key ed25519.PrivateKey
	now func() time.Time
}

// NewInternalSigner returns a signer with the private key.
func NewInternalSigner(key ed25519.PrivateKey) *InternalSigner {
	return &InternalSigner{key: key, now: time.Now}
}

// Sign returns a token that lets v (nil: somebody without a login) call the subgraph.
func (s *InternalSigner) Sign(subgraph string, v *viewer.Viewer) (string, error) {
	now := s.now()
	claims := internalClaims{RegisteredClaims: jwt.RegisteredClaims{
		Issuer: internalIssuer, Audience: jwt.ClaimStrings{subgraph}, Subject: v.ID(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(InternalLifetime)),
	}}
	if v != nil {
		claims.Roles, claims.Session = v.Roles, v.SessionID
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"] = internalType
	return token.SignedString(s.key)
}

// InternalVerifier checks internal tokens: a subgraph's half.
type InternalVerifier struct {
	key    ed25519.PublicKey
	parser *jwt.Parser
	now    func() time.Time
	known  *otter.Cache[string, known] // tokens that were found good, for they come with every request of the same caller
}

// known is what a good token says, and until when it is good.
type known struct {
	viewer *viewer.Viewer
	until  time.Time
}

const (
	leeway    = 5 * time.Second
	maxTokens = 10_000 // known at a time
)

// NewInternalVerifier returns the verifier of a subgraph for tokens of the router with this public key.
func NewInternalVerifier(subgraph string, key ed25519.PublicKey) *InternalVerifier {
	v := &InternalVerifier{key: key, now: time.Now, known: otter.Must(&otter.Options[string, known]{
		MaximumSize: maxTokens, ExpiryCalculator: otter.ExpiryWriting[string, known](InternalLifetime + leeway),
	})}
	v.parser = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(internalIssuer), jwt.WithAudience(subgraph),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(func() time.Time { return v.now() }),
	)
	return v
}

// Verify returns who asks: nil for somebody without a login. A token of another kind, subgraph, key or time is an error. The viewer is
// shared by all requests with the token and must not be changed.
func (v *InternalVerifier) Verify(token string) (*viewer.Viewer, error) {
	if k, ok := v.known.GetIfPresent(token); ok && v.now().Before(k.until) {
		return k.viewer, nil
	}
	var claims internalClaims
	_, err := v.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		if t.Header["typ"] != internalType {
			return nil, errors.New("not an internal token")
		}
		return v.key, nil
	})
	if err != nil {
		return nil, err
	}
	k := known{until: claims.ExpiresAt.Add(leeway)}
	if claims.Subject != "" {
		k.viewer = &viewer.Viewer{UserID: claims.Subject, Roles: claims.Roles, SessionID: claims.Session}
	}
	v.known.Set(token, k)
	return k.viewer, nil
}

// ParsePrivateKey reads the 32-byte seed of an Ed25519 key in base64, as MARQUEE_INTERNAL_KEY has it.
func ParsePrivateKey(s string) (ed25519.PrivateKey, error) {
	seed, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("an Ed25519 seed is %d bytes in base64", ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// ParsePublicKey reads the 32 bytes of an Ed25519 public key in base64, as MARQUEE_INTERNAL_PUBLIC_KEY has it.
func ParsePublicKey(s string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("an Ed25519 public key is %d bytes in base64", ed25519.PublicKeySize)
	}
	return raw, nil
}
