package oracle_test

import (
	"bytes"
	"context"
	"testing"

	"marquee/router/executor"
	"marquee/router/oracle"
	"marquee/router/transport"
)

// TestTypesThatCannotBe: an object that a subgraph gives no type, one nobody knows, or one the place cannot have, is no
// value of an abstract type: null, and an error where it stands.
func TestTypesThatCannotBe(t *testing.T) {
	t.Parallel()
	untold := func(field, path string) string {
		return `{"message":"Cannot tell the type of an object in field ` + field + `.","path":` + path + `,"extensions":{"code":"INVALID_FIELD_VALUE"}}`
	}
	for _, c := range []struct{ name, query, body, want string }{
		{
			"union", "{ search { __typename ... on Book { pages } } }", `{"search":[{"__typename":"Film","pages":1},{"__typename":"Book","pages":2}]}`,
			`{"data":{"search":[null,{"__typename":"Book","pages":2}]},"errors":[` + untold("search", `["search",0]`) + `]}`,
		},
		{
			"conditions only", "{ search { ... on Book { pages } } }", `{"search":[{"__typename":"User"},{"__typename":"Film","pages":1},{"__typename":"Alien"},{"pages":3},null]}`,
			`{"data":{"search":[{},null,null,null,null]},"errors":[` + untold("search", `["search",1]`) + "," + untold("search", `["search",2]`) + "," + untold("search", `["search",3]`) + `]}`,
		},
		{
			"no conditions", "{ media { title } }", `{"media":[{"__typename":"Product","title":"a"},{"title":"b"},{"__typename":"Film","title":"c"}]}`,
			`{"data":{"media":[null,null,{"title":"c"}]},"errors":[` + untold("media", `["media",0]`) + "," + untold("media", `["media",1]`) + `]}`,
		},
		{
			"to the list", "{ shelf { title } }", `{"shelf":[[{"__typename":"Alien","title":"a"},{"__typename":"Book","title":"b"}],[{"__typename":"Book","title":"c"}]]}`,
			`{"data":{"shelf":[null,[{"title":"c"}]]},"errors":[` + untold("shelf", `["shelf",0,0]`) + `]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, f := range oracle.Fixtures() {
				if f.Name != "bazaar" {
					continue
				}
				r, fed := newRouter(t, f.Supergraph()), oracle.NewFederation(f.Fill(1, 0, 0), f.Subgraphs())
				fed.Fault = func(context.Context, *transport.Request, func() *transport.Response) (*transport.Response, error) {
					return &transport.Response{Status: 200, Body: []byte(`{"data":` + c.body + `}`)}, nil
				}
				got := r.ask(t, fed, executor.Options{}, c.query)
				if got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
				if sent := fed.Requests(); len(sent) != 1 || !bytes.Contains([]byte(sent[0]), []byte("__typename")) {
					t.Errorf("requests %q", sent)
				}
			}
		})
	}
}
