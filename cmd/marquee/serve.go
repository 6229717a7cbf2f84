package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"marquee/internal/auth"
	"marquee/internal/bus"
	"marquee/internal/config"
	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/router/supergraph"
	"marquee/schema"
)

type serveCommand struct {
	Subgraph string `arg:"" help:"Which: users, events, bookings, payments, notifications or analytics."`
	Listen   string `help:"Where GraphQL and events are served; default the address in the supergraph."`
}

// Run runs one subgraph until a signal. Its GraphQL answers the router only; the other subgraphs bring their events over HTTP.
func (c serveCommand) Run(ctx context.Context) error { return unlessStopped(ctx, c.run(ctx)) }

func (c serveCommand) run(ctx context.Context) error {
	spec, err := specOf(c.Subgraph)
	if err != nil {
		return err
	}
	collect(roomy)
	p, err := newPlatform(ctx, spec.Name)
	if err != nil {
		return err
	}
	defer p.close()
	key, err := auth.ParsePublicKey(p.cfg.InternalPublicKey)
	if err != nil {
		return fmt.Errorf("MARQUEE_INTERNAL_PUBLIC_KEY: %w; `marquee keys` prints a fresh pair", err)
	}
	if p.cfg.EventSecret == "" {
		return errors.New("MARQUEE_EVENT_SECRET is not set: subgraphs know each other by it; `marquee keys` prints a fresh one")
	}
	if config.DatabaseURL(spec.Name) == "" {
		return fmt.Errorf("MARQUEE_DATABASE_%s_URL is not set", strings.ToUpper(spec.Name))
	}
	addresses, err := subgraphAddresses()
	if err != nil {
		return err
	}
	if c.Listen == "" {
		c.Listen = addresses[spec.Name].Host
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("address of %s (--listen): %w", spec.Name, err)
	}
	defer l.Close()
	if err := p.serveAdmin(ctx); err != nil {
		return err
	}
	if err := p.startRedis(ctx); err != nil {
		return err
	}
	i, err := service.New(ctx, spec, p.instanceConfig(config.DatabaseURL(spec.Name), key))
	if err != nil {
		return err
	}
	p.group.Add(spec.Name, i.Stop)
	if p.cfg.Demo {
		if err := i.Seed(ctx, demo.Generate(time.Now())); err != nil {
			return err
		}
	}
	if err := i.Start(ctx, remotes(addresses, i, p.cfg.EventSecret)); err != nil {
		return err
	}
	p.serve("server", l, subgraphHandler(i, p.cfg.EventSecret))
	fmt.Printf("Marquee %s is ready on %s\n", spec.Name, l.Addr())
	<-ctx.Done()
	return nil
}

// subgraphAddresses are the GraphQL addresses by subgraph: the supergraph's, or those of the environment.
func subgraphAddresses() (map[string]*url.URL, error) {
	sg, err := supergraph.Parse(schema.Supergraph, supergraph.Options{})
	if err != nil {
		return nil, err
	}
	out := map[string]*url.URL{}
	for _, g := range sg.Graphs {
		address := g.URL
		if u := config.SubgraphURL(g.Name); u != "" {
			address = u
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("MARQUEE_SUBGRAPH_%s_URL: %q is no address such as http://10.0.0.7:8101/graphql", strings.ToUpper(g.Name), address)
		}
		out[g.Name] = u
	}
	for _, s := range specs() {
		if out[s.Name] == nil {
			return nil, fmt.Errorf("the supergraph has no subgraph %q", s.Name)
		}
	}
	return out, nil
}

// remotes is the bus of a subgraph alone: itself in the process, the others over HTTP, each at the host of its GraphQL address.
func remotes(addresses map[string]*url.URL, self *service.Instance, secret string) bus.Direct {
	out := bus.Direct{self.Inbox()}
	for _, s := range specs() {
		if u := addresses[s.Name]; s.Name != self.Name {
			out = append(out, bus.NewRemote(u.Scheme+"://"+u.Host, secret))
		}
	}
	return out
}

func subgraphHandler(i *service.Instance, secret string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", i.GraphQL())
	mux.Handle("POST "+bus.Path, bus.Receive(secret, i.Inbox()))
	for pattern, h := range i.Routes {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if i.Ready(ctx) != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	return mux
}
