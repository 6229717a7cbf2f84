package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/transport"
)

// directives are the federation directives a subgraph's SDL may use.
const directives = `
scalar _Any
scalar FieldSet
directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: FieldSet!) on FIELD_DEFINITION
directive @provides(fields: FieldSet!) on FIELD_DEFINITION
directive @external on FIELD_DEFINITION | OBJECT
directive @shareable repeatable on FIELD_DEFINITION | OBJECT
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @interfaceObject on OBJECT
directive @context(name: String!) repeatable on OBJECT | INTERFACE | UNION
directive @fromContext(field: String) on ARGUMENT_DEFINITION
type _Service { sdl: String! }
`

// Subgraph answers with its own SDL over the federation's graph.
type Subgraph struct {
	server
	Name string
	keys map[string][][]string // type → key field paths of each key
}

// Federation is a set of subgraphs over one graph. It is a transport.Transport,
// so that the router's executor can run on it directly.
type Federation struct {
	Subgraphs map[string]*Subgraph
	// Fault, if not nil, sees every request and may answer instead of the
	// subgraph or change what it answers. It must not block but on ctx.
	Fault func(ctx context.Context, r *transport.Request, answer func() *transport.Response) (*transport.Response, error)
	// Events are the values of the subscription's root field, in order.
	Events []any

	mu       sync.Mutex
	requests []string
}

// NewFederation loads the subgraphs' SDL; it panics if one does not load, as
// it is part of a test.
func NewFederation(g *Graph, sdl map[string]string) *Federation {
	f := &Federation{Subgraphs: map[string]*Subgraph{}}
	for _, name := range sortedKeys(sdl) {
		f.Subgraphs[name] = newSubgraph(name, sdl[name], g)
	}
	return f
}

func newSubgraph(name, sdl string, g *Graph) *Subgraph {
	plain, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: sdl + directives})
	if err != nil {
		panic(err)
	}
	sg := &Subgraph{Name: name, keys: map[string][][]string{}}
	var members []string
	for _, typ := range sortedKeys(plain.Types) {
		def := plain.Types[typ]
		for _, d := range def.Directives.ForNames("key") {
			if r := d.Arguments.ForName("resolvable"); r != nil && r.Value.Raw == "false" {
				continue
			}
			sg.keys[typ] = append(sg.keys[typ], keyPaths(d.Arguments.ForName("fields").Value.Raw))
		}
		if len(sg.keys[typ]) > 0 && def.Kind == ast.Object {
			members = append(members, typ)
		}
	}
	full := sdl + directives + "\nextend type Query { _service: _Service! "
	if plain.Query == nil {
		full = sdl + directives + "\ntype Query { _service: _Service! "
	}
	if len(members) > 0 {
		full += "_entities(representations: [_Any!]!): [_Entity]! }\nunion _Entity = " + strings.Join(members, " | ")
	} else {
		full += "}"
	}
	sg.server = server{
		schema: gqlparser.MustLoadSchema(&ast.Source{Name: name, Input: full}), graph: g,
		entities: sg.resolve, external: sg.isExternal,
	}
	return sg
}

// Schema returns the subgraph's schema, with its entities.
func (sg *Subgraph) Schema() *ast.Schema { return sg.schema }

// keyPaths turns "id owner { id }" into ["id", "owner.id"].
func keyPaths(fields string) []string {
	fields = strings.NewReplacer("{", " { ", "}", " } ").Replace(fields)
	var out, stack []string
	last := ""
	tokens := strings.Fields(fields)
	for i, tok := range tokens {
		switch tok {
		case "{":
			stack = append(stack, last)
		case "}":
			stack = stack[:len(stack)-1]
		default:
			last = tok
			if i+1 >= len(tokens) || tokens[i+1] != "{" {
				out = append(out, strings.Join(append(append([]string(nil), stack...), tok), "."))
			}
		}
	}
	return out
}

func (sg *Subgraph) isExternal(typename, field string) bool {
	def := sg.schema.Types[typename]
	if def == nil {
		return false
	}
	f := def.Fields.ForName(field)
	return f != nil && f.Directives.ForName("external") != nil && !sg.isKey(typename, field)
}

func (sg *Subgraph) isKey(typename, field string) bool {
	for _, key := range sg.keys[typename] {
		for _, path := range key {
			if path == field || strings.HasPrefix(path, field+".") {
				return true
			}
		}
	}
	return false
}

// resolve answers _entities. A representation that matches no key of the type
// is an error, an unknown entity null.
func (sg *Subgraph) resolve(args map[string]any) []any {
	list, _ := args["representations"].([]any)
	out := make([]any, len(list))
	for i, item := range list {
		rep, _ := item.(map[string]any)
		typ, _ := rep["__typename"].(string)
		out[i] = fmt.Errorf("%s: no key of %q matches the representation %v", sg.Name, typ, rep)
		for _, key := range sg.keys[typ] {
			if !hasAll(rep, key) {
				continue
			}
			out[i] = nil
			if o := sg.graph.find(typ, key, rep); o != nil {
				out[i] = &Instance{object: o, representation: rep}
			}
			break
		}
	}
	return out
}

func hasAll(rep map[string]any, key []string) bool {
	for _, path := range key {
		var at any = rep
		for _, step := range strings.Split(path, ".") {
			m, ok := at.(map[string]any)
			if !ok || m[step] == nil {
				return false
			}
			at = m[step]
		}
	}
	return true
}

// Serve answers one JSON request body.
func (sg *Subgraph) Serve(body []byte, event any) []byte {
	var req struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&req); err != nil {
		return []byte(`{"errors":[{"message":"request is not JSON"}]}`)
	}
	s := sg.server
	s.event = event
	out, err := json.Marshal(s.Execute(req.Query, req.OperationName, req.Variables))
	if err != nil {
		panic(err)
	}
	return out
}

// Requests returns "subgraph: body" of every request so far, in order of
// arrival.
func (f *Federation) Requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.requests...)
}

// Do implements transport.Transport.
func (f *Federation) Do(ctx context.Context, r *transport.Request) (*transport.Response, error) {
	f.mu.Lock()
	f.requests = append(f.requests, r.Subgraph+": "+string(r.Body))
	f.mu.Unlock()
	sg := f.Subgraphs[r.Subgraph]
	if sg == nil {
		return nil, &transport.Error{Code: transport.CodeUnknown, Subgraph: r.Subgraph, Err: fmt.Errorf("no such subgraph")}
	}
	answer := func() *transport.Response {
		return &transport.Response{Status: http.StatusOK, Body: sg.Serve(r.Body, nil)}
	}
	if f.Fault != nil {
		return f.Fault(ctx, r, answer)
	}
	return answer(), nil
}

// Subscribe implements transport.Transport: one result per event.
func (f *Federation) Subscribe(_ context.Context, r *transport.Request) (transport.Stream, error) {
	sg := f.Subgraphs[r.Subgraph]
	if sg == nil {
		return nil, &transport.Error{Code: transport.CodeUnknown, Subgraph: r.Subgraph, Err: fmt.Errorf("no such subgraph")}
	}
	return &stream{sg: sg, body: append([]byte(nil), r.Body...), events: f.Events}, nil
}

type stream struct {
	sg     *Subgraph
	body   []byte
	events []any
}

func (s *stream) Next(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(s.events) == 0 {
		return nil, io.EOF
	}
	e := s.events[0]
	s.events = s.events[1:]
	return s.sg.Serve(s.body, e), nil
}

func (s *stream) Close() error { return nil }

// Fail makes a field fail of the object of a graph that a representation means
// to a subgraph; false if there is none, or if objects are found by the field.
func (f *Federation) Fail(g *Graph, subgraph string, rep map[string]any, field string) bool {
	sg := f.Subgraphs[subgraph]
	typ, _ := rep["__typename"].(string)
	for _, key := range sg.keys[typ] {
		if !hasAll(rep, key) {
			continue
		}
		o := g.find(typ, key, rep)
		if o == nil {
			return false
		}
		for _, other := range f.Subgraphs {
			if other.isKey(o.Type, field) || other.isKey(typ, field) {
				return false
			}
		}
		o.Fields[field] = errField
		return true
	}
	return false
}
