package executor

import (
	"encoding/binary"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"marquee/router/plan"
)

// program is a plan with everything precomputed that does not depend on the
// request. It shares the plan's slices but does not refer to the plan itself.
type program struct {
	kind       plan.Kind
	types      []string
	typeIDs    map[string]plan.TypeID
	sites      []plan.Site
	fetches    []fetch
	projection *selection
	size       atomic.Int64 // of the last answer, in bytes
	values     atomic.Int64 // of the last request, with some to spare
}

// fetch is a plan.Fetch with its request text and shapes prepared.
type fetch struct {
	*plan.Fetch
	head       []byte  // {"query":…,"operationName":…,"variables":{
	whole      []byte  // the complete body if it never varies
	root       *shape  // Kind Root
	entries    []entry // Kind Entity
	dependents []int
}

type entry struct {
	*plan.Entry
	sources []source
}

type source struct {
	*plan.Source
	output *shape
	plain  []*plainRep // beside Representations; nil where one is not plain
	// own: objects below it must not be shared by those that sent one representation, as arguments are taken from the
	// context above them.
	own bool
}

// shape is a plan.Shape with its keys quoted.
type shape struct {
	site   plan.SiteID
	typ    plan.TypeID
	fields []shapeField
}

type shapeField struct {
	quoted   string // "key":
	word     uint64 // its first bytes, at most eight, little-endian
	mask     uint64 // of those
	key      string
	slot     int
	typename bool
	leaf     bool
	lists    int
	child    *shape
	response string
}

// selection is a plan.Selection with its keys quoted.
type selection struct {
	possible []plan.TypeID
	types    []plan.TypeID
	denied   []plan.TypeID
	variants []variant
	typed    bool // what is selected depends on the type
	any      bool // an object of whatever type may be here, and the same is selected on each
}

type variant struct {
	onTypes []plan.TypeID
	fields  []selField
}

type selField struct {
	*plan.SelField
	lead   []byte // ,"key":
	child  *selection
	plain  bool // a leaf list without anything to check inside
	scalar bool // a leaf that is no list, read from its slot
	free   bool // a scalar of any form
	quotes bool // a scalar that any string is a value of
}

// programs caches the program of every plan in use. Entries go when their plan
// is collected.
type programs struct {
	byPlan sync.Map // weak.Pointer[plan.Plan] → *program
}

func (c *programs) get(p *plan.Plan) *program {
	key := weak.Make(p)
	if v, ok := c.byPlan.Load(key); ok {
		return v.(*program)
	}
	v, loaded := c.byPlan.LoadOrStore(key, compile(p))
	if !loaded {
		runtime.AddCleanup(p, func(k weak.Pointer[plan.Plan]) { c.byPlan.Delete(k) }, key)
	}
	return v.(*program)
}

func compile(p *plan.Plan) *program {
	prog := &program{
		kind: p.Kind, types: p.Types, sites: p.Sites,
		typeIDs: make(map[string]plan.TypeID, len(p.Types)),
		fetches: make([]fetch, len(p.Fetches)),
	}
	for i, name := range p.Types {
		if i > 0 {
			prog.typeIDs[name] = plan.TypeID(i)
		}
	}
	for i := range p.Fetches {
		prog.fetches[i] = compileFetch(&p.Fetches[i])
	}
	for i := range p.Fetches {
		for _, d := range p.Fetches[i].Deps {
			prog.fetches[d].dependents = append(prog.fetches[d].dependents, i)
		}
	}
	prog.separate(p)
	prog.projection = selections{}.compile(p.Projection)
	return prog
}

// separate finds the sources whose objects may not share what is below them: those with an object between a value
// from a context and the object that sends it.
func (prog *program) separate(p *plan.Plan) {
	between := make([]bool, len(p.Sites))
	for i := range p.Fetches {
		for k := range p.Fetches[i].Entries {
			for _, src := range p.Fetches[i].Entries[k].Sources {
				for _, c := range src.Contexts {
					if len(c.From) == 0 {
						continue
					}
					top := c.From[len(c.From)-1].Site
					for at := src.Site; at != top && at != plan.NoSite; at = p.Sites[at].Parent {
						between[at] = true
					}
				}
			}
		}
	}
	for i := range prog.fetches {
		for k := range prog.fetches[i].entries {
			for n := range prog.fetches[i].entries[k].sources {
				src := &prog.fetches[i].entries[k].sources[n]
				for m := range src.output.fields {
					if child := src.output.fields[m].child; child != nil && between[child.site] {
						src.own = true
					}
				}
			}
		}
	}
}

func compileFetch(f *plan.Fetch) fetch {
	out := fetch{Fetch: f, head: append([]byte(`{"query":`), quote(f.Operation)...)}
	if f.OperationName != "" {
		out.head = append(out.head, `,"operationName":`...)
		out.head = append(out.head, quote(f.OperationName)...)
	}
	if f.Kind == plan.Root && len(f.Variables) == 0 {
		out.whole = append(append([]byte(nil), out.head...), '}')
	}
	out.head = append(out.head, `,"variables":{`...)
	if f.Root != nil {
		out.root = compileShape(f.Root)
	}
	for i := range f.Entries {
		e := entry{Entry: &f.Entries[i]}
		var known []*plainRep
		for j := range e.Sources {
			src := source{Source: &e.Entry.Sources[j], output: compileShape(e.Entry.Sources[j].Output)}
			for k := range src.Representations {
				p := compilePlain(&src.Representations[k], known)
				if src.plain = append(src.plain, p); p != nil {
					known = append(known, p)
				}
			}
			e.sources = append(e.sources, src)
		}
		out.entries = append(out.entries, e)
	}
	return out
}

func compileShape(s *plan.Shape) *shape {
	out := &shape{site: s.Site, typ: s.Type, fields: make([]shapeField, len(s.Fields))}
	for i := range s.Fields {
		f := &s.Fields[i]
		var first, mask [8]byte
		for k := range copy(first[:], `"`+f.Key+`":`) {
			mask[k] = 0xff
		}
		out.fields[i] = shapeField{
			word: binary.LittleEndian.Uint64(first[:]), mask: binary.LittleEndian.Uint64(mask[:]),
			quoted: `"` + f.Key + `":`, key: f.Key, slot: f.Slot, typename: f.Typename, lists: f.Lists, response: f.Response,
			leaf: !f.Typename && f.Child == nil,
		}
		if f.Child != nil {
			out.fields[i].child = compileShape(f.Child)
		}
	}
	return out
}

// selections are the ones compiled already. Places of an answer may share what is
// selected below them: taken apart, a plan would be as large as its answers.
type selections map[*plan.Selection]*selection

func (c selections) compile(s *plan.Selection) *selection {
	if s == nil {
		return &selection{variants: []variant{{}}}
	}
	if out := c[s]; out != nil {
		return out
	}
	out := &selection{possible: s.Possible, types: s.Types, denied: s.Denied, variants: make([]variant, len(s.Variants))}
	c[s] = out
	for i := range s.Variants {
		out.typed = out.typed || s.Variants[i].OnTypes != nil
		v := variant{onTypes: s.Variants[i].OnTypes, fields: make([]selField, len(s.Variants[i].Fields))}
		for j := range s.Variants[i].Fields {
			f := &s.Variants[i].Fields[j]
			v.fields[j] = selField{SelField: f, lead: []byte(`,"` + f.Key + `":`)}
			if f.Child != nil {
				v.fields[j].child = c.compile(f.Child)
			} else if f.Type != nil {
				v.fields[j].plain = f.Leaf == plan.LeafAny && !innerNonNull(f.Type)
				v.fields[j].scalar = f.Type.Elem == nil && f.Raw == nil && !f.Typename && !f.Dropped && !f.Denied
				v.fields[j].free = f.Leaf == plan.LeafAny
				v.fields[j].quotes = f.Leaf == plan.LeafString || f.Leaf == plan.LeafID
			}
		}
		out.variants[i] = v
	}
	out.any = out.possible == nil && out.types == nil && out.denied == nil && !out.typed
	return out
}

// innerNonNull tells whether a list type has a non-null element type anywhere.
func innerNonNull(t *plan.Type) bool {
	for t = t.Elem; t != nil; t = t.Elem {
		if t.NonNull {
			return true
		}
	}
	return false
}

// fieldsFor returns the fields selected on objects of type t.
func (s *selection) fieldsFor(t plan.TypeID) []selField {
	for i := range s.variants {
		v := &s.variants[i]
		if v.onTypes == nil || plan.Contains(v.onTypes, t) {
			return v.fields
		}
	}
	return nil
}

// lookup returns the index of the field with the given response key, or -1.
func (s *shape) lookup(key string) int {
	for i := range s.fields {
		if s.fields[i].key == key {
			return i
		}
	}
	return -1
}
