package supergraph

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected API schemas in testdata")

// Each case has a supergraph and the API schema it gives, or the error.
func TestAPISchema(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			sg, err := Parse(string(a.Files[0].Data), Options{})
			if err != nil {
				got = "error " + err.Error() + "\n"
			} else {
				got = sg.SDL
			}
			if *update {
				a.Files = []txtar.File{a.Files[0], {Name: "api.graphql", Data: []byte(got)}}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) < 2 || got != string(a.Files[1].Data) {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

const minimal = `
directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) { x: Int }
`

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sdl, code, text string }{
		{"type", "SUPERGRAPH_PARSE_FAILED", ""},
		{"type Query { x: Int }", "SUPERGRAPH_INVALID", "not a supergraph"},
		{`schema @link(url: "https://specs.apollo.dev/join/v0.9", for: EXECUTION) { query: Query }` + minimal, "SUPERGRAPH_UNSUPPORTED", "v0.9"},
		{`schema @link(url: "https://example.com/sealed/v1.0", for: SECURITY) { query: Query }` + minimal, "SUPERGRAPH_UNSUPPORTED", "sealed"},
		{`schema @link(url: "https://example.com/turbo/v1.0", for: EXECUTION) { query: Query }` + minimal, "SUPERGRAPH_UNSUPPORTED", "turbo"},
		{`schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY) { query: Query }` + minimal, "SUPERGRAPH_UNSUPPORTED", "authenticated"},
		{`schema @join__directive(graphs: [A], name: "connect") { query: Query }` + minimal, "SUPERGRAPH_UNSUPPORTED", "connectors"},
		{minimal + `type T @join__type(graph: A, key: "nope") { id: ID }`, "SUPERGRAPH_INVALID", "nope"},
		{minimal + `type T @join__type(graph: A, key: "id {") { id: ID }`, "SUPERGRAPH_INVALID", "key"},
		{minimal + `type T @join__type(graph: C) { id: ID }`, "SUPERGRAPH_INVALID", "unknown graph"},
		{minimal + `type T @join__type(graph: A) { id: Missing }`, "SUPERGRAPH_INVALID", "Missing"},
		{minimal + `type T @join__type(graph: A) { id: ID @join__field(graph: B) }`, "SUPERGRAPH_INVALID", "its type is not"},
		{minimal + `type T @join__type(graph: A, key: "id") { id: ID y: Int @join__field(graph: A, requires: "z") }`, "SUPERGRAPH_INVALID", "requires"},
		{minimal + `extend type Query { y: Int }`, "SUPERGRAPH_INVALID", "extension"},
	} {
		_, err := Parse(c.sdl, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || !strings.Contains(e.Message, c.text) {
			t.Errorf("%s\ngot %v, want %s %q", c.sdl, err, c.code, c.text)
		}
	}
}

func TestEnforcedSecurityFeature(t *testing.T) {
	t.Parallel()
	sdl := `schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{name: "@requiresScopes", as: "@scopes"}], for: SECURITY) { query: Query }
directive @authenticated on FIELD_DEFINITION
` + minimal + `type T @join__type(graph: A) @scopes(scopes: [["a", "b"], ["c"]]) { id: ID @authenticated }`
	sg, err := Parse(sdl, Options{Enforced: []string{"authenticated", "requiresScopes"}})
	if err != nil {
		t.Fatal(err)
	}
	typ := sg.Type("T")
	if !typ.Field("id").Auth.Authenticated || len(typ.Auth.Scopes) != 2 || typ.Auth.Scopes[0][1] != "b" {
		t.Errorf("rules not read: %+v %+v", typ.Auth, typ.Field("id").Auth)
	}
}

func TestJoins(t *testing.T) {
	t.Parallel()
	sg, err := Parse(minimal+`
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", resolvable: false) {
  id: ID
  moved: Int @join__field(graph: A) @join__field(graph: B, override: "a")
  label: Int @join__field(graph: A) @join__field(graph: B, override: "a", overrideLabel: "percent(1)")
  alien: Int @join__field(graph: A, external: true) @join__field(graph: B, override: "c")
  none: Int @join__field
}`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	typ := sg.Type("T")
	for _, c := range []struct {
		field  string
		labels Labels
		want   [2]bool
	}{
		{"id", 0, [2]bool{true, true}},
		{"moved", 0, [2]bool{false, true}},
		{"label", 0, [2]bool{true, false}},
		{"label", 1, [2]bool{false, true}},
		{"alien", 0, [2]bool{false, true}},
		{"none", 0, [2]bool{false, false}},
	} {
		for g := range c.want {
			if got := typ.Field(c.field).Local(GraphID(g), c.labels) != nil; got != c.want[g] {
				t.Errorf("%s in graph %d with labels %d: %v", c.field, g, c.labels, got)
			}
		}
	}
	if keys := typ.In(1).Keys; len(keys) != 1 || keys[0].Resolvable {
		t.Errorf("keys of graph b: %+v", keys)
	}
}

// Before v0.2 fields of an owned type belong to the owner, key fields to all, and nothing is said about interfaces.
func TestFederationOne(t *testing.T) {
	t.Parallel()
	sg, err := Parse(`
schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
interface Named { name: String }
type Query { u: User @join__field(graph: A) }
type User implements Named @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID! @join__field(graph: A) name: String posts: [Post] @join__field(graph: B) }
type Post { text: String }
`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := sg.Type("User")
	for field, want := range map[string][2]bool{"id": {true, true}, "name": {true, false}, "posts": {false, true}} {
		for g := range want {
			if got := u.Field(field).Local(GraphID(g), 0) != nil; got != want[g] {
				t.Errorf("User.%s in graph %d: %v", field, g, got)
			}
		}
	}
	if len(sg.Type("Named").PossibleIn(0)) != 1 || sg.Type("Post").In(1) == nil {
		t.Error("interfaces and value types must be known everywhere")
	}
}
