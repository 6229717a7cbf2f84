package hostile

import "strings"

type body struct{ name, body string }

// bodies are hostile as JSON, or as an envelope.
func bodies() []body {
	const ok = `"query":"{ item { id } }"`
	return []body{
		{"empty body", ""},
		{"white space only", strings.Repeat(" ", 90_000)},
		{"body too large", `{` + ok + `,"x":"` + strings.Repeat("x", 200_000) + `"}`},
		{"body of nesting", strings.Repeat("[", 90_000)},
		{"body of objects", strings.Repeat(`{"a":`, 18_000)},
		{"unknown key of nesting", `{` + ok + `,"x":` + nest(9_000, "[", "1", "]") + "}"},
		{"unknown key beyond nesting", `{` + ok + `,"x":` + nest(40_000, "[", "1", "]") + "}"},
		{"many unknown keys", `{` + each(7_000, `"k#":1,`) + ok + "}"},
		{"unknown key twice", `{` + ok + `,"x":1,"x":2}`},
		{"query twice", `{` + ok + `,` + ok + `}`},
		{"query twice, once escaped", `{` + ok + `,"\u0071uery":"{ any { __typename } }"}`},
		{"query in another case", `{"QUERY":"{ item { id } }"}`},
		{"query with a long s", `{"variable\u017f":{},` + ok + `}`},
		{"query null", `{"query":null}`},
		{"query a number", `{"query":1e999}`},
		{"query a list", `{"query":["{ item { id } }"]}`},
		{"operation name a number", `{` + ok + `,"operationName":1}`},
		{"operation name too long", `{` + ok + `,"operationName":"` + strings.Repeat("x", 90_000) + `"}`},
		{"extensions a list", `{` + ok + `,"extensions":[]}`},
		{"extensions of nesting", `{` + ok + `,"extensions":{"a":` + nest(9_000, "[", "1", "]") + "}}"},
		{"persisted query that is nonsense", `{"extensions":{"persistedQuery":{"version":"x","sha256Hash":[]}}}`},
		{"persisted query with a long hash", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("a", 90_000) + `"}}}`},
		{"batch", "[" + strings.Repeat("{"+ok+"},", 2_000) + "{" + ok + "}]"},
		{"batch of batches", strings.Repeat("[", 500) + strings.Repeat("]", 500)},
		{"byte order mark", "\uFEFF{" + ok + "}"},
		{"UTF-16", "\xff\xfe{\x00"},
		{"invalid UTF-8", "{\"query\":\"{ echo(text: \\\"\xff\xfe\\\") }\"}"},
		{"overlong UTF-8", "{\"query\":\"\xc0\xaf\"}"},
		{"NUL bytes", "\x00\x00\x00\x00"},
		{"NUL byte inside", "{" + ok + ",\x00}"},
		{"control character in a string", "{\"query\":\"{ item\x01 { id } }\"}"},
		{"line end in a string", "{\"query\":\"{ item\n{ id } }\"}"},
		{"lone surrogate in the document", `{"query":"{ item { id } } # \ud800"}`},
		{"trailing comma", `{` + ok + `,}`},
		{"trailing text", `{` + ok + `} x`},
		{"two objects", `{` + ok + `}{` + ok + `}`},
		{"single quotes", `{'query':'{ item { id } }'}`},
		{"comment", `{/* x */` + ok + `}`},
		{"not a number", `{` + ok + `,"x":NaN}`},
		{"number with a leading zero", `{` + ok + `,"x":01}`},
		{"number without a fraction", `{` + ok + `,"x":1.}`},
		{"string without an end", `{"query":"{ item { id } }`},
		{"escape without an end", `{"query":"\`},
		{"escape of nothing", `{"query":"\x"}`},
		{"short unicode escape", `{"query":"\u12"}`},
		{"words", "null"},
		{"truth", "true"},
		{"number", "-0"},
		{"string", `"query"`},
		{"form", "query=%7B+item+%7B+id+%7D+%7D"},
		{"XML", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`},
	}
}
