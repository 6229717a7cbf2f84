package planner

import (
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// CheckPlan checks what must hold of every plan.
func CheckPlan(t testingT, sg *supergraph.Supergraph, p *plan.Plan) { checkPlan(t, sg, p, 0) }
