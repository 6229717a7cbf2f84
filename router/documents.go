package router

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"marquee/router/front"
	"marquee/router/persisted"
)

// documents prepares what clients may name.
func (r *Router) documents() error {
	cfg := &r.cfg.Persisted
	d := &persisted.Documents{Only: cfg.Only, OnLookup: func(found bool) { r.metrics.lookup("persisted", found) }}
	if cfg.Manifest != "" {
		b, err := os.ReadFile(cfg.Manifest)
		if err != nil {
			return fmt.Errorf("router: %w", err)
		}
		r.loaded.manifest = b
		if d.Manifest, err = persisted.ReadManifest(b); err != nil {
			return fmt.Errorf("router: %s: %w", cfg.Manifest, err)
		}
	}
	if on(cfg.APQ) {
		if d.Store = cfg.Store; cfg.Store == nil {
			size := cfg.Bytes
			if size <= 0 {
				size = 16 << 20
			}
			m, err := persisted.NewMemory(size)
			if err != nil {
				return fmt.Errorf("router: persisted queries: %w", err)
			}
			d.Store = m
			if cfg.Redis != "" {
				shared, err := persisted.OpenRedis(cfg.Redis, m, persisted.RedisOptions{TTL: cfg.TTL, Timeout: cfg.RedisTimeout})
				if err != nil {
					return fmt.Errorf("router: persisted queries: %w", err)
				}
				d.Store, r.closing = shared, append(r.closing, shared)
			}
		}
	}
	if err := d.Init(); err != nil {
		return fmt.Errorf("router: %w", err)
	}
	r.persisted.Store(d)
	return nil
}

func named(p *front.Params) persisted.Request {
	return persisted.Request{Text: p.Query, ID: p.DocumentID, Hash: p.Hash}
}

// nameless words why there is no document.
func (r *Router) nameless(ctx context.Context, err error) *front.Failure {
	var pe *persisted.Error
	if !errors.As(err, &pe) {
		return r.internal(ctx, err)
	}
	if _, plain := err.(*persisted.Error); !plain { //nolint:errorlint // whether there is more to it
		r.cfg.Log.WarnContext(ctx, "persisted query not found", "error", err)
	}
	return front.Fail(http.StatusBadRequest, pe.Code, pe.Message)
}
