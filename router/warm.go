package router

import (
	"context"
	"encoding/json"
	"maps"
	"runtime"
	"sync"
	"time"

	"marquee/router/access"
	"marquee/router/front"
)

// recipe is what a bound operation is planned from, besides its document.
type recipe struct {
	conditions map[string]json.RawMessage // the variables it may depend on
	labels     []string                   // active override labels
	who        *access.Caller             // nil: no access rules
}

// conditions keeps the variables that a plan can depend on: Booleans.
func conditions(vars map[string]json.RawMessage) map[string]json.RawMessage {
	var kept map[string]json.RawMessage
	for name, v := range vars {
		if s := string(v); s == "true" || s == "false" {
			if kept == nil {
				kept = map[string]json.RawMessage{}
			}
			kept[name] = v
		}
	}
	return kept
}

// warm parses and plans on a new snapshot the operations that were used most on
// the old one, as many as fit into the time for it. Requests are answered by the
// old one meanwhile.
func (r *Router) warm(old, s *snapshot) {
	set := &r.cfg.Reload
	if set.WarmOperations <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), set.WarmTime)
	defer cancel()
	begun, n := time.Now(), 0
	turns := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))
	var wg sync.WaitGroup
	for entry := range old.documents.Hottest() {
		if n == set.WarmOperations || ctx.Err() != nil {
			break
		}
		if entry.Value.op == nil {
			continue
		}
		n++
		turns <- struct{}{}
		wg.Go(func() {
			r.warmDocument(ctx, s, entry.Key, entry.Value)
			<-turns
		})
	}
	wg.Wait()
	r.cfg.Log.Info("operations planned on the new supergraph", "operations", n, "seconds", time.Since(begun).Seconds())
}

func (r *Router) warmDocument(ctx context.Context, s *snapshot, key documentKey, used *document) {
	doc, f := r.document(ctx, s, &front.Params{Query: key.query, OperationName: key.operation})
	if f != nil {
		return
	}
	used.mu.Lock()
	all := make([]recipe, 0, len(used.bound))
	for _, b := range used.bound {
		all = append(all, b.recipe)
	}
	used.mu.Unlock()
	for _, how := range all {
		if ctx.Err() != nil {
			return
		}
		vars := maps.Clone(how.conditions)
		if vars == nil {
			vars = map[string]json.RawMessage{}
		}
		labels := s.labelSet(how.labels)
		if s.access.Empty() {
			r.bind(ctx, s, doc, vars, labels, nil)
		} else if who := how.who; who != nil {
			r.bind(ctx, s, doc, vars, labels, s.access.Grant(*who))
		} else {
			r.bind(ctx, s, doc, vars, labels, s.access.Grant(access.Caller{}))
		}
	}
}
