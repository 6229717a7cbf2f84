package router_test

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/golang-jwt/jwt/v5"

	"marquee/router"
	"marquee/router/ratelimit"
)

// still is a clock that moves when it is told.
type still struct{ ns atomic.Int64 }

func (c *still) now() time.Time { return time.Unix(0, c.ns.Load()) }

// limited is a shelf with rules and a clock.
func limited(t *testing.T, change func(*router.Config), rules ...router.RateRule) (*shelf, *still) {
	t.Helper()
	c := &still{}
	return newShelf(t, func(cfg *router.Config) {
		cfg.RateLimit.Rules, cfg.RateLimit.Store = rules, ratelimit.NewMemory(0, c.now)
		if change != nil {
			change(cfg)
		}
	}), c
}

const one = `{ book { id } }`

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s, clock := limited(t, nil, router.RateRule{Name: "all", Budget: 6, Period: time.Minute, Burst: 2})
	for i, accept := range []string{"application/json", "text/event-stream"} {
		res, body := s.ask(t, one, "", "Accept", accept)
		if res.StatusCode != http.StatusOK || res.Header.Get("RateLimit") != fmt.Sprintf(`"all";r=%d;t=%d`, 1-i, 10*(i+1)) || res.Header.Get("RateLimit-Policy") != `"all";q=6;w=60` {
			t.Fatalf("%d %v %s", res.StatusCode, res.Header, body)
		}
	}
	clock.ns.Add(int64(500 * time.Millisecond))
	for _, accept := range []string{"application/graphql-response+json", "application/json", "text/event-stream"} {
		res, body := s.ask(t, one, "", "Accept", accept)
		if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "10" || res.Header.Get("RateLimit") != `"all";r=0;t=20` ||
			!strings.Contains(body, `"code":"RATE_LIMITED"`) || !strings.Contains(body, `"rateLimit":{"rule":"all","limit":2,"remaining":0,"reset":20,"retryAfter":10}`) {
			t.Errorf("%s: %d %v %s", accept, res.StatusCode, res.Header, body)
		}
	}
	if n := s.requests.Load(); n != 2 {
		t.Errorf("%d requests reached the subgraph", n)
	}
	if got := s.counted(t, "marquee_router_rate_limited_total", "all"); got != 3 {
		t.Errorf("%v refusals are counted", got)
	}
	clock.ns.Add(int64(9500 * time.Millisecond))
	if res, _ := s.ask(t, one, ""); res.StatusCode != http.StatusOK {
		t.Errorf("after ten seconds: %d", res.StatusCode)
	}
	// What is not executed costs nothing.
	clock.ns.Add(int64(10 * time.Second))
	for range 5 {
		s.ask(t, `{ nothing }`, "")
	}
	if res, _ := s.ask(t, one, ""); res.StatusCode != http.StatusOK {
		t.Errorf("after refused documents: %d", res.StatusCode)
	}
}

func TestRateLimitIsExact(t *testing.T) {
	t.Parallel()
	s, _ := limited(t, nil, router.RateRule{Name: "all", Budget: 50})
	var allowed, refused atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 15 {
				switch res, _ := s.ask(t, one, ""); res.StatusCode {
				case http.StatusOK:
					allowed.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 50 || refused.Load() != 70 {
		t.Errorf("%d allowed, %d refused", allowed.Load(), refused.Load())
	}
}

func TestRateLimitByCost(t *testing.T) {
	t.Parallel()
	s, _ := limited(t, nil, router.RateRule{Name: "cost", Unit: "cost", Budget: 100})
	for _, c := range []struct {
		n, status int
		left      string
	}{{60, 200, "r=40"}, {50, 429, "r=40"}, {40, 200, "r=0"}, {0, 200, "r=0"}, {1, 429, "r=0"}, {101, 429, "r=0"}} {
		res, body := s.ask(t, firstN, fmt.Sprintf(`{"n":%d}`, c.n))
		if res.StatusCode != c.status || !strings.Contains(res.Header.Get("RateLimit"), c.left) {
			t.Errorf("%d: %d %v %s", c.n, res.StatusCode, res.Header, body)
		}
		if c.n == 101 && (res.Header.Get("Retry-After") != "" || !strings.Contains(body, "costs 101, more than the 100 that may be spent at once")) {
			t.Errorf("never: %v %s", res.Header, body)
		}
	}
}

func TestRateLimitTellsClientsApart(t *testing.T) {
	t.Parallel()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	as := func(sub string) string {
		text, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"iss": "me", "sub": sub, "exp": time.Now().Add(time.Hour).Unix(), "jti": time.Now().String()}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + text
	}
	s, _ := limited(t, func(c *router.Config) {
		c.Auth.Issuers = []router.Issuer{{Issuer: "me", Keys: func(*jwt.Token) (any, error) { return pub, nil }}}
		c.TrustedProxies = []string{"127.0.0.0/8", "::1"}
	},
		router.RateRule{Name: "guests", Who: "anonymous", Budget: 1},
		router.RateRule{Name: "users", Who: "authenticated", Budget: 2},
		router.RateRule{Name: "keys", By: "header", Header: "x-api-key", Budget: 3},
	)
	for i, c := range []struct {
		header []string
		status int
		policy string
	}{
		{[]string{"X-Forwarded-For", "192.0.2.1"}, 200, `"guests";q=1;w=60 "keys";q=3;w=60`},
		{[]string{"X-Forwarded-For", "192.0.2.1"}, 429, `"guests";q=1;w=60`},
		{[]string{"X-Forwarded-For", "10.9.9.9, 192.0.2.1"}, 429, `"guests";q=1;w=60`}, // invented in front of the true one
		{[]string{"X-Forwarded-For", "192.0.2.2"}, 200, `"guests";q=1;w=60 "keys";q=3;w=60`},
		{[]string{"X-Forwarded-For", "2001:db8:0:1::1"}, 200, `"guests";q=1;w=60 "keys";q=3;w=60`},
		{[]string{"X-Forwarded-For", "2001:db8:0:1::2"}, 429, `"guests";q=1;w=60`}, // one network, one client
		{[]string{"Authorization", as("u1"), "X-Api-Key", "k1"}, 200, `"users";q=2;w=60 "keys";q=3;w=60`},
		{[]string{"Authorization", as("u1"), "X-Api-Key", "k1"}, 200, `"users";q=2;w=60 "keys";q=3;w=60`},
		{[]string{"Authorization", as("u1"), "X-Api-Key", "k1"}, 429, `"users";q=2;w=60`}, // whatever the token
		{[]string{"Authorization", as("u2"), "X-Api-Key", "k1"}, 200, `"users";q=2;w=60 "keys";q=3;w=60`},
		{[]string{"Authorization", as("u2"), "X-Api-Key", "k1"}, 429, `"users";q=2;w=60 "keys";q=3;w=60`}, // the key's three are spent
	} {
		res, body := s.ask(t, one, "", c.header...)
		if got := strings.Join(res.Header.Values("RateLimit-Policy"), " "); res.StatusCode != c.status || got != c.policy {
			t.Errorf("%d: %d %s %s", i, res.StatusCode, got, body)
		}
	}
}

// TestRateLimitOfSockets: each operation of a connection is one, and is refused alone.
func TestRateLimitOfSockets(t *testing.T) {
	t.Parallel()
	s, clock := limited(t, nil, router.RateRule{Name: "all", Budget: 60, Burst: 1})
	c := s.ws(t, "a", one)
	for _, want := range []string{`"type":"next"`, `"type":"complete"`} {
		if m := next(t, c); !strings.Contains(m, want) {
			t.Fatal(m)
		}
	}
	again := func() string {
		t.Helper()
		if err := c.Write(t.Context(), 1, []byte(`{"id":"b","type":"subscribe","payload":{"query":"`+one+`"}}`)); err != nil {
			t.Fatal(err)
		}
		return next(t, c)
	}
	if m := again(); !strings.Contains(m, `"type":"error"`) || !strings.Contains(m, "RATE_LIMITED") || !strings.Contains(m, `"retryAfter":1`) {
		t.Error(m)
	}
	clock.ns.Add(int64(time.Second))
	if m := again(); !strings.Contains(m, `"type":"next"`) {
		t.Error(m)
	}
}

// TestRateLimitWithoutRedis: by choice everything passes, or nothing.
func TestRateLimitWithoutRedis(t *testing.T) {
	t.Parallel()
	for fail, status := range map[string]int{"open": 200, "closed": 503} {
		server := miniredis.RunT(t)
		s := newShelf(t, func(c *router.Config) {
			c.RateLimit = router.RateLimit{
				Redis: "redis://" + server.Addr(), Fail: fail, Timeout: 10 * time.Second, Prefix: "t:",
				Rules: []router.RateRule{{Name: "all", Budget: 2, Period: time.Hour}},
			}
		})
		for i, want := range []int{200, 200, 429} {
			if res, body := s.ask(t, one, ""); res.StatusCode != want {
				t.Errorf("%s %d: %d %s", fail, i, res.StatusCode, body)
			}
		}
		if keys := server.Keys(); len(keys) != 1 || keys[0] != "rate:t:all:a:127.0.0.1" {
			t.Errorf("%q", keys)
		}
		server.Close()
		for range 2 {
			res, body := s.ask(t, one, "")
			if res.StatusCode != status || (status == 503 && (!strings.Contains(body, "RATE_LIMIT_UNAVAILABLE") || res.Header.Get("Retry-After") == "")) {
				t.Errorf("%s, redis is gone: %d %s", fail, res.StatusCode, body)
			}
		}
		if got := s.total(t, "marquee_router_rate_limit_failures_total"); got != 2 {
			t.Errorf("%v failures are counted", got)
		}
	}
}

// total is a counter without labels.
func (g *gateway) total(t *testing.T, name string) float64 {
	t.Helper()
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	return 0
}

func TestRateLimitSettings(t *testing.T) {
	t.Parallel()
	good := router.RateRule{Name: "x", Budget: 1}
	for name, c := range map[string]router.Config{
		"no budget":    {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x"}}}},
		"bad name":     {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: `x"`, Budget: 1}}}},
		"same name":    {RateLimit: router.RateLimit{Rules: []router.RateRule{good, good}}},
		"who":          {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x", Budget: 1, Who: "me"}}}},
		"by":           {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x", Budget: 1, By: "name"}}}},
		"no header":    {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x", Budget: 1, By: "header"}}}},
		"unit":         {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x", Budget: 1, Unit: "byte"}}}},
		"cost is off":  {RateLimit: router.RateLimit{Rules: []router.RateRule{{Name: "x", Budget: 1, Unit: "cost"}}}, Cost: router.Cost{Mode: "off"}},
		"fail":         {RateLimit: router.RateLimit{Fail: "maybe"}},
		"redis":        {RateLimit: router.RateLimit{Redis: "http://cache", Rules: []router.RateRule{good}}},
		"proxies":      {TrustedProxies: []string{"10.0.0.0/33"}},
		"proxy's name": {TrustedProxies: []string{"proxy.example"}},
	} {
		c.SDL = shelfSDL
		if r, err := router.New(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
			_ = r.Shutdown(t.Context())
		}
	}
}
