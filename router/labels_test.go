package router

import (
	"slices"
	"testing"

	"marquee/router/supergraph"
)

func TestOverrideLabels(t *testing.T) {
	t.Parallel()
	labels := []string{"beta", "percent(0)", "percent(100)", "percent(40)", "percent(many)"}
	if got := overrideShares(labels, map[string]float64{"percent(40)": 100}); !slices.Equal(got, []float64{0, 0, 100, 100, 0}) {
		t.Errorf("%v", got)
	}
	s := &snapshot{sg: &supergraph.Supergraph{Labels: labels}, shares: overrideShares(labels, map[string]float64{"beta": 50})}
	seen := map[supergraph.Labels]bool{}
	for range 1000 {
		seen[s.drawLabels()] = true
	}
	// percent(100) always, beta now and then, percent(40) for a part of those, the others never.
	for _, want := range []supergraph.Labels{0b00100, 0b00101, 0b01101} {
		if !seen[want] {
			t.Errorf("%b never came", want)
		}
		delete(seen, want)
	}
	if len(seen) > 0 {
		t.Errorf("%v", seen)
	}
	if got := s.labelSet(s.labelNames(0b10101)); got != 0b10101 {
		t.Errorf("%b", got)
	}
	for _, bad := range []float64{-1, 101} {
		if (&Config{Overrides: map[string]float64{"beta": bad}}).checkOverrides() == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}
