package router

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"

	"golang.org/x/net/http/httpguts"

	"marquee/router/propagate"
	"marquee/router/transport"
)

// Headers says which headers subgraphs get besides those of the request itself;
// none by default. What is forwarded tells callers apart: equal queries are one
// only if it is equal.
//
// Responses says which headers of subgraphs' answers are in the router's.
//
// Authorization and Cookie are forwarded only if they are named here. A subgraph
// that gets a client's token can act as that client anywhere the token is taken;
// name the subgraphs that need it in a rule rather than forwarding it to all.
type Headers struct {
	// Forward are client headers passed on to every subgraph as they are.
	Forward []string `yaml:"forward" env:"FORWARD"`
	// Rules are applied after that, in order.
	Rules []HeaderRule `yaml:"rules" env:"-"`
	// Responses are applied to the answers of subgraphs, in order; see ResponseHeaderRule.
	Responses []ResponseHeaderRule `yaml:"responses" env:"-"`
}

// HeaderRule forwards, sets or removes one header. Exactly one of Forward, Set
// and Remove is given.
type HeaderRule struct {
	// Forward passes a client header on, under the name As if given, and with the
	// value Default if the client sent none.
	Forward string `yaml:"forward"`
	As      string `yaml:"as"`
	Default string `yaml:"default"`
	// Set sends a header with Value, in which ${NAME} is a variable of the
	// environment and $$ a dollar.
	Set   string `yaml:"set"`
	Value string `yaml:"value"`
	// Remove takes back what Forward and the rules before would send.
	Remove string `yaml:"remove"`
	// Subgraphs are those the rule is for; empty means all.
	Subgraphs []string `yaml:"subgraphs"`
}

// compile checks the rules; authorized says that the router sends tokens of its
// own to subgraphs.
func (h *Headers) compile(authorized bool) (forward []string, rules []transport.HeaderRule, err error) {
	allowed := func(name string) (string, error) {
		if err := transport.CheckHeader(name); err != nil {
			return "", err
		}
		name = http.CanonicalHeaderKey(name)
		if authorized && name == "Authorization" {
			return "", errors.New("header Authorization holds the internal token here")
		}
		return name, nil
	}
	for _, name := range h.Forward {
		if name, err = allowed(name); err != nil {
			return nil, nil, err
		}
		forward = append(forward, name)
	}
	for i, r := range h.Rules {
		out, err := r.compile(allowed)
		if err != nil {
			return nil, nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		rules = append(rules, out)
	}
	return forward, rules, nil
}

func (r *HeaderRule) compile(allowed func(string) (string, error)) (out transport.HeaderRule, err error) {
	given := 0
	for _, name := range []string{r.Forward, r.Set, r.Remove} {
		if name != "" {
			given++
		}
	}
	if given != 1 || (r.Forward == "" && (r.As != "" || r.Default != "")) || (r.Set == "" && r.Value != "") {
		return out, errors.New("want one of forward (with as, default), set (with value) and remove")
	}
	switch {
	case r.Forward != "":
		as := r.As
		if as == "" {
			as = r.Forward
		}
		if out.As, err = allowed(as); err != nil {
			return out, err
		}
		if err := transport.CheckHeader(r.Forward); err != nil {
			return out, err
		}
		out.Forward, out.Default = http.CanonicalHeaderKey(r.Forward), r.Default
	case r.Set != "":
		if out.Set, err = allowed(r.Set); err != nil {
			return out, err
		}
		if out.Value, err = expand(r.Value); err != nil {
			return out, err
		}
	default:
		out.Remove = http.CanonicalHeaderKey(r.Remove)
	}
	if !httpguts.ValidHeaderFieldValue(out.Value) || !httpguts.ValidHeaderFieldValue(out.Default) {
		return out, errors.New("the value cannot be one of a header")
	}
	return out, nil
}

// expand replaces ${NAME} by the environment's variable, which must be there.
func expand(value string) (string, error) {
	var err error
	out := os.Expand(value, func(name string) string {
		if name == "$" {
			return "$"
		}
		v, ok := os.LookupEnv(name)
		if !ok && err == nil {
			err = fmt.Errorf("the environment has no variable %s", name)
		}
		return v
	})
	return out, err
}

// headerRules is Headers once checked.
type headerRules struct {
	forward []string // by everybody, as they are
	rules   []transport.HeaderRule
	from    []HeaderRule // of the same index
	answers propagate.Rules
}

func (c *Config) headerRules() (*headerRules, error) {
	forward, rules, err := c.Headers.compile(c.Authorizer != nil)
	if err != nil {
		return nil, fmt.Errorf("router configuration: headers: %w", err)
	}
	out := &headerRules{forward: forward, rules: rules, from: c.Headers.Rules}
	for i := range c.Headers.Responses {
		rule, err := c.Headers.Responses[i].compile()
		if err != nil {
			return nil, fmt.Errorf("router configuration: headers: response rule %d: %w", i+1, err)
		}
		out.answers = append(out.answers, rule)
	}
	return out, nil
}

// wanted are the client headers that reach some subgraph.
func (h *headerRules) wanted() []string {
	list := slices.Clone(h.forward)
	for _, r := range h.rules {
		if r.Forward != "" && !slices.Contains(list, r.Forward) {
			list = append(list, r.Forward)
		}
	}
	return list
}

// layer applies the rules of a subgraph; nil if requests can go out as they are.
func (h *headerRules) layer(subgraph string) transport.Layer {
	if len(h.rules) == 0 {
		return nil
	}
	var own []transport.HeaderRule
	for i, r := range h.rules {
		if only := h.from[i].Subgraphs; len(only) == 0 || slices.Contains(only, subgraph) {
			own = append(own, r)
		}
	}
	return transport.Headers(h.forward, own)
}
