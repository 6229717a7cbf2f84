package access

import "marquee/router/supergraph"

// Caller is what is known of who asks.
type Caller struct {
	Authenticated bool
	Scopes        []string
	Policies      []string // those of Rules.Policies that hold for the caller
}

// Grant is what one class of callers may see. It implements operation.Access.
type Grant struct {
	rules *Rules
	class string // one '0' or '1' per rule
	who   Caller
}

// Grant decides every rule.
func (r *Rules) Grant(c Caller) *Grant {
	scopes, policies := setOf(c.Scopes), setOf(c.Policies)
	class := make([]byte, len(r.rules))
	for i, rule := range r.rules {
		ok := false
		switch rule.kind {
		case "authenticated":
			ok = c.Authenticated
		case "requiresScopes":
			ok = holds(rule.alternatives, scopes)
		case "policy":
			ok = holds(rule.alternatives, policies)
		}
		class[i] = '0'
		if ok {
			class[i] = '1'
		}
	}
	return &Grant{rules: r, class: string(class), who: c}
}

// Caller is who the grant was decided for.
func (g *Grant) Caller() Caller { return g.who }

// Class is equal for grants that allow the same.
func (g *Grant) Class() string { return g.class }

// Field implements operation.Access: whether the field may be asked for and
// shown. A field whose objects can only be of denied types may not.
func (g *Grant) Field(f *supergraph.Field) bool {
	if !g.all(g.rules.fields[f]) {
		return false
	}
	if f.Named == nil || !f.Named.Abstract() || len(f.Named.Possible) == 0 {
		return true
	}
	for _, p := range f.Named.Possible {
		if g.Object(p) {
			return true
		}
	}
	return false
}

// Object implements operation.Access: whether objects of the type may be shown.
func (g *Grant) Object(t *supergraph.Type) bool { return g.all(g.rules.types[t]) }

func (g *Grant) all(rules []int) bool {
	for _, i := range rules {
		if g.class[i] != '1' {
			return false
		}
	}
	return true
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// holds says whether one alternative is in the set entirely. An empty list of
// alternatives cannot hold; an empty alternative always does.
func holds(alternatives [][]string, have map[string]bool) bool {
	for _, all := range alternatives {
		ok := true
		for _, s := range all {
			ok = ok && have[s]
		}
		if ok {
			return true
		}
	}
	return false
}
