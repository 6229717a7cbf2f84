package propagate

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const noStore = "no-store"

// The directives of Cache-Control (RFC 9111, section 5.2.2; RFC 5861; RFC 8246)
// that are kept, by what two answers together allow. Others are dropped.
var (
	restrictions = []string{"no-cache", "private", "must-revalidate", "proxy-revalidate", "no-transform"} // if either has it
	permissions  = []string{"public", "immutable"}                                                        // if both have it
	windows      = []string{"stale-while-revalidate", "stale-if-error"}                                   // the shorter, if both have it
)

// cachePolicy is a Cache-Control header: directives with their seconds, −1
// without.
type cachePolicy map[string]int

// parsePolicy reads the values of one header. What cannot be read forbids
// storing.
func parsePolicy(values []string) cachePolicy {
	p := cachePolicy{}
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, arg, _ := strings.Cut(strings.TrimSpace(part), "=")
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error":
			n, err := strconv.Atoi(strings.Trim(strings.TrimSpace(arg), `"`))
			if err != nil || n < 0 {
				return cachePolicy{noStore: -1}
			}
			if old, twice := p[name]; !twice || n < old {
				p[name] = n
			}
		case "":
		default: // "private" with a list of fields counts as without: more restrictive
			p[name] = -1
		}
	}
	return p
}

// aged takes the time an answer has already spent in a cache from its own.
func (p cachePolicy) aged(h http.Header) {
	age, err := strconv.Atoi(h.Get("Age"))
	if err != nil || age < 0 {
		return
	}
	for _, name := range []string{"max-age", "s-maxage"} {
		if n, ok := p[name]; ok {
			p[name] = max(n-age, 0)
		}
	}
}

// shared is how long a shared cache may keep it.
func (p cachePolicy) shared() (int, bool) {
	if n, ok := p["s-maxage"]; ok {
		return n, true
	}
	n, ok := p["max-age"]
	return n, ok
}

// with is what p and q both allow.
func (p cachePolicy) with(q cachePolicy) cachePolicy {
	out := cachePolicy{}
	has := func(p cachePolicy, name string) bool { _, ok := p[name]; return ok }
	for _, name := range append([]string{noStore}, restrictions...) {
		if has(p, name) || has(q, name) {
			out[name] = -1
		}
	}
	for _, name := range permissions {
		if has(p, name) && has(q, name) {
			out[name] = -1
		}
	}
	for _, name := range windows {
		if has(p, name) && has(q, name) {
			out[name] = min(p[name], q[name])
		}
	}
	// Who says nothing about a time leaves it to caches to guess one: less sure
	// than what the other says, so nothing is said then either, and they must ask.
	switch pn, qn := p["max-age"], q["max-age"]; {
	case has(p, "max-age") && has(q, "max-age"):
		out["max-age"] = min(pn, qn)
	case has(p, "max-age") || has(q, "max-age"):
		out["no-cache"] = -1
	}
	if has(p, "s-maxage") || has(q, "s-maxage") {
		pn, pok := p.shared()
		qn, qok := q.shared()
		if pok && qok {
			out["s-maxage"] = min(pn, qn)
		}
	}
	return out
}

// String writes the directives in a fixed order.
func (p cachePolicy) String() string {
	if _, ok := p[noStore]; ok {
		return noStore
	}
	if _, ok := p["private"]; ok {
		delete(p, "public")
		delete(p, "s-maxage")
		delete(p, "proxy-revalidate")
	}
	var parts []string
	for _, name := range slices.Concat([]string{"public"}, restrictions, []string{"immutable"}) {
		if _, ok := p[name]; ok {
			parts = append(parts, name)
		}
	}
	for _, name := range slices.Concat([]string{"max-age", "s-maxage"}, windows) {
		if n, ok := p[name]; ok {
			parts = append(parts, name+"="+strconv.Itoa(n))
		}
	}
	if len(parts) == 0 {
		return noStore
	}
	return strings.Join(parts, ", ")
}

// foldCacheControl makes the Cache-Control of which every answer allows
// everything.
func (r *Rule) foldCacheControl(out http.Header, answers []Answer) {
	var all cachePolicy
	if old := out[cacheControl]; old != nil {
		all = parsePolicy(old) // of the rules before
	}
	for i := range answers {
		a := &answers[i]
		if !r.of(a.Subgraph) {
			continue
		}
		values := a.Header[cacheControl]
		if len(values) == 0 || hopByHop(a.Header, cacheControl) {
			values = []string{r.Default}
			if r.Default == "" {
				values[0] = noStore
			}
		}
		p := parsePolicy(values)
		p.aged(a.Header)
		if all == nil {
			all = p
		} else {
			all = all.with(p)
		}
	}
	if all != nil {
		out[cacheControl] = []string{all.String()}
	}
}

// Uncacheable forbids storing what the headers say may be stored: the answer has
// errors, or is one to a mutation.
func Uncacheable(h http.Header) {
	if h[cacheControl] != nil {
		h[cacheControl] = []string{noStore}
	}
}

// Private keeps an answer that was made for one caller from shared caches.
func Private(h http.Header) {
	if v := h[cacheControl]; v != nil {
		p := parsePolicy(v)
		p["private"] = -1
		h[cacheControl] = []string{p.String()}
	}
}

// Own says whether an answer is its caller's alone, whoever else has asked the
// same: it sets cookies.
func Own(h http.Header) bool { return len(h[setCookie]) > 0 }
