package router

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/maypok86/otter/v2"

	"marquee/router/access"
	"marquee/router/cost"
	"marquee/router/executor"
	"marquee/router/plan"
	"marquee/router/planner"
	"marquee/router/supergraph"
	"marquee/router/transport"
)

// snapshot is everything that belongs to one supergraph. It is immutable but for
// its caches; a reload makes a new one, and requests finish on the one they
// began with.
type snapshot struct {
	version string // of the SDL: 16 hexadecimal digits
	sg      *supergraph.Supergraph
	access  *access.Rules
	cost    *cost.Model // nil: costs are off
	planner *planner.Planner
	exec    *executor.Executor
	table   transport.Table
	used    map[string]bool // transports, for subgraphs.retire
	shares  []float64       // of requests for which each of sg.Labels is active, in percent

	documents *otter.Cache[documentKey, *document]
	plans     *otter.Cache[string, *planned]
	planning  chan struct{} // bounds the plans made at once
}

// documentKey finds a document by the text as the client sent it.
type documentKey struct{ query, operation string }

// documentOverhead is a rough size of what a cached document costs besides its
// text, in bytes; a tree of nodes costs about twenty times its text.
const (
	documentOverhead = 2 << 10
	documentFactor   = 20
)

func (r *Router) newSnapshot(sdl string) (*snapshot, error) {
	sg, err := supergraph.Parse(sdl, supergraph.Options{Enforced: access.Features})
	if err != nil {
		return nil, err
	}
	table, used, err := r.subgraphs.table(sg)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(sdl))
	s := &snapshot{
		version: hex.EncodeToString(sum[:8]), sg: sg, access: access.New(sg), planner: planner.New(sg, planner.Options{Eager: r.cfg.EagerFetches}), table: table, used: used,
		shares:   overrideShares(sg.Labels, r.cfg.Overrides),
		planning: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)),
	}
	if r.cfg.Cost.Mode != costOff {
		s.cost = cost.New(sg, r.cfg.Cost.options())
	}
	var extensions []string // nil, not empty, passes on all but stack traces
	if len(r.cfg.Errors.Extensions) > 0 {
		extensions = r.cfg.Errors.Extensions
	}
	s.exec = executor.New(executor.Options{
		Transport: table, MaskMessages: r.cfg.Errors.Mask, Extensions: extensions, ServiceName: r.cfg.Errors.ServiceName,
		Timeout: r.cfg.Timeout, KeepHeaders: len(r.subgraphs.headers.answers) > 0, MaxContextValues: contextValues(r.cfg.Limits.ContextValues),
		OnFailure: func(ctx context.Context, subgraph string, err error) {
			r.cfg.Log.WarnContext(ctx, "request to subgraph failed", "subgraph", subgraph, "error", err)
		},
	})
	if s.documents, err = otter.New(&otter.Options[documentKey, *document]{
		MaximumWeight: uint64(r.cfg.Cache.Documents), //nolint:gosec // positive by defaults
		Weigher: func(k documentKey, _ *document) uint32 {
			return uint32(min(len(k.query), 1<<20)*documentFactor + documentOverhead) //nolint:gosec // bounded
		},
	}); err != nil {
		return nil, fmt.Errorf("router: document cache: %w", err)
	}
	if s.plans, err = otter.New(&otter.Options[string, *planned]{
		MaximumWeight: uint64(r.cfg.Cache.Plans), //nolint:gosec // positive by defaults
		Weigher:       func(key string, p *planned) uint32 { return p.weight(key) },
	}); err != nil {
		return nil, fmt.Errorf("router: plan cache: %w", err)
	}
	return s, nil
}

// planned is a cached plan, or why there is none.
type planned struct {
	plan  *plan.Plan
	id    uint64
	err   error
	until time.Time // how long err is believed
}

// contextValues makes "no limit" of a negative number.
func contextValues(n int) int {
	if n < 0 {
		return math.MaxInt
	}
	return n
}
