package config_test

import (
	"os"
	"strings"
	"testing"

	"marquee/internal/config"
)

// clean takes the machine's own settings away.
func clean(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "MARQUEE_") || name == "REDIS_URL" {
			t.Setenv(name, "") // registers the way back
			_ = os.Unsetenv(name)
		}
	}
}

func TestDefaultsAndValues(t *testing.T) {
	clean(t)
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.PublicURL != "http://127.0.0.1:8080" || c.Data != ".marquee" || !c.Demo || c.DatabaseConns != 10 || c.DevUnsafe {
		t.Errorf("defaults: %+v", c)
	}
	t.Setenv("MARQUEE_ADDR", ":80")
	t.Setenv("MARQUEE_DEMO", "false")
	t.Setenv("MARQUEE_DATABASE_CONNS", "4")
	if c, err = config.Load(); err != nil || c.PublicURL != "http://localhost:80" || c.Demo || c.DatabaseConns != 4 {
		t.Errorf("set: %+v, %v", c, err)
	}
	t.Setenv("MARQUEE_PUBLIC_URL", "https://tickets.example/")
	if c, err = config.Load(); err != nil || c.PublicURL != "https://tickets.example" {
		t.Errorf("public URL: %q, %v", c.PublicURL, err)
	}
	t.Setenv("MARQUEE_DATABASE_EVENTS_URL", "postgres://x")
	t.Setenv("MARQUEE_SUBGRAPH_EVENTS_URL", "http://y")
	if config.DatabaseURL("events") != "postgres://x" || config.DatabaseURL("users") != "" || config.SubgraphURL("events") != "http://y" {
		t.Error("addresses of a subgraph are read from elsewhere")
	}
}

func TestErrorsNameTheVariable(t *testing.T) {
	for name, value := range map[string]string{
		"MARQUEE_DEMO": "perhaps", "MARQUEE_DATABASE_CONNS": "many", "MARQUEE_SKIP_MIGRATION": "2",
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv(name, value)
			if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("error %v", err)
			}
		})
	}
	for _, value := range []string{"3", "0", "-1"} {
		t.Run("conns "+value, func(t *testing.T) {
			clean(t)
			t.Setenv("MARQUEE_DATABASE_CONNS", value)
			if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), "MARQUEE_DATABASE_CONNS") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":80": "http://localhost:80", "0.0.0.0:80": "http://localhost:80",
		"[::]:80": "http://localhost:80", "[::1]:80": "http://[::1]:80", "tickets.example:80": "http://tickets.example:80",
	} {
		if got := config.BaseURL(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"": "",
		"postgres://marquee:s3cret@db/users?sslmode=disable": "postgres://marquee:xxxxx@db/users?sslmode=disable",
		"postgres://db/users?password=s3cret":                "postgres://db/users?password=xxxxx",
		"redis://:s3cret@cache:6379/0":                       "redis://:xxxxx@cache:6379/0",
		"redis://cache:6379/0":                               "redis://cache:6379/0",
		"host=db user=marquee password=s3cret dbname=users":  "host=db user=marquee password=xxxxx dbname=users",
		`host=db password = 's3cret \' s3cret' dbname=users`: "host=db password = xxxxx dbname=users",
		"postgres://marquee:s3%ret@db/users":                 "(set)",
	} {
		got := config.Redact(address)
		if got != want || strings.Contains(got, "s3c") {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
