package router

import "time"

// Subgraph says how one subgraph is reached.
type Subgraph struct {
	URLs     []string      `yaml:"urls" env:"-"`              // instead of the supergraph's; requests are balanced over them
	Timeout  time.Duration `yaml:"timeout" env:"TIMEOUT"`     // 10 s
	MaxConns int           `yaml:"max_conns" env:"MAX_CONNS"` // per URL; 512
	MaxBody  int           `yaml:"max_body" env:"MAX_BODY"`   // bytes of an answer; 16 MB
	Retries  int           `yaml:"retries" env:"RETRIES"`     // of a query; 2, −1 none
	// RetryBackoff is waited before the first retry, doubled for each after it up to
	// RetryMaxBackoff, with jitter; 20 ms and 1 s. RetryBudget is how many requests
	// may be retries, as a share of those that are not; 0.2.
	RetryBackoff    time.Duration `yaml:"retry_backoff" env:"RETRY_BACKOFF"`
	RetryMaxBackoff time.Duration `yaml:"retry_max_backoff" env:"RETRY_MAX_BACKOFF"`
	RetryBudget     float64       `yaml:"retry_budget" env:"RETRY_BUDGET"`

	NoBreak bool `yaml:"no_breaker" env:"NO_BREAKER"` // without a circuit breaker
	// DNS sends requests to all addresses of the URLs' hosts, looked up again every
	// DNSRefresh (10 s); else the addresses are the resolver's choice at each connect.
	DNS        bool          `yaml:"dns" env:"DNS"`
	DNSRefresh time.Duration `yaml:"dns_refresh" env:"DNS_REFRESH"`
	// Subscriptions says how subscriptions reach the subgraph.
	Subscriptions Upstream `yaml:"subscriptions" envPrefix:"SUBSCRIPTIONS_"`
}

// Upstream says how subscriptions reach a subgraph.
type Upstream struct {
	// Protocol is sse, ws (graphql-transport-ws) or auto, the default: Server-Sent
	// Events, or a WebSocket if the subgraph only speaks that.
	Protocol string `yaml:"protocol" env:"PROTOCOL"`
	// URL is where WebSockets are opened; that of the subgraph if empty.
	URL string `yaml:"url" env:"-"`
	// Idle is how long a subgraph may send nothing, not even a comment or a ping,
	// before its subscription is opened again; 0 is any time.
	Idle time.Duration `yaml:"idle" env:"IDLE"`
	// Ping is how often a WebSocket is asked for a sign of life; 15 s.
	Ping time.Duration `yaml:"ping" env:"PING"`
}

// over fills what u leaves open from d.
func (u Upstream) over(d Upstream) Upstream {
	if u.Protocol == "" {
		u.Protocol = d.Protocol
	}
	if u.URL == "" {
		u.URL = d.URL
	}
	if u.Idle == 0 {
		u.Idle = d.Idle
	}
	if u.Ping == 0 {
		u.Ping = d.Ping
	}
	return u
}

// over fills what s leaves open from d.
func (s Subgraph) over(d Subgraph) Subgraph {
	if len(s.URLs) == 0 {
		s.URLs = d.URLs
	}
	if s.Timeout == 0 {
		s.Timeout = d.Timeout
	}
	if s.MaxConns == 0 {
		s.MaxConns = d.MaxConns
	}
	if s.MaxBody == 0 {
		s.MaxBody = d.MaxBody
	}
	if s.Retries == 0 {
		s.Retries = d.Retries
	}
	if s.RetryBackoff == 0 {
		s.RetryBackoff = d.RetryBackoff
	}
	if s.RetryMaxBackoff == 0 {
		s.RetryMaxBackoff = d.RetryMaxBackoff
	}
	if s.RetryBudget == 0 {
		s.RetryBudget = d.RetryBudget
	}
	s.NoBreak = s.NoBreak || d.NoBreak
	s.DNS = s.DNS || d.DNS
	if s.DNSRefresh == 0 {
		s.DNSRefresh = d.DNSRefresh
	}
	s.Subscriptions = s.Subscriptions.over(d.Subscriptions)
	if s.Timeout <= 0 {
		s.Timeout = 10 * time.Second
	}
	switch {
	case s.Retries == 0:
		s.Retries = 2
	case s.Retries < 0:
		s.Retries = 0
	}
	return s
}
