// Package plan holds query plans: plain immutable data made by the planner and run by the executor, which know this
// package and not each other.
//
// # Vocabulary
//
// A site is a place of the answer where objects can land: the operation root (site 0), or "the objects below slot s of
// the objects of site p". All objects of a site share one slot layout. A slot holds what is known of one field of one
// object: nothing yet (absent), null, a leaf value, an object of the child site, or a list (of lists) of these. Slots
// are private names of field+arguments: two client aliases of one field with equal arguments read the same slot.
//
// A fetch is one GraphQL operation sent to one subgraph. Its shapes say where each key of the response goes. A source
// is a site whose objects an entity fetch sends as representations. The projection is the client's answer over slots.
//
// # Object types
//
// Every object carries a TypeID, its runtime type: an index into Plan.Types. TypeID 0 means "not known". It is set
// when the object is created, from Shape.Type if that is not 0, else from the response's `__typename` if the shape has
// a Typename field, else it stays 0; and later by an entity fetch whose output shape has a Typename field, if it is
// still 0 then. A name that is not in Plan.Types leaves it 0. `__typename` never has a slot: where the client asks for
// it the projection prints Plan.Types[TypeID].
package plan

import "strconv"

// Kind is the kind of a GraphQL operation.
type Kind uint8

// The operation kinds. Their values index the root operation types of a schema.
const (
	Query Kind = iota
	Mutation
	Subscription
)

// String returns the keyword of the kind.
func (k Kind) String() string {
	return [...]string{"query", "mutation", "subscription"}[k]
}

// SiteID indexes Plan.Sites; 0 is the operation root, NoSite stands for "no site".
type SiteID int32

// NoSite is the parent of the root site.
const NoSite SiteID = -1

// TypeID indexes Plan.Types; 0 is "not known".
type TypeID int32

// Plan is everything needed to answer one operation for one combination of the condition variables. It is immutable
// and may be shared by any number of concurrent requests.
type Plan struct {
	// Kind of the client's operation.
	Kind Kind
	// Types maps TypeID to the name of an object type; Types[0] is "". The slice is shared by all plans of a schema.
	Types []string
	// Sites in parent-before-child order; Sites[0] is the operation root, which has exactly one object.
	Sites []Site
	// Fetches in topological order: Fetches[i].ID == i and every dependency has a smaller ID.
	//
	// The dependencies alone give the order. Mutations: the first fetch of root field k+1 depends on every fetch of
	// root field k, so running by dependencies runs them serially. Subscriptions: Fetches[0] is the primary fetch, a
	// subscription operation whose events each fill Root like a query's data; all others are queries that run once
	// per event, after it. A query may have no fetches (only `__typename` or introspection).
	Fetches []Fetch
	// Projection is the client's answer, read from the object of Sites[0].
	Projection *Selection
}

// Site is a place where objects land.
type Site struct {
	// Parent and ParentSlot say where the objects hang: in slot ParentSlot of the objects of Parent, possibly in
	// (nested) lists. Parent is NoSite for the root.
	Parent     SiteID
	ParentSlot int
	// Slots is the number of slots of each object of the site.
	Slots int
	// Tracked says that some fetch reads or writes the objects of this site by handle (it is a Source, or the Root
	// site of a fetch): the handles of its objects must be kept in the order they were created.
	Tracked bool
	// Type is the static type of the site in the client's schema; for people.
	Type string
	// Key is the client's response key under which ParentSlot is (first) projected, "" if it is not: the name of
	// this step in error paths.
	Key string
}

// FetchKind says how a fetch is asked.
type FetchKind uint8

const (
	// Root is an operation on a root type. Its data fills Fetch.Root.
	Root FetchKind = iota
	// Entity is a query of `_entities`, aliased once per Entry.
	Entity
)

// Fetch is one operation sent to one subgraph.
type Fetch struct {
	ID       int
	Subgraph string // the subgraph's name (join__graph name:)
	Kind     FetchKind
	// Deps are the fetches that must be complete before this one starts, ascending, transitively reduced. Complete
	// includes failed and skipped: what a failed fetch left out is absent, and sources skip objects accordingly.
	Deps []int
	// OperationKind is the kind of Operation; entity fetches are queries.
	OperationKind Kind
	OperationName string
	// Operation is the printed document, ready to send.
	Operation string
	// Variables are the request variables (the client's, and literals lifted out of the document) that Operation
	// declares, sorted. Those with a value are forwarded as they are; those absent from the request stay absent.
	Variables []string
	// Root is the shape of `data` for Kind Root. Root.Site is 0, except for a nested root type (a field that returns
	// Query): then the data is written into every object of that site, and without any object there is no request.
	Root *Shape
	// Entries are the aliased `_entities` fields for Kind Entity, at least one.
	Entries []Entry
	// Grouped is not nil if some entry has Contexts: then Operation is the document for one group of each entry.
	Grouped *Grouped
}

// Grouped has the parts of a document whose entries are repeated, once per group of objects that send the same values
// from contexts: Head, the declarations of every group's variables and Declarations, every group's `_entities` field.
type Grouped struct {
	// Head is the keyword and the name.
	Head string
	// Declarations are those of Fetch.Variables; a document has those that its entries use.
	Declarations []Declaration
}

// GroupSuffix is what ends the names of the n-th group of a document, counted over all its entries.
func GroupSuffix(n int) string {
	if n == 0 {
		return ""
	}
	return "_" + strconv.Itoa(n)
}

// Declaration is the printed declaration of a variable.
type Declaration struct{ Name, Text string }

// GroupMark stands behind the name of every context variable in Entry.Selection: a group's own name ends there.
const GroupMark = "\x00"

// Entry is one aliased `_entities` field: `Alias: _entities(representations: $Variable) {…}`. The representations of
// all sources, in order of the sources and of the objects in them, deduplicated by content, are the value of Variable.
// An entry with no representation cannot be left out of the document: send `[]` for it; if all are empty send nothing.
type Entry struct {
	Alias    string
	Variable string
	Sources  []Source
	// Contexts are the variables with values from contexts. The objects are split into groups that send the same
	// values; each has an alias and variables of its own.
	Contexts []ContextVariable
	// Selection is the printed selection set and Variables are those of Fetch.Variables it uses, sorted; only for entries
	// of a Fetch with Grouped.
	Selection string
	Variables []string
}

// ContextVariable is a variable whose value is found above each object.
type ContextVariable struct{ Name, Type string }

// ContextValue says where the value of a context variable is for the objects of one source: the ancestor objects are
// looked at, nearest first, and the first that one of From is for gives it. An object without such an ancestor, or with
// a value that is absent, is not sent.
type ContextValue struct {
	From []ContextSource
	// NonNull: the variable takes no null; objects for which it would be null are not sent.
	NonNull bool
}

// ContextSource are the objects of a site that give a value.
type ContextSource struct {
	Site SiteID
	// OnTypes are their runtime types, sorted; nil is all.
	OnTypes []TypeID
	// Fields lead to the value: the first that is for the object's type is followed down to a leaf. Lists on the way
	// make the value a list. None: the value is null.
	Fields []RepField
}

// Source is a site whose objects take part in an entry. Element i of the answer is written into every object that sent
// representation i, by the Output of the source the object belongs to. The outputs of all sources of an entry expect
// the same keys, but write slots of their own site.
type Source struct {
	Site SiteID
	// Representations are tried in order; the first that matches the object's type is sent. No match: not sent.
	Representations []Representation
	// Output has Site == Site and Type == 0.
	Output *Shape
	// Contexts has the values of Entry.Contexts.
	Contexts []ContextValue
}

// Representation says how an object of a source is sent.
type Representation struct {
	// OnTypes are the runtime types it is for, sorted; nil means every object, also one of unknown type.
	OnTypes []TypeID
	// Typename is the constant to send as `__typename` (the type's name in the target subgraph, which for an
	// interface object is the interface). "" means: the name of the runtime type.
	Typename string
	// Fields follow `__typename` in this order.
	Fields []RepField
}

// RepField is a field of a representation, or of an object inside one.
//
// A value that is absent (its fetch failed or was skipped) means that the object is not sent at all. The same holds
// for null if Required, also inside nested objects. A null that is not Required is sent as null; a null object ends
// the nesting. Lists are sent as they are, element by element.
type RepField struct {
	// Key is the name to send: always the field's name.
	Key string
	// Slot of the enclosing object's site; unused if Typename.
	Slot int
	// Required marks fields of the key, and required ones that are never null where they are known: the subgraph they
	// come from does not know the object.
	Required bool
	// Typename writes the name of the enclosing object's runtime type (nested objects of abstract type).
	Typename bool
	// OnTypes restricts the field to objects of these runtime types, sorted; nil is always. A field that does not
	// match is left out.
	OnTypes []TypeID
	// Child is not nil for composite fields: the fields of the object(s) in Slot.
	Child []RepField
}

// Shape says where the keys of one response object go.
type Shape struct {
	// Site of the object. Objects below a root or entity shape are created in it; the object of the outermost shape
	// exists already. If the parent's slot already holds an object (another fetch delivered it too) the same object is
	// filled further; lists are then matched by index and must agree in length. Null never overwrites an object.
	Site SiteID
	// Type is the constant runtime type of the object, 0 if it is not constant (see the package comment).
	Type TypeID
	// Fields in the order they were printed, which is the order a subgraph answers in; for an abstract type the
	// fields of all type branches, so an answer has only some of the keys. Keys are unique. Keys not listed are
	// ignored.
	Fields []ShapeField
}

// ShapeField binds a response key to a slot.
type ShapeField struct {
	// Key is the response key of the subgraph's answer (the field's name, or an alias where names collide).
	Key string
	// Slot of Shape.Site; -1 if Typename.
	Slot int
	// Typename marks `__typename`: it sets the object's type. It is printed first.
	Typename bool
	// Child is not nil for composite fields.
	Child *Shape
	// Lists is the depth of list nesting: 0 is no list.
	Lists int
	// Response is the client's response key this slot is (first) projected under, "" if it is not projected: a step of
	// a subgraph's error path maps to it.
	Response string
}

// Selection is the projection of the objects of one site.
type Selection struct {
	// Possible, if not nil, are the runtime types of the place's type, sorted: an object of any other or of unknown type is
	// no value of it, so null with an error. Nil where the types of the objects are not read.
	Possible []TypeID
	// Types, if not nil, are those of them that the client may know of, sorted; an object of any other is null for it.
	Types []TypeID
	// Denied are runtime types whose objects the caller may not see, sorted: such an object, and if the list is not nil
	// one of unknown type, is null for the client, with an error.
	Denied []TypeID
	// Variants are disjoint by type. The selection of an object is the variant that lists its type; a variant whose
	// OnTypes is nil is the only one and for every object, also of unknown type. No match: `{}`.
	Variants []Variant
}

// Variant is the selection for some runtime types.
type Variant struct {
	OnTypes []TypeID // sorted; nil is all
	Fields  []SelField
}

// For returns the fields selected on an object of runtime type t.
func (s *Selection) For(t TypeID) []SelField {
	for i := range s.Variants {
		v := &s.Variants[i]
		if v.OnTypes == nil || Contains(v.OnTypes, t) {
			return v.Fields
		}
	}
	return nil
}

// Allows reports whether an object of runtime type t may be shown.
func (s *Selection) Allows(t TypeID) bool { return s.Types == nil || Contains(s.Types, t) }

// Contains reports whether the sorted list has t.
func Contains(list []TypeID, t TypeID) bool {
	lo, hi := 0, len(list)
	for lo < hi {
		mid := (lo + hi) / 2
		if list[mid] < t {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(list) && list[lo] == t
}

// SelField is one key of the client's answer. Exactly one of these holds: Typename; Raw is not nil; Dropped; Denied; Child is
// not nil (composite); or it is a leaf read from Slot.
type SelField struct {
	Key string
	// Name is the field's name in the schema, for messages.
	Name string
	// Slot of the object, for composites and leaves. An absent slot is projected like null.
	Slot int
	// Type with its list and non-null wrappers, for null propagation.
	Type *Type
	// Child selects on the object(s) in Slot.
	Child *Selection
	// Typename prints the name of the object's runtime type. Where the site has a constant type, Raw is used instead.
	Typename bool
	// Raw is a constant JSON value (introspection, `__typename` of constant types), copied as it is.
	Raw []byte
	// Dropped marks a field the planner must not fetch (a union member not every subgraph knows): it is null, without
	// an error, whatever its type says.
	Dropped bool
	// Denied marks a field the caller may not see: it is not fetched, and null with an error.
	Denied bool
	// Leaf says which values are allowed in a leaf; EnumValues is sorted and set for LeafEnum.
	Leaf       Leaf
	EnumValues []string
}

// Leaf is the kind of a leaf's values.
type Leaf uint8

// The leaf kinds: LeafAny is a custom scalar, any JSON value.
const (
	LeafAny Leaf = iota
	LeafInt
	LeafFloat
	LeafString
	LeafBoolean
	LeafID
	LeafEnum
)

// Type is a type reference of the client's schema.
type Type struct {
	Name    string // named type, "" for a list
	Elem    *Type  // element type of a list, nil for a named type
	NonNull bool
}

// String prints the type in GraphQL notation.
func (t *Type) String() string {
	s := t.Name
	if t.Elem != nil {
		s = "[" + t.Elem.String() + "]"
	}
	if t.NonNull {
		s += "!"
	}
	return s
}
