package transport

import (
	"context"
	"net/http"
	"time"

	"github.com/maypok86/otter/v2"
)

// SubgraphAuthorizer makes the internal token one subgraph accepts from the
// router on behalf of a subject (nil: an anonymous caller). The token is bound
// to the subgraph and short-lived; the client's own token is never forwarded.
type SubgraphAuthorizer interface {
	InternalToken(subgraph string, subject *Subject) (string, error)
}

// SubgraphAuthorizerFunc is a function as a SubgraphAuthorizer.
type SubgraphAuthorizerFunc func(subgraph string, subject *Subject) (string, error)

// InternalToken implements SubgraphAuthorizer.
func (f SubgraphAuthorizerFunc) InternalToken(subgraph string, subject *Subject) (string, error) {
	return f(subgraph, subject)
}

// TokenReuse is how long an internal token is used again for the same subject
// and subgraph; authorizers must make tokens valid for at least twice as long.
const TokenReuse = 20 * time.Second

// Authorize attaches "Authorization: Bearer <internal token>" to each request.
// Tokens are kept for TokenReuse, at most 10,000 of them.
func Authorize(auth SubgraphAuthorizer) Layer {
	cache := otter.Must(&otter.Options[string, heldToken]{MaximumSize: 10_000})
	return func(next Transport) Transport {
		return &authorize{next: next, auth: auth, cache: cache}
	}
}

type authorize struct {
	next  Transport
	auth  SubgraphAuthorizer
	cache *otter.Cache[string, heldToken]
}

type heldToken struct {
	token string
	until time.Time
}

func (t *authorize) with(r *Request) (*Request, error) {
	key := r.Subgraph + "\x00" + r.Subject.Key()
	held, ok := t.cache.GetIfPresent(key)
	if now := time.Now(); !ok || !now.Before(held.until) {
		token, err := t.auth.InternalToken(r.Subgraph, r.Subject)
		if err != nil {
			return nil, &Error{Code: CodeUnauthorized, Subgraph: r.Subgraph, Unsent: true, Err: err}
		}
		held = heldToken{token, now.Add(TokenReuse)}
		t.cache.Set(key, held)
	}
	signed := *r
	signed.Header = make(http.Header, len(r.Header)+1)
	for k, v := range r.Header {
		signed.Header[k] = v
	}
	signed.Header["Authorization"] = []string{"Bearer " + held.token}
	return &signed, nil
}

// Do implements Transport.
func (t *authorize) Do(ctx context.Context, r *Request) (*Response, error) {
	signed, err := t.with(r)
	if err != nil {
		return nil, err
	}
	return t.next.Do(ctx, signed)
}

// Subscribe implements Transport.
func (t *authorize) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	signed, err := t.with(r)
	if err != nil {
		return nil, err
	}
	return t.next.Subscribe(ctx, signed)
}
