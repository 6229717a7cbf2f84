// Package config reads the process's settings from environment variables. Every variable is a field here with its meaning, and
// `marquee config` prints them all.
package config

import (
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Config is every setting. Addresses are host:port; an empty value means the stated default.
type Config struct {
	Addr      string `env:"MARQUEE_ADDR" envDefault:"127.0.0.1:8080" help:"where the app and the API are served"`
	AdminAddr string `env:"MARQUEE_ADMIN_ADDR" envDefault:"127.0.0.1:9090" help:"where /metrics and /debug/pprof are served; never public"`
	Data      string `env:"MARQUEE_DATA" envDefault:".marquee" help:"folder of everything that is kept"`
	PublicURL string `env:"MARQUEE_PUBLIC_URL" help:"address in links of messages; default http://<MARQUEE_ADDR>"`
	Demo      bool   `env:"MARQUEE_DEMO" envDefault:"true" help:"demo data, demo logins and the sandbox payment provider's test cards; false for a real installation"`

	LogFormat string `env:"MARQUEE_LOG_FORMAT" envDefault:"text" help:"text or json"`
	LogLevel  string `env:"MARQUEE_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`

	RedisURL    string `env:"REDIS_URL" help:"redis://…; without it a Redis inside the process serves"`
	RedisPrefix string `env:"MARQUEE_REDIS_PREFIX" envDefault:"marquee:" help:"before every channel and key"`

	RouterConfig string `env:"MARQUEE_ROUTER_CONFIG" help:"YAML file with settings of the router (router/example.yaml); MARQUEE_ROUTER_* variables override it"`

	InternalKey       string `env:"MARQUEE_INTERNAL_KEY" help:"router: seed of the Ed25519 key that signs tokens for subgraphs, 32 bytes in base64; made anew at every start of marquee up"`
	InternalPublicKey string `env:"MARQUEE_INTERNAL_PUBLIC_KEY" help:"subgraphs: its public half, 32 bytes in base64"`
	EventSecret       string `env:"MARQUEE_EVENT_SECRET" help:"subgraphs as processes of their own: the secret by which they take events from each other"`
	JWKSURL           string `env:"MARQUEE_JWKS_URL" help:"router as a process of its own: keys of the access tokens; default <users subgraph>/.well-known/jwks.json"`
	Issuer            string `env:"MARQUEE_ISSUER" envDefault:"marquee" help:"iss of the access tokens"`

	FeeBasisPoints int   `env:"MARQUEE_FEE_BASIS_POINTS" help:"the platform's share of paid bookings, in basis points (250 is 2.5 %)"`
	FeeFixed       int64 `env:"MARQUEE_FEE_FIXED" help:"the platform's fee besides, minor units of every paid booking"`

	Providers Providers // of payments; one without its secrets is not configured

	DatabaseConns int32 `env:"MARQUEE_DATABASE_CONNS" envDefault:"10" help:"database connections of each subgraph"`
	SkipMigration bool  `env:"MARQUEE_SKIP_MIGRATION" help:"do not migrate at the start; marquee migrate does it"`
	DevUnsafe     bool  `env:"MARQUEE_DEV_UNSAFE" help:"start even on a PostgreSQL that loses acknowledged writes at a crash"`
}

// leastConns is how few database connections a subgraph can work with: the relay and the job queue keep one each, a job or request that
// migrates takes two.
const leastConns = 4

// Load reads the environment. An error names the variable and not its value.
func Load() (*Config, error) {
	c, err := env.ParseAs[Config]()
	if err != nil {
		return nil, named(err)
	}
	if c.DatabaseConns < leastConns {
		return nil, fmt.Errorf("settings: MARQUEE_DATABASE_CONNS must be at least %d", leastConns)
	}
	if c.PublicURL == "" {
		c.PublicURL = BaseURL(c.Addr)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return &c, nil
}

// named replaces the names of fields by those of variables.
func named(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return fmt.Errorf("settings: %w", err)
	}
	var out []error
	for _, e := range all.Errors {
		var wrong env.ParseError
		if errors.As(e, &wrong) {
			if field, ok := reflect.TypeFor[Config]().FieldByName(wrong.Name); ok {
				e = fmt.Errorf("%s is no %s", field.Tag.Get("env"), kinds[field.Type.Kind()])
			}
		}
		out = append(out, fmt.Errorf("settings: %w", e))
	}
	return errors.Join(out...)
}

var kinds = map[reflect.Kind]string{reflect.Bool: "true or false", reflect.Int32: "whole number of the range"}

// BaseURL is where a browser on this machine reaches a listening address: one that means all interfaces is "localhost".
func BaseURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// DatabaseURL is where a subgraph's database is: MARQUEE_DATABASE_<NAME>_URL; "" when it is not set.
func DatabaseURL(subgraph string) string {
	return os.Getenv("MARQUEE_DATABASE_" + strings.ToUpper(subgraph) + "_URL")
}

// SubgraphURL is where a subgraph serves GraphQL: MARQUEE_SUBGRAPH_<NAME>_URL; "" when it is not set.
func SubgraphURL(subgraph string) string {
	return os.Getenv("MARQUEE_SUBGRAPH_" + strings.ToUpper(subgraph) + "_URL")
}
