package planner

import (
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// CheckPlan checks what must hold of every plan.
func CheckPlan(t testingT, sg *supergraph.Supergraph, p *plan.Plan) { checkPlan(t, sg, p, 0) }

// FullSchema adds what every supergraph starts with.
func FullSchema(graphs, schema string) string { return fullSchema(graphs, schema) }
