package planner

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

var update = flag.Bool("update", false, "rewrite the expected plans in testdata")

// prelude completes the schema of a case: its file `graphs` names the subgraphs.
func prelude(graphs []string) string {
	var b strings.Builder
	b.WriteString(`schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY) { query: Query MUTATION SUBSCRIPTION }
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, overrideLabel: String, usedOverridden: Boolean, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @inaccessible on OBJECT | FIELD_DEFINITION
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
scalar join__FieldSet
enum join__Graph {
`)
	for _, g := range graphs {
		b.WriteString("  " + strings.ToUpper(g) + ` @join__graph(name: "` + g + `", url: "http://` + g + `")` + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// fullSchema puts prelude and schema of a case together.
func fullSchema(graphs, schema string) string {
	head := prelude(strings.Fields(graphs))
	for word, typ := range map[string]string{"MUTATION": "Mutation", "SUBSCRIPTION": "Subscription"} {
		repl := ""
		if strings.Contains(schema, "type "+typ+" ") {
			repl = strings.ToLower(typ) + ": " + typ
		}
		head = strings.Replace(head, " "+word, " "+repl, 1)
	}
	return head + schema
}

func TestGoldenPlans(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, file)
		})
	}
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	get := func(name string) string {
		i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
		if i < 0 {
			return ""
		}
		return string(archive.Files[i].Data)
	}
	sg, err := supergraph.Parse(fullSchema(get("graphs"), get("schema.graphql")), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".plan") {
			continue
		}
		out.Files = append(out.Files, f)
		if !strings.HasSuffix(f.Name, ".query") {
			continue
		}
		name := strings.TrimSuffix(f.Name, ".query") + ".plan"
		got := planText(t, sg, string(f.Data), strings.Fields(get("labels")))
		if want := get(name); !*update && got != want {
			t.Errorf("%s\n--- got\n%s--- want\n%s", name, got, want)
		}
		out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(got)})
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func planText(t *testing.T, sg *supergraph.Supergraph, query string, labels []string) string {
	t.Helper()
	op, err := normalise(sg, query, Request{Limits: operation.DefaultLimits(), Labels: labels})
	if err != nil {
		t.Fatalf("query is not valid: %v", err)
	}
	p, err := New(sg, Options{}).Plan(op)
	if err != nil {
		return "error " + err.Error() + "\n"
	}
	checkPlan(t, sg, p, op.Labels)
	again, err := New(sg, Options{}).Plan(op)
	if err != nil || again.String() != p.String() {
		t.Errorf("planning twice gave different plans: %v\n%s\n%s", err, p, again)
	}
	return p.String()
}
