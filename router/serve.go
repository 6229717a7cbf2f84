package router

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"marquee/router/server"
)

// Serve answers on cfg.Listen (and metrics on cfg.MetricsListen) until ctx ends,
// then drains: readiness fails, after DrainDelay the listener closes,
// subscriptions are ended, requests in flight are waited for up to DrainTimeout.
// ready, if not nil, is told the address in use.
func (r *Router) Serve(ctx context.Context, ready func(addr string)) error {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", r.cfg.Listen)
	if err != nil {
		return fmt.Errorf("router: %w", err)
	}
	servers := []listening{r.Server(r.Handler())}
	listeners := []net.Listener{ln}
	if r.cfg.MetricsListen != "" {
		ml, err := lc.Listen(ctx, "tcp", r.cfg.MetricsListen)
		if err != nil {
			_ = ln.Close()
			return fmt.Errorf("router: metrics: %w", err)
		}
		from := r.cfg.Gatherer
		if from == nil {
			from = prometheus.DefaultGatherer
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(from, promhttp.HandlerOpts{}))
		if r.cfg.Profiling {
			mux.HandleFunc("GET /debug/pprof/", pprof.Index)
			mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		}
		servers = append(servers, &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute})
		listeners = append(listeners, ml)
	}
	g, gctx := errgroup.WithContext(ctx)
	for i, s := range servers {
		g.Go(func() error {
			if err := s.Serve(listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	g.Go(func() error {
		<-gctx.Done()
		return r.drain(context.WithoutCancel(ctx), servers)
	})
	r.cfg.Log.InfoContext(ctx, "router is listening", "address", ln.Addr().String())
	if ready != nil {
		ready(ln.Addr().String())
	}
	return g.Wait()
}

func (r *Router) drain(ctx context.Context, servers []listening) error {
	r.Drain()
	if r.cfg.DrainDelay > 0 {
		time.Sleep(r.cfg.DrainDelay)
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.DrainTimeout)
	defer cancel()
	var g errgroup.Group
	// Streams are requests to the server: both must end for either to.
	g.Go(func() error { return r.front.Shutdown(ctx) })
	for _, s := range servers {
		g.Go(func() error { return s.Shutdown(ctx) })
	}
	err := g.Wait()
	return errors.Join(err, r.Shutdown(ctx)) // what requests in flight needed
}

// listening is an HTTP server.
type listening interface {
	Serve(l net.Listener) error
	Shutdown(ctx context.Context) error
}

// Server returns an HTTP server for a handler that holds the Router's, with the
// GraphQL endpoint at its configured path taking the short way of package server.
func (r *Router) Server(h http.Handler) *server.Server {
	return server.New(server.Options{Handler: h, Path: r.cfg.Path, MaxBody: int(min(r.cfg.Limits.Body, 1<<20)), Log: r.cfg.Log})
}
