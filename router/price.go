package router

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"marquee/router/executor"
	"marquee/router/front"
)

// The codes of operations that are refused for their cost.
const (
	CodeCost    = "COST_LIMIT"        // it is estimated to cost more than Cost.Max
	CodeSlicing = "SLICING_ARGUMENTS" // not exactly one of the arguments of a list, where @listSize demands that
)

// dear says whether an operation is certain to be refused: it need not be planned.
func (r *Router) dear(b *bound, vars map[string]json.RawMessage) bool {
	if b.cost == nil || r.cfg.Cost.Mode != costEnforce || r.cfg.Cost.Max < 0 {
		return false
	}
	n, _ := b.cost.Estimate(vars)
	return n > r.cfg.Cost.Max
}

// price estimates what an operation costs, and refuses what may not be asked.
// vars are the client's, without lifted literals.
func (r *Router) price(b *bound, vars map[string]json.RawMessage) (int64, *front.Failure) {
	if b.cost == nil {
		return 0, nil
	}
	n, problem := b.cost.Estimate(vars)
	r.metrics.cost.Observe(float64(n))
	set := &r.cfg.Cost
	switch {
	case set.Mode != costEnforce:
	case problem != nil:
		return n, front.Fail(http.StatusBadRequest, CodeSlicing, problem.Error())
	case set.Max >= 0 && n > set.Max:
		f := front.Fail(http.StatusBadRequest, CodeCost, fmt.Sprintf("The operation costs %d, the limit is %d.", n, set.Max))
		f.Errors[0].Extensions = []front.Extension{{Key: "cost", Value: r.costs(n, -1)}}
		return n, f
	}
	return n, nil
}

// costs is extensions.cost; a negative actual is not known.
func (r *Router) costs(estimated, actual int64) json.RawMessage {
	b := append(make([]byte, 0, 48), `{"estimated":`...)
	b = strconv.AppendInt(b, estimated, 10)
	if r.cfg.Cost.Max >= 0 {
		b = append(b, `,"max":`...)
		b = strconv.AppendInt(b, r.cfg.Cost.Max, 10)
	}
	if actual >= 0 {
		b = append(b, `,"actual":`...)
		b = strconv.AppendInt(b, actual, 10)
	}
	return append(b, '}')
}

// account counts what an answer has cost and tells the client, if that is wanted.
func (o *planRun) account(res *executor.Response) {
	set := &o.router.cfg.Cost
	if o.bound.cost == nil || (!set.Expose && !set.Actual) {
		return
	}
	actual := int64(-1)
	if set.Actual {
		actual = o.snap.cost.Actual(o.bound.norm, o.vars, res.Data)
		o.router.metrics.actual.Observe(float64(actual))
	}
	if set.Expose {
		res.Extensions = append(res.Extensions, executor.Extension{Key: "cost", Value: o.router.costs(o.cost, actual)})
	}
}
