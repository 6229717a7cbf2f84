package access

import (
	"testing"

	"marquee/router/supergraph"
)

// TestInterfaceObjects: fields that objects have only through an interface object. The rules of f and g were copied to the
// objects by the composer; those of old and req, by one that does not, were not.
func TestInterfaceObjects(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(`schema @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
interface I @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) @authenticated {
  id: ID!
  n: String @join__field(graph: A) @join__field(graph: B, external: true) @policy(policies: [["n"]])
  f: Int @join__field(graph: B) @authenticated
  g: Int @join__field(graph: B) @requiresScopes(scopes: [["g"]])
  h: Int @join__field(graph: B)
  p: P @join__field(graph: B)
  req: Int @join__field(graph: B, requires: "n")
  old: Int @join__field(graph: B) @join__field(graph: A) @requiresScopes(scopes: [["old"]])
}
type P @join__type(graph: B) @policy(policies: [["p"]]) { x: Int }
type Query @join__type(graph: A) @join__type(graph: B) { is: [I] @join__field(graph: A) bs: [I] @join__field(graph: B) }
type T1 implements I @join__implements(graph: A, interface: "I") @join__type(graph: A, key: "id") {
  id: ID! n: String @policy(policies: [["n"]]) f: Int @authenticated @join__field g: Int @requiresScopes(scopes: [["g"]]) @join__field
  h: Int @join__field p: P @join__field req: Int @join__field old: Int @join__field(graph: A) @requiresScopes(scopes: [["old"]])
}
type T2 implements I @join__implements(graph: A, interface: "I") @join__type(graph: A, key: "id") @authenticated {
  id: ID! n: String f: Int @authenticated @join__field g: Int @requiresScopes(scopes: [["g"]]) @join__field
  h: Int @join__field p: P @join__field req: Int @join__field old: Int @join__field
}`, supergraph.Options{Enforced: Features})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who    Caller
		t1, t2 string // the fields that may be asked for on each
	}{
		"anonymous": {Caller{}, "id h", ""},
		"somebody":  {Caller{Authenticated: true}, "id f h", "id n f h req"},
		"scopes":    {Caller{Authenticated: true, Scopes: []string{"g", "old"}}, "id f g h old", "id n f g h req old"},
		"policies":  {Caller{Authenticated: true, Policies: []string{"p", "n"}}, "id n f h p req", "id n f h p req"},
	} {
		g := New(sg).Grant(c.who)
		for typ, want := range map[string]string{"T1": c.t1, "T2": c.t2} {
			got := ""
			for _, f := range sg.Type(typ).Fields {
				if g.Field(f) {
					got += " " + f.Name
				}
			}
			if got != "" {
				got = got[1:]
			}
			if got != want {
				t.Errorf("%s may ask %s for %q, want %q", name, typ, got, want)
			}
		}
	}
}
