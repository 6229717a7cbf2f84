//go:build !race

package executor

import "testing"

// TestAllocationBudget: parsing and projecting allocate nothing once the
// memory is there, and a whole request only a few small things.
func TestAllocationBudget(t *testing.T) {
	body, p := feed()
	x := New(Options{Transport: canned(body)})
	req := &Request{Plan: p}
	n := testing.AllocsPerRun(100, func() { x.Execute(ctxBackground, req).Release() })
	if n > 12 {
		t.Errorf("%v allocations per request", n)
	}
}
