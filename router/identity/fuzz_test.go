package identity_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"marquee/router/identity"
)

// FuzzToken: no token is accepted whose signature does not hold for what it says.
func FuzzToken(f *testing.F) {
	key := ed25519.NewKeyFromSeed([]byte("a key that is only for this test"))
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		f.Fatal("no public key")
	}
	sign := func(change func(jwt.MapClaims)) string {
		text, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims(change)).SignedString(key)
		if err != nil {
			f.Fatal(err)
		}
		return text
	}
	good := sign(nil)
	part := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	for _, s := range []string{
		good, sign(func(c jwt.MapClaims) { delete(c, "exp") }), sign(func(c jwt.MapClaims) { c["iss"] = "https://elsewhere.example.org" }),
		none + "." + part[1] + ".", part[0] + "." + part[1] + ".", part[0] + "." + part[1], good + "=", good + ".", "..", "", " " + good, part[0] + "." + part[1] + "." + part[0],
	} {
		f.Add(s)
	}
	v, err := identity.New(f.Context(), identity.Options{Issuers: []identity.Issuer{{
		Issuer: issuer, Audience: []string{audience}, Keys: func(*jwt.Token) (any, error) { return public, nil },
	}}})
	if err != nil {
		f.Fatal(err)
	}
	if _, _, err := v.Authenticate(f.Context(), good); err != nil {
		f.Fatalf("a good token is refused: %v", err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		s, expires, err := v.Authenticate(t.Context(), token)
		if err != nil {
			return
		}
		end := strings.LastIndexByte(token, '.')
		if end < 0 {
			t.Fatalf("accepted %q", token)
		}
		signature, err := base64.RawURLEncoding.Strict().DecodeString(token[end+1:])
		if err != nil || !ed25519.Verify(public, []byte(token[:end]), signature) || s.ID == "" || expires.IsZero() {
			t.Fatalf("accepted %q for %+v", token, s)
		}
	})
}
