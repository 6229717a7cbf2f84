package executor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"marquee/router/executor"
	"marquee/router/plan"
	"marquee/router/transport"
)

// diamondPlan has root fetches into slots a, b, c, d of the root object with
// the given dependencies.
func diamondPlan(kind plan.Kind, deps [][]int) *plan.Plan {
	p := &plan.Plan{Kind: kind, Types: []string{""}, Sites: []plan.Site{{Parent: plan.NoSite, Slots: len(deps), Type: "Query"}}}
	var fields []plan.SelField
	for i, d := range deps {
		key := string(rune('a' + i))
		p.Fetches = append(p.Fetches, plan.Fetch{
			ID: i, Subgraph: key, OperationKind: kind, Deps: d, Operation: kind.String() + "{" + key + "}",
			Root: &plan.Shape{Fields: []plan.ShapeField{bind(key, i, key)}},
		})
		fields = append(fields, leaf(key, i, named("Int", false), plan.LeafInt))
	}
	p.Projection = selectAll(fields...)
	return p
}

// do is a Transport of one function.
type do func(ctx context.Context, r *transport.Request) (*transport.Response, error)

func (f do) Do(ctx context.Context, r *transport.Request) (*transport.Response, error) {
	return f(ctx, r)
}

func (do) Subscribe(context.Context, *transport.Request) (transport.Stream, error) {
	return nil, errors.New("no streams here")
}

// after answers {"data":{<subgraph>:<ms>}} after the subgraph's delay.
func after(delay map[string]time.Duration) do {
	return func(ctx context.Context, r *transport.Request) (*transport.Response, error) {
		select {
		case <-time.After(delay[r.Subgraph]):
			return ok(fmt.Sprintf(`{"data":{%q:%d}}`, r.Subgraph, delay[r.Subgraph]/time.Millisecond)), nil
		case <-ctx.Done():
			return nil, &transport.Error{Code: transport.CodeCancelled, Err: ctx.Err()}
		}
	}
}

func TestFetchesStartWhenTheirOwnDependenciesAreDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// a (10 ms) → c (100 ms); b (90 ms) → d (10 ms). In waves this takes
		// 190 ms; c must not wait for b.
		x := executor.New(executor.Options{Transport: after(map[string]time.Duration{
			"a": 10 * time.Millisecond, "b": 90 * time.Millisecond, "c": 100 * time.Millisecond, "d": 10 * time.Millisecond,
		})})
		start := time.Now()
		_, got := run(x, diamondPlan(plan.Query, [][]int{nil, nil, {0}, {1}}))
		if took := time.Since(start); took != 110*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if got != `{"data":{"a":10,"b":90,"c":100,"d":10}}` {
			t.Error(got)
		}
	})
}

func TestDeadlineKeepsWhatCame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := executor.New(executor.Options{Timeout: 50 * time.Millisecond, Transport: after(map[string]time.Duration{
			"a": 10 * time.Millisecond, "b": time.Hour, "c": 10 * time.Millisecond, "d": 10 * time.Millisecond,
		})})
		start := time.Now()
		res, got := run(x, diamondPlan(plan.Query, [][]int{nil, nil, {0}, {1}}))
		if time.Since(start) != 50*time.Millisecond || string(res.Data) != `{"a":10,"b":null,"c":10,"d":null}` {
			t.Errorf("%s after %v", got, time.Since(start))
		}
		if len(res.Errors) != 2 || res.Errors[0].Code() != executor.CodeDeadline || res.Errors[1].Code() != executor.CodeDeadline {
			t.Error(got)
		}
	})
}

func TestCancelledQueryStopsButSentMutationIsAwaited(t *testing.T) {
	t.Parallel()
	for _, kind := range []plan.Kind{plan.Query, plan.Mutation} {
		synctest.Test(t, func(t *testing.T) {
			var order []string
			delays := after(map[string]time.Duration{"a": 20 * time.Millisecond, "b": 20 * time.Millisecond})
			x := executor.New(executor.Options{Transport: do(func(ctx context.Context, r *transport.Request) (*transport.Response, error) {
				order = append(order, r.Subgraph)
				return delays(ctx, r)
			})})
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(10*time.Millisecond, cancel)
			res := x.Execute(ctx, &executor.Request{Plan: diamondPlan(kind, [][]int{nil, {0}})})
			want := `{"a":null,"b":null}`
			if kind == plan.Mutation {
				want = `{"a":20,"b":null}`
			}
			if string(res.Data) != want || strings.Join(order, "") != "a" || res.Errors[0].Code() != executor.CodeCancelled {
				t.Errorf("%v: %s, requests %v", kind, res.AppendJSON(nil), order)
			}
		})
	}
}

func TestMutationsRunInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var order []string
		delays := after(map[string]time.Duration{"a": 30 * time.Millisecond, "b": 20 * time.Millisecond, "c": time.Millisecond})
		x := executor.New(executor.Options{Transport: do(func(ctx context.Context, r *transport.Request) (*transport.Response, error) {
			if r.Kind != transport.Mutation {
				t.Error("not sent as a mutation")
			}
			res, err := delays(ctx, r)
			order = append(order, r.Subgraph)
			return res, err
		})})
		if _, got := run(x, diamondPlan(plan.Mutation, [][]int{nil, {0}, {1}})); got != `{"data":{"a":30,"b":20,"c":1}}` || strings.Join(order, "") != "abc" {
			t.Errorf("%s in order %v", got, order)
		}
	})
}

func TestPanicsBecomeErrors(t *testing.T) {
	t.Parallel()
	noted := make(chan error, 1)
	x := executor.New(executor.Options{
		OnFailure: func(_ context.Context, _ string, err error) { noted <- err },
		Transport: do(func(_ context.Context, r *transport.Request) (*transport.Response, error) {
			if r.Subgraph == "b" {
				panic("secret")
			}
			return ok(`{"data":{"` + r.Subgraph + `":1}}`), nil
		}),
	})
	res, got := run(x, diamondPlan(plan.Query, [][]int{nil, nil, {0, 1}}))
	if string(res.Data) != `{"a":1,"b":null,"c":1}` || len(res.Errors) != 1 || res.Errors[0].Code() != executor.CodeInternal || strings.Contains(got, "secret") {
		t.Error(got)
	}
	if err := <-noted; !strings.Contains(err.Error(), "secret") {
		t.Errorf("the log does not tell: %v", err)
	}
	// A projection over a slot that does not exist.
	p := diamondPlan(plan.Query, [][]int{nil})
	p.Projection.Variants[0].Fields[0].Slot = 1 << 20
	if res, got := run(x, p); string(res.Data) != "null" || res.Errors[0].Code() != executor.CodeInternal {
		t.Error(got)
	}
	if err := <-noted; err == nil {
		t.Error("the log is told of no error")
	}
}

func TestConcurrentRequestsDoNotMix(t *testing.T) {
	t.Parallel()
	mono, _, x := shop(executor.Options{})
	want := marshal(t, mono.Execute(shopQuery, "", nil))
	p := shopPlan()
	done := make(chan string)
	const n = 16
	for range n {
		go func() {
			bad := ""
			for range 10 {
				res := x.Execute(context.Background(), &executor.Request{Plan: p})
				if got := string(res.AppendJSON(nil)); got != want {
					bad = got
				}
				res.Release()
			}
			done <- bad
		}()
	}
	for range n {
		if bad := <-done; bad != "" {
			t.Errorf("got %s", bad)
		}
	}
}
