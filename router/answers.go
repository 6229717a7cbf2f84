package router

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"golang.org/x/net/http/httpguts"

	"marquee/router/executor"
	"marquee/router/front"
	"marquee/router/propagate"
)

// ResponseHeaderRule puts headers of subgraphs' answers into the router's answer
// to a query or mutation over HTTP. Exactly one of Propagate, Matching and Set is
// given. What is about a connection or the subgraph's own body never passes.
//
// "First" and "last" count in the order of the query plan, whichever subgraph was
// faster. An answer that sets cookies is never shared with another caller, and may
// not be kept by anybody. A subscription's stream begins before its subgraph has
// answered and has many readers: it gets none of this.
type ResponseHeaderRule struct {
	// Propagate passes the header of this name on, under the name As if given.
	Propagate string `yaml:"propagate"`
	As        string `yaml:"as"`
	// Matching passes on all headers whose names, in lower case, have a match of
	// this regular expression. Cache-Control, Set-Cookie, Server, Vary,
	// WWW-Authenticate and X-Powered-By are not among them: they must be named.
	Matching string `yaml:"matching"`
	// Algorithm says which values of several answers count: last (the default),
	// first, or append. Set-Cookie is always appended. Cache-Control is always
	// most_restrictive: what every answer allows, nothing if there are errors or it
	// was a mutation, and private if the caller is authenticated.
	Algorithm string `yaml:"algorithm"`
	// Default is the value if no answer has the header. An answer without
	// Cache-Control counts as if it had said this; no-store if empty.
	Default string `yaml:"default"`

	// Set puts a header with Value, in which ${NAME} is a variable of the
	// environment and $$ a dollar, into every answer.
	Set   string `yaml:"set"`
	Value string `yaml:"value"`

	// Subgraphs are those whose answers count; empty means all.
	Subgraphs []string `yaml:"subgraphs"`
}

func (r *ResponseHeaderRule) compile() (out propagate.Rule, err error) {
	given := 0
	for _, name := range []string{r.Propagate, r.Matching, r.Set} {
		if name != "" {
			given++
		}
	}
	if given != 1 || (r.Propagate == "" && (r.As != "" || r.Default != "")) ||
		(r.Set == "" && r.Value != "") || (r.Set != "" && (r.Algorithm != "" || len(r.Subgraphs) > 0)) {
		return out, errors.New("want one of propagate (with as, default), matching and set (with value)")
	}
	for _, name := range []string{r.Propagate, r.As, r.Set} {
		if name == "" {
			continue
		}
		if err := propagate.Check(name); err != nil {
			return out, err
		}
	}
	out = propagate.Rule{
		Name: canonical(r.Propagate), As: canonical(r.As), Default: r.Default, Set: canonical(r.Set), Subgraphs: r.Subgraphs,
	}
	if r.Matching != "" {
		if out.Matching, err = regexp.Compile(r.Matching); err != nil {
			return out, err
		}
	}
	if out.Value, err = expand(r.Value); err != nil {
		return out, err
	}
	if !httpguts.ValidHeaderFieldValue(out.Value) || !httpguts.ValidHeaderFieldValue(out.Default) {
		return out, errors.New("the value cannot be one of a header")
	}
	out.Algorithm, err = r.algorithm(out.Name, out.As)
	return out, err
}

func canonical(name string) string {
	if name == "" {
		return ""
	}
	return http.CanonicalHeaderKey(name)
}

// algorithm is the one asked for, if it is right for the header.
func (r *ResponseHeaderRule) algorithm(name, as string) (propagate.Algorithm, error) {
	a, ok := map[string]propagate.Algorithm{
		"": propagate.Last, "last": propagate.Last, "first": propagate.First, "append": propagate.Append, "most_restrictive": propagate.MostRestrictive,
	}[r.Algorithm]
	if !ok {
		return 0, fmt.Errorf("algorithm %q: want last, first, append or most_restrictive", r.Algorithm)
	}
	special, is := map[string]propagate.Algorithm{"Cache-Control": propagate.MostRestrictive, "Set-Cookie": propagate.Append}[name]
	switch {
	case as != "" && (is || as == "Cache-Control" || as == "Set-Cookie"):
		return 0, fmt.Errorf("header %s keeps its name", name)
	case is && r.Algorithm != "" && a != special:
		return 0, fmt.Errorf("algorithm %s is not for %s", r.Algorithm, name)
	case !is && a == propagate.MostRestrictive:
		return 0, errors.New("algorithm most_restrictive is for Cache-Control only")
	case is:
		return special, nil
	}
	return a, nil
}

// answer makes the headers of an answer to a client; nil if there are none.
func (h *headerRules) answer(kind front.Kind, res *executor.Response, c *front.Caller) http.Header {
	if len(res.Answers) == 0 {
		return nil
	}
	from := make([]propagate.Answer, len(res.Answers))
	for i, a := range res.Answers {
		from[i] = propagate.Answer{Subgraph: a.Subgraph, Header: a.Header}
	}
	out := h.answers.Fold(from)
	if kind != front.Query || len(res.Errors) > 0 {
		propagate.Uncacheable(out)
	}
	if c.Subject != nil {
		propagate.Private(out)
	}
	return out
}
