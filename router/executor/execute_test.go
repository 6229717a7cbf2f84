package executor_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"marquee/router/executor"
	"marquee/router/oracle"
	"marquee/router/plan"
	"marquee/router/transport"
)

// shop is a monolith, its federation and an executor over it.
func shop(opts executor.Options) (*oracle.Monolith, *oracle.Federation, *executor.Executor) {
	g := shopGraph()
	f := oracle.NewFederation(g, shopSDL)
	opts.Transport = f
	return oracle.NewMonolith(shopAPI, g), f, executor.New(opts)
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func run(x *executor.Executor, p *plan.Plan) (*executor.Response, string) {
	res := x.Execute(context.Background(), &executor.Request{Plan: p})
	return res, string(res.AppendJSON(nil))
}

func TestAnswerEqualsTheMonoliths(t *testing.T) {
	t.Parallel()
	mono, fed, x := shop(executor.Options{})
	p := shopPlan()
	want := marshal(t, mono.Execute(shopQuery, "", nil))
	for range 3 { // memory is reused
		if _, got := run(x, p); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
	reqs := fed.Requests()[:4]
	for i, want := range []string{
		`users: {"query":"query Q{users{id name nick}}","operationName":"Q"}`,
		`"variables":{"r0":[{"__typename":"User","id":"u1"},{"__typename":"User","id":"u2"},{"__typename":"User","id":"u3"},{"__typename":"User","id":"u4"}]}}`,
		`"variables":{"r0":[{"__typename":"Product","upc":"p1"},{"__typename":"Product","upc":"p2"},{"__typename":"Product","upc":"p3"}]}}`,
		`"variables":{"r0":[{"__typename":"Product","upc":"p1","price":10},{"__typename":"Product","upc":"p2","price":null},{"__typename":"Product","upc":"p3","price":30}]}}`,
	} {
		if !strings.HasSuffix(reqs[i], want) {
			t.Errorf("request %d is %s\nwant %s", i, reqs[i], want)
		}
	}
}

func TestNoRepresentationsNoRequest(t *testing.T) {
	t.Parallel()
	_, fed, x := shop(executor.Options{})
	fed.Fault = func(_ context.Context, r *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		if r.Subgraph == "users" {
			return ok(`{"data":{"users":[{"id":null,"name":"A","nick":null}]}}`), nil
		}
		return answer(), nil
	}
	_, got := run(x, shopPlan())
	if got != `{"data":{"people":[{"name":"A","nick":null,"reviews":null}]}}` || len(fed.Requests()) != 1 {
		t.Errorf("%s after %d requests", got, len(fed.Requests()))
	}
}

func ok(body string) *transport.Response {
	return &transport.Response{Status: http.StatusOK, Body: []byte(body)}
}

// TestFaults breaks each subgraph in each way: whatever happens, the answer
// obeys the specification, tells the expected code, and keeps the rest.
func TestFaults(t *testing.T) {
	t.Parallel()
	type fault func(answer func() *transport.Response) (*transport.Response, error)
	edit := func(f func(string) string) fault {
		return func(answer func() *transport.Response) (*transport.Response, error) {
			return ok(f(string(answer().Body))), nil
		}
	}
	fixed := func(status int, body string) fault {
		return func(func() *transport.Response) (*transport.Response, error) {
			return &transport.Response{Status: status, Body: []byte(body)}, nil
		}
	}
	broken := func(err error) fault {
		return func(func() *transport.Response) (*transport.Response, error) { return nil, err }
	}
	cases := []struct {
		name  string
		fault fault
		code  string // "" means that no error is expected
	}{
		{"500", fixed(500, "oops"), executor.CodeHTTP},
		{"404 html", fixed(404, "<html>"), executor.CodeHTTP},
		{"302", fixed(302, ""), executor.CodeHTTP},
		{"500 with result", fixed(500, `{"errors":[{"message":"no","extensions":{"code":"TEAPOT"}}]}`), "TEAPOT"},
		{"timeout", broken(&transport.Error{Code: transport.CodeTimeout, Err: errors.New("10.0.0.1 slow")}), executor.CodeTimeout},
		{"unreachable", broken(&transport.Error{Code: transport.CodeUnreachable, Err: errors.New("10.0.0.1 down")}), executor.CodeHTTP},
		{"foreign error", broken(errors.New("10.0.0.1 secret")), executor.CodeHTTP},
		{"too large", broken(&transport.Error{Code: transport.CodeTooLarge, Err: errors.New("x")}), executor.CodeMalformed},
		{"nothing", broken(nil), executor.CodeHTTP},
		{"empty body", fixed(200, ""), executor.CodeMalformed},
		{"garbage", fixed(200, "\x00\xff{[garbage"), executor.CodeMalformed},
		{"deep", fixed(200, strings.Repeat("[", 1<<20)), executor.CodeMalformed},
		{"deep in data", fixed(200, `{"data":{"users":`+strings.Repeat("[", 1<<20)), executor.CodeMalformed},
		{"data missing", fixed(200, `{}`), executor.CodeMalformed},
		{"data null", fixed(200, `{"data":null}`), executor.CodeMalformed},
		{"data a string", fixed(200, `{"data":"x"}`), executor.CodeMalformed},
		{"errors a number", fixed(200, `{"data":null,"errors":7}`), executor.CodeMalformed},
		{"error without message", fixed(200, `{"errors":[{}]}`), executor.CodeDownstream},
		{"errors of nonsense", fixed(200, `{"errors":[1,null,{"message":{},"path":[{}],"extensions":[]}]}`), executor.CodeDownstream},
		{"truncated", edit(func(s string) string { return s[:len(s)-3] }), executor.CodeMalformed},
		{"trailing", edit(func(s string) string { return s + "{}" }), executor.CodeMalformed},
		{"wrong kinds", edit(func(s string) string {
			return strings.NewReplacer(`[`, `{"x":[`, `]`, `]}`).Replace(s)
		}), executor.CodeMalformed},
		{"strings for objects", fixed(200, `{"data":{"users":"x","_0":[1,2,3,4]}}`), executor.CodeMalformed},
		{"extra keys, spaces", edit(func(s string) string {
			return " " + strings.ReplaceAll(strings.ReplaceAll(s, "{", "{\n \"zz\" : [{}, -1.5e3] ,\t"), ",\t}", ", \"q\":0}") + " "
		}), ""},
		{"data twice", edit(func(s string) string { return s[:len(s)-1] + "," + s[1:] }), ""},
	}
	for _, subgraph := range []string{"users", "reviews", "products", "inventory"} {
		for _, c := range cases {
			t.Run(subgraph+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				mono, fed, x := shop(executor.Options{})
				fed.Fault = func(_ context.Context, r *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
					if r.Subgraph == subgraph {
						return c.fault(answer)
					}
					return answer(), nil
				}
				res, got := run(x, shopPlan())
				if err := mono.Conform([]byte(got), shopQuery, "", nil); err != nil {
					t.Fatalf("%v\n%s", err, got)
				}
				if strings.Contains(got, "10.0.0.1") || strings.Contains(got, "secret") {
					t.Errorf("the inside shows: %s", got)
				}
				if c.code == "" {
					if want := marshal(t, mono.Execute(shopQuery, "", nil)); got != want {
						t.Errorf("got  %s\nwant %s", got, want)
					}
					return
				}
				if len(res.Errors) == 0 || res.Errors[0].Code() != c.code {
					t.Errorf("want code %s: %s", c.code, got)
				}
				if subgraph == "inventory" && !strings.Contains(got, `"price":30,"shipping":null`) {
					t.Errorf("the rest is not there: %s", got)
				}
				for i := range res.Errors {
					if res.Errors[i].Code() == executor.CodeNonNull {
						t.Errorf("a failure is reported twice: %s", got)
					}
				}
			})
		}
	}
}

func TestEntityCountMustAgree(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"data":{"_0":[{"reviews":[]}]}}`, `{"data":{"_0":[null,null,null,null,null]}}`, `{"data":{"_0":[]}}`, `{"data":{"_0":null}}`, `{"data":{}}`} {
		mono, fed, x := shop(executor.Options{})
		fed.Fault = func(_ context.Context, r *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
			if r.Subgraph == "reviews" {
				return ok(body), nil
			}
			return answer(), nil
		}
		res, got := run(x, shopPlan())
		if len(res.Errors) != 1 || res.Errors[0].Code() != executor.CodeMalformed {
			t.Errorf("%s: %s", body, got)
		}
		if err := mono.Conform([]byte(got), shopQuery, "", nil); err != nil {
			t.Error(err)
		}
	}
}

func TestErrorPathsAreTheClients(t *testing.T) {
	t.Parallel()
	_, fed, x := shop(executor.Options{ServiceName: true})
	fed.Fault = func(_ context.Context, r *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		if r.Subgraph == "products" {
			return ok(`{"data":{"_0":[{"name":"P1","price":1,"tags":null},null,{"name":"P3","price":null,"tags":null}]},"errors":[
				{"message":"no tags","path":["_0",0,"tags",1],"locations":[{"line":1,"column":2}],"extensions":{"z":1,"code":"TAGS","stacktrace":["x"]}},
				{"message":"no tags","path":["_0",0,"tags",1],"extensions":{"code":"TAGS"}},
				{"message":"unknown","path":["_entities",1]},
				{"message":"nowhere"}]}`), nil
		}
		return answer(), nil
	}
	res, got := run(x, shopPlan())
	want := []string{
		`{"message":"no tags","path":["people",0,"reviews",0,"product","tags",1],"extensions":{"code":"TAGS","z":1,"serviceName":"products"}}`,
		`{"message":"no tags","path":["people",1,"reviews",0,"product","tags",1],"extensions":{"code":"TAGS","z":1,"serviceName":"products"}}`,
		`{"message":"unknown","path":["people",0,"reviews",1,"product"],"extensions":{"code":"DOWNSTREAM_SERVICE_ERROR","serviceName":"products"}}`,
		`{"message":"nowhere","extensions":{"code":"DOWNSTREAM_SERVICE_ERROR","serviceName":"products"}}`,
	}
	for i, w := range want {
		if i >= len(res.Errors) {
			t.Fatalf("only %d errors: %s", i, got)
		}
		if e := string(res.Errors[i].AppendJSON(nil)); e != w {
			t.Errorf("error %d\n got %s\nwant %s", i, e, w)
		}
	}
	if len(res.Errors) != len(want) {
		t.Errorf("%d errors: %s", len(res.Errors), got)
	}
}

func TestMaskedErrors(t *testing.T) {
	t.Parallel()
	_, fed, x := shop(executor.Options{MaskMessages: true, Extensions: []string{"y"}})
	fed.Fault = func(context.Context, *transport.Request, func() *transport.Response) (*transport.Response, error) {
		return ok(`{"data":null,"errors":[{"message":"SELECT 1","path":["users"],"extensions":{"x":1,"y":2,"code":"K"}}]}`), nil
	}
	if _, got := run(x, shopPlan()); got != `{"data":{"people":null},"errors":[{"message":"A service reported an error.","path":["people"],"extensions":{"code":"K","y":2}}]}` {
		t.Error(got)
	}
}
