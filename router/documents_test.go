package router_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"marquee/router"
)

const teamsText = "{ teams { id name } }"

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func apq(hash string) string {
	return fmt.Sprintf(`"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}`, hash)
}

func TestAutomaticPersistedQueries(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	step := func(body, want string) {
		t.Helper()
		if _, got := g.post(t, body); got != want && (want[0] == '{' || !strings.Contains(got, `"code":"`+want+`"`)) {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
	hash := sha(teamsText)
	step(`{`+apq(hash)+`}`, "PERSISTED_QUERY_NOT_FOUND")
	step(`{"query":"`+teamsText+`",`+apq(sha("other"))+`}`, "PERSISTED_QUERY_HASH_MISMATCH")
	step(`{`+apq(sha("other"))+`}`, "PERSISTED_QUERY_NOT_FOUND")
	step(`{"query":"`+teamsText+`",`+apq(hash)+`}`, named)
	step(`{`+apq(hash)+`}`, named)
	step(`{`+apq(strings.ToUpper(hash))+`}`, named)
	if g.counted(t, "marquee_router_cache_requests_total", "persisted") != 4 {
		t.Error("look-ups are not counted")
	}
	// What is not valid is not kept.
	step(`{"query":"{ nothing }",`+apq(sha("{ nothing }"))+`}`, "GRAPHQL_VALIDATION_FAILED")
	step(`{`+apq(sha("{ nothing }"))+`}`, "PERSISTED_QUERY_NOT_FOUND")
	for _, bad := range []string{`{"version":2,"sha256Hash":"a"}`, `{"version":1}`, `{"sha256Hash":"a"}`, `[]`, `{"version":1,"sha256Hash":5}`, `{"version":1,"sha256Hash":"a","sha256Hash":"b"}`} {
		step(`{"extensions":{"persistedQuery":`+bad+`}}`, "BAD_REQUEST")
	}
	step(`{"extensions":{}}`, "BAD_REQUEST")
	step(`{"documentId":"x"}`, "PERSISTED_QUERY_NOT_FOUND")
	step(`{"documentId":"x","query":"{ teams { id } }"}`, "BAD_REQUEST")

	// By GET, as caches like it.
	at := g.url + "/graphql?extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/graphql-response+json")
	req.Header.Set("X-Apollo-Operation-Name", "x")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if b, _ := io.ReadAll(res.Body); string(b) != named {
		t.Errorf("GET: %s", b)
	}
}

// brokenStore cannot be reached.
type brokenStore struct{ asked atomic.Int64 }

func (s *brokenStore) Get(context.Context, string) (string, bool, error) {
	s.asked.Add(1)
	return "", false, errors.New("no connection")
}

func (s *brokenStore) Put(context.Context, string, string) error {
	s.asked.Add(1)
	return errors.New("no connection")
}

func TestABrokenStoreCostsOnlyTheText(t *testing.T) {
	t.Parallel()
	s := &brokenStore{}
	g := start(t, false, func(c *router.Config) { c.Persisted.Store = s })
	if _, body := g.post(t, `{`+apq(sha(teamsText))+`}`); !strings.Contains(body, "PERSISTED_QUERY_NOT_FOUND") || strings.Contains(body, "connection") {
		t.Error(body)
	}
	if _, body := g.post(t, `{"query":"`+teamsText+`",`+apq(sha(teamsText))+`}`); body != named {
		t.Error(body)
	}
	if s.asked.Load() != 2 {
		t.Errorf("asked %d times", s.asked.Load())
	}
}

func TestWithoutPersistedQueries(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) { off := false; c.Persisted.APQ = &off })
	if _, body := g.post(t, `{`+apq(sha(teamsText))+`}`); !strings.Contains(body, "PERSISTED_QUERY_NOT_SUPPORTED") {
		t.Error(body)
	}
	if _, body := g.post(t, `{"query":"`+teamsText+`",`+apq(sha(teamsText))+`}`); body != named {
		t.Error(body)
	}
}

func TestSafelist(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte(`{"teams": "`+teamsText+`", "two": "query A { teams { id } } query B { teams { name } }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	g := start(t, false, func(c *router.Config) { c.Persisted.Manifest, c.Persisted.Only = file, true })
	for _, c := range []struct{ body, want string }{
		{`{"documentId":"teams"}`, named},
		{`{` + apq("teams") + `}`, named},
		{`{"query":"` + teamsText + `"}`, named},
		{`{"documentId":"two","operationName":"B"}`, `{"data":{"teams":[{"name":"Rovers"}]}}`},
		{`{"documentId":"two"}`, "OPERATION_RESOLUTION_FAILURE"},
		{`{"documentId":"three"}`, "PERSISTED_QUERY_NOT_FOUND"},
		{`{"query":"{ teams { id } }"}`, "QUERY_NOT_IN_SAFELIST"},
		{`{"query":"` + teamsText + ` "}`, "QUERY_NOT_IN_SAFELIST"},
		{`{"query":"{ __schema { queryType { name } } }"}`, "QUERY_NOT_IN_SAFELIST"},
		{`{"query":"{ teams { id } }",` + apq(sha("{ teams { id } }")) + `}`, "QUERY_NOT_IN_SAFELIST"},
		{`{` + apq(sha("{ teams { id } }")) + `}`, "PERSISTED_QUERY_NOT_FOUND"},
	} {
		if _, got := g.post(t, c.body); got != c.want && (c.want[0] == '{' || !strings.Contains(got, `"code":"`+c.want+`"`)) {
			t.Errorf("%s: %s", c.body, got)
		}
	}
	c := g.ws(t, "a", "subscription { scored { goals } }")
	if m := next(t, c); !strings.Contains(m, "QUERY_NOT_IN_SAFELIST") {
		t.Error(m)
	}
	_, err := router.New(t.Context(), router.Config{SDL: supergraph(t), Persisted: router.Persisted{Only: true}})
	if err == nil {
		t.Error("a safelist without a manifest was accepted")
	}
}

// TestRoutersShareQueriesByRedis: what one client registered at one router is
// known to another router.
func TestRoutersShareQueriesByRedis(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	shared := func(c *router.Config) { c.Persisted.Redis = "redis://" + server.Addr() }
	one, other := start(t, false, shared), start(t, false, shared)
	const text = `{ teams { name } }`
	sum := sha256.Sum256([]byte(text))
	name := fmt.Sprintf(`"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%x"}}`, sum)
	const want = `{"data":{"teams":[{"name":"Rovers"}]}}`
	if _, body := one.post(t, `{"query":"`+text+`",`+name+`}`); body != want {
		t.Fatal(body)
	}
	if _, body := other.post(t, `{`+name+`}`); body != want {
		t.Error(body)
	}
}
