// Package identity turns bearer tokens into subjects: JSON Web Tokens from one or
// more issuers, checked against their key sets.
//
// Vocabulary: an issuer is who signs tokens, named by the claim iss; a key set
// (JWKS) holds its public keys; a subject is the caller as subgraphs see it.
//
// What is refused, whatever the signature: algorithms not listed (so "none" in
// every spelling, and HMAC with a public key as its secret), tokens that bring
// their own key or its address (jwk, jku, x5u, x5c), critical headers, a typ that
// is not an access token's, unknown issuers, wrong audiences, no or past exp,
// nbf or iat in the future, no subject, tokens over 8 KB.
package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"marquee/router/transport"
)

// Issuer says whose tokens are accepted, and how.
type Issuer struct {
	// Issuer is the exact value of iss.
	Issuer string
	// Audience: the token must be for one of these. Empty accepts any audience.
	Audience []string
	// Algorithms accepted: EdDSA, ES256, ES384, RS256, PS256 …; EdDSA, ES256 and
	// RS256 if empty. HMAC algorithms and none are a configuration error.
	Algorithms []string
	// Types accepted in the header typ, without "application/" and in any case;
	// "at+jwt", "JWT" and none at all if empty.
	Types []string
	// JWKS is the key set's URL. Either it or Keys is set.
	JWKS string
	// Keys finds the key of a token in this process. It must look only at kid.
	Keys jwt.Keyfunc
	// RolesClaim names the claim with the roles, a list or a string; "roles" if
	// empty.
	RolesClaim string
}

// Options set a Verifier. Zero values mean the defaults named.
type Options struct {
	Issuers []Issuer
	Leeway  time.Duration // for exp, nbf and iat; 5 s
	// CacheFor is how long a checked token is not checked again; 1 min, never
	// beyond its exp. It is also how long a removed key keeps working.
	CacheFor time.Duration
	// CacheSize is the number of checked tokens kept; 20,000.
	CacheSize int
	// Revoked, if set, is asked about every request, also for tokens in the
	// cache: an error refuses the token. It must be quick.
	Revoked func(ctx context.Context, s *transport.Subject) error
	// Client fetches key sets; nil means one with a 5 s timeout.
	Client *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// The reasons a token is refused for that are not golang-jwt's own.
var (
	ErrTooLong   = errors.New("token is too long")
	ErrHeader    = errors.New("token header is not acceptable")
	ErrIssuer    = errors.New("token issuer is unknown")
	ErrNoSubject = errors.New("token has no subject")
)

const maxToken = 8 << 10

// Verifier checks tokens. It implements front.Authenticator.
type Verifier struct {
	issuers map[string]*issuer
	peek    *jwt.Parser
	opt     Options
	cache   *otter.Cache[string, checked]
}

type issuer struct {
	Issuer
	parser *jwt.Parser
}

type checked struct {
	subject *transport.Subject
	expires time.Time // of the token
	until   time.Time // when it must be checked again
}

// New returns a Verifier; ctx ends the refreshing of key sets. A key set that
// cannot be fetched now is fetched later: its issuer's tokens are refused until
// then.
func New(ctx context.Context, opt Options) (*Verifier, error) {
	if len(opt.Issuers) == 0 {
		return nil, errors.New("identity: no issuer")
	}
	if opt.Leeway <= 0 {
		opt.Leeway = 5 * time.Second
	}
	if opt.CacheFor <= 0 {
		opt.CacheFor = time.Minute
	}
	if opt.CacheSize <= 0 {
		opt.CacheSize = 20_000
	}
	if opt.Client == nil {
		opt.Client = &http.Client{Timeout: 5 * time.Second}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	v := &Verifier{issuers: map[string]*issuer{}, peek: jwt.NewParser(jwt.WithStrictDecoding()), opt: opt}
	for _, is := range opt.Issuers {
		i, err := newIssuer(ctx, is, &opt)
		if err != nil {
			return nil, fmt.Errorf("identity: issuer %q: %w", is.Issuer, err)
		}
		if _, dup := v.issuers[is.Issuer]; dup {
			return nil, fmt.Errorf("identity: issuer %q twice", is.Issuer)
		}
		v.issuers[is.Issuer] = i
	}
	v.cache = otter.Must(&otter.Options[string, checked]{MaximumSize: opt.CacheSize})
	return v, nil
}

func newIssuer(ctx context.Context, is Issuer, opt *Options) (*issuer, error) {
	if is.Issuer == "" || (is.JWKS == "") == (is.Keys == nil) {
		return nil, errors.New("needs an issuer, and either a JWKS URL or keys")
	}
	if len(is.Algorithms) == 0 {
		is.Algorithms = []string{"EdDSA", "ES256", "RS256"}
	}
	for _, a := range is.Algorithms {
		if !slices.Contains([]string{"EdDSA", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, a) {
			return nil, fmt.Errorf("algorithm %q is not an asymmetric signature", a)
		}
	}
	if len(is.Types) == 0 {
		is.Types = []string{"", "JWT", "at+jwt"}
	}
	if is.RolesClaim == "" {
		is.RolesClaim = "roles"
	}
	if is.JWKS != "" {
		set, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{is.JWKS}, keyfunc.Override{
			Client: opt.Client, HTTPTimeout: 5 * time.Second, RefreshInterval: 5 * time.Minute,
			// An unknown kid may mean a new key: look again, but not at an
			// attacker's pace, and without keeping the request waiting.
			RefreshUnknownKID: rate.NewLimiter(rate.Every(10*time.Second), 1),
			RateLimitWaitMax:  time.Millisecond,
		})
		if err != nil {
			return nil, err
		}
		is.Keys = set.Keyfunc
	}
	rules := []jwt.ParserOption{
		jwt.WithValidMethods(is.Algorithms), jwt.WithIssuer(is.Issuer), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithLeeway(opt.Leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(opt.Now),
	}
	if len(is.Audience) > 0 {
		rules = append(rules, jwt.WithAudience(is.Audience...))
	}
	return &issuer{Issuer: is, parser: jwt.NewParser(rules...)}, nil
}

// Authenticate implements front.Authenticator.
func (v *Verifier) Authenticate(ctx context.Context, token string) (*transport.Subject, time.Time, error) {
	now := v.opt.Now()
	c, ok := v.cache.GetIfPresent(token)
	if !ok || !now.Before(c.until) {
		var err error
		if c, err = v.verify(token); err != nil {
			return nil, time.Time{}, err
		}
		if c.until = now.Add(v.opt.CacheFor); c.expires.Before(c.until) {
			c.until = c.expires
		}
		v.cache.Set(strings.Clone(token), c)
	}
	if v.opt.Revoked != nil {
		if err := v.opt.Revoked(ctx, c.subject); err != nil {
			return nil, time.Time{}, err
		}
	}
	return c.subject, c.expires, nil
}

func (v *Verifier) verify(token string) (checked, error) {
	if len(token) > maxToken {
		return checked{}, ErrTooLong
	}
	// The issuer is read before the signature is checked, to know whose keys to
	// use; everything is then read again by that issuer's rules.
	var claimed jwt.RegisteredClaims
	unverified, _, err := v.peek.ParseUnverified(token, &claimed)
	if err != nil {
		return checked{}, err
	}
	is := v.issuers[claimed.Issuer]
	if is == nil {
		return checked{}, ErrIssuer
	}
	if err := is.header(unverified.Header); err != nil {
		return checked{}, err
	}
	claims := jwt.MapClaims{}
	if _, err := is.parser.ParseWithClaims(token, claims, is.Keys); err != nil {
		return checked{}, err
	}
	sub, err := claims.GetSubject()
	if err != nil || sub == "" {
		return checked{}, ErrNoSubject
	}
	exp, err := claims.GetExpirationTime()
	if err != nil || exp == nil { // the parser requires it
		return checked{}, jwt.ErrTokenExpired
	}
	s := &transport.Subject{ID: sub, Roles: words(claims[is.RolesClaim]), Scopes: words(claims["scope"])}
	if s.Scopes == nil {
		s.Scopes = words(claims["scp"])
	}
	s.SessionID, _ = claims["sid"].(string)
	return checked{subject: s, expires: exp.Time}, nil
}

func (is *issuer) header(h map[string]any) error {
	for _, name := range []string{"jwk", "jku", "x5u", "x5c", "crit", "zip", "enc"} {
		if _, ok := h[name]; ok {
			return fmt.Errorf("%w: %s", ErrHeader, name)
		}
	}
	typ, ok := h["typ"].(string)
	if _, has := h["typ"]; has && !ok {
		return fmt.Errorf("%w: typ", ErrHeader)
	}
	if len(typ) > len("application/") && strings.EqualFold(typ[:len("application/")], "application/") {
		typ = typ[len("application/"):]
	}
	if !slices.ContainsFunc(is.Types, func(t string) bool { return strings.EqualFold(t, typ) }) {
		return fmt.Errorf("%w: typ", ErrHeader)
	}
	if kid, has := h["kid"]; has {
		if k, ok := kid.(string); !ok || len(k) > 256 {
			return fmt.Errorf("%w: kid", ErrHeader)
		}
	}
	return nil
}

// words reads a claim that is a list of strings or one string of words.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		list := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}
