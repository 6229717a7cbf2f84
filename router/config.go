package router

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/goccy/go-yaml"
	"github.com/golang-jwt/jwt/v5"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"marquee/router/identity"
	"marquee/router/operation"
	"marquee/router/persisted"
	"marquee/router/transport"
)

// Config is everything a Router is told. The zero value with a supergraph serves
// it with the defaults named; YAML keys are the tags, and the environment (the
// env tags, with the prefix MARQUEE_ROUTER_) overrides the file.
type Config struct {
	// Supergraph is the path of the supergraph SDL; SDL the text itself, which wins.
	Supergraph string `yaml:"supergraph" env:"SUPERGRAPH"`
	SDL        string `yaml:"-"`

	Listen        string `yaml:"listen" env:"LISTEN"`                 // host:port for Serve; 127.0.0.1:4000
	MetricsListen string `yaml:"metrics_listen" env:"METRICS_LISTEN"` // host:port for /metrics by Serve; none
	// Profiling serves /debug/pprof beside /metrics; it shows what the process does, never to the public.
	Profiling    bool          `yaml:"profiling" env:"PROFILING"`
	Path         string        `yaml:"path" env:"PATH_GRAPHQL"`           // of the GraphQL endpoint; /graphql
	Timeout      time.Duration `yaml:"timeout" env:"TIMEOUT"`             // of a query or mutation; 30 s
	DrainDelay   time.Duration `yaml:"drain_delay" env:"DRAIN_DELAY"`     // unready before the listener closes; 0
	DrainTimeout time.Duration `yaml:"drain_timeout" env:"DRAIN_TIMEOUT"` // for requests in flight; 30 s

	// Introspection says who is answered __schema and __type: everyone unless set.
	Introspection Introspection `yaml:"introspection" env:"INTROSPECTION"`
	// QueryPlan lets a request ask for its plan by the header X-Query-Plan: "include"
	// adds it to the answer as extensions.queryPlan, "only" executes nothing. It names
	// subgraphs and what they are asked: off by default.
	QueryPlan bool `yaml:"query_plan" env:"QUERY_PLAN"`
	// CSRF prevention; on unless set to false.
	CSRF *bool `yaml:"csrf" env:"CSRF"`

	// TrustedProxies are the addresses and prefixes of proxies in front of the
	// router: their X-Forwarded-For says who the client is. None by default.
	TrustedProxies []string `yaml:"trusted_proxies" env:"TRUSTED_PROXIES"`

	// EagerFetches starts every subgraph request as soon as it could, at the price
	// of more of them; see docs/adr/0005.
	EagerFetches bool `yaml:"eager_fetches" env:"EAGER_FETCHES"`
	// Overrides says for which share of requests, in percent, an override label is
	// active. What is not named here: percent(n) for n, any other label for none.
	Overrides map[string]float64 `yaml:"override_labels" env:"-"`
	// OverrideLabels returns those of the labels named that are active for a caller
	// (nil is anonymous), besides Overrides. It is asked about the labels of an
	// operation's fields, except percent(n); an error refuses the request.
	OverrideLabels func(ctx context.Context, s *transport.Subject, labels []string) ([]string, error) `yaml:"-" env:"-"`

	Limits        Limits              `yaml:"limits" envPrefix:"LIMITS_"`
	CORS          CORS                `yaml:"cors" envPrefix:"CORS_"`
	Auth          Auth                `yaml:"auth" envPrefix:"AUTH_"`
	Headers       Headers             `yaml:"headers" envPrefix:"HEADERS_"`
	Errors        Errors              `yaml:"errors" envPrefix:"ERRORS_"`
	Persisted     Persisted           `yaml:"persisted" envPrefix:"PERSISTED_"`
	Dedupe        Dedupe              `yaml:"dedupe" envPrefix:"DEDUPE_"`
	Subscriptions Subscriptions       `yaml:"subscriptions" envPrefix:"SUBSCRIPTIONS_"`
	Cache         Cache               `yaml:"cache" envPrefix:"CACHE_"`
	Cost          Cost                `yaml:"cost" envPrefix:"COST_"`
	RateLimit     RateLimit           `yaml:"rate_limit" envPrefix:"RATE_LIMIT_"`
	Reload        Reload              `yaml:"reload" envPrefix:"RELOAD_"`
	Uploads       Uploads             `yaml:"uploads" envPrefix:"UPLOADS_"`
	Batching      Batching            `yaml:"batching" envPrefix:"BATCHING_"`
	Subgraphs     map[string]Subgraph `yaml:"subgraphs"`
	// All holds what is not set for a subgraph by name.
	All Subgraph `yaml:"all_subgraphs" envPrefix:"SUBGRAPHS_"`

	// CompressMin is the size from which answers are compressed; 0 means 1,400
	// bytes, negative never.
	CompressMin int `yaml:"compress_min" env:"COMPRESS_MIN"`

	// Handlers answers subgraphs in this process, by name: their URLs are not used.
	Handlers map[string]http.Handler `yaml:"-" env:"-"`
	// Authorizer makes internal tokens for subgraphs; nil sends none.
	Authorizer transport.SubgraphAuthorizer `yaml:"-" env:"-"`
	// Registerer takes the metrics; nil keeps none.
	Registerer prometheus.Registerer `yaml:"-" env:"-"`
	// Gatherer is what Serve shows at /metrics; nil means the default one.
	Gatherer prometheus.Gatherer `yaml:"-" env:"-"`
	// Tracing makes spans of requests and of subgraph requests with the process's
	// tracer. Unset, it is on if an exporter is configured in the environment
	// (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT). Without it
	// trace contexts are still passed on to subgraphs.
	Tracing *bool `yaml:"tracing" env:"TRACING"`
	// TracerProvider makes the spans instead of the process's tracer.
	TracerProvider trace.TracerProvider `yaml:"-" env:"-"`
	// AccessLog writes one line to Log for every request.
	AccessLog bool `yaml:"access_log" env:"ACCESS_LOG"`
	// Log takes the log; nil drops it.
	Log *slog.Logger `yaml:"-" env:"-"`
}

// Limits bound what a client may ask. Zero means the default named, −1 no limit.
type Limits struct {
	Body       int64 `yaml:"body" env:"BODY"` // bytes; 102,400
	Tokens     int   `yaml:"tokens" env:"TOKENS"`
	Depth      int   `yaml:"depth" env:"DEPTH"`
	Aliases    int   `yaml:"aliases" env:"ALIASES"`
	RootFields int   `yaml:"root_fields" env:"ROOT_FIELDS"`
	Directives int   `yaml:"directives" env:"DIRECTIVES"`
	Fields     int   `yaml:"fields" env:"FIELDS"`
	// ContextValues is how many different values from contexts (@fromContext) one
	// request to a subgraph takes; 64. What needs more is null with an error.
	ContextValues int `yaml:"context_values" env:"CONTEXT_VALUES"`
	// Concurrency is how many queries and mutations run at once, a tenth of it for
	// mutations alone; 5,000. As many wait, for at most 250 ms; others are
	// refused with OVERLOADED. Queries that follow an equal one do not count.
	Concurrency int `yaml:"concurrency" env:"CONCURRENCY"`
	// Adaptive lets fewer queries run at once, and wait, while the process has more
	// to do than processors; off unless set to true: where other programs use the
	// processors too, it turns queries away that would have been answered.
	Adaptive bool `yaml:"adaptive" env:"ADAPTIVE"`
}

// operation returns the limits with the defaults of package operation.
func (l Limits) operation() operation.Limits {
	d := operation.DefaultLimits()
	pick := func(v, def int) int {
		switch {
		case v == 0:
			return def
		case v < 0:
			return 0
		}
		return v
	}
	return operation.Limits{
		Tokens: pick(l.Tokens, d.Tokens), Depth: pick(l.Depth, d.Depth), Aliases: pick(l.Aliases, d.Aliases),
		RootFields: pick(l.RootFields, d.RootFields), Directives: pick(l.Directives, d.Directives), Fields: pick(l.Fields, d.Fields),
	}
}

// CORS says which origins' scripts may use the endpoint; none by default.
type CORS struct {
	Origins     []string      `yaml:"origins" env:"ORIGINS"`
	Credentials bool          `yaml:"credentials" env:"CREDENTIALS"`
	Headers     []string      `yaml:"headers" env:"HEADERS"`
	Expose      []string      `yaml:"expose" env:"EXPOSE"` // headers of answers that scripts may read
	MaxAge      time.Duration `yaml:"max_age" env:"MAX_AGE"`
}

// Auth says whose tokens are accepted. Without an issuer everyone is anonymous.
type Auth struct {
	Issuers []Issuer `yaml:"issuers" env:"-"`
	// Cookie names a cookie with the token for requests without an Authorization header.
	Cookie string        `yaml:"cookie" env:"COOKIE"`
	Leeway time.Duration `yaml:"leeway" env:"LEEWAY"`
	// Policies says which roles fulfil a @policy: any of those named. A policy that
	// is neither here nor granted by Policy holds for nobody.
	Policies map[string][]string `yaml:"policies" env:"-"`
	// Policy returns those of the policies named that hold for a caller (nil is
	// anonymous), besides Policies. It is asked about every request if the
	// supergraph has policies; an error refuses the request.
	Policy func(ctx context.Context, s *transport.Subject, policies []string) ([]string, error) `yaml:"-" env:"-"`
	// Revoked is asked about every authenticated request; see identity.Options.
	Revoked func(ctx context.Context, s *transport.Subject) error `yaml:"-" env:"-"`
}

// Issuer is one accepted issuer of tokens; see identity.Issuer.
type Issuer struct {
	Issuer     string      `yaml:"issuer"`
	Audience   []string    `yaml:"audience"`
	JWKS       string      `yaml:"jwks"`
	Algorithms []string    `yaml:"algorithms"`
	Types      []string    `yaml:"types"`
	RolesClaim string      `yaml:"roles_claim"`
	Keys       jwt.Keyfunc `yaml:"-"`
}

func (a Auth) options() identity.Options {
	o := identity.Options{Leeway: a.Leeway, Revoked: a.Revoked}
	for _, i := range a.Issuers {
		o.Issuers = append(o.Issuers, identity.Issuer{
			Issuer: i.Issuer, Audience: i.Audience, Algorithms: i.Algorithms, Types: i.Types, JWKS: i.JWKS, Keys: i.Keys, RolesClaim: i.RolesClaim,
		})
	}
	return o
}

// Errors says what clients see of subgraphs' errors.
type Errors struct {
	Mask        bool     `yaml:"mask" env:"MASK"`                 // replace their messages
	Extensions  []string `yaml:"extensions" env:"EXTENSIONS"`     // members passed on besides code; unset: all but stack traces
	ServiceName bool     `yaml:"service_name" env:"SERVICE_NAME"` // add extensions.serviceName
}

// Persisted says which documents clients may name instead of sending them.
type Persisted struct {
	// APQ takes automatic persisted queries; on unless set to false. They are kept
	// in memory, or in Store.
	APQ   *bool           `yaml:"apq" env:"APQ"`
	Bytes int             `yaml:"bytes" env:"BYTES"` // of documents kept in memory; 16 MB
	Store persisted.Store `yaml:"-" env:"-"`
	// Redis keeps automatic persisted queries for several routers, behind the
	// memory: a redis:// or rediss:// address. While it does not answer within
	// RedisTimeout (50 ms) they are known to this process only. TTL is how long a
	// query that nobody asks for is kept there; 24 h.
	Redis        string        `yaml:"redis" env:"REDIS"`
	RedisTimeout time.Duration `yaml:"redis_timeout" env:"REDIS_TIMEOUT"`
	TTL          time.Duration `yaml:"ttl" env:"TTL"`
	// Manifest is a file of persisted documents; see persisted.ReadManifest.
	Manifest string `yaml:"manifest" env:"MANIFEST"`
	// Only refuses every document that is not in the manifest.
	Only bool `yaml:"only" env:"ONLY"`
}

// Dedupe makes equal queries under way at the same time one: equal in operation,
// variables, caller and forwarded headers. Both are on unless set to false. A
// query never joins one that began before the end of a mutation, or before an
// event of a subscription, that this router has seen.
type Dedupe struct {
	Inbound   *bool `yaml:"inbound" env:"INBOUND"`     // queries of clients
	Subgraphs *bool `yaml:"subgraphs" env:"SUBGRAPHS"` // requests to subgraphs
}

// Subscriptions bounds subscriptions. Zero means the default of package front or hub.
type Subscriptions struct {
	Max           int           `yaml:"max" env:"MAX"`                       // over all clients; 100,000
	PerConnection int           `yaml:"per_connection" env:"PER_CONNECTION"` // 100
	Queue         int           `yaml:"queue" env:"QUEUE"`                   // events waiting per client; 64
	Heartbeat     time.Duration `yaml:"heartbeat" env:"HEARTBEAT"`           // 12 s
	PartHeartbeat time.Duration `yaml:"part_heartbeat" env:"PART_HEARTBEAT"` // of multipart answers; 5 s
	WriteTimeout  time.Duration `yaml:"write_timeout" env:"WRITE_TIMEOUT"`   // 10 s
	InitTimeout   time.Duration `yaml:"init_timeout" env:"INIT_TIMEOUT"`     // 10 s
	GiveUp        time.Duration `yaml:"give_up" env:"GIVE_UP"`               // on a broken source; 2 min
	// Shared names subscription fields whose events are the same for every
	// caller. They are asked for without an identity, once for all clients.
	Shared []string `yaml:"shared" env:"SHARED"`
	// Latest names subscription fields of which each event is the whole state. A
	// client that joins others gets the last event at once, not only the next.
	Latest []string `yaml:"latest" env:"LATEST"`
}

// Cache bounds the caches of parsed documents and of plans.
type Cache struct {
	Documents int `yaml:"documents" env:"DOCUMENTS"` // bytes, estimated; 64 MB
	Plans     int `yaml:"plans" env:"PLANS"`         // number; 5,000
}

// Load reads a YAML file ("" is none) and then the environment into c. Unknown
// keys are errors.
func (c *Config) Load(file string) error {
	if file != "" {
		f, err := os.Open(file) // #nosec G304 -- the operator names the file
		if err != nil {
			return fmt.Errorf("router configuration: %w", err)
		}
		defer func() { _ = f.Close() }()
		if err := yaml.NewDecoder(f, yaml.Strict()).Decode(c); err != nil {
			return fmt.Errorf("router configuration %s: %w", file, err)
		}
	}
	if err := env.ParseWithOptions(c, env.Options{Prefix: "MARQUEE_ROUTER_"}); err != nil {
		return fmt.Errorf("router configuration: %w", err)
	}
	return nil
}

// defaults fills what is open and checks the rest.
func (c *Config) defaults() error {
	if c.Path == "" {
		c.Path = "/graphql"
	}
	if c.Path[0] != '/' {
		return errors.New("router configuration: path must begin with /")
	}
	if err := c.Introspection.check(); err != nil {
		return err
	}
	if err := c.checkOverrides(); err != nil {
		return err
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:4000"
	}
	if c.DrainTimeout <= 0 {
		c.DrainTimeout = 30 * time.Second
	}
	if c.Cache.Documents <= 0 {
		c.Cache.Documents = 64 << 20
	}
	if c.Cache.Plans <= 0 {
		c.Cache.Plans = 5000
	}
	c.Reload.defaults()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Limits.Body < 0 {
		c.Limits.Body = 1 << 30
	}
	if err := c.Cost.defaults(); err != nil {
		return err
	}
	return c.RateLimit.defaults(&c.Cost)
}

func on(b *bool) bool { return b == nil || *b }
