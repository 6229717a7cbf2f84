package oracle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"marquee/router/executor"
	"marquee/router/operation"
	"marquee/router/oracle"
	"marquee/router/plan"
	"marquee/router/planner"
	"marquee/router/supergraph"
	"marquee/router/transport"
)

// router is the part of the router behind the front: document to answer.
type router struct {
	sg      *supergraph.Supergraph
	planner *planner.Planner
	access  operation.Access // nil allows all
}

func newRouter(t *testing.T, sdl string) *router {
	t.Helper()
	sg, err := supergraph.Parse(sdl, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &router{sg: sg, planner: planner.New(sg, planner.Options{MaxWall: 10 * time.Second})}
}

// plan turns a document into a plan and the variables to run it with.
func (r *router) plan(query string, variables map[string]any) (*plan.Plan, map[string]json.RawMessage, error) {
	doc, errs := operation.Parse(r.sg, query, operation.Limits{})
	if len(errs) > 0 {
		return nil, nil, errs
	}
	op, e := doc.Operation("")
	if e != nil {
		return nil, nil, e
	}
	given, err := json.Marshal(variables)
	if err != nil {
		return nil, nil, err
	}
	vars, errs := op.Coerce(given)
	if len(errs) > 0 {
		return nil, nil, errs
	}
	normal, e := op.NormaliseFor(vars, 0, r.access)
	if e != nil {
		return nil, nil, e
	}
	p, err := r.planner.Plan(normal)
	for name, v := range normal.Literals {
		vars[name] = v
	}
	return p, vars, err
}

func (r *router) execute(f *oracle.Federation, query string, variables map[string]any) (*executor.Response, *plan.Plan, error) {
	p, vars, err := r.plan(query, variables)
	if err != nil {
		return nil, nil, err
	}
	x := executor.New(executor.Options{Transport: f, MaxErrors: 10_000})
	return x.Execute(context.Background(), &executor.Request{Plan: p, Variables: vars}), p, nil
}

// data is the "data" of an answer as text.
func data(t *rapid.T, answer *oracle.Answer) string {
	b, err := json.Marshal(answer.Data)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRouterEqualsMonolith: whatever a client asks, the router's data is the
// monolith's, byte by byte, and it reports errors if the monolith does.
func TestRouterEqualsMonolith(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		r := newRouter(t, f.Supergraph())
		for _, kind := range []ast.Operation{ast.Query, ast.Mutation} {
			if kind == ast.Mutation && oracle.NewMonolith(f.API(), f.Fill(0, 0, 0)).Schema().Mutation == nil {
				continue
			}
			t.Run(f.Name+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) { compare(t, r, f, kind) })
			})
		}
	}
}

func compare(t *rapid.T, r *router, f *oracle.Fixture, kind ast.Operation) {
	seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
	nulls := float64(rapid.IntRange(0, 4).Draw(t, "nulls")) / 10
	fails := max(0, float64(rapid.IntRange(0, 4).Draw(t, "fails"))-2) / 20
	mono := oracle.NewMonolith(f.API(), f.Fill(seed, nulls, fails))
	fed := oracle.NewFederation(f.Fill(seed, nulls, fails), f.Subgraphs())
	gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values, Depth: rapid.IntRange(1, 5).Draw(t, "depth")}
	query, vars := gen.Draw(t, kind)
	res, p, err := r.execute(fed, query, vars)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	want := mono.Execute(query, "", vars)
	got := res.AppendJSON(nil)
	failed := len(want.Errors) > 0 && len(res.Errors) == 0 || fails == 0 && len(want.Errors) == 0 && len(res.Errors) > 0
	if text := data(t, want); string(res.Data) != text || failed {
		t.Fatalf("%s\n got %s\nwant %s (%d errors)\n%s\n%s", query, got, text, len(want.Errors), p, strings.Join(fed.Requests(), "\n"))
	}
	if err := mono.Conform(got, query, "", vars); err != nil {
		t.Fatalf("%s\n%v\n%s", query, err, got)
	}
	if reason := seenTwice(fed.Requests()); reason != "" {
		t.Fatalf("%s\n%s\n%s", query, reason, p)
	}
}

// TestEventsEqualTheMonoliths: the same for every event of a subscription.
func TestEventsEqualTheMonoliths(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		if f.Events == nil {
			continue
		}
		r := newRouter(t, f.Supergraph())
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { compareEvents(t, r, f) })
		})
	}
}

func compareEvents(t *rapid.T, r *router, f *oracle.Fixture) {
	seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
	g := f.Fill(seed, 0.2, 0)
	mono := oracle.NewMonolith(f.API(), g)
	fed := oracle.NewFederation(g, f.Subgraphs())
	fed.Events = f.Events(g)
	gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values}
	query, vars := gen.Draw(t, ast.Subscription)
	p, raw, err := r.plan(query, vars)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	ctx := context.Background()
	events, err := executor.New(executor.Options{Transport: fed}).Subscribe(ctx, &executor.Request{Plan: p, Variables: raw})
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	defer func() { _ = events.Close() }()
	for _, e := range fed.Events {
		res, err := events.Next(ctx)
		if err != nil {
			t.Fatalf("%s\n%v", query, err)
		}
		want := mono.ExecuteEvent(query, vars, e)
		if text := data(t, want); string(res.Data) != text || (len(want.Errors) > 0) != (len(res.Errors) > 0) {
			t.Fatalf("%s\n got %s\nwant %s\n%s", query, res.AppendJSON(nil), text, p)
		}
	}
	if _, err := events.Next(ctx); !errors.Is(err, io.EOF) {
		t.Fatalf("after the last event: %v", err)
	}
}

// seenTwice names a request that was sent twice: a plan never needs that, but
// for mutations that say the same thing twice.
func seenTwice(requests []string) string {
	seen := map[string]bool{}
	for _, r := range requests {
		if strings.Contains(r, `"query":"mutation`) {
			return ""
		}
		if seen[r] {
			return "sent twice: " + r
		}
		seen[r] = true
	}
	return ""
}

// TestFaultySubgraphs: whatever subgraphs answer, the router's answer obeys the
// specification and names an error where it is not whole.
func TestFaultySubgraphs(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		r := newRouter(t, f.Supergraph())
		var names []string
		for name := range f.Subgraphs() {
			names = append(names, name)
		}
		sort.Strings(names)
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { breakOne(t, r, f, names) })
		})
	}
}

func breakOne(t *rapid.T, r *router, f *oracle.Fixture, names []string) {
	seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
	mono := oracle.NewMonolith(f.API(), f.Fill(seed, 0.1, 0))
	fed := oracle.NewFederation(f.Fill(seed, 0.1, 0), f.Subgraphs())
	gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values}
	query, vars := gen.Draw(t, ast.Query)
	broken := rapid.SampledFrom(names).Draw(t, "broken")
	how := rapid.SampledFrom(faults()).Draw(t, "fault")
	at := rapid.IntRange(0, 1<<12).Draw(t, "at")
	hit := false
	fed.Fault = func(_ context.Context, q *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		if q.Subgraph != broken {
			return answer(), nil
		}
		hit = true
		return how(answer(), at)
	}
	res, p, err := r.executeSerially(fed, query, vars)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	got := res.AppendJSON(nil)
	if err := mono.Conform(got, query, "", vars); err != nil {
		t.Fatalf("%s\n%v\n%s\n%s", query, err, got, p)
	}
	if !hit && string(res.Data) != data(t, mono.Execute(query, "", vars)) {
		t.Fatalf("%s\nwrong without a fault: %s", query, got)
	}
}

// executeSerially is execute for federations whose Fault is not safe for
// concurrent use.
func (r *router) executeSerially(f *oracle.Federation, query string, variables map[string]any) (*executor.Response, *plan.Plan, error) {
	gate := make(chan struct{}, 1)
	inner := f.Fault
	f.Fault = func(ctx context.Context, q *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		gate <- struct{}{}
		defer func() { <-gate }()
		return inner(ctx, q, answer)
	}
	return r.execute(f, query, variables)
}

type fault func(res *transport.Response, at int) (*transport.Response, error)

// faults are ways to break an answer; at says where.
func faults() []fault {
	edit := func(f func(body string, at int) string) fault {
		return func(res *transport.Response, at int) (*transport.Response, error) {
			res.Body = []byte(f(string(res.Body), at%(len(res.Body)+1)))
			return res, nil
		}
	}
	nth := func(old, new string) fault { // replaces one occurrence
		return edit(func(b string, at int) string {
			if i := strings.Index(b[at:], old); i >= 0 {
				return b[:at+i] + new + b[at+i+len(old):]
			}
			return strings.Replace(b, old, new, 1)
		})
	}
	return []fault{
		func(*transport.Response, int) (*transport.Response, error) {
			return &transport.Response{Status: http.StatusBadGateway, Body: []byte("<html>")}, nil
		},
		func(*transport.Response, int) (*transport.Response, error) {
			return nil, &transport.Error{Code: transport.CodeTimeout, Err: errors.New("slow")}
		},
		edit(func(b string, at int) string { return b[:at] }),
		edit(func(b string, at int) string { return b[:at] + "x" + b[at:] }),
		edit(func(b string, at int) string { return b[:at] + "," + b[at:] }),
		edit(func(b string, at int) string { return b[:at] + " \n" + b[at:] }),
		edit(func(b string, at int) string { return b + strings.Repeat(" ", at) }),
		edit(func(string, int) string { return `{"data":null,"errors":[{"message":"down"}]}` }),
		edit(func(b string, _ int) string { return strings.ReplaceAll(b, "[", "[null,") }),
		edit(func(b string, _ int) string { return strings.ReplaceAll(b, ":null", ":{}") }),
		edit(func(b string, _ int) string { return strings.ReplaceAll(b, "{", `{"zz":[{}],`) }),
		edit(func(b string, _ int) string { return strings.ReplaceAll(b, `"__typename"`, `"x"`) }),
		nth(`":"`, `":null,"":"`), nth(`":[`, `":null,"":[`), nth(`":{`, `":null,"":{`), nth(`":"`, `":["`+strings.Repeat("[", 1000)),
		nth(`},{`, `},null,{`), nth(`},{`, `},7,{`), nth(`},{`, `}, {"":{}},{`), nth(`":`, `":"a","":`), nth(`":`, `":7,"":`),
		nth(`"Book"`, `"Film"`), nth(`"User"`, `"Alien"`), nth(`"id":`, `"di":`), nth("[", "[["), nth("{", "["),
		edit(func(b string, at int) string {
			return fmt.Sprintf(`%s,"errors":[{"message":"m","path":["users",%d,"name"]},{"message":"n","path":["_0",%d]},{"message":"o","path":["_0",0,"reviews",%d,"x"]}]}`,
				strings.TrimSuffix(b, "}"), at%4, at%3, at%2)
		}),
	}
}
