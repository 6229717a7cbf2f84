// Package propagate makes headers of the router's answer out of those of the
// subgraphs' answers it was made of.
//
// Vocabulary: an answer is what one request to a subgraph brought; a rule says
// which of its headers count, and what becomes of several values. Rules are
// applied in order, each to the answers in the order given, so that the outcome
// does not depend on which subgraph was faster.
//
// What is about one connection, about the subgraph's own body, or decided by the
// router itself never passes (see Check). Set-Cookie and Cache-Control pass only
// where a rule names them.
package propagate

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Algorithm says what becomes of the values of several answers.
type Algorithm uint8

// The algorithms. Set-Cookie is always appended, Cache-Control always the most
// restrictive.
const (
	Last            Algorithm = iota // the value of the last answer that has one
	First                            // that of the first
	Append                           // all of them, each once
	MostRestrictive                  // of Cache-Control only: see cachecontrol.go
)

// Rule is one step. Exactly one of Name, Matching and Set is given; names are
// canonical.
type Rule struct {
	Name      string         // the header of this name …
	As        string         // … is the client's under this one
	Matching  *regexp.Regexp // every header whose name, in lower case, has a match
	Algorithm Algorithm
	// Default is the value if no answer has one; of Cache-Control what an answer
	// without one counts as.
	Default string

	Set   string // this header is in every answer
	Value string // with this value

	Subgraphs []string // those whose answers count; empty means all
}

// Answer is the header of one subgraph's answer.
type Answer struct {
	Subgraph string
	Header   http.Header // canonical; not modified
}

// Rules are applied in order.
type Rules []Rule

const (
	cacheControl = "Cache-Control"
	setCookie    = "Set-Cookie"
)

// refused are the headers that never pass.
var refused = map[string]bool{
	// of a connection
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Authentication-Info": true, "Proxy-Authorization": true, "Proxy-Connection": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Alt-Svc": true,
	"Sec-Websocket-Accept": true, "Sec-Websocket-Extensions": true, "Sec-Websocket-Protocol": true,
	// of the subgraph's own body
	"Accept-Ranges": true, "Age": true, "Content-Disposition": true, "Content-Encoding": true, "Content-Length": true, "Content-Location": true, "Content-Range": true,
	"Content-Type": true, "Date": true, "Etag": true, "Expires": true, "Last-Modified": true, "Location": true,
	// decided by the router
	"Allow": true, "Ratelimit": true, "Ratelimit-Policy": true, "X-Content-Type-Options": true, "X-Trace-Id": true,
	"Access-Control-Allow-Credentials": true, "Access-Control-Allow-Headers": true, "Access-Control-Allow-Methods": true, "Access-Control-Allow-Origin": true,
	"Access-Control-Expose-Headers": true, "Access-Control-Max-Age": true,
}

// unmatched are the headers no pattern stands for: a rule must name them.
var unmatched = map[string]bool{cacheControl: true, setCookie: true, "Server": true, "Vary": true, "Www-Authenticate": true, "X-Powered-By": true}

// Check says whether a header may be in the router's answer by configuration.
func Check(name string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%q is no name of a header", name)
	}
	if refused[http.CanonicalHeaderKey(name)] {
		return fmt.Errorf("header %s of an answer cannot be passed on: it is the connection's, the body's or the router's own", name)
	}
	return nil
}

// takes says whether a rule is about a header.
func (r *Rule) takes(name string) bool {
	if r.Matching != nil {
		return !refused[name] && !unmatched[name] && r.Matching.MatchString(strings.ToLower(name))
	}
	return r.Name == name
}

func (r *Rule) of(subgraph string) bool {
	return len(r.Subgraphs) == 0 || slices.Contains(r.Subgraphs, subgraph)
}

// Keep returns which headers of a subgraph's answers are wanted; nil is none.
func (rs Rules) Keep(subgraph string) func(name string) bool {
	var own Rules
	cached := false
	for i := range rs {
		if r := &rs[i]; r.Set == "" && r.of(subgraph) {
			own = append(own, *r)
			cached = cached || r.Algorithm == MostRestrictive
		}
	}
	if own == nil {
		return nil
	}
	return func(name string) bool {
		if name == "Connection" || cached && name == "Age" { // they say what of the others holds
			return true
		}
		for i := range own {
			if own[i].takes(name) {
				return true
			}
		}
		return false
	}
}

// Fold returns the headers that a number of answers, in the order of the plan,
// make; nil if there are none. Without answers no rule applies: nothing was asked.
func (rs Rules) Fold(answers []Answer) http.Header {
	if len(answers) == 0 {
		return nil
	}
	out := http.Header{}
	for i := range rs {
		rs[i].fold(out, answers)
	}
	if rs.uncovered(answers) {
		Uncacheable(out)
	}
	if len(out[setCookie]) > 0 { // for this caller: nobody may keep it for another
		out[cacheControl] = []string{noStore}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// uncovered says that there are rules about Cache-Control, but none for some of the
// answers.
func (rs Rules) uncovered(answers []Answer) bool {
	covers := func(subgraph string) (some, this bool) {
		for i := range rs {
			if rs[i].Algorithm == MostRestrictive {
				some, this = true, this || rs[i].of(subgraph)
			}
		}
		return some, this
	}
	for i := range answers {
		if some, this := covers(answers[i].Subgraph); some && !this {
			return true
		}
	}
	return false
}

func (r *Rule) fold(out http.Header, answers []Answer) {
	switch {
	case r.Set != "":
		out[r.Set] = []string{r.Value}
		return
	case r.Algorithm == MostRestrictive:
		r.foldCacheControl(out, answers)
		return
	}
	found := false
	for i := range answers {
		a := &answers[i]
		if !r.of(a.Subgraph) {
			continue
		}
		for _, name := range r.names(a.Header) {
			to := name
			if r.As != "" {
				to = r.As
			}
			found = true
			out[to] = r.Algorithm.join(out[to], a.Header[name])
		}
	}
	if !found && r.Default != "" {
		to := r.Name
		if r.As != "" {
			to = r.As
		}
		out[to] = r.Algorithm.join(out[to], []string{r.Default})
	}
}

// names are the headers of h a rule is about, but for those of its connection.
func (r *Rule) names(h http.Header) []string {
	var names []string
	if r.Matching == nil {
		if len(h[r.Name]) > 0 {
			names = append(names, r.Name)
		}
	} else {
		for name, v := range h {
			if len(v) > 0 && r.takes(name) {
				names = append(names, name)
			}
		}
		slices.Sort(names) // several may get one name
	}
	return slices.DeleteFunc(names, func(name string) bool { return hopByHop(h, name) })
}

// hopByHop says that a Connection header names another one.
func hopByHop(h http.Header, name string) bool {
	for _, v := range h["Connection"] {
		for option := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(option), name) {
				return true
			}
		}
	}
	return false
}

// join puts values of a later answer to those there are.
func (a Algorithm) join(old, add []string) []string {
	switch {
	case a == First && len(old) > 0:
		return old
	case a != Append:
		return slices.Clone(add)
	}
	for _, v := range add {
		if !slices.Contains(old, v) {
			old = append(old, v)
		}
	}
	return old
}
