package router

import (
	"fmt"
	"strings"
	"sync"

	"marquee/router/inflight"
	"marquee/router/supergraph"
	"marquee/router/transport"
)

// subgraphs makes the transports to subgraphs and keeps them over reloads: a
// subgraph reached as before keeps its connections, budget and breaker.
type subgraphs struct {
	cfg     *Config
	metrics *metrics
	era     *inflight.Era
	headers *headerRules

	mu   sync.Mutex
	made map[string]*reached // by everything that tells two apart
}

type reached struct {
	transport transport.Transport
	wires     []wire
}

// table returns the transports of a supergraph. Unused ones are closed by
// retire, once the new table is in use.
func (s *subgraphs) table(sg *supergraph.Supergraph) (transport.Table, map[string]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	table, used := transport.Table{}, map[string]bool{}
	for _, g := range sg.Graphs {
		set := s.cfg.Subgraphs[g.Name].over(s.cfg.All)
		if len(set.URLs) == 0 && g.URL != "" {
			set.URLs = []string{g.URL}
		}
		key := g.Name + "\x00" + strings.Join(set.URLs, "\x00")
		r := s.made[key]
		if r == nil {
			var err error
			if r, err = s.reach(g.Name, set); err != nil {
				return nil, nil, fmt.Errorf("subgraph %s: %w", g.Name, err)
			}
			s.made[key] = r
		}
		used[key] = true
		table[g.Name] = r.transport
	}
	return table, used, nil
}

// retire closes the transports not in used.
func (s *subgraphs) retire(used map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, r := range s.made {
		if !used[key] {
			delete(s.made, key)
			for _, w := range r.wires {
				w.Close()
			}
		}
	}
}

func (s *subgraphs) reach(name string, set Subgraph) (*reached, error) {
	var onFollow func()
	if on(s.cfg.Dedupe.Subgraphs) {
		onFollow = s.metrics.followed.WithLabelValues("subgraph").Inc
	}
	var layers []transport.Layer
	if l := s.headers.layer(name); l != nil { // first: what this subgraph does not get does not tell its requests apart
		layers = append(layers, l)
	}
	layers = append(layers, transport.Share(s.era, onFollow), transport.Observe(s.metrics.observer(name)))
	if tracer := s.cfg.tracer(); tracer != nil {
		layers = append(layers, transport.Trace(tracer))
	}
	r := &reached{}
	var wire transport.Transport
	if h := s.cfg.Handlers[name]; h != nil {
		wire = &transport.Memory{Handler: h, MaxBody: set.MaxBody, KeepHeader: s.headers.answers.Keep(name), OnPanic: func(subgraph string, value any, stack []byte) {
			s.cfg.Log.Error("subgraph panicked", "subgraph", subgraph, "panic", value, "stack", string(stack))
		}}
		layers = append(layers, transport.Timeout(set.Timeout))
	} else {
		if len(set.URLs) == 0 {
			return nil, fmt.Errorf("no URL in the supergraph nor in the configuration")
		}
		var all []transport.Transport
		for _, u := range set.URLs {
			w, err := s.wire(name, u, set)
			if err != nil {
				for _, made := range r.wires {
					made.Close()
				}
				return nil, err
			}
			r.wires = append(r.wires, w)
			all = append(all, w)
		}
		wire = transport.Balance(all...)
		if set.Retries > 0 {
			layers = append(layers, transport.Retry(transport.RetryOptions{
				Attempts: set.Retries + 1, Backoff: set.RetryBackoff, MaxBackoff: set.RetryMaxBackoff, Budget: set.RetryBudget,
			}))
		}
		if !set.NoBreak {
			layers = append(layers, transport.Breaker(transport.BreakerOptions{OnChange: func(open bool) {
				s.metrics.circuit(name, open)
				s.cfg.Log.Warn("circuit changed", "subgraph", name, "open", open)
			}}))
		}
	}
	if s.cfg.Authorizer != nil {
		layers = append(layers, transport.Authorize(s.cfg.Authorizer))
	}
	r.transport = transport.Stack(wire, layers...)
	return r, nil
}

// wire is a transport to be closed.
type wire interface {
	transport.Transport
	Close()
}

// wire reaches one URL of a subgraph.
func (s *subgraphs) wire(name, u string, set Subgraph) (wire, error) {
	opt := transport.HTTPOptions{
		URL: u, Timeout: set.Timeout, MaxConns: set.MaxConns, MaxBody: set.MaxBody, KeepHeader: s.headers.answers.Keep(name),
		Stream: transport.StreamOptions{
			Protocol: set.Subscriptions.Protocol, URL: set.Subscriptions.URL, Idle: set.Subscriptions.Idle, Ping: set.Subscriptions.Ping,
		},
	}
	if !set.DNS {
		return transport.NewHTTP(opt)
	}
	return transport.NewResolved(opt, transport.DNSOptions{
		Refresh: set.DNSRefresh,
		OnChange: func(addresses []string) {
			s.cfg.Log.Info("addresses of subgraph", "subgraph", name, "url", u, "addresses", addresses)
		},
		OnError: func(err error) {
			s.cfg.Log.Warn("addresses of subgraph not found, the last ones stay", "subgraph", name, "url", u, "error", err)
		},
	})
}
