package planner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// nested is a supergraph whose interface N has n object types that nest in each other; all but the last carry the context
// of X.f.
func nested(t *testing.T, n int) *supergraph.Supergraph {
	t.Helper()
	var b strings.Builder
	b.WriteString("type Query @join__type(graph: A) { n: N }\ninterface N @join__type(graph: A) { id: ID! n: N x: X }\n")
	for i := range n {
		carries := `@context(name: "a__c")`
		if i == n-1 {
			carries = ""
		}
		fmt.Fprintf(&b, "type T%d implements N @join__type(graph: A, key: \"id\") @join__implements(graph: A, interface: \"N\") %s { id: ID! v: Int own%d: Int n: N x: X }\n", i, carries, i)
	}
	b.WriteString(`type X @join__type(graph: A, key: "id") { id: ID! f: Int @join__field(graph: A, contextArguments: [{context: "a__c", name: "v", type: "Int", selection: "{ v }"}]) }`)
	sg, err := supergraph.Parse(fullSchema("a", b.String()), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg
}

// TestDeepContexts: object types that are told apart at every step down do not multiply.
func TestDeepContexts(t *testing.T) {
	t.Parallel()
	sg := nested(t, 4)
	query := "x { f }"
	for i := range 14 {
		query = fmt.Sprintf("... on T%d { own%d } n { x { f } %s }", i%4, i%4, query)
	}
	op, err := normalise(sg, "{ "+strings.TrimPrefix(query, "... on T1 { own1 } ")+" }", Request{Limits: operation.Limits{}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(sg, Options{MaxWall: time.Minute}).Plan(op)
	if err != nil {
		t.Fatal(err)
	}
	checkPlan(t, sg, p, 0)
	if len(p.Fetches) > 40 || len(p.Sites) > 400 {
		t.Errorf("%d fetches, %d sites", len(p.Fetches), len(p.Sites))
	}
}

// TestContextOfItself: a value that depends on the field it is for cannot be had.
func TestContextOfItself(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(fullSchema("a b", `type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A) }
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") @context(name: "a__c") { id: ID! u: U @join__field(graph: A) }
type U @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID! f: Int @join__field(graph: A, contextArguments: [{context: "a__c", name: "v", type: "Int", selection: "{ u { f } }"}]) }`), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	op, err := normalise(sg, "{ t { u { f } } }", Request{Limits: operation.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := New(sg, Options{}).Plan(op); err == nil || !strings.Contains(err.Error(), "depends on the field it is for") {
		t.Errorf("%v\n%v", err, p)
	}
}

// TestExplainContext: the stages name the context a value is taken from.
func TestExplainContext(t *testing.T) {
	t.Parallel()
	for stage, want := range map[string]string{
		"solve": "enter a:X with $a__c { v } with [1]",
		"fetch": "X(id) with $a__c { v } -> {... on X{f(v:$_c0)}}",
		"plan":  "$_c0 from site 1 {v=",
	} {
		var b strings.Builder
		sdl := fullSchema("a", `type Query @join__type(graph: A) { t: T }
type T @join__type(graph: A, key: "id") @context(name: "a__c") { id: ID! v: Int x: X }
type X @join__type(graph: A, key: "id") { id: ID! f: Int @join__field(graph: A, contextArguments: [{context: "a__c", name: "v", type: "Int", selection: "{ v }"}]) }`)
		err := Explain(&b, Request{Supergraph: strings.NewReader(sdl), Query: strings.NewReader("{ t { x { f } } }"), Stage: stage})
		if err != nil || !strings.Contains(b.String(), want) || strings.Contains(b.String(), plan.GroupMark) {
			t.Errorf("stage %s: %v\n%s", stage, err, b.String())
		}
	}
}
