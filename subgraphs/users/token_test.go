package users_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"marquee/internal/demo"
	"marquee/internal/jobs"
	"marquee/subgraphs/users"
)

func TestProcessesThatStartTogetherShareOneKey(t *testing.T) {
	b := start(t)
	if _, err := b.Deps.DB.Exec(t.Context(), "delete from signing_key"); err != nil {
		t.Fatal(err)
	}
	sets := make([]string, 4)
	var wg sync.WaitGroup
	for i := range sets {
		wg.Go(func() {
			d := *b.Deps
			d.Jobs = jobs.New()
			s, err := users.Service().New(t.Context(), &d)
			if err != nil {
				t.Error(err)
				return
			}
			w := httptest.NewRecorder()
			s.Routes["GET /.well-known/jwks.json"].ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/.well-known/jwks.json", nil))
			sets[i] = w.Body.String()
		})
	}
	wg.Wait()
	slices.Sort(sets)
	if sets[0] == "" || sets[0] != sets[3] {
		t.Errorf("key sets %q", sets)
	}
}

func TestAccessTokenIsCheckedByTheKeySet(t *testing.T) {
	b := start(t)
	response, err := http.Get(b.URL() + "/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.Header.Get("Cache-Control") == "" || strings.Contains(string(body), `"d"`) {
		t.Fatalf("%s, %v, %v", body, response.Header, err)
	}
	keys, err := keyfunc.NewJWKSetJSON(body)
	if err != nil {
		t.Fatal(err)
	}
	s := b.register(t, "Ada", "ada@example.com")
	parsed, err := jwt.Parse(s.AccessToken, keys.Keyfunc, jwt.WithIssuer("marquee"), jwt.WithAudience("marquee"),
		jwt.WithTimeFunc(b.clock.Now), jwt.WithExpirationRequired(), jwt.WithValidMethods([]string{"EdDSA"}))
	if err != nil {
		t.Fatal(err)
	}
	claims := parsed.Claims.(jwt.MapClaims)
	if parsed.Header["typ"] != "at+jwt" || claims["sub"] != s.User.ID || claims["name"] != "Ada" || claims["jti"] == "" ||
		!strings.HasPrefix(claims["sid"].(string), "ses_") || fmt.Sprint(claims["roles"]) != "[USER]" {
		t.Errorf("header %v, claims %v", parsed.Header, claims)
	}
	if end, _ := claims.GetExpirationTime(); !end.Equal(s.AccessTokenExpiresAt) || !end.Equal(b.clock.Now().Add(10*time.Minute)) {
		t.Errorf("ends %v, said %v", end, s.AccessTokenExpiresAt)
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL()+"/.well-known/jwks.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", response.Header.Get("ETag"))
	unchanged, err := http.DefaultClient.Do(again)
	if err != nil || unchanged.StatusCode != http.StatusNotModified {
		t.Fatalf("%v, %v", unchanged, err)
	}
	_ = unchanged.Body.Close()
}

func TestSeed(t *testing.T) {
	b := start(t)
	set := demo.Generate(b.clock.Now())
	for range 2 {
		if err := b.Instance.Seed(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	events := b.Published(t)
	if len(events) != len(set.Users) || !events[0].At.Equal(set.Users[0].CreatedAt.Truncate(time.Microsecond)) {
		t.Errorf("%d messages for %d users, the first at %v", len(events), len(set.Users), events[0].At)
	}
	for _, u := range set.Users[:3] {
		a := b.logIn(t, u.Email, demo.Password)
		if a.Session == nil || a.Session.User.ID != u.ID || !slices.Equal(a.Session.User.Roles, u.Roles) {
			t.Errorf("log in as %s: %+v", u.Email, a)
		}
	}
	extra := set.Users[len(set.Users)-1]
	for _, password := range []string{"", demo.Password} {
		wantCode(t, b.logIn(t, extra.Email, password), "WRONG_CREDENTIALS")
	}
}
