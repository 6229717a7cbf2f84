package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	keyset "github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"marquee/internal/auth"
	"marquee/internal/viewer"
	"marquee/router/transport"
)

// jwksRoute is where the users subgraph shows the public keys of its access tokens.
const jwksRoute = "GET /.well-known/jwks.json"

// inProcessKeys reads the keys of access tokens from the users subgraph's own route, without a network: at first use, and again when a
// token names a key that is not known, at most once a second.
func inProcessKeys(route http.Handler) jwt.Keyfunc {
	var mu sync.Mutex
	var known keyset.Keyfunc
	var read time.Time
	return func(t *jwt.Token) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		if known != nil {
			key, err := known.Keyfunc(t)
			if err == nil || time.Since(read) < time.Second {
				return key, err
			}
		}
		response := httptest.NewRecorder()
		route.ServeHTTP(response, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/.well-known/jwks.json", nil))
		if response.Code != http.StatusOK {
			return nil, fmt.Errorf("key set: status %d", response.Code)
		}
		set, err := keyset.NewJWKSetJSON(json.RawMessage(response.Body.Bytes()))
		if err != nil {
			return nil, err
		}
		known, read = set, time.Now()
		return known.Keyfunc(t)
	}
}

// authorizer signs the router's tokens for subgraphs.
func authorizer(signer *auth.InternalSigner) transport.SubgraphAuthorizer {
	return transport.SubgraphAuthorizerFunc(func(subgraph string, s *transport.Subject) (string, error) {
		if s == nil {
			return signer.Sign(subgraph, nil)
		}
		return signer.Sign(subgraph, &viewer.Viewer{UserID: s.ID, Roles: s.Roles, SessionID: s.SessionID})
	})
}
