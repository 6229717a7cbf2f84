package hostile

import (
	"fmt"
	"strings"
)

type document struct{ name, query, variables string }

// each writes format n times; # is replaced by the number.
func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// nest writes open n times, inner, and shut n times.
func nest(n int, open, inner, shut string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
}

// fan is a chain of n fragments of which each spreads the next width times, through a field or not.
func fan(n, width int, on, field, last string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on %s {", i, on)
		for k := range width {
			if field == "" {
				fmt.Fprintf(&b, " ...F%d", i+1)
			} else {
				fmt.Fprintf(&b, " "+field+" { ...F%d }", k, i+1)
			}
		}
		b.WriteString(" }")
	}
	fmt.Fprintf(&b, " fragment F%d on %s { %s }", n, on, last)
	return b.String()
}

func documents() []document {
	var out []document
	for _, list := range [][]document{multiplying(), overlapping(), wide(), wrong(), long(), introspecting(), inputs()} {
		out = append(out, list...)
	}
	return out
}

// multiplying documents are small and stand for large ones.
func multiplying() []document {
	return []document{
		{"aliases", "{ node(id: 1) {" + each(600, " a#: id") + " } }", ""},
		{"aliases of typename", "{" + each(600, " a#: __typename") + " }", ""},
		{"aliases within the limit", "{ node(id: 1) {" + each(29, " a#: label(n: #)") + " } }", ""},
		{"root fields", "{" + each(190, " a#: node(id: #) { id }") + " }", ""},
		{"depth", "{ node(id: 1) " + nest(600, "{ next ", "{ id }", " }") + " }", ""},
		{"one field again and again", "{ item {" + strings.Repeat(" id", 1900) + " } }", ""},
		{"deep field again and again", "{ item {" + strings.Repeat(" next { next { id } }", 240) + " } }", ""},
		{"fragments fanning out", "{ node(id: 1) { ...F0 } }" + fan(60, 2, "Node", "", "id"), ""},
		{"fragments fanning out wide", "{ node(id: 1) { ...F0 } }" + fan(12, 50, "Node", "", "id"), ""},
		{"fragments fanning out through aliases", "{ node(id: 1) { ...F0 } }" + fan(40, 3, "Node", "a%d: next", "id"), ""},
		{"fragments fanning out through one field", "{ node(id: 1) { ...F0 } }" + strings.ReplaceAll(fan(11, 20, "Node", "next(n:%d)", "id"), "(n:", "(n: 1#"), ""},
		{"fragment cycle", "{ node(id: 1) { ...A } } fragment A on Node { next { ...B } } fragment B on Node { next { ...A } }", ""},
		{"fragment cycles", "{ node(id: 1) { ...F0 } }" + each(200, " fragment F# on Node { ...F# ...F1 ...F0 }"), ""},
		{"complete graph of fragments", "{ node(id: 1) { ...F0 } }" + each(40, " fragment F# on Node { id"+each(40, " ...F#")+" }"), ""},
		{"unused fragments", "{ item { id } }" + each(250, " fragment F# on Node { id }"), ""},
		{"operations", each(300, " query Q# { item { id } }"), ""},
		{"operations sharing fragments", each(100, " query Q# { node(id: 1) { ...F0 } }") + fan(100, 1, "Node", "", "id"), ""},
		{"nested inline fragments", "{ node(id: 1) " + nest(600, "{ ... on Node ", "{ id }", " }") + " }", ""},
		{"inline fragments beside each other", "{ node(id: 1) {" + strings.Repeat(" ... on Node { id } ... on Named { id }", 150) + " } }", ""},
		{"directives on one field", "{ item { id" + strings.Repeat(" @include(if: true)", 300) + " } }", ""},
		{"unknown directives", "{ item { id" + each(600, " @d#") + " } }", ""},
		{"skipped fields", "query($s: Boolean!) { item {" + strings.Repeat(" id @skip(if: $s)", 45) + " } }", `{"s":true}`},
		{"skip over variables", "query(" + each(45, " $v#: Boolean = true") + ") { item {" + each(45, " id @skip(if: $v#)") + " } }", ""},
	}
}

// overlapping documents make comparing pairs of fields dear.
func overlapping() []document {
	two := func(a, b string) string { return "{ item {" + strings.Repeat(a, 150) + strings.Repeat(b, 150) + " } }" }
	var levels, cross strings.Builder
	levels.WriteString("{ item {")
	for range 10 {
		levels.WriteString(" next { all { id")
		for range 8 {
			levels.WriteString(" next { all { next { id label } } }")
		}
		levels.WriteString(" } }")
	}
	levels.WriteString(" } }")
	cross.WriteString("{ node(id: 1) {")
	for i := range 60 {
		fmt.Fprintf(&cross, " ... on T%d { next { next { id label } all { id } } x: own%d }", i, i)
	}
	cross.WriteString(" } }")
	var pairs strings.Builder
	pairs.WriteString("{ item { ...F0 ...G0 } }")
	for i := range 80 {
		for _, f := range []string{"F", "G"} {
			fmt.Fprintf(&pairs, " fragment %s%d on Node { next { ...F%d ...G%d } }", f, i, (i+1)%81, (i+1)%81)
		}
	}
	pairs.WriteString(" fragment F80 on Node { id } fragment G80 on Node { id }")
	return []document{
		{"overlapping equal fields", two(" next { id }", " next { label }"), ""},
		{"overlapping unequal arguments", "{ item {" + each(200, " label(n: #)") + " } }", ""},
		{"overlapping unequal fields", "{ item {" + each(200, " x: label y: id x: id y: label") + " } }", ""},
		{"overlapping large arguments", "{ " + strings.Repeat(" nodes(filter: {and: [{or: [{text: \"x\", n: 1}]}]}) { id }", 80) + " }", ""},
		{"overlapping on levels", levels.String(), ""},
		{"overlapping on many types", cross.String(), ""},
		{"overlapping types that differ", "{ any {" + each(70, " ... on T# { x: size }") + " } }", ""},
		{"overlapping fragments in pairs", pairs.String(), ""},
		{"overlapping types nested", "{ any {" + each(70, " ... on T# { next { ... on Named { name } all { id } } }") + " } }", ""},
		{"overlapping halves", "{ item { ...F0 } }" + fan(11, 40, "Node", "next", "id label"), ""},
		{"overlapping sets that differ", "{ item { " + chain(9, 3) + " } }", ""},
	}
}

// chain nests pairs of equal fields whose children differ: merging doubles them at every level.
func chain(depth, width int) string {
	if depth == 0 {
		return "id"
	}
	if width < 2 {
		return "next { " + chain(depth-1, width) + " }"
	}
	return "next { " + chain(depth-1, width-1) + " } next { " + chain(depth-1, width-1) + " label }"
}

// wide documents are valid, within the default limits, and dear to plan.
func wide() []document {
	return []document{
		{"every implementer's own field", "{ node(id: 1) { id" + each(Implementers, " ... on T# { own# name }") + " } }", ""},
		{"interface fields deep", "{ node(id: 1) " + nest(9, "{ id label next ", "{ id name: label }", " }") + " }", ""},
		{"interface fields deep through another", "{ node(id: 1) { id " + nest(9, "... on Named { name } label next { ", "id label", " }") + " } }", ""},
		{"lists of interfaces deep", "{ nodes " + nest(9, "{ id label ... on Named { name } all ", "{ id label }", " }") + " }", ""},
		{"implementers at every level", "{ node(id: 1) { " + nest(9, each(16, " ... on T# { own# label }")+" next { ", "label", " }") + " } }", ""},
		{"implementers apart at every level", "{ any {" + each(14, " ... on T# { next { "+nest(7, "label next { ", "id label", " }")+" } }") + " } }", ""},
		{"union of all", "{ any { __typename" + each(Implementers, " ... on T# { id name label own# peer { id } }") + " } }", ""},
		{"peers deep", "{ item { " + nest(10, "label peer { ", "id label name", " }") + " } }", ""},
		{"peers and interfaces", "{ item { " + nest(5, "label next { id } peer { all { label } ", "id label name", " }") + " } }", ""},
		{"ten roots, all deep", "{" + each(10, " r#: node(id: #) { "+nest(9, "label next { ", "id label", " }")+" }") + " }", ""},
		{"many arguments", "{ node(id: 1) {" + each(29, " a#: next(n: #) { label ... on Named { name } next { label } }") + " } }", ""},
		{"subtypes of subtypes", "{ node(id: 1) {" + each(20, " ... on T# { next {"+each(10, " ... on T# { own# }")+" } }") + " } }", ""},
	}
}

// wrong documents have errors by the thousand.
func wrong() []document {
	return []document{
		{"unknown fields", "{" + each(1900, " f#") + " }", ""},
		{"unknown fields with long names", "{" + each(10, " f#"+strings.Repeat("x", 9000)) + " }", ""},
		{"unknown types", "{ item {" + each(350, " ... on U# { id }") + " } }", ""},
		{"unknown types with long names", "{ item {" + each(10, " ... on U#"+strings.Repeat("x", 9000)+" { id }") + " } }", ""},
		{"unknown arguments", "{ item(" + each(450, " a#: 1") + ") { id } }", ""},
		{"unknown variables", "{ " + each(190, " a#: node(id: $v#) { id }") + " }", ""},
		{"unused variables", "query(" + each(450, " $v#: Int") + ") { item { id } }", ""},
		{"variables of unknown types", "query(" + each(450, " $v#: U#") + ") { item { id } }", ""},
		{"variables twice", "query(" + strings.Repeat(" $v: Int", 450) + ") { item { id } }", ""},
		{"variables not provided", "query(" + each(150, " $v#: ID!") + ") { item { id }" + each(9, " a#: node(id: $v#) { id }") + " }", ""},
		{"arguments twice", "{ echo(" + strings.Repeat(" n: 1", 450) + ") }", ""},
		{"input fields twice", "{ nodes(filter: {" + strings.Repeat(" n: 1", 450) + "}) { id } }", ""},
		{"wrong values", "{ echo(matrix: [" + each(900, ` "#"`) + "]) }", ""},
		{"wrong enum values", "{ " + each(190, " a#: echo(kind: K#)") + " }", ""},
		{"operations of one name", strings.Repeat(" query Q { item { id } }", 280), ""},
		{"anonymous operations", strings.Repeat(" { item { id } }", 280), ""},
		{"fragments of one name", "{ item { ...F } }" + strings.Repeat(" fragment F on Node { id }", 250), ""},
		{"selections missing", "{" + strings.Repeat(" item", 1900) + " }", ""},
		{"selections on leaves", "{ item {" + strings.Repeat(" id { x }", 450) + " } }", ""},
		{"conflicts", "{ item {" + each(20, " a#: id a#: label b#: id b#: name") + " } }", ""},
		{"type system in a document", "type A { a: Int } extend type Query { b: Int } { item { id } }", ""},
		{"impossible fragments", "{ item {" + each(300, " ... on T1 { id }") + " } }", ""},
	}
}

// long documents have few tokens.
func long() []document {
	const size = 90_000
	pad := func(s string) string { return strings.Repeat(s, size/len(s)) }
	return []document{
		{"commas", "{ item { id } " + pad(",") + "}", ""},
		{"white space", "{ item { id } " + pad("\n \t") + "}", ""},
		{"carriage returns", "{ item { id } " + pad("\r") + "}", ""},
		{"comments", "{ item { id } " + pad("#\n") + "}", ""},
		{"comments at the start", pad("#x\n") + "{ item { id } }", ""},
		{"long comment", "{ item { id } #" + pad("x") + "\n}", ""},
		{"long string", `{ echo(text: "` + pad("x") + `") }`, ""},
		{"string of escapes", `{ echo(text: "` + pad(`\u0041`) + `") }`, ""},
		{"string of short escapes", `{ echo(text: "` + pad(`\n`) + `") }`, ""},
		{"string of NUL escapes", `{ echo(text: "` + pad(`\u0000`) + `") }`, ""},
		{"string of lone surrogates", `{ echo(text: "\ud800\udc00\ud800 \udfff") }`, ""},
		{"string without an end", `{ echo(text: "` + pad("x"), ""},
		{"bad escape far in", `{ echo(text: "` + pad("x") + `\q") }`, ""},
		{"block string", `{ echo(text: """` + pad("x") + `""") }`, ""},
		{"block string of lines", `{ echo(text: """` + pad("  x\n") + `""") }`, ""},
		{"block string of empty lines", `{ echo(text: """` + pad("\n") + `""") }`, ""},
		{"block string of quotes", `{ echo(text: """` + pad(`\"""`) + `""") }`, ""},
		{"block string without an end", `{ echo(text: """` + pad("\n "), ""},
		{"wide characters", `{ echo(text: "` + pad("\U0001F600") + `") }`, ""},
		{"combining characters", `{ echo(text: "` + pad("e\u0301") + `") }`, ""},
		{"character that begins no token", "{ item { id } " + pad("\u00e9") + " }", ""},
		{"control characters", "{ item { id } \x01\x02\x03 }", ""},
		{"byte order mark", "\uFEFF{ item { id } }", ""},
		{"byte order marks", "{ item { id } " + pad("\uFEFF") + " }", ""},
		{"long name", "{ " + pad("x") + " }", ""},
		{"long alias", "{ " + pad("x") + ": item { id } }", ""},
		{"long operation name", "query " + pad("x") + " { item { id } }", ""},
		{"long unknown directive", "{ item @" + pad("x") + " { id } }", ""},
		{"long variable", "query($" + pad("x") + ": Int!) { item { id } echo(n: $" + "x" + ") }", ""},
		{"long number", "{ echo(n: " + pad("9") + ") }", ""},
		{"long fraction", "{ echo(f: 1." + pad("9") + ") }", ""},
		{"huge exponent", "{ echo(f: 1e999999999) }", ""},
		{"long id", "{ echo(id: " + pad("9") + ") }", ""},
		{"open braces", pad("{a"), ""},
		{"open brackets", "{ echo(any: " + pad("["), ""},
		{"open objects", "{ echo(any: " + pad("{a:"), ""},
	}
}

const deepTypes = "fields { type { fields { type { fields { type { name } } } } } }"

func introspecting() []document {
	return []document{
		{"introspection of depth", "{ __schema { types { " + deepTypes + " } } }", ""},
		{"introspection through interfaces", "{ __schema { types { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } }", ""},
		{"introspection of ofType", "{ __schema { types { name " + nest(300, "ofType { ", "name", " }") + " } } }", ""},
		{"introspection by fragments", "{ __schema { types { ...F0 } } }" + fan(60, 2, "__Type", "", "name"), ""},
		{"introspection by fragments through fields", "{ __schema { types { ...F0 } } }" + fan(40, 3, "__Type", "a%d: ofType", "name"), ""},
		{"introspection by aliases", "{" + each(30, " s#: __schema { types { name fields { name args { name type { name } } } } }") + " }", ""},
		{"introspection within the limits", "{" + each(9, " s#: __schema { types { name fields(includeDeprecated: true) { name args { name type { name ofType { name } } } type { name possibleTypes { name } } } } }") + " }", ""},
		{"introspection by aliases inside", "{ __schema {" + each(29, " t#: types { fields { type { possibleTypes { name kind } } } }") + " } }", ""},
		{"introspection of possible types", "{ __schema { types { fields { type { possibleTypes { name kind description } } } } } }", ""},
		{"introspection of implementers", `{ __type(name: "Node") { possibleTypes { name interfaces { name fields2: kind } } } }`, ""},
		{"introspection of an unknown type", "query($n: String!) { __type(name: $n) { name } }", `{"n":"` + strings.Repeat("x", 90_000) + `"}`},
		{"entities", "{ _entities(representations: [" + strings.Repeat(`{__typename: "T0"}`, 300) + "]) { __typename } }", ""},
		{"service", "{ _service { sdl } }", ""},
	}
}

// inputs are hostile values of arguments and variables.
func inputs() []document {
	const filter = "query($f: Filter) { nodes(filter: $f) { id } }"
	const anything = "query($a: JSON) { echo(any: $a) }"
	return []document{
		{"large list literal", "{ echo(any: [" + strings.Repeat("1 ", 1950) + "]) }", ""},
		{"large object literal", "{ echo(any: {" + each(640, " k#: 1") + "}) }", ""},
		{"deep list literal", "{ echo(any: " + nest(900, "[", "1", "]") + ") }", ""},
		{"deep object literal", "{ echo(any: " + nest(480, "{a: ", "1", "}") + ") }", ""},
		{"deep input literal", "{ nodes(filter: " + nest(480, "{not: ", "null", "}") + ") { id } }", ""},
		{"deep list for a matrix", "{ echo(matrix: " + nest(900, "[", "1", "]") + ") }", ""},
		{"literals that differ", "{ " + each(9, " a#: nodes(filters: ["+each(30, "{n: #, text: \"#\"}")+"]) { id }") + " }", ""},
		{"variables", "query(" + each(300, " $v#: Int = #") + ") { echo(any: [" + each(300, " $v#") + "]) }", ""},
		{"default values", "query(" + each(150, " $v#: Filter = {and: [{n: #}]}") + ") { nodes(filters: [" + each(150, " {not: $v#}") + "]) { id } }", ""},
		{"deep input variable", filter, nest(3000, `{"not":`, `null`, "}") + ""},
		{"deep input", filter, `{"f":` + nest(3000, `{"not":`, `null`, "}") + "}"},
		{"deep input with lists", filter, `{"f":` + nest(99, `{"and":[`, strings.Repeat("{},", 30_000)+"{}", "]}") + "}"},
		{"wide input", filter, `{"f":{"and":[` + strings.Repeat(`{"n":1},`, 11_000) + `{"n":1}]}}`},
		{"wrong wide input", filter, `{"f":{"and":[` + strings.Repeat(`{"n":"x"},`, 9_000) + `{"n":1}]}}`},
		{"unknown input fields", filter, `{"f":{` + each(8_000, `"u#":1,`) + `"n":1}}`},
		{"unknown input field with a long name", filter, `{"f":{"` + strings.Repeat("x", 90_000) + `":1}}`},
		{"input fields twice in a variable", filter, `{"f":{` + strings.Repeat(`"n":1,`, 9_000) + `"n":1}}`},
		{"wrong enum with a long name", "query($k: Kind) { echo(kind: $k) }", `{"k":"` + strings.Repeat("x", 90_000) + `"}`},
		{"enum of escapes", "query($k: Kind) { echo(kind: $k) }", `{"k":"` + strings.Repeat(`\u0041`, 15_000) + `"}`},
		{"undeclared variables", "{ item { id } }", "{" + each(7_000, `"u#":1,`) + `"x":1}`},
		{"variables given twice", filter, `{"f":{},"f":{}}`},
		{"scalar of depth", anything, `{"a":` + nest(9_000, "[", "1", "]") + "}"},
		{"scalar beyond depth", anything, `{"a":` + nest(40_000, "[", "1", "]") + "}"},
		{"scalar of objects", anything, `{"a":` + nest(9_000, `{"a":`, "1", "}") + "}"},
		{"integer too large", "query($n: Int) { echo(n: $n) }", `{"n":` + strings.Repeat("9", 90_000) + "}"},
		{"integer of an exponent", "query($n: Int) { echo(n: $n) }", `{"n":1e999}`},
		{"integer that is a fraction", "query($n: Int) { echo(n: $n) }", `{"n":1.5}`},
		{"minus nothing", "query($n: Int, $f: Float) { echo(n: $n, f: $f) }", `{"n":-0,"f":-0.0}`},
		{"number too large", "query($f: Float) { echo(f: $f) }", `{"f":1e999}`},
		{"number too long", "query($f: Float) { echo(f: $f) }", `{"f":0.` + strings.Repeat("9", 90_000) + "}"},
		{"lone surrogate in a variable", "query($t: String) { echo(text: $t) }", `{"t":"\ud800"}`},
		{"NUL in a variable", "query($t: String) { echo(text: $t) }", `{"t":"a\u0000b"}`},
		{"variables as a list", filter, `[]`},
		{"variables as a string", filter, `"{}"`},
		{"variables that are not JSON", filter, `{"f":}`},
	}
}
