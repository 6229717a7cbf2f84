package planner

import "marquee/router/supergraph"

// Cost units: a request, a further round trip, a field. Requests are compared as sum + lambda*depth.
const (
	costFetch = 1000
	lambda    = 1500
	costField = 1
)

// cost of a solution: everything added up, and the longest chain of fetches.
type cost struct {
	sum, depth int
}

func (c cost) total() int { return c.sum + lambda*c.depth }

// choice is a solved site: the extracted derivation that proved it feasible. It is immutable and shared by all places
// that have the same type, selection and origins.
type choice struct {
	ok   bool
	cost cost

	// Concrete sites (and the interface level of abstract ones): the steps used, each after those it builds on.
	t     *supergraph.Type
	steps []step
	// needs[i] is the step of the i-th node asked for.
	needs []int
	nodes []*node

	// Abstract sites.
	abstract bool
	level    *choice
	cases    []caseChoice
	// types is the step of level by which an interface object's type becomes known, -1 if it is not needed.
	types int
	// solved are the object types the site was solved for.
	solved []*supergraph.Type
	// needType: `__typename` must be read where the object comes from.
	needType bool
}

// caseChoice is the solution of what an abstract site needs on one object type.
type caseChoice struct {
	t      *supergraph.Type
	choice *choice
	// origins tells how each origin of the choice comes about.
	origins []caseOrigin
}

// caseOrigin: the site's own origin seen as the case's type, or as the interface object it is, or the step that found
// out the type.
type caseOrigin struct {
	step int // -1: the site's origin
	cond *supergraph.Type
}

type stepKind uint8

const (
	stepOrigin stepKind = iota
	stepEntity
	stepRoot
	stepField
)

// step is a finalised fact: a state reached or a field known.
type step struct {
	kind  stepKind
	state *state
	// origin is the index in the origins of the site.
	origin int
	// send is the type name of the representation of an entity step; inputs are the field steps it is made of, the
	// first keys of which are the key.
	send   string
	inputs []int
	keys   int

	// Field steps.
	node  *node
	from  []int // state steps
	join  []*supergraph.JoinField
	child *choice
	depth int
}
