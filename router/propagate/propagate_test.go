package propagate

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"testing"
)

func from(subgraph string, pairs ...string) Answer {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return Answer{subgraph, h}
}

func TestFold(t *testing.T) {
	t.Parallel()
	answers := []Answer{
		from("a", "X-A", "1", "X-Own", "a", "Set-Cookie", "s=1; HttpOnly", "Set-Cookie", "t=1", "Connection", "close, X-Hop", "X-Hop", "1"),
		from("b", "X-A", "2", "X-Pub-One", "p", "X-Pub-Two", "q", "Set-Cookie", "s=2", "Vary", "X-Tenant"),
		from("c", "X-A", "1", "X-Pub-One", "r", "Content-Type", "text/x", "Etag", "e"),
	}
	all := regexp.MustCompile(".*")
	for name, c := range map[string]struct {
		rules Rules
		want  http.Header
	}{
		"last":             {Rules{{Name: "X-A"}}, http.Header{"X-A": {"1"}}},
		"last of some":     {Rules{{Name: "X-A", Subgraphs: []string{"a", "b"}}}, http.Header{"X-A": {"2"}}},
		"first":            {Rules{{Name: "X-A", Algorithm: First, Subgraphs: []string{"b", "c"}}}, http.Header{"X-A": {"2"}}},
		"append":           {Rules{{Name: "X-A", Algorithm: Append}}, http.Header{"X-A": {"1", "2"}}},
		"renamed":          {Rules{{Name: "X-Own", As: "X-From"}}, http.Header{"X-From": {"a"}}},
		"default":          {Rules{{Name: "X-None", As: "X-From", Default: "d"}}, http.Header{"X-From": {"d"}}},
		"no default":       {Rules{{Name: "X-None"}}, nil},
		"pattern":          {Rules{{Matching: regexp.MustCompile("^x-pub-")}}, http.Header{"X-Pub-One": {"r"}, "X-Pub-Two": {"q"}}},
		"pattern appended": {Rules{{Matching: regexp.MustCompile("^x-pub-"), Algorithm: Append}}, http.Header{"X-Pub-One": {"p", "r"}, "X-Pub-Two": {"q"}}},
		// Not what the connection names, what is of the body, nor what must be named.
		"everything": {Rules{{Matching: all}}, http.Header{"X-A": {"1"}, "X-Own": {"a"}, "X-Pub-One": {"r"}, "X-Pub-Two": {"q"}}},
		"hop by hop": {Rules{{Name: "X-Hop"}}, nil},
		"cookies": {
			Rules{{Name: "Set-Cookie", Algorithm: Append}},
			http.Header{"Set-Cookie": {"s=1; HttpOnly", "t=1", "s=2"}, "Cache-Control": {"no-store"}},
		},
		"in order": {Rules{{Name: "X-Own", As: "X-B"}, {Name: "X-A", As: "X-B"}, {Set: "X-C", Value: "v"}}, http.Header{"X-B": {"1"}, "X-C": {"v"}}},
		"the first rule that has one": {
			Rules{{Name: "X-Own", As: "X-B", Algorithm: First}, {Name: "X-A", As: "X-B", Algorithm: First}}, http.Header{"X-B": {"a"}},
		},
	} {
		if got := c.rules.Fold(answers); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := (Rules{{Set: "X-C", Value: "v"}}).Fold(nil); got != nil {
		t.Errorf("without answers: %v", got)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	rules := Rules{{Name: "X-A", Subgraphs: []string{"a"}}, {Matching: regexp.MustCompile("cookie|^age$|b$")}, {Set: "X-C"}}
	for _, c := range []struct {
		subgraph, name string
		want           bool
	}{
		{"a", "X-A", true}, {"b", "X-A", false}, {"b", "X-B", true}, {"b", "Set-Cookie", false}, {"b", "Age", false}, {"b", "X-C", false}, {"b", "Connection", true},
	} {
		if rules.Keep(c.subgraph)(c.name) != c.want {
			t.Errorf("%+v", c)
		}
	}
	if (Rules{{Set: "X-C"}, {Name: "X-A", Subgraphs: []string{"a"}}}).Keep("b") != nil {
		t.Error("something is kept of b")
	}
}

func TestCacheControl(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		values      []string // "" is no header
		byDefault   string
		want, alone string
	}{
		{values: []string{"public, max-age=60", "max-age=30, public"}, want: "public, max-age=30", alone: "private, max-age=30"},
		{values: []string{"public, max-age=60", "private, max-age=90"}, want: "private, max-age=60"},
		{values: []string{"public, max-age=60", "no-store"}, want: "no-store", alone: "no-store"},
		{values: []string{"public, max-age=60", ""}, want: "no-store"},
		{values: []string{"public, max-age=60", ""}, byDefault: "public, max-age=10", want: "public, max-age=10"},
		{values: []string{"max-age=60", "no-cache"}, want: "no-cache"},
		{values: []string{"MAX-AGE=\"60\" , Public"}, want: "public, max-age=60"},
		{values: []string{"public, max-age=60, s-maxage=600", "public, max-age=90"}, want: "public, max-age=60, s-maxage=90"},
		{values: []string{"max-age=60, stale-while-revalidate=5, immutable", "max-age=60, stale-while-revalidate=9"}, want: "max-age=60, stale-while-revalidate=5"},
		{values: []string{"max-age=60, must-revalidate", "max-age=60, x-unknown=1, no-transform"}, want: "must-revalidate, no-transform, max-age=60"},
		{values: []string{"max-age=-1"}, want: "no-store"},
		{values: []string{"max-age=1e9"}, want: "no-store"},
		{values: []string{"max-age=5, max-age=50"}, want: "max-age=5"},
		{values: []string{`private="x-a", max-age=5`}, want: "private, max-age=5"},
		{values: []string{"public"}, want: "public"},
	} {
		var answers []Answer
		for _, v := range c.values {
			a := Answer{"s", http.Header{}}
			if v != "" {
				a.Header.Set("Cache-Control", v)
			}
			answers = append(answers, a)
		}
		rules := Rules{{Name: "Cache-Control", Algorithm: MostRestrictive, Default: c.byDefault}}
		out := rules.Fold(answers)
		if got := out.Get("Cache-Control"); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
		// The order of answers does not matter.
		for i, j := 0, len(answers)-1; i < j; i, j = i+1, j-1 {
			answers[i], answers[j] = answers[j], answers[i]
		}
		if got := rules.Fold(answers).Get("Cache-Control"); got != c.want {
			t.Errorf("%d in the other order: %q, want %q", i, got, c.want)
		}
		if Private(out); c.alone != "" && out.Get("Cache-Control") != c.alone {
			t.Errorf("%d for one caller: %q, want %q", i, out.Get("Cache-Control"), c.alone)
		}
		Uncacheable(out)
		if got := out.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%d with errors: %q", i, got)
		}
	}
}

func TestCacheControlOfSomeSubgraphs(t *testing.T) {
	t.Parallel()
	const long = "public, max-age=60"
	rules := Rules{
		{Name: "Cache-Control", Algorithm: MostRestrictive, Subgraphs: []string{"a"}},
		{Name: "Cache-Control", Algorithm: MostRestrictive, Subgraphs: []string{"b"}, Default: "public, max-age=7"},
	}
	for want, answers := range map[string][]Answer{
		"public, max-age=60": {from("a", "Cache-Control", long)},
		"public, max-age=7":  {from("a", "Cache-Control", long), from("b")},
		"public, max-age=20": {from("a", "Cache-Control", long, "Age", "40")},
		"public, max-age=0":  {from("a", "Cache-Control", long, "Age", "400")},
		"no-store":           {from("a", "Cache-Control", long), from("c", "Cache-Control", long)}, // no rule is for c
	} {
		if got := rules.Fold(answers).Get("Cache-Control"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"connection", "Transfer-Encoding", "content-type", "ETag", "X-Trace-Id", "X A", "", "RateLimit", "access-control-allow-origin"} {
		if Check(name) == nil {
			t.Error(fmt.Sprintf("%q", name), "passes")
		}
	}
	for _, name := range []string{"Set-Cookie", "x-anything", "Cache-Control", "Vary", "Retry-After"} {
		if err := Check(name); err != nil {
			t.Error(err)
		}
	}
}
