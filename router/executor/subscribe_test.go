package executor_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"marquee/router/executor"
	"marquee/router/plan"
	"marquee/router/transport"
)

// reviewedPlan is a plan for `subscription { reviewed { body product { name } } }`.
func reviewedPlan() *plan.Plan {
	product := &plan.Shape{Site: 2, Type: 2, Fields: []plan.ShapeField{bind("upc", 0, "")}}
	return &plan.Plan{
		Kind:  plan.Subscription,
		Types: []string{"", "Review", "Product"},
		Sites: []plan.Site{
			{Parent: plan.NoSite, Slots: 1, Type: "Subscription"},
			{Parent: 0, ParentSlot: 0, Slots: 2, Type: "Review", Key: "reviewed"},
			{Parent: 1, ParentSlot: 1, Slots: 2, Type: "Product", Key: "product", Tracked: true},
		},
		Fetches: []plan.Fetch{
			{
				Subgraph: "reviews", OperationKind: plan.Subscription, Operation: "subscription{reviewed{body product{upc}}}",
				Root: &plan.Shape{Fields: []plan.ShapeField{{Key: "reviewed", Slot: 0, Response: "reviewed", Child: &plan.Shape{
					Site: 1, Type: 1, Fields: []plan.ShapeField{bind("body", 0, "body"), {Key: "product", Slot: 1, Child: product, Response: "product"}},
				}}}},
			},
			entityFetch(1, "products", "...on Product{name}", []int{0}, plan.Source{
				Site:            2,
				Representations: []plan.Representation{{Typename: "Product", Fields: []plan.RepField{{Key: "upc", Slot: 0, Required: true}}}},
				Output:          &plan.Shape{Site: 2, Fields: []plan.ShapeField{bind("name", 1, "name")}},
			}),
		},
		Projection: selectAll(composite("reviewed", 0, named("Review", false), leaf("body", 0, named("String", true), plan.LeafString),
			composite("product", 1, named("Product", false), leaf("name", 1, named("String", true), plan.LeafString)))),
	}
}

func TestEventsAreResolvedOneByOne(t *testing.T) {
	t.Parallel()
	_, fed, x := shop(executor.Options{})
	g := shopGraph()
	for _, u := range g.Query.Fields["users"].([]any)[:2] {
		fed.Events = append(fed.Events, reviewsOf(u)...)
	}
	fed.Events = append(fed.Events, errors.New("boom"))
	events, err := x.Subscribe(context.Background(), &executor.Request{Plan: reviewedPlan()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = events.Close() }()
	for i, want := range []string{
		`{"data":{"reviewed":{"body":"good","product":{"name":"Product p1"}}}}`,
		`{"data":{"reviewed":{"body":"bad","product":{"name":"Product p2"}}}}`,
		`{"data":{"reviewed":{"body":"fine","product":{"name":"Product p1"}}}}`,
		`{"data":{"reviewed":{"body":"gone","product":null}}}`,
		`{"data":{"reviewed":{"body":"dear","product":{"name":"Product p3"}}}}`,
		`{"data":{"reviewed":null},"errors":[{"message":"boom","path":["reviewed"],"extensions":{"code":"DOWNSTREAM_SERVICE_ERROR"}}]}`,
	} {
		res, err := events.Next(context.Background())
		if err != nil {
			t.Fatalf("event %d: %v", i, err)
		}
		if got := string(res.AppendJSON(nil)); got != want {
			t.Errorf("event %d\n got %s\nwant %s", i, got, want)
		}
	}
	if _, err := events.Next(context.Background()); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

// bodies is a stream of canned results, ending with an error.
type bodies struct {
	list []string
	end  error
}

func (b *bodies) Next(context.Context) ([]byte, error) {
	if len(b.list) == 0 {
		return nil, b.end
	}
	body := b.list[0]
	b.list = b.list[1:]
	return []byte(body), nil
}

func (*bodies) Close() error { return nil }

type streams struct {
	do
	stream transport.Stream
	err    error
}

func (s streams) Subscribe(context.Context, *transport.Request) (transport.Stream, error) {
	return s.stream, s.err
}

func TestBadEventsDoNotEndTheStream(t *testing.T) {
	t.Parallel()
	down := &transport.Error{Code: transport.CodeUnreachable, Err: errors.New("10.0.0.1 secret")}
	x := executor.New(executor.Options{Transport: streams{stream: &bodies{
		list: []string{"", "garbage", `{"data":{"reviewed":null}}`}, end: down,
	}}})
	events, err := x.Subscribe(context.Background(), &executor.Request{Plan: reviewedPlan()})
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range []string{executor.CodeMalformed, executor.CodeMalformed, ""} {
		res, err := events.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if string(res.Data) != `{"reviewed":null}` || (code == "") != (len(res.Errors) == 0) || code != "" && res.Errors[0].Code() != code {
			t.Errorf("event %d: %s", i, res.AppendJSON(nil))
		}
	}
	var coded *executor.Error
	if _, err := events.Next(context.Background()); !errors.As(err, &coded) || coded.Code() != executor.CodeHTTP {
		t.Errorf("broken stream: %v", err)
	}
	x = executor.New(executor.Options{Transport: streams{err: down}})
	if _, err := x.Subscribe(context.Background(), &executor.Request{Plan: reviewedPlan()}); !errors.As(err, &coded) || coded.Code() != executor.CodeHTTP {
		t.Errorf("no stream: %v", err)
	}
}
