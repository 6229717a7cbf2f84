package router_test

import (
	"crypto/ed25519"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/router"
)

// TestIntrospectionForAuthenticated: the same document, in whatever order the two
// kinds of callers come and however the question is hidden.
func TestIntrospectionForAuthenticated(t *testing.T) {
	t.Parallel()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := start(t, false, func(c *router.Config) {
		c.Introspection, c.Batching.Enabled = router.IntrospectionAuthenticated, true
		c.Auth.Issuers = []router.Issuer{{Issuer: "me", Keys: func(*jwt.Token) (any, error) { return pub, nil }}}
	})
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"iss": "me", "sub": "u1", "exp": time.Now().Add(time.Hour).Unix()}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	const typed = "application/graphql-response+json"
	for _, document := range []string{
		"{ __schema { queryType { name } } }", `{ a: __type(name: \"Team\") { name } }`, "{ teams { id } ...F } fragment F on Query { ... { s: __schema { queryType { name } } } }",
		"query($x: Boolean = true) { teams { id } __schema @include(if: $x) { queryType { name } } }",
	} {
		body := `{"query":"` + document + `"}`
		refused := func(how string) {
			t.Helper()
			status, got := g.post(t, body, "Accept", typed)
			if status != http.StatusForbidden || !strings.Contains(got, `"code":"INTROSPECTION_DISABLED"`) || strings.Contains(got, "data") {
				t.Errorf("%s, %s: %d %s", document, how, status, got)
			}
		}
		refused("first")
		if status, got := g.post(t, body, "Accept", typed, "Authorization", "Bearer "+token); status != 200 || !strings.HasPrefix(got, `{"data":{`) || strings.Contains(got, "errors") {
			t.Errorf("%s with a token: %d %s", document, status, got)
		}
		refused("after another")
		if _, got := g.post(t, "["+body+"]"); !strings.Contains(got, "INTROSPECTION_DISABLED") {
			t.Errorf("%s in an array: %s", document, got)
		}
	}
	if _, got := g.ask(t, http.MethodGet, "/graphql?query="+url.QueryEscape("{ __schema { queryType { name } } }"), "", "Accept", typed); !strings.Contains(got, "INTROSPECTION_DISABLED") {
		t.Errorf("GET: %s", got)
	}
	// What does not ask, or not this time, is answered.
	g.expect(t, `{"data":{"__typename":"Query","teams":[{"__typename":"Team"}]}}`, `{"query":"{ __typename teams { __typename } }"}`)
	g.expect(t, `{"data":{"teams":[{"id":"t1"}]}}`, `{"query":"query($x: Boolean = false) { teams { id } __schema @include(if: $x) { queryType { name } } }"}`)
}

func TestUnknownIntrospectionSetting(t *testing.T) {
	t.Parallel()
	if r, err := router.New(t.Context(), router.Config{SDL: supergraph(t), Introspection: "sometimes"}); err == nil {
		_ = r.Shutdown(t.Context())
		t.Error("accepted")
	}
}
