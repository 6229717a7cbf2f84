package supergraph

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// FuzzParse: every text is refused with a code or gives a schema for clients that is valid by itself and says nothing
// of subgraphs.
func FuzzParse(f *testing.F) {
	f.Add(minimal)
	f.Add(minimal + `type T @join__type(graph: A, key: "id { x }") { id: T x: [Int!] @join__field(graph: A, type: "[Int]") }`)
	f.Add(minimal + `input A @join__type(graph: A) { b: B = {} } input B @join__type(graph: A) { a: A = {b: {}} }`)
	f.Add(minimal + `interface I implements I @join__type(graph: A, isInterfaceObject: true) { i: I } union U @join__type(graph: A) = U`)
	f.Add(minimal + `type E @join__type(graph: A, key: "e") @join__type(graph: A, key: "e { e }") { e: E @join__field(graph: A, requires: "e { e { ... on E { e } } }", override: "a") }`)
	files, err := filepath.Glob("../*/testdata/*.supergraph.graphql")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, sdl string) {
		sg, err := Parse(sdl, Options{})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("error without a code: %v", err)
			}
			return
		}
		schema, err := gqlparser.LoadSchema(&ast.Source{Input: sg.SDL})
		if err != nil {
			t.Fatalf("the schema for clients is not valid: %v\n%s", err, sg.SDL)
		}
		for _, name := range []string{"join__Graph", "join__FieldSet", "link__Purpose", "_Any", "_Entity", "_Service"} {
			if schema.Types[name] != nil {
				t.Errorf("clients see %s", name)
			}
		}
	})
}
