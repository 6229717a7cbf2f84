package router_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"marquee/router"
)

// saying adds headers, pairs of name and value, to what a subgraph answers.
func saying(h http.Handler, pairs ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Add(pairs[i], pairs[i+1])
		}
		h.ServeHTTP(w, r)
	})
}

// ask sends a request and returns the answer's header and its body.
func (g *gateway) ask(t *testing.T, method, path, body string, header ...string) (http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b := new(strings.Builder)
	if err := res.Write(b); err != nil { // all of it
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\r\n\r\n")
	return res.Header, text
}

const winners = `{"query":"{ teams { id wins } }"}`

// answering makes teams and stats say different things.
func answering(c *router.Config) {
	c.Handlers["teams"] = saying(c.Handlers["teams"], "X-Region", "north", "X-Public-Teams", "1", "Set-Cookie", "a=1; HttpOnly", "Set-Cookie", "b=2",
		"Cache-Control", "public, max-age=60", "Connection", "x-hop", "X-Hop", "1", "X-Secret", "s", "Content-Language", "en", "Vary", "X-Tenant")
	c.Handlers["stats"] = saying(c.Handlers["stats"], "X-Region", "south", "X-Public-Stats", "2", "Set-Cookie", "c=3", "Cache-Control", "public, max-age=30")
	c.Headers.Responses = []router.ResponseHeaderRule{
		{Propagate: "x-region", Algorithm: "append"},
		{Propagate: "X-Region", As: "X-Served-From", Algorithm: "first"},
		{Propagate: "X-Region", As: "X-Teams-From", Subgraphs: []string{"teams"}},
		{Propagate: "X-Hop", Default: "none"},
		{Propagate: "X-Missing", Default: "none"},
		{Matching: "^x-public-"},
		{Propagate: "Cache-Control"},
		{Propagate: "Vary", Algorithm: "append"},
		{Set: "X-Router", Value: "r"},
	}
}

func TestResponseHeaders(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) {
		answering(c)
		c.Headers.Forward = []string{"X-Language"}
	})
	want := map[string][]string{
		"X-Region": {"north", "south"}, "X-Served-From": {"north"}, "X-Teams-From": {"north"}, "X-Hop": {"none"}, "X-Missing": {"none"},
		"X-Public-Teams": {"1"}, "X-Public-Stats": {"2"}, "X-Router": {"r"}, "X-Secret": nil, "Set-Cookie": nil, "Content-Language": nil,
		"Cache-Control": {"public, max-age=30"}, "Vary": {"Accept, Accept-Encoding, X-Language, X-Tenant"},
	}
	check := func(how string, h http.Header, want map[string][]string) {
		t.Helper()
		for name, v := range want {
			if !slices.Equal(h[name], v) {
				t.Errorf("%s: %s: %q, want %q", how, name, h[name], v)
			}
		}
	}
	h, body := g.ask(t, http.MethodPost, "/graphql", winners)
	check("POST "+body, h, want)
	query := "/graphql?query=" + url.QueryEscape("{ teams { id wins } }")
	h, body = g.ask(t, http.MethodGet, query, "", "Accept", "application/json")
	check("GET "+body, h, want)
	h, body = g.ask(t, http.MethodPost, "/graphql", winners, "Accept", `multipart/mixed; subscriptionSpec="1.0"`)
	check("multipart "+body, h, want)
	want["Cache-Control"] = []string{"no-cache, no-transform"}
	h, body = g.ask(t, http.MethodPost, "/graphql", winners, "Accept", "text/event-stream")
	check("SSE "+body, h, want)
	if !strings.Contains(body, "event: next") {
		t.Error(body)
	}

	// One subgraph, no subgraph, and one that is down: nobody may keep that.
	h, body = g.ask(t, http.MethodPost, "/graphql", `{"query":"{ teams { id } }"}`)
	check("one "+body, h, map[string][]string{"X-Region": {"north"}, "Cache-Control": {"public, max-age=60"}, "X-Public-Stats": nil})
	h, body = g.ask(t, http.MethodPost, "/graphql", `{"query":"{ __typename }"}`)
	check("none "+body, h, map[string][]string{"X-Router": nil, "X-Missing": nil, "Cache-Control": {"no-store"}, "Vary": {"Accept, Accept-Encoding"}})
	g.down.Store("stats", true)
	h, body = g.ask(t, http.MethodPost, "/graphql", winners)
	check("down "+body, h, map[string][]string{"X-Region": {"north", "south"}, "Cache-Control": {"no-store"}})
	h, body = g.ask(t, http.MethodPost, "/graphql", `{"query":"{ nothing }"}`)
	check("refused "+body, h, map[string][]string{"X-Router": nil, "Cache-Control": {"no-store"}})
}

func TestCookiesOfBatchesAndMutations(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) {
		answering(c)
		c.Handlers["matches"] = saying(c.Handlers["matches"], "Set-Cookie", "m=1", "Cache-Control", "public, max-age=9")
		c.Headers.Responses = append(c.Headers.Responses, router.ResponseHeaderRule{Propagate: "Set-Cookie"})
		c.Batching.Enabled = true
	})
	const mutation = `{"query":"mutation { score(match: \"m1\", goals: 2) { goals } }"}`
	for body, want := range map[string][]string{
		winners: {"a=1; HttpOnly", "b=2", "c=3"}, mutation: {"m=1"}, "[" + mutation + "," + winners + "]": {"m=1", "a=1; HttpOnly", "b=2", "c=3"},
	} {
		if h, got := g.ask(t, http.MethodPost, "/graphql", body); !slices.Equal(h["Set-Cookie"], want) || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %s", body, h, got)
		}
	}
}

// TestHeadersOverHTTP: the same of a subgraph that is reached over HTTP.
func TestHeadersOverHTTP(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) {
		srv := httptest.NewServer(saying(c.Handlers["teams"], "X-Region", "north", "Set-Cookie", "a=1", "Set-Cookie", "a=2; Path=/", "X-Other", "o"))
		t.Cleanup(srv.Close)
		delete(c.Handlers, "teams")
		c.Subgraphs["teams"] = router.Subgraph{URLs: []string{srv.URL}}
		c.Headers.Responses = []router.ResponseHeaderRule{{Propagate: "X-Region"}, {Propagate: "Set-Cookie"}}
	})
	h, body := g.ask(t, http.MethodPost, "/graphql", teams)
	if !slices.Equal(h["Set-Cookie"], []string{"a=1", "a=2; Path=/"}) || h.Get("X-Region") != "north" || h.Get("X-Other") != "" {
		t.Errorf("%v %s", h, body)
	}
}

// TestOwnCookiesAreNotShared: equal queries of callers nobody can tell apart wait
// for one another, but each gets cookies of its own.
func TestOwnCookiesAreNotShared(t *testing.T) {
	t.Parallel()
	off := false
	for _, level := range []string{"inbound", "subgraph"} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			var sessions atomic.Int64
			g, gt := gated(t, func(c *router.Config) {
				next := c.Handlers["teams"]
				c.Handlers["teams"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Set-Cookie", "session="+strconv.FormatInt(sessions.Add(1), 10))
					next.ServeHTTP(w, r)
				})
				c.Headers.Responses = []router.ResponseHeaderRule{{Propagate: "Set-Cookie"}}
				if level == "subgraph" {
					c.Dedupe.Inbound = &off
				} else {
					c.Dedupe.Subgraphs = &off
				}
			})
			var wg sync.WaitGroup
			var mu sync.Mutex
			seen := map[string]bool{}
			for range 10 {
				wg.Go(func() {
					h, body := g.ask(t, http.MethodPost, "/graphql", teams)
					mu.Lock()
					defer mu.Unlock()
					if v := h.Get("Set-Cookie"); v == "" || seen[v] || !strings.Contains(body, "Rovers") {
						t.Errorf("%q %s", v, body)
					}
					seen[h.Get("Set-Cookie")] = true
				})
			}
			<-gt.arrived
			g.waitCounted(t, dedup, level, 9)
			close(gt.pass)
			wg.Wait()
		})
	}
}

// TestHeadersNobodyLooksAt: requests that differ in them only are one; those that
// differ in a header one subgraph gets are one at the others.
func TestHeadersNobodyLooksAt(t *testing.T) {
	t.Parallel()
	g, gt := gated(t, func(c *router.Config) {
		c.Headers = router.Headers{
			Rules:     []router.HeaderRule{{Forward: "X-Mood", Subgraphs: []string{"stats"}}},
			Responses: []router.ResponseHeaderRule{{Propagate: "X-Region", Default: "all"}},
		}
	})
	var wg sync.WaitGroup
	ask := func(header ...string) {
		wg.Go(func() {
			if h, body := g.ask(t, http.MethodPost, "/graphql", teams, header...); h.Get("X-Region") != "all" || !strings.Contains(body, "Rovers") {
				t.Errorf("%v %s", h, body)
			}
		})
	}
	for i := range 10 {
		ask("X-Ignored", fmt.Sprint(i), "User-Agent", fmt.Sprint(i), "Cookie", fmt.Sprint("c=", i))
	}
	<-gt.arrived
	g.waitCounted(t, dedup, "inbound", 9)
	for i := range 5 {
		ask("X-Mood", fmt.Sprint(i))
	}
	g.waitCounted(t, dedup, "subgraph", 5)
	close(gt.pass)
	wg.Wait()
	if n := g.requests.Load(); n != 1 {
		t.Errorf("%d requests to teams", n)
	}
}

func TestRefusedResponseHeaderRules(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]router.ResponseHeaderRule{
		"nothing":            {Algorithm: "last"},
		"two at once":        {Propagate: "X-A", Set: "X-B"},
		"connection":         {Propagate: "Connection"},
		"hop by hop":         {Propagate: "X-A", As: "Transfer-Encoding"},
		"the body's":         {Propagate: "Content-Type"},
		"the router's":       {Set: "X-Trace-Id", Value: "1"},
		"CORS":               {Propagate: "Access-Control-Allow-Origin"},
		"no name":            {Propagate: "X A"},
		"algorithm":          {Propagate: "X-A", Algorithm: "biggest"},
		"cookies":            {Propagate: "Set-Cookie", Algorithm: "last"},
		"renamed cookies":    {Propagate: "Set-Cookie", As: "X-Cookie"},
		"made a cookie":      {Propagate: "X-A", As: "Set-Cookie"},
		"restrictive":        {Propagate: "X-A", Algorithm: "most_restrictive"},
		"pattern":            {Matching: "("},
		"default of pattern": {Matching: "x", Default: "d"},
		"broken value":       {Set: "X-A", Value: "a\r\nB: c"},
		"set of some":        {Set: "X-A", Value: "a", Subgraphs: []string{"teams"}},
	} {
		c := router.Config{SDL: supergraph(t), Handlers: map[string]http.Handler{}, Headers: router.Headers{Responses: []router.ResponseHeaderRule{rule}}}
		for _, sub := range []string{"matches", "stats", "teams"} {
			c.Handlers[sub] = http.NotFoundHandler()
		}
		if r, err := router.New(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
			_ = r.Shutdown(t.Context())
		} else if !strings.Contains(err.Error(), "headers: response rule 1:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
