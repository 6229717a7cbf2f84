package router

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"marquee/router/front"
	"marquee/router/supergraph"
)

// overrideShares are the shares of requests, in percent, for which the override
// labels of a supergraph are active: what is set, else n for percent(n), else 0.
func overrideShares(labels []string, set map[string]float64) []float64 {
	shares := make([]float64, len(labels))
	for i, l := range labels {
		if share, ok := set[l]; ok {
			shares[i] = share
		} else if n, ok := strings.CutPrefix(l, "percent("); ok {
			// Anything else in the parentheses is a label of the author's own.
			shares[i], _ = strconv.ParseFloat(strings.TrimSuffix(n, ")"), 64)
		}
	}
	return shares
}

// drawLabels decides which labels are active for a request, by one draw for all:
// whatever is active for 5 % of requests is so for the same that a label for
// 10 % is active for. So n shares make n+1 different plans of an operation and
// not 2ⁿ.
func (s *snapshot) drawLabels() supergraph.Labels {
	var active supergraph.Labels
	draw := rand.Float64() * 100 //nolint:gosec // a share of requests, not a secret
	for i, share := range s.shares {
		if draw < share {
			active |= 1 << i
		}
	}
	return active
}

// activeLabels decides which of the labels that an operation's plan depends on
// are active for a request.
func (r *Router) activeLabels(ctx context.Context, s *snapshot, relevant supergraph.Labels, c *front.Caller) (supergraph.Labels, error) {
	if relevant == 0 {
		return 0, nil
	}
	active := s.drawLabels() & relevant
	if r.cfg.OverrideLabels == nil {
		return active, nil
	}
	asked := slices.DeleteFunc(s.labelNames(relevant), func(name string) bool { return strings.HasPrefix(name, "percent(") })
	if len(asked) == 0 {
		return active, nil
	}
	more, err := r.cfg.OverrideLabels(ctx, c.Subject, asked)
	if err != nil {
		return 0, fmt.Errorf("deciding override labels: %w", err)
	}
	return active | s.labelSet(more)&s.labelSet(asked), nil
}

// labelNames and labelSet translate between the sets of two supergraphs.
func (s *snapshot) labelNames(active supergraph.Labels) []string {
	var names []string
	for i, name := range s.sg.Labels {
		if active&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (s *snapshot) labelSet(names []string) supergraph.Labels {
	var active supergraph.Labels
	for i, name := range s.sg.Labels {
		if slices.Contains(names, name) {
			active |= 1 << i
		}
	}
	return active
}

func (c *Config) checkOverrides() error {
	for name, share := range c.Overrides {
		if !(share >= 0 && share <= 100) {
			return fmt.Errorf("router configuration: override_labels: %q: %v is not a percentage", name, share)
		}
	}
	return nil
}
