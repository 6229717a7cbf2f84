package router_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/router"
	"marquee/router/oracle"
	"marquee/router/transport"
)

// vault is a router over a federation with access rules.
type vault struct {
	h   http.Handler
	key ed25519.PrivateKey

	mu   sync.Mutex
	sent []string
}

func newVault(t *testing.T, change func(*router.Config)) *vault {
	t.Helper()
	sdl, err := os.ReadFile("testdata/vault.supergraph.graphql")
	if err != nil {
		t.Fatal(err)
	}
	g := oracle.NewGraph()
	boss := g.Entity("Person", map[string]any{"id": "p0", "title": "Boss", "email": "boss@x", "salary": 9, "badge": "B0", "note": "n0", "rank": 1, "stars": 5})
	safe := g.Entity("Safe", map[string]any{"id": "s1", "title": "Safe", "note": "gold"})
	me := g.Entity("Person", map[string]any{
		"id": "p1", "title": "Me", "email": "me@x", "salary": 3, "badge": "B1", "note": "n1", "bonus": 7, "grade": "HIGH", "boss": boss,
		"vault": &oracle.Object{Type: "Vault", Fields: map[string]any{"code": "1234"}}, "rank": 2, "stars": 4,
	})
	stone := g.Entity("Stone", map[string]any{"id": "t1", "mark": "X", "weight": 8})
	g.Implements("Person", "Node")
	g.Implements("Safe", "Node")
	g.Implements("Stone", "Marked")
	for name, v := range map[string]any{
		"me": me, "person": me, "people": []any{me, boss}, "node": safe, "nodes": []any{me, boss},
		"things": []any{me, safe}, "safe": safe, "stone": stone, "marked": stone,
	} {
		g.Query.Fields[name] = v
	}
	g.Mutation.Fields["praise"], g.Mutation.Fields["fire"] = me, me
	fed := oracle.NewFederation(g, map[string]string{
		"people": `interface Node { id: ID! title: String note: String } interface Marked { id: ID! mark: String }
			type Person implements Node @key(fields: "id") { id: ID! title: String email: String salary: Int! badge: String note: String bonus: Money grade: Grade vault: Vault boss: Person }
			type Vault { code: String } type Safe implements Node @key(fields: "id") { id: ID! title: String note: String }
			type Stone implements Marked @key(fields: "id") { id: ID! mark: String weight: Int }
			union Thing = Person | Safe scalar Money enum Grade { LOW HIGH }
			type Query { stone: Stone marked: Marked me: Person person(id: ID!): Person people: [Person!]! node(id: ID!): Node nodes: [Node!]! things: [Thing] safe: Safe }
			type Mutation { praise(id: ID!): Person fire(id: ID!): Person }`,
		"ranking": `type Person @key(fields: "id") { id: ID! salary: Int! @external rank: Int @requires(fields: "salary") stars: Int }`,
	})
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &vault{key: key}
	cfg := router.Config{SDL: string(sdl), Handlers: map[string]http.Handler{}}
	cfg.Auth.Issuers = []router.Issuer{{Issuer: "me", Audience: []string{"api"}, Keys: func(*jwt.Token) (any, error) { return pub, nil }}}
	for name, sg := range fed.Subgraphs {
		cfg.Handlers[name] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			v.mu.Lock()
			v.sent = append(v.sent, name+": "+string(body))
			v.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(sg.Serve(body, nil))
		})
	}
	if change != nil {
		change(&cfg)
	}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Shutdown(context.Background()) })
	v.h = r.Handler()
	return v
}

// ask sends a query with a token of these claims, nil is anonymous; it returns
// status, data, the codes of all errors with their paths, and what subgraphs saw.
func (v *vault) ask(t *testing.T, query string, claims jwt.MapClaims) (status int, data, errs, sent string) {
	t.Helper()
	v.mu.Lock()
	v.sent = nil
	v.mu.Unlock()
	body, _ := json.Marshal(map[string]string{"query": query})
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	if claims != nil {
		all := jwt.MapClaims{"iss": "me", "aud": "api", "sub": "u1", "exp": time.Now().Add(time.Hour).Unix()}
		for k, c := range claims {
			all[k] = c
		}
		token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, all).SignedString(v.key)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	v.h.ServeHTTP(w, req)
	var a struct {
		Data   json.RawMessage
		Errors []struct {
			Path       json.RawMessage
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	for _, e := range a.Errors {
		if e.Extensions.Code != "UNAUTHORIZED_FIELD_OR_TYPE" {
			t.Errorf("%s: error %s", query, w.Body)
		}
		errs += string(e.Path)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return w.Code, string(a.Data), errs, strings.Join(v.sent, "\n")
}

func TestAccessRules(t *testing.T) {
	t.Parallel()
	v := newVault(t, func(c *router.Config) { c.Auth.Policies = map[string][]string{"staff": {"STAFF"}} })
	callers := map[string]jwt.MapClaims{
		"anonymous": nil, "user": {}, "half": {"scope": "pay"}, "hr": {"scope": "pay hr"}, "admin": {"scp": []string{"admin"}},
		"staff": {"roles": []string{"STAFF"}}, "keeper": {"scope": "safe"},
	}
	for _, c := range []struct {
		who, query, data, errs, unseen string // unseen: words that reach no subgraph
	}{
		// Fields of object types.
		{"anonymous", `{ me { id email } }`, `{"me":{"id":"p1","email":null}}`, `["me","email"]`, "email"},
		{"user", `{ me { id email } }`, `{"me":{"id":"p1","email":"me@x"}}`, "", ""},
		{"anonymous", `{ me { x: email ...F } } fragment F on Person { y: email ... on Person { email } }`, `{"me":{"x":null,"y":null,"email":null}}`, `["me","x"]["me","y"]["me","email"]`, "email"},
		{"anonymous", `{ me { email } }`, `{"me":{"email":null}}`, `["me","email"]`, "email"},
		{"anonymous", `{ me { boss { email id } } }`, `{"me":{"boss":{"email":null,"id":"p0"}}}`, `["me","boss","email"]`, "email"},
		// Alternatives of scopes; a non-null field takes its parent along.
		{"anonymous", `{ me { id salary } }`, `{"me":null}`, `["me","salary"]`, "salary"},
		{"user", `{ me { id salary } }`, `{"me":null}`, `["me","salary"]`, "salary"},
		{"half", `{ me { id salary } }`, `{"me":null}`, `["me","salary"]`, "salary"},
		{"hr", `{ me { id salary } }`, `{"me":{"id":"p1","salary":3}}`, "", ""},
		{"admin", `{ me { id salary } }`, `{"me":{"id":"p1","salary":3}}`, "", ""},
		{"user", `{ people { salary } }`, `null`, `["people",0,"salary"]`, "salary"},
		// Policies.
		{"hr", `{ me { badge } }`, `{"me":{"badge":null}}`, `["me","badge"]`, "badge"},
		{"staff", `{ me { badge } }`, `{"me":{"badge":"B1"}}`, "", ""},
		// Types: objects, scalars, enums.
		{"anonymous", `{ me { vault { code } bonus grade title } }`, `{"me":{"vault":null,"bonus":null,"grade":null,"title":"Me"}}`, `["me","vault"]["me","bonus"]["me","grade"]`, "vault code bonus grade"},
		{"user", `{ me { vault { code } bonus grade } }`, `{"me":{"vault":{"code":"1234"},"bonus":7,"grade":"HIGH"}}`, "", ""},
		{"user", `{ safe { id } }`, `{"safe":null}`, `["safe"]`, "safe"},
		{"keeper", `{ safe { id note } }`, `{"safe":{"id":"s1","note":"gold"}}`, "", ""},
		// Through interfaces and unions, with and without fragments.
		{"user", `{ node(id: 1) { id title note } }`, `{"node":null}`, `["node"]`, ""},
		{"user", `{ node(id: 1) { ... on Safe { note } } }`, `{"node":null}`, `["node"]`, "note"},
		{"user", `{ node(id: 1) { __typename } }`, `{"node":null}`, `["node"]`, ""},
		{"user", `{ node(id: 1) { ... on Node { ... { n: note } } } }`, `{"node":null}`, `["node"]`, ""},
		{"keeper", `{ node(id: 1) { id ... on Safe { note } } }`, `{"node":{"id":"s1","note":"gold"}}`, "", ""},
		{"anonymous", `{ nodes { id note } }`, `{"nodes":[{"id":"p1","note":null},{"id":"p0","note":null}]}`, `["nodes",0,"note"]["nodes",1,"note"]`, "note"},
		{"user", `{ nodes { id note } }`, `{"nodes":[{"id":"p1","note":"n1"},{"id":"p0","note":"n0"}]}`, "", ""},
		{"user", `{ things { __typename ... on Person { title } ... on Safe { note } } }`, `{"things":[{"__typename":"Person","title":"Me"},null]}`, `["things",1]`, "note"},
		{"user", `{ things { ... on Safe { note } } }`, `{"things":[{},null]}`, `["things",1]`, "note"},
		{"keeper", `{ things { ... on Node { note } } }`, `{"things":[{"note":"n1"},{"note":"gold"}]}`, "", ""},
		// A rule of an interface that no implementation has holds for all of them.
		{"anonymous", `{ marked { id mark } stone { mark } }`, `{"marked":{"id":"t1","mark":null},"stone":{"mark":null}}`, `["marked","mark"]["stone","mark"]`, "mark"},
		{"anonymous", `{ marked { ... on Stone { mark weight } } }`, `{"marked":{"mark":null,"weight":8}}`, `["marked","mark"]`, "mark"},
		{"user", `{ marked { mark } stone { mark } }`, `{"marked":{"mark":"X"},"stone":{"mark":"X"}}`, "", ""},
		// What is required by another field does not leak by it.
		{"user", `{ me { rank stars } }`, `{"me":{"rank":null,"stars":4}}`, `["me","rank"]`, "salary rank"},
		{"hr", `{ me { rank stars } }`, `{"me":{"rank":2,"stars":4}}`, "", ""},
		// Root fields; a refused mutation is not run, its neighbours are.
		{"user", `mutation { fire(id: 1) { id } praise(id: 1) { id } }`, `{"fire":null,"praise":{"id":"p1"}}`, `["fire"]`, "fire"},
		{"user", `mutation { fire(id: 1) { id } }`, `{"fire":null}`, `["fire"]`, "fire"},
		{"staff", `mutation { fire(id: 1) { id } }`, `{"fire":{"id":"p1"}}`, "", ""},
		// Names are not secret: introspection answers.
		{"anonymous", `{ __type(name: "Vault") { name } safe { __typename } }`, `{"__type":{"name":"Vault"},"safe":null}`, `["safe"]`, "safe"},
	} {
		// Twice: from the planner and from the caches, with other callers between.
		for range 2 {
			_, data, errs, sent := v.ask(t, c.query, callers[c.who])
			if data != c.data || errs != c.errs {
				t.Errorf("%s: %s\n got %s %s\nwant %s %s\n%s", c.who, c.query, data, errs, c.data, c.errs, sent)
			}
			for _, word := range strings.Fields(c.unseen) {
				if regexp.MustCompile(`\b` + word + `\b`).MatchString(sent) {
					t.Errorf("%s: %s: %q was asked for:\n%s", c.who, c.query, word, sent)
				}
			}
		}
		for name := range callers {
			v.ask(t, c.query, callers[name])
		}
	}
}

func TestAccessToSubscriptions(t *testing.T) {
	t.Parallel()
	v := newVault(t, nil)
	status, data, errs, _ := v.ask(t, `subscription { hired { id } }`, nil)
	if status != http.StatusForbidden || data != "" {
		t.Errorf("%d %s %s", status, data, errs)
	}
}

func TestPoliciesByFunction(t *testing.T) {
	t.Parallel()
	v := newVault(t, func(c *router.Config) {
		c.Auth.Policy = func(_ context.Context, s *transport.Subject, names []string) ([]string, error) {
			if len(names) != 1 || names[0] != "staff" {
				t.Errorf("asked about %v", names)
			}
			switch {
			case s == nil:
				return nil, nil
			case s.ID == "u2":
				return nil, errors.New("the oracle is silent")
			}
			return names, nil
		}
	})
	for _, c := range []struct {
		claims     jwt.MapClaims
		data, errs string
	}{{nil, `{"me":{"badge":null}}`, `["me","badge"]`}, {jwt.MapClaims{}, `{"me":{"badge":"B1"}}`, ""}} {
		if _, data, errs, _ := v.ask(t, `{ me { badge } }`, c.claims); data != c.data || errs != c.errs {
			t.Errorf("%v: %s %s", c.claims, data, errs)
		}
	}
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ me { badge } }"}`))
	req.Header.Set("Content-Type", "application/json")
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"iss": "me", "aud": "api", "sub": "u2", "exp": time.Now().Add(time.Hour).Unix()}).SignedString(v.key)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	v.h.ServeHTTP(w, req)
	if strings.Contains(w.Body.String(), "B1") || !strings.Contains(w.Body.String(), "INTERNAL_SERVER_ERROR") {
		t.Errorf("a failed decision: %s", w.Body)
	}
}
