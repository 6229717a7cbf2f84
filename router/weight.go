package router

import "marquee/router/plan"

// plainPlan is the size of a plan that counts as one in the cache of plans, in bytes; larger ones count as several.
const plainPlan = 32 << 10

// weight is how many plans a cached plan counts as, 1 or more.
func (p *planned) weight(key string) uint32 {
	return uint32(1 + min((len(key)+size(p.plan))/plainPlan, 1<<20)) //nolint:gosec // bounded
}

// heavy says whether the plan is too large to be kept with every document that leads to it, besides the cache of plans.
func (b *bound) heavy() bool { return len(b.key)+size(b.plan) > 4*plainPlan }

// size estimates the bytes a plan holds on to: its texts, and about as much per place as its nodes take.
func size(p *plan.Plan) int {
	if p == nil {
		return 0
	}
	n := 200 * len(p.Sites)
	for i := range p.Fetches {
		n += 500 + 10*len(p.Fetches[i].Operation)
	}
	if p.Projection == nil {
		return n
	}
	for _, v := range p.Projection.Variants {
		for i := range v.Fields {
			n += len(v.Fields[i].Raw)
		}
	}
	return n
}
