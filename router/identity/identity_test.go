package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/router/identity"
	"marquee/router/transport"
)

const (
	issuer   = "https://login.example.org"
	audience = "api"
)

type keys struct {
	ed  ed25519.PrivateKey
	ec  *ecdsa.PrivateKey
	rsa *rsa.PrivateKey
}

func newKeys(t *testing.T) keys {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return keys{ed, ec, r}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// jwks serves the public keys as a key set.
func (k keys) jwks(t *testing.T) *httptest.Server {
	t.Helper()
	ecPub, err := k.ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]any{"keys": []map[string]any{
		{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "ed", "x": b64(k.ed.Public().(ed25519.PublicKey))},
		{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "ec", "x": b64(ecPub[1:33]), "y": b64(ecPub[33:])},
		{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rsa", "n": b64(k.rsa.N.Bytes()), "e": "AQAB"},
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(set)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func claims(change func(jwt.MapClaims)) jwt.MapClaims {
	c := jwt.MapClaims{
		"iss": issuer, "aud": audience, "sub": "user-1", "sid": "session-1", "roles": []string{"USER", "ADMIN"},
		"scope": "read write", "iat": time.Now().Add(-time.Minute).Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	if change != nil {
		change(c)
	}
	return c
}

func sign(t *testing.T, m jwt.SigningMethod, key any, c jwt.Claims, header map[string]any) string {
	t.Helper()
	tok := jwt.NewWithClaims(m, c)
	for k, v := range header {
		if v == nil {
			delete(tok.Header, k)
		} else {
			tok.Header[k] = v
		}
	}
	s, err := tok.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// raw builds a token by hand, with any header and signature.
func raw(t *testing.T, header map[string]any, c jwt.Claims, signature string) string {
	t.Helper()
	h, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return b64(h) + "." + b64(b) + "." + signature
}

func verifier(t *testing.T, k keys, change func(*identity.Options)) *identity.Verifier {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	opt := identity.Options{Issuers: []identity.Issuer{{Issuer: issuer, Audience: []string{audience}, JWKS: k.jwks(t).URL}}}
	if change != nil {
		change(&opt)
	}
	v, err := identity.New(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGoodTokensOfEveryAlgorithm(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	v := verifier(t, k, nil)
	for name, token := range map[string]string{
		"EdDSA": sign(t, jwt.SigningMethodEdDSA, k.ed, claims(nil), map[string]any{"kid": "ed"}),
		"ES256": sign(t, jwt.SigningMethodES256, k.ec, claims(nil), map[string]any{"kid": "ec", "typ": "at+jwt"}),
		"RS256": sign(t, jwt.SigningMethodRS256, k.rsa, claims(nil), map[string]any{"kid": "rsa", "typ": "application/at+JWT"}),
	} {
		s, exp, err := v.Authenticate(t.Context(), token)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.ID != "user-1" || s.SessionID != "session-1" || !slices.Equal(s.Roles, []string{"USER", "ADMIN"}) || !slices.Equal(s.Scopes, []string{"read", "write"}) {
			t.Errorf("%s: subject %+v", name, s)
		}
		if time.Until(exp) < 59*time.Minute {
			t.Errorf("%s: expires %v", name, exp)
		}
	}
}

func TestAttacksAreRefused(t *testing.T) {
	t.Parallel()
	k, other := newKeys(t), newKeys(t)
	v := verifier(t, k, nil)
	der, err := x509.MarshalPKIXPublicKey(&k.rsa.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	rsaPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	ed := func(c jwt.Claims, h map[string]any) string {
		full := map[string]any{"kid": "ed"}
		for key, val := range h {
			full[key] = val
		}
		return sign(t, jwt.SigningMethodEdDSA, k.ed, c, full)
	}
	good := ed(claims(nil), nil)
	part := strings.Split(good, ".")
	cases := map[string]string{
		"none":            raw(t, map[string]any{"alg": "none", "typ": "JWT"}, claims(nil), ""),
		"None":            raw(t, map[string]any{"alg": "None", "typ": "JWT"}, claims(nil), ""),
		"nOnE":            raw(t, map[string]any{"alg": "nOnE", "typ": "JWT", "kid": "ed"}, claims(nil), part[2]),
		"no alg":          raw(t, map[string]any{"typ": "JWT", "kid": "ed"}, claims(nil), part[2]),
		"HS256 with pem":  sign(t, jwt.SigningMethodHS256, rsaPEM, claims(nil), map[string]any{"kid": "rsa"}),
		"HS256 with der":  sign(t, jwt.SigningMethodHS256, der, claims(nil), map[string]any{"kid": "rsa"}),
		"HS256 with ed":   sign(t, jwt.SigningMethodHS256, []byte(k.ed.Public().(ed25519.PublicKey)), claims(nil), map[string]any{"kid": "ed"}),
		"foreign key":     sign(t, jwt.SigningMethodEdDSA, other.ed, claims(nil), map[string]any{"kid": "ed"}),
		"kid of another":  sign(t, jwt.SigningMethodEdDSA, k.ed, claims(nil), map[string]any{"kid": "rsa"}),
		"unknown kid":     ed(claims(nil), map[string]any{"kid": "nope"}),
		"kid is a path":   ed(claims(nil), map[string]any{"kid": "../../dev/null"}),
		"kid is SQL":      ed(claims(nil), map[string]any{"kid": "' UNION SELECT 'x"}),
		"kid is a number": ed(claims(nil), map[string]any{"kid": 1}),
		"kid is long":     ed(claims(nil), map[string]any{"kid": strings.Repeat("k", 300)}),
		"embedded jwk": sign(t, jwt.SigningMethodEdDSA, other.ed, claims(nil), map[string]any{"kid": "ed", "jwk": map[string]any{
			"kty": "OKP", "crv": "Ed25519", "x": b64(other.ed.Public().(ed25519.PublicKey)),
		}}),
		"jku":               ed(claims(nil), map[string]any{"jku": "https://evil.example/jwks"}),
		"x5u":               ed(claims(nil), map[string]any{"x5u": "https://evil.example/x"}),
		"x5c":               ed(claims(nil), map[string]any{"x5c": []string{"MII"}}),
		"crit":              ed(claims(nil), map[string]any{"crit": []string{"exp"}}),
		"refresh typ":       ed(claims(nil), map[string]any{"typ": "refresh+jwt"}),
		"typ is a list":     ed(claims(nil), map[string]any{"typ": []string{"JWT"}}),
		"wrong audience":    ed(claims(func(c jwt.MapClaims) { c["aud"] = "other" }), nil),
		"no audience":       ed(claims(func(c jwt.MapClaims) { delete(c, "aud") }), nil),
		"wrong issuer":      ed(claims(func(c jwt.MapClaims) { c["iss"] = issuer + "/" }), nil),
		"no issuer":         ed(claims(func(c jwt.MapClaims) { delete(c, "iss") }), nil),
		"expired":           ed(claims(func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-time.Minute).Unix() }), nil),
		"no exp":            ed(claims(func(c jwt.MapClaims) { delete(c, "exp") }), nil),
		"exp is a string":   ed(claims(func(c jwt.MapClaims) { c["exp"] = "9999999999" }), nil),
		"not yet":           ed(claims(func(c jwt.MapClaims) { c["nbf"] = time.Now().Add(time.Hour).Unix() }), nil),
		"issued tomorrow":   ed(claims(func(c jwt.MapClaims) { c["iat"] = time.Now().Add(24 * time.Hour).Unix() }), nil),
		"no subject":        ed(claims(func(c jwt.MapClaims) { delete(c, "sub") }), nil),
		"empty subject":     ed(claims(func(c jwt.MapClaims) { c["sub"] = "" }), nil),
		"signature removed": part[0] + "." + part[1] + ".",
		"claims exchanged":  part[0] + "." + b64([]byte(`{"iss":"`+issuer+`","aud":"api","sub":"admin","exp":9999999999}`)) + "." + part[2],
		"two parts":         part[0] + "." + part[1],
		"too long":          ed(claims(func(c jwt.MapClaims) { c["pad"] = strings.Repeat("x", 9000) }), nil),
		"garbage":           "garbage",
		"empty":             "",
	}
	for name, token := range cases {
		if s, _, err := v.Authenticate(t.Context(), token); err == nil {
			t.Errorf("%s: accepted as %+v", name, s)
		}
	}
	if _, _, err := v.Authenticate(t.Context(), good); err != nil {
		t.Fatalf("the good token: %v", err)
	}
}

func TestCachedTokenStillExpiresAndCanBeRevoked(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	now := time.Now()
	revoked := false
	errRevoked := errors.New("revoked")
	lookups := 0
	v := verifier(t, k, func(o *identity.Options) {
		o.Now = func() time.Time { return now }
		o.Revoked = func(_ context.Context, s *transport.Subject) error {
			if revoked && s.SessionID == "session-1" {
				return errRevoked
			}
			return nil
		}
		o.Issuers[0].JWKS = ""
		o.Issuers[0].Keys = func(*jwt.Token) (any, error) {
			lookups++
			return k.ed.Public(), nil
		}
	})
	token := sign(t, jwt.SigningMethodEdDSA, k.ed, claims(func(c jwt.MapClaims) { c["exp"] = now.Add(30 * time.Second).Unix() }), nil)
	for range 3 {
		if _, _, err := v.Authenticate(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if lookups != 1 {
		t.Fatalf("checked %d times, want once", lookups)
	}
	revoked = true
	if _, _, err := v.Authenticate(t.Context(), token); !errors.Is(err, errRevoked) {
		t.Fatalf("revoked: %v", err)
	}
	revoked, now = false, now.Add(time.Minute)
	if _, _, err := v.Authenticate(t.Context(), token); !errors.Is(err, jwt.ErrTokenExpired) {
		t.Fatalf("expired: %v", err)
	}
}

func TestConfigurationErrors(t *testing.T) {
	t.Parallel()
	key := func(*jwt.Token) (any, error) { return nil, errors.New("none") }
	for name, list := range map[string][]identity.Issuer{
		"no issuer":     nil,
		"no keys":       {{Issuer: "a"}},
		"both":          {{Issuer: "a", JWKS: "http://127.0.0.1:1", Keys: key}},
		"hmac":          {{Issuer: "a", Keys: key, Algorithms: []string{"HS256"}}},
		"none":          {{Issuer: "a", Keys: key, Algorithms: []string{"none"}}},
		"nameless":      {{Keys: key}},
		"the same name": {{Issuer: "a", Keys: key}, {Issuer: "a", Keys: key}},
	} {
		if _, err := identity.New(t.Context(), identity.Options{Issuers: list}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
