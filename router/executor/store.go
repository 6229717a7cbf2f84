package executor

import (
	"errors"

	"marquee/router/plan"
)

// kind says what a value is. The zero kind is absent.
type kind uint8

const (
	absent  kind = iota // no fetch delivered the field
	failed              // absent because a fetch failed; the error is reported already
	null                // a subgraph answered null
	nullErr             // null, and an error is reported for it already
	raw                 // a leaf: bytes a to a+b of body buf
	object              // a is the handle
	list                // elements are vals[a : a+b]
	header              // first value of an object's row
)

// reported tells that nobody needs to complain about the missing value again.
func (k kind) reported() bool { return k == failed || k == nullErr }

// missing tells that there is no value to show.
func (k kind) missing() bool { return k <= nullErr }

// value is the content of one slot, list element or header. It holds no
// pointers, so the collector does not look into the store.
//
// A header has the handle of the parent object in a, the site in b and the
// runtime type in buf. Twelve bytes, as what a request holds is mostly values.
type value struct {
	kind kind
	buf  uint16
	a, b uint32
}

// maxBodies bounds the answers of subgraphs one request can hold.
const maxBodies = 1<<16 - 1

// errTooLarge stops a parse whose values exceed the store's bound.
var errTooLarge = errors.New("answer holds more values than allowed")

// undo restores one value of an object that existed before a parse began.
type undo struct {
	at  uint32
	old value
}

// fill is an object that an entity's answer is written into, all of whose slots
// for it held nothing: they hold nothing again after a roll-back.
type fill struct {
	obj uint32
	sh  *shape
}

// store holds the values of one request. It is not safe for concurrent use.
type store struct {
	vals   []value
	bufs   [][]byte
	sites  [][]uint32 // handles of each tracked site's objects, in order
	max    int        // bound of len(vals)
	spare  []value    // stack for list elements whose number is not known yet
	mark   uint32     // values below it existed before the current parse
	undos  []undo
	filled []fill // objects from before the mark whose slots were vacant
	counts []int  // len of each sites entry at the mark
}

// reset prepares the store for a program and creates the root object.
func (s *store) reset(p *program, maxValues int) {
	s.vals, s.spare, s.undos, s.mark, s.max = s.vals[:0], s.spare[:0], s.undos[:0], 0, maxValues
	if hint := int(p.values.Load()); cap(s.vals) < hint {
		s.vals = make([]value, 0, hint)
	}
	for i := range s.bufs {
		s.bufs[i] = nil
	}
	s.bufs = s.bufs[:0]
	for len(s.sites) < len(p.sites) {
		s.sites = append(s.sites, nil)
	}
	s.sites = s.sites[:len(p.sites)]
	for i := range s.sites {
		s.sites[i] = s.sites[i][:0]
	}
	s.newObject(p, 0, 0, 0)
}

// newObject appends an object of the site below parent and returns its handle.
// Callers check full first.
func (s *store) newObject(p *program, site plan.SiteID, typ plan.TypeID, parent uint32) uint32 {
	n := p.sites[site].Slots + 1
	at := len(s.vals)
	if cap(s.vals)-at < n {
		grown := make([]value, at, at+at/2+n+64)
		copy(grown, s.vals)
		s.vals = grown
	}
	s.vals = s.vals[:at+n]
	clear(s.vals[at:])
	s.vals[at] = value{kind: header, a: parent, b: uint32(site), buf: uint16(typ)} //nolint:gosec // supergraph.MaxTypes
	if p.sites[site].Tracked {
		s.sites[site] = append(s.sites[site], uint32(at))
	}
	return uint32(at)
}

// full tells that no further object or list may be stored.
func (s *store) full() bool { return len(s.vals) > s.max }

func (s *store) slot(obj uint32, slot int) value { return s.vals[int(obj)+1+slot] }

func (s *store) typeOf(obj uint32) plan.TypeID { return plan.TypeID(s.vals[obj].buf) }

// set writes a value, remembering the old one if a roll-back may need it.
func (s *store) set(at uint32, v value) {
	if at < s.mark {
		s.undos = append(s.undos, undo{at, s.vals[at]})
	}
	s.vals[at] = v
}

// setType sets the object's runtime type unless it is known.
func (s *store) setType(obj uint32, t plan.TypeID) {
	if t == 0 {
		return
	}
	if h := s.vals[obj]; h.buf == 0 {
		h.buf = uint16(t) //nolint:gosec // supergraph.MaxTypes
		s.set(obj, h)
	}
}

// bytes returns the text of a raw value.
func (s *store) bytes(v value) []byte { return s.bufs[v.buf][v.a : v.a+v.b] }

// begin marks the state to return to if the body about to be parsed turns out
// to be malformed.
func (s *store) begin() {
	s.mark = uint32(len(s.vals))
	s.undos = s.undos[:0]
	s.filled = s.filled[:0]
	s.counts = s.counts[:0]
	for i := range s.sites {
		s.counts = append(s.counts, len(s.sites[i]))
	}
}

// rollback forgets everything written since begin.
func (s *store) rollback() {
	for i := len(s.undos) - 1; i >= 0; i-- {
		s.vals[s.undos[i].at] = s.undos[i].old
	}
	for _, f := range s.filled {
		for k := range f.sh.fields {
			if sf := &f.sh.fields[k]; !sf.typename {
				s.vals[f.obj+1+uint32(sf.slot)] = value{}
			}
		}
	}
	s.vals = s.vals[:s.mark]
	s.spare = s.spare[:0]
	for i, n := range s.counts {
		s.sites[i] = s.sites[i][:n]
	}
	s.commit()
}

// commit keeps what was written since begin.
func (s *store) commit() {
	s.undos = s.undos[:0]
	clear(s.filled)
	s.filled = s.filled[:0]
	s.mark = 0
}

// blame marks the slots of an object that a shape should have filled and did
// not: an error for them is reported already. Absent slots become failed, null
// ones become k (nullErr, or failed if nothing may be built on the null).
func (s *store) blame(obj uint32, sh *shape, k kind) {
	for i := range sh.fields {
		f := &sh.fields[i]
		if f.typename {
			continue
		}
		switch v := &s.vals[obj+1+uint32(f.slot)]; v.kind {
		case absent:
			v.kind = failed
		case null:
			v.kind = k
		}
	}
}

// path returns the client path of an object, from its parents. ok is false if
// a step is not part of the client's answer.
func (s *store) path(p *program, obj uint32) (path []PathElem, ok bool) {
	site := &p.sites[s.vals[obj].b]
	if site.Parent == plan.NoSite {
		return nil, true
	}
	parent := s.vals[obj].a
	path, ok = s.path(p, parent)
	if !ok || site.Key == "" {
		return nil, false
	}
	path = append(path, PathElem{Key: site.Key})
	path, _ = s.find(path, s.slot(parent, site.ParentSlot), obj)
	return path, true
}

// find appends the list indexes that lead from v to the object.
func (s *store) find(path []PathElem, v value, obj uint32) ([]PathElem, bool) {
	switch v.kind {
	case object:
		return path, v.a == obj
	case list:
		n := len(path)
		for i := range v.b {
			var ok bool
			if path, ok = s.find(append(path[:n], PathElem{Index: int(i)}), s.vals[v.a+i], obj); ok {
				return path, true
			}
		}
		return path[:n], false
	}
	return path, false
}
