package router

import (
	"context"

	"marquee/router/executor"
	"marquee/router/front"
)

// planHeader asks for the plan of a request: "include" adds it to the answer as
// extensions.queryPlan, "only" answers with nothing else and executes nothing. It
// is heard if Config.QueryPlan is set. See plan.Outline for its form.
const planHeader = "X-Query-Plan"

// wantsPlan says what the caller asks about the plan: "", "include" or "only".
func (o *planRun) wantsPlan(c *front.Caller) string {
	if !o.router.cfg.QueryPlan {
		return ""
	}
	switch v := c.Presented[planHeader]; v {
	case "include", "only":
		return v
	}
	return ""
}

// showPlan answers with the plan. What is executed is not shared with others, whose
// answers have none.
func (o *planRun) showPlan(ctx context.Context, c *front.Caller, how string) (front.Result, *front.Failure) {
	res := &executor.Response{Data: []byte("null")}
	if how == "include" {
		leave, f := c.Admit(ctx, o.Kind())
		if f != nil {
			return front.Result{}, f
		}
		defer leave()
		res = o.snap.exec.Execute(ctx, o.request(c))
		o.account(res)
	}
	res.Extensions = append(res.Extensions, executor.Extension{Key: "queryPlan", Value: o.bound.plan.Outline().AppendJSON(nil)})
	return encode(res, c.TraceID), nil
}
