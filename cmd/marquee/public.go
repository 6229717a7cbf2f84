package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"marquee/router"
	"marquee/web"
)

// publicHandler is what people and clients reach: the API, the app, health, and the subgraphs' own public routes.
func publicHandler(p *platform, r *router.Router, routes map[string]http.Handler, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	api := r.Handler()
	mux.Handle("/graphql", api)
	mux.Handle("/healthz", api)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, request *http.Request) {
		ctx, cancel := context.WithTimeout(request.Context(), 2*time.Second)
		defer cancel()
		if err := ready(ctx); err != nil {
			p.log.WarnContext(ctx, "not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		api.ServeHTTP(w, request) // the router knows whether it is being stopped
	})
	for pattern, h := range routes {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_ = json.NewEncoder(w).Encode(map[string]any{"demo": p.cfg.Demo})
	})
	mux.Handle("/", web.Handler())
	return secure(mux)
}

// secure sets the headers that every answer carries.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		next.ServeHTTP(w, r)
	})
}
