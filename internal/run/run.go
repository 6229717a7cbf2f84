// Package run owns what lives as long as the process: parts are started in order and stopped in the reverse order, once.
package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Group is a stack of things to stop.
type Group struct {
	mu    sync.Mutex
	parts []part
}

type part struct {
	name string
	stop func(context.Context) error
}

// Add puts a started part on the stack.
func (g *Group) Add(name string, stop func(context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.parts = append(g.parts, part{name, stop})
}

// Stop stops all parts, last started first, and returns all their errors. Every part is stopped even if another fails; a second call
// finds nothing left to do.
func (g *Group) Stop(ctx context.Context) error {
	g.mu.Lock()
	parts := g.parts
	g.parts = nil
	g.mu.Unlock()
	var failed error
	for i := len(parts) - 1; i >= 0; i-- {
		if err := parts[i].stop(ctx); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", parts[i].name, err))
		}
	}
	return failed
}
