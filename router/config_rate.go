package router

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"time"

	"marquee/router/ratelimit"
)

// RateLimit bounds what each client may ask for in a time. Without rules nothing
// is bounded.
type RateLimit struct {
	// Rules all hold for an operation that they are about. They are taken in order:
	// what one of them lets pass and a later one does not was spent for the former.
	Rules []RateRule `yaml:"rules" env:"-"`
	// Redis is the address (redis://…) of the Redis in which several routers count
	// together; without it each counts for itself, in memory.
	Redis   string        `yaml:"redis" env:"REDIS"`
	Prefix  string        `yaml:"prefix" env:"PREFIX"`   // of the keys in Redis, after "rate:"
	Timeout time.Duration `yaml:"timeout" env:"TIMEOUT"` // of Redis; 50 ms
	// Fail says what happens while Redis does not answer: "open", the default, lets
	// everything pass, "closed" refuses everything with RATE_LIMIT_UNAVAILABLE.
	Fail string `yaml:"fail" env:"FAIL"`
	// Keys is how many clients are counted in memory, 100,000; then the one not
	// seen for the longest time is forgotten.
	Keys int `yaml:"keys" env:"KEYS"`
	// Store counts instead of memory and Redis.
	Store ratelimit.Store `yaml:"-" env:"-"`
}

// RateRule is one bound.
type RateRule struct {
	Name string `yaml:"name"` // in answers and keys: letters, digits, - and _
	// Who it is about: "everyone", the default, "anonymous" or "authenticated".
	Who string `yaml:"who"`
	// By what clients are told apart: "client", the default, is the token's subject,
	// or the address without one; "address" is the address, of IPv6 the first 64
	// bits; "header" is the value of Header, or the address without one. A header's
	// value is not checked here: name one that something in front of the router has
	// verified.
	By     string `yaml:"by"`
	Header string `yaml:"header"`
	// Unit is what is counted: "operation", the default, or "cost", the estimated one.
	Unit   string        `yaml:"unit"`
	Budget int64         `yaml:"budget"` // per period
	Period time.Duration `yaml:"period"` // 1 min
	Burst  int64         `yaml:"burst"`  // at once; as the budget
}

var ruleName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func oneOf(s *string, what string, list ...string) error {
	if *s == "" {
		*s = list[0]
	}
	for _, l := range list {
		if *s == l {
			return nil
		}
	}
	return fmt.Errorf("router configuration: %s %q is not one of %v", what, *s, list)
}

func (l *RateLimit) defaults(cost *Cost) error {
	if err := oneOf(&l.Fail, "rate_limit.fail", "open", "closed"); err != nil {
		return err
	}
	l.Rules = append([]RateRule(nil), l.Rules...)
	names := map[string]bool{}
	for i := range l.Rules {
		r := &l.Rules[i]
		if !ruleName.MatchString(r.Name) || names[r.Name] {
			return fmt.Errorf("router configuration: rate_limit.rules: name %q is given twice, or not letters, digits, - and _", r.Name)
		}
		names[r.Name] = true
		if r.Period == 0 {
			r.Period = time.Minute
		}
		at := "rate_limit.rules." + r.Name
		err := errors.Join(
			oneOf(&r.Who, at+".who", "everyone", "anonymous", "authenticated"),
			oneOf(&r.By, at+".by", "client", "address", "header"),
			oneOf(&r.Unit, at+".unit", "operation", "cost"),
		)
		switch {
		case err != nil:
			return err
		case (r.By == "header") != (r.Header != ""):
			return fmt.Errorf("router configuration: %s: a header goes with by: header", at)
		case r.Unit == "cost" && cost.Mode == costOff:
			return fmt.Errorf("router configuration: %s counts costs, but cost.mode is off", at)
		}
		if bad := r.rule(); bad.Check() != nil {
			return fmt.Errorf("router configuration: %w", bad.Check())
		}
	}
	return nil
}

func (r *RateRule) rule() *ratelimit.Rule {
	return &ratelimit.Rule{Name: r.Name, Budget: r.Budget, Period: r.Period, Burst: r.Burst}
}

// proxies reads Config.TrustedProxies: addresses and prefixes.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range c.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, aerr := netip.ParseAddr(text)
			if aerr != nil {
				return nil, fmt.Errorf("router configuration: trusted_proxies: %w", err)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}
