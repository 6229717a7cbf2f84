package hostile

import (
	"fmt"
	"strings"
)

// The size of the supergraph: so many object types implement its interfaces, spread over so many subgraphs.
const (
	Implementers = 70
	Graphs       = 6
)

const prelude = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query mutation: Mutation }
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
`

// Supergraph is a federation with everything that makes planning and validating dear: interfaces and a union with many
// members of which every subgraph knows some, entities that refer to each other, inputs that contain themselves.
func Supergraph() string {
	var b strings.Builder
	b.WriteString(prelude)
	b.WriteString("enum join__Graph {\n")
	for g := range Graphs {
		fmt.Fprintf(&b, "  G%d @join__graph(name: \"g%d\", url: \"http://127.0.0.1:1/g%d\")\n", g, g, g)
	}
	b.WriteString("}\n")
	all := func(extra string) string {
		var s strings.Builder
		for g := range Graphs {
			fmt.Fprintf(&s, " @join__type(graph: G%d%s)", g, extra)
		}
		return s.String()
	}
	fmt.Fprintf(&b, `type Query%s {
  node(id: ID!, filter: Filter): Node @join__field(graph: G0) @join__field(graph: G3)
  nodes(ids: [ID!], filter: Filter, filters: [Filter!]): [Node!] @join__field(graph: G0)
  any: [Any] @join__field(graph: G1)
  item: T0 @join__field(graph: G0)
  echo(text: String, n: Int, f: Float, id: ID, flag: Boolean, kind: Kind, any: JSON, matrix: [[[Int]]]): String @join__field(graph: G0)
}
type Mutation%s { set(filter: Filter!): Node @join__field(graph: G0) }
`, all(""), all(""))
	fmt.Fprintf(&b, "scalar JSON%s\nenum Kind%s { A @join__enumValue(graph: G0) B @join__enumValue(graph: G0) }\n", all(""), all(""))
	fmt.Fprintf(&b, "input Filter%s { kind: Kind and: [Filter!] or: [Filter!] not: Filter text: String n: Int = 3 again: Again = {} any: JSON }\n", all(""))
	fmt.Fprintf(&b, "input Again%s { filter: Filter n: Int! = 1 }\n", all(""))
	fmt.Fprintf(&b, "interface Node%s { id: ID! label(n: Int): String @join__field(graph: G0) next(n: Int): Node @join__field(graph: G0) all(first: Int = 10): [Node!] @join__field(graph: G0) }\n", all(""))
	fmt.Fprintf(&b, "interface Named%s { id: ID! name: String @join__field(graph: G1) }\n", all(""))
	b.WriteString("union Any")
	for i := range Implementers {
		for _, g := range graphsOf(i) {
			fmt.Fprintf(&b, " @join__unionMember(graph: G%d, member: \"T%d\")", g, i)
		}
	}
	b.WriteString(all("") + " =")
	for i := range Implementers {
		fmt.Fprintf(&b, " | T%d", i)
	}
	b.WriteByte('\n')
	for i := range Implementers {
		object(&b, i)
	}
	return b.String()
}

// graphsOf are the subgraphs that know an object type: the first has its data.
func graphsOf(i int) []int { return []int{i % Graphs, (i + 1) % Graphs, (i + 3) % Graphs} }

// home is g if the object type is known there, as the interface's field there asks for, or else another subgraph.
func home(i, g, other int) int {
	for _, known := range graphsOf(i) {
		if known == g {
			return g
		}
	}
	return other
}

func object(b *strings.Builder, i int) {
	graphs := graphsOf(i)
	fmt.Fprintf(b, "type T%d implements Node & Named", i)
	for _, g := range graphs {
		fmt.Fprintf(b, " @join__implements(graph: G%d, interface: \"Node\") @join__implements(graph: G%d, interface: \"Named\") @join__type(graph: G%d, key: \"id\")", g, g, g)
	}
	fmt.Fprintf(b, ` {
  id: ID!
  label(n: Int): String @join__field(graph: G%d)
  name: String @join__field(graph: G%d)
  next(n: Int): Node @join__field(graph: G%d) @join__field(graph: G%d)
  all(first: Int = 10): [Node!] @join__field(graph: G%d)
  own%d: Int @join__field(graph: G%d)
  peer: T%d @join__field(graph: G%d)
  size: %s @join__field(graph: G%d)
}
`, home(i, 0, graphs[0]), home(i, 1, graphs[1]), home(i, 0, graphs[0]), graphs[2], home(i, 0, graphs[1]), i, graphs[2], (i+Graphs)%(Implementers-Implementers%Graphs), graphs[0], [...]string{"Int", "String", "Int!"}[i%3], graphs[1])
}
