package oracle_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"marquee/router/executor"
	"marquee/router/oracle"
	"marquee/router/transport"
)

// visit is the tour's federation with one hotel in cities of different currencies.
func visit(t *testing.T, currencies ...any) (*router, *oracle.Federation) {
	t.Helper()
	for _, f := range oracle.Fixtures() {
		if f.Name != "tour" {
			continue
		}
		g := oracle.NewGraph()
		hotel := g.Entity("Hotel", map[string]any{"id": "h", "label": "Ritz", "rate": oracle.Resolver(func(_ *oracle.Instance, args map[string]any) any {
			if args["currency"] == "bad" {
				return errors.New("no such currency")
			}
			return fmt.Sprint(args["nights"], " ", args["currency"])
		})})
		var cities []any
		for i, c := range currencies {
			cities = append(cities, g.Entity("City", map[string]any{"id": fmt.Sprint(i), "currency": c, "hotels": []any{hotel}}))
		}
		g.Query.Fields["cities"] = cities
		return newRouter(t, f.Supergraph()), oracle.NewFederation(g, f.Subgraphs())
	}
	t.Fatal("no fixture")
	return nil, nil
}

func (r *router) ask(t *testing.T, fed *oracle.Federation, o executor.Options, query string) string {
	t.Helper()
	p, vars, err := r.plan(query, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Transport = fed
	return string(executor.New(o).Execute(context.Background(), &executor.Request{Plan: p, Variables: vars}).AppendJSON(nil))
}

// TestContextValuesMakeGroups: objects that send equal values are one field of
// the request, and an error in it is reported where the client looks for it.
func TestContextValuesMakeGroups(t *testing.T) {
	t.Parallel()
	r, fed := visit(t, "EUR", "bad", "EUR", nil, "USD")
	got := r.ask(t, fed, executor.Options{}, "{ cities { hotels { label x: rate(nights: 2) } } }")
	hotel := func(rate string) string { return `{"hotels":[{"label":"Ritz","x":` + rate + `}]}` }
	want := `{"data":{"cities":[` + strings.Join([]string{hotel(`"2 EUR"`), hotel("null"), hotel(`"2 EUR"`), hotel(`"2 \u003cnil\u003e"`), hotel(`"2 USD"`)}, ",") +
		`]},"errors":[{"message":"no such currency","path":["cities",1,"hotels",0,"x"],"extensions":{"code":"DOWNSTREAM_SERVICE_ERROR"}}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	requests := fed.Requests()
	last := requests[len(requests)-1]
	for _, part := range []string{
		`query query__desk__2($r0:[_Any!]!,$_c0:String,$r0_1:[_Any!]!,$_c0_1:String,$r0_2:[_Any!]!,$_c0_2:String,$r0_3:[_Any!]!,$_c0_3:String,$_l0:Int)`,
		`_0_3:_entities(representations:$r0_3){... on Hotel{rate(nights:$_l0,currency:$_c0_3)}}`,
		`"_l0":2,"r0":[{"__typename":"Hotel","id":"h"}],"_c0":"EUR","r0_1":[{"__typename":"Hotel","id":"h"}],"_c0_1":"bad"`, `"_c0_2":null`, `"_c0_3":"USD"}}`,
	} {
		if len(requests) != 3 || !strings.Contains(last, part) {
			t.Errorf("%d requests, no %s in\n%s", len(requests), part, last)
		}
	}
}

func TestTooManyContextValues(t *testing.T) {
	t.Parallel()
	r, fed := visit(t, "A", "B", "A", "C", "B")
	var noted error
	o := executor.Options{MaxContextValues: 2, OnFailure: func(_ context.Context, subgraph string, err error) { noted = fmt.Errorf("%s: %w", subgraph, err) }}
	got := r.ask(t, fed, o, "{ cities { hotels { rate } } }")
	want := `{"data":{"cities":[{"hotels":[{"rate":"\u003cnil\u003e A"}]},{"hotels":[{"rate":"\u003cnil\u003e B"}]},{"hotels":[{"rate":"\u003cnil\u003e A"}]},{"hotels":[{"rate":null}]},` +
		`{"hotels":[{"rate":"\u003cnil\u003e B"}]}]},"errors":[{"message":"The values that arguments of this request take from their context are too many.","extensions":{"code":"CONTEXT_VALUES_LIMIT_EXCEEDED"}}]}`
	if got != want || noted == nil || !strings.HasPrefix(noted.Error(), "desk: ") {
		t.Errorf("%v\ngot  %s\nwant %s", noted, got, want)
	}
	var many []any
	for i := range 65 {
		many = append(many, fmt.Sprint(i))
	}
	r, fed = visit(t, many...)
	if got = r.ask(t, fed, executor.Options{}, "{ cities { hotels { rate } } }"); strings.Count(got, `"rate":null`) != 1 || len(fed.Requests()) != 3 {
		t.Errorf("%s", got)
	}
}

// TestContextThatFailed: a field whose context could not be had is not asked for.
func TestContextThatFailed(t *testing.T) {
	t.Parallel()
	r, fed := visit(t, "EUR", "USD")
	fed.Fault = func(_ context.Context, q *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		if q.Subgraph == "desk" {
			return &transport.Response{Status: http.StatusBadGateway}, nil
		}
		return answer(), nil
	}
	got := r.ask(t, fed, executor.Options{}, "{ cities { hotels { label rate } } }")
	if strings.Count(got, `{"label":"Ritz","rate":null}`) != 2 || strings.Count(got, `"code"`) != 1 || len(fed.Requests()) != 2 {
		t.Errorf("%s after %d requests", got, len(fed.Requests()))
	}
}
