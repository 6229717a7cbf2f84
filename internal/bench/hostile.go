package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"marquee/router"
	"marquee/router/hostile"
)

// hostileRounds is how often each request is sent to a router that has not seen it; the least CPU time counts.
const hostileRounds = 3

// hostileDocuments sends the corpus of hostile requests to a router with the default settings and takes the CPU time of
// the whole process for each: client, HTTP, router and subgraphs. What is planned, and refused or not by the planner's
// budgets, has a row of its own. The baseline parses and validates the same documents with gqlparser's default rules.
func hostileDocuments(ctx context.Context, _ *stack) ([]row, error) {
	type worst struct {
		cpu  time.Duration
		name string
	}
	least := map[string]time.Duration{}
	planned := map[string]bool{}
	longest := 0
	for range hostileRounds {
		r, err := router.New(ctx, hostileConfig())
		if err != nil {
			return nil, err
		}
		srv := httptest.NewServer(r.Handler())
		for _, c := range hostile.Cases() {
			before := processCPU()
			status, code, n, err := hostileRequest(ctx, srv.URL+"/graphql", c)
			took := processCPU() - before
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.Name, err)
			}
			if old, ok := least[c.Name]; !ok || took < old {
				least[c.Name] = took
			}
			if status >= 400 {
				longest = max(longest, n)
			}
			planned[c.Name] = status == http.StatusOK || strings.HasPrefix(code, "QUERY_PLAN")
		}
		srv.Close()
		if err := r.Shutdown(ctx); err != nil {
			return nil, err
		}
	}
	var refused, costly, base worst
	for name, cpu := range least {
		to := &refused
		if planned[name] {
			to = &costly
		}
		if cpu > to.cpu {
			*to = worst{cpu, name}
		}
	}
	baseline, err := hostileBaseline()
	if err != nil {
		return nil, err
	}
	for name, cpu := range baseline {
		if cpu > base.cpu {
			base = worst{cpu, name}
		}
	}
	text := func(w worst) string { return fmt.Sprintf("%.1f ms (%s)", w.cpu.Seconds()*1e3, w.name) }
	ms := func(w worst) float64 { return w.cpu.Seconds() * 1e3 }
	return []row{
		{"hostile documents: worst CPU-ms, refused before planning", text(refused), text(base), "gqlparser validator alone", times(ms(refused), ms(base))},
		{"hostile documents: worst CPU-ms, planned or executed", text(costly), text(base), "gqlparser validator alone", times(ms(costly), ms(base))},
		{"hostile documents: longest refusal", fmt.Sprintf("%d bytes", longest), "8192 bytes", "goal", times(float64(longest), 8192)},
	}, nil
}

func hostileConfig() router.Config {
	cfg := router.Config{SDL: hostile.Supergraph(), Handlers: map[string]http.Handler{}}
	for g := range hostile.Graphs {
		cfg.Handlers[fmt.Sprintf("g%d", g)] = hostile.Subgraph()
	}
	return cfg
}

// hostileRequest returns the status, the first error's code and the length of the answer.
func hostileRequest(ctx context.Context, url string, c hostile.Case) (status int, code string, length int, err error) {
	res, body, err := hostilePost(ctx, url, c.Body)
	if err != nil {
		return 0, "", 0, err
	}
	if _, rest, ok := strings.Cut(body, `"extensions":{"code":"`); ok {
		code, _, _ = strings.Cut(rest, `"`)
	}
	if res >= http.StatusInternalServerError {
		return res, code, 0, errors.New(body)
	}
	return res, code, len(body), nil
}

func hostilePost(ctx context.Context, url string, body []byte) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", err
	}
	return res.StatusCode, string(b), nil
}

// hostileBaseline measures gqlparser's parser and rules, in this process, over the documents of the corpus.
func hostileBaseline() (map[string]time.Duration, error) {
	r, err := router.New(context.Background(), hostileConfig())
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Shutdown(context.Background()) }()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: r.SDL()})
	if err != nil {
		return nil, err
	}
	least := map[string]time.Duration{}
	for range hostileRounds {
		for _, c := range hostile.Cases() {
			if c.Query == "" {
				continue
			}
			before := processCPU()
			if doc, err := parser.ParseQuery(&ast.Source{Input: c.Query}); err == nil {
				_ = validator.ValidateWithRules(schema, doc, rules.NewDefaultRules())
			}
			took := processCPU() - before
			if old, ok := least[c.Name]; !ok || took < old {
				least[c.Name] = took
			}
		}
	}
	return least, nil
}

func processCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
