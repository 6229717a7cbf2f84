package cost_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"marquee/router/cost"
	"marquee/router/supergraph"
)

// wish is a field to be selected, whatever the spelling.
type wish struct {
	name, args string
	only       string // asked for on this type only
	sub        []wish
	of         string // the type selected on
}

// calls are the fields with the arguments they are drawn with.
var calls = map[string][]string{
	"Query": {"book", "dear", "books", "shelf(first: 3)", "shelf(last: 4)", "assumed(first: 2)", "fixed", "relay(first: 6)", "top", "grid", "things", "paged(page: {window: {size: 3}})"},
	"Books": {"items", "extra", "total"}, "Extra": {"items", "others"}, "Connection": {"edges", "nodes", "tags", "page"},
	"PageInfo": {"next"}, "Edge": {"cursor", "node"}, "Thing": {"id", "size", "mood", "parts"},
	"Book": {"id", "size", "mood", "parts", "title", "author", "rating"}, "Vase": {"id", "size", "mood", "parts"}, "Author": {"name", "books"},
}

func draw(t *rapid.T, sg *supergraph.Supergraph, typ string, depth int) []wish {
	var out []wish
	on := map[string]bool{}
	add := func(call, only, of string) {
		name, args, _ := strings.Cut(call, "(")
		if on[name] {
			return // one response key, one selection
		}
		named := sg.Type(of).Field(name).Named
		w := wish{name: name, only: only, of: named.Name}
		if args != "" {
			w.args = "(" + args
		}
		if named.Composite() {
			if depth == 0 {
				return
			}
			w.sub = draw(t, sg, named.Name, depth-1)
		}
		on[name] = true
		out = append(out, w)
	}
	for range rapid.IntRange(1, 4).Draw(t, "fields") {
		add(rapid.SampledFrom(calls[typ]).Draw(t, "call"), "", typ)
	}
	if typ == "Thing" && rapid.Bool().Draw(t, "narrowed") {
		only := rapid.SampledFrom([]string{"Book", "Vase"}).Draw(t, "only")
		add(rapid.SampledFrom(calls[only]).Draw(t, "call"), only, only)
	}
	if len(out) == 0 {
		out = append(out, wish{name: "__typename"})
	}
	return out
}

// plain is the shortest spelling.
func plain(list []wish) string {
	var b strings.Builder
	b.WriteString("{")
	for _, w := range list {
		text := " " + w.name + w.args
		if w.sub != nil {
			text += " " + plain(w.sub)
		}
		if w.only != "" {
			text = " ... on " + w.only + " {" + text + " }"
		}
		b.WriteString(text)
	}
	return b.String() + " }"
}

// speller writes the same wishes in another way.
type speller struct {
	t         *rapid.T
	fragments []string
}

func (s *speller) flip() bool { return rapid.Bool().Draw(s.t, "flip") }

func (s *speller) set(typ string, list []wish) string {
	list = slices.Clone(list)
	for i := len(list) - 1; i > 0; i-- {
		j := rapid.IntRange(0, i).Draw(s.t, "swap")
		list[i], list[j] = list[j], list[i]
	}
	if typ == "Thing" && s.flip() { // type by type
		out := "{"
		for _, p := range []string{"Book", "Vase"} {
			out += " ... on " + p + " { __typename"
			for _, w := range list {
				if w.only == "" || w.only == p {
					out += s.field(w)
				}
			}
			out += " }"
		}
		return out + " }"
	}
	out := "{"
	for _, w := range list {
		on := typ
		if w.only != "" {
			on = w.only
		}
		text := s.field(w)
		switch {
		case rapid.IntRange(0, 3).Draw(s.t, "fragment") == 0:
			name := fmt.Sprintf("F%d", len(s.fragments))
			s.fragments = append(s.fragments, "fragment "+name+" on "+on+" {"+text+" }")
			text = " ..." + name
		case w.only != "" || s.flip():
			text = " ... on " + on + " {" + text + " }"
		case s.flip():
			text = " ... @include(if: true) {" + text + " }"
		}
		out += text
	}
	return out + " }"
}

// field mentions a field once, or twice with its selection cut in two.
func (s *speller) field(w wish) string {
	call := " " + w.name + w.args
	switch {
	case w.sub == nil && s.flip():
		return call + call
	case w.sub == nil:
		return call
	case len(w.sub) > 1 && s.flip():
		n := rapid.IntRange(1, len(w.sub)-1).Draw(s.t, "cut")
		return call + " " + s.set(w.of, w.sub[:n]) + call + " " + s.set(w.of, w.sub[n:])
	}
	return call + " " + s.set(w.of, w.sub)
}

func price(t testing.TB, sg *supergraph.Supergraph, m *cost.Model, query string) int64 {
	t.Helper()
	f, vars := compile(t, sg, m, query, "")
	n, _ := f.Estimate(vars)
	return n
}

// TestSpelling: the cost is that of what is asked for, not of how it is written.
func TestSpelling(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		wishes := draw(rt, sg, "Query", 4)
		short := plain(wishes)
		s := &speller{t: rt}
		long := s.set("Query", wishes) + "\n" + strings.Join(s.fragments, "\n")
		a, b := price(t, sg, m, short), price(t, sg, m, long)
		if a != b {
			rt.Fatalf("%d for\n%s\n%d for\n%s", a, short, b, long)
		}
		// A root field under another name costs what it costs; beside itself, once more.
		again := "{ again: " + strings.TrimPrefix(plain(wishes[:1]), "{ ")
		one := price(t, sg, m, plain(wishes[:1]))
		if got := price(t, sg, m, again); got != one {
			rt.Fatalf("%d under an alias, %d without: %s", got, one, again)
		}
		if got := price(t, sg, m, strings.TrimSuffix(short, "}")+strings.TrimPrefix(again, "{")); got != min(a+one, cost.Most) {
			rt.Fatalf("%d beside an alias, want %d + %d", got, a, one)
		}
	})
}
