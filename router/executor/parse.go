package executor

import (
	"encoding/binary"
	"encoding/json"

	"marquee/router/plan"
	"marquee/router/scan"
)

// misfit is a value that did not have the form the shape expects, such as a
// string where an object was asked for. It is stored as null.
type misfit struct {
	obj   uint32
	field *shapeField
}

// maxMisfits bounds how many misfits of one body are reported.
const maxMisfits = 16

// parser reads one body into the store, directed by shapes. Its methods return
// offsets as the scanner does: negative ones are the complement of the offset
// where the body is malformed.
type parser struct {
	*store
	prog    *program
	body    []byte
	buf     uint16 // index of body in bufs
	misfits []misfit
	limit   bool   // the store is full
	vacant  uint32 // an object in filled: writing its slots needs no undo; noObject if there is none

	lastName string // the most recent __typename and its id
	lastType plan.TypeID
}

// noObject is no object's handle.
const noObject = ^uint32(0)

// object reads the object at i into the slots of obj. depth counts the
// enclosing objects and lists.
func (p *parser) object(i int, sh *shape, obj uint32, depth int) int {
	b := p.body
	if depth > scan.MaxDepth {
		return ^i
	}
	p.setType(obj, sh.typ)
	logged := obj < p.mark && obj != p.vacant
	i = scan.Space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for next := 0; ; {
		var f *shapeField
		if next < len(sh.fields) {
			want := &sh.fields[next]
			if n := len(want.quoted); len(b)-i >= max(n, 8) && binary.LittleEndian.Uint64(b[i:])&want.mask == want.word &&
				(n <= 8 || string(b[i+8:i+n]) == want.quoted[8:]) {
				f = want
				next++
				i += n
			}
		}
		if f == nil {
			var at int
			if i, at = p.key(i, sh, next); i < 0 {
				return i
			}
			if at >= 0 {
				f = &sh.fields[at]
				next = at + 1
			}
		}
		if i < len(b) && b[i] <= ' ' {
			i = scan.Space(b, i)
		}
		if f == nil {
			i = scan.Value(b, i, depth)
		} else if f.leaf && i < len(b) && b[i] != 'n' {
			end := scan.Plain(b, i)
			if end == 0 {
				if end = scan.Value(b, i, depth); end < 0 {
					return end
				}
			}
			v := value{kind: raw, buf: p.buf, a: uint32(i), b: uint32(end - i)}
			if at := obj + 1 + uint32(f.slot); logged {
				p.set(at, v)
			} else {
				p.vals[at] = v
			}
			i = end
		} else if at := obj + 1 + uint32(f.slot); f.child != nil && f.lists == 0 && i < len(b) && b[i] == '{' && p.vals[at].kind == absent && !p.full() {
			child := value{kind: object, a: p.newObject(p.prog, f.child.site, f.child.typ, obj)}
			if logged {
				p.set(at, child)
			} else {
				p.vals[at] = child
			}
			i = p.object(i, f.child, child.a, depth+1)
		} else {
			i = p.field(i, f, obj, depth)
		}
		if i < 0 {
			return i
		}
		if i < len(b) && b[i] <= ' ' {
			i = scan.Space(b, i)
		}
		if i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			if i++; i < len(b) && b[i] <= ' ' {
				i = scan.Space(b, i)
			}
		case '}':
			return i + 1
		default:
			return ^i
		}
	}
}

// key reads a key that is not the expected one, and its colon. at is the index
// of its field, -1 if nobody asked for it.
func (p *parser) key(i int, sh *shape, next int) (end, at int) {
	b := p.body
	if i >= len(b) || b[i] != '"' {
		return ^i, -1
	}
	end = scan.String(b, i)
	if end < 0 {
		return end, -1
	}
	name := b[i+1 : end-1]
	at = find(sh, name, next)
	if at < 0 && hasEscape(name) {
		var plain string
		if json.Unmarshal(b[i:end], &plain) == nil {
			at = find(sh, []byte(plain), next)
		}
	}
	if end = scan.Space(b, end); end >= len(b) || b[end] != ':' {
		return ^end, -1
	}
	return end + 1, at
}

// find looks for the field called name, from the expected one on and round.
func find(sh *shape, name []byte, next int) int {
	n := len(sh.fields)
	for k := range n {
		at := next + k
		if at >= n {
			at -= n
		}
		if sh.fields[at].key == string(name) {
			return at
		}
	}
	return -1
}

func hasEscape(s []byte) bool {
	for _, c := range s {
		if c == '\\' {
			return true
		}
	}
	return false
}

// field reads the value at i into the field's slot of obj.
func (p *parser) field(i int, f *shapeField, obj uint32, depth int) int {
	b := p.body
	if i >= len(b) {
		return ^i
	}
	if f.typename {
		end := scan.Value(b, i, depth)
		if end > 0 && b[i] == '"' {
			p.setType(obj, p.typeNamed(b[i+1:end-1]))
		}
		return end
	}
	at := obj + 1 + uint32(f.slot)
	if f.child != nil {
		v, end := p.composite(i, f, f.lists, obj, p.vals[at], depth)
		if end >= 0 && v != p.vals[at] {
			p.set(at, v)
		}
		return end
	}
	end := scan.Literal(b, i, "null") // other leaves are read by object
	if end > 0 && p.vals[at].kind <= failed {
		p.set(at, value{kind: null})
	}
	return end
}

// composite reads an object, or a list nested to the given number of levels,
// and returns the value for its place. old is what the place holds already: an
// object is filled further, a list element by element.
func (p *parser) composite(i int, f *shapeField, lists int, parent uint32, old value, depth int) (value, int) {
	b := p.body
	if i >= len(b) {
		return old, ^i
	}
	switch c := b[i]; {
	case c == 'n':
		end := scan.Literal(b, i, "null")
		if old.kind <= failed {
			old = value{kind: null}
		}
		return old, end
	case c == '[' && lists > 0:
		return p.list(i, f, lists, parent, old, depth+1)
	case c == '{' && lists == 0:
		if old.kind != object {
			if p.full() {
				p.limit = true
				return old, ^i
			}
			old = value{kind: object, a: p.newObject(p.prog, f.child.site, f.child.typ, parent)}
		}
		return old, p.object(i, f.child, old.a, depth+1)
	}
	if len(p.misfits) < maxMisfits {
		p.misfits = append(p.misfits, misfit{parent, f})
	}
	if old.kind.missing() {
		old = value{kind: nullErr}
	}
	return old, scan.Value(b, i, depth)
}

// list reads the list at i.
func (p *parser) list(i int, f *shapeField, lists int, parent uint32, old value, depth int) (value, int) {
	b := p.body
	if depth > scan.MaxDepth || p.full() {
		p.limit = p.limit || depth <= scan.MaxDepth
		return old, ^i
	}
	second, base, n := old.kind == list, len(p.spare), uint32(0)
	start := i
	i = scan.Space(b, i+1)
	if i < len(b) && b[i] == ']' {
		i++
	} else {
		for more := true; more; {
			var elem value
			if second {
				if n >= old.b {
					return old, ^i
				}
				elem = p.vals[old.a+n]
			}
			v, end := p.composite(i, f, lists-1, parent, elem, depth)
			if end < 0 {
				return old, end
			}
			if second {
				if v != elem {
					p.set(old.a+n, v)
				}
			} else {
				p.spare = append(p.spare, v)
				if len(p.vals)+len(p.spare) > p.max {
					p.limit = true
					return old, ^i
				}
			}
			n++
			if i = scan.Space(b, end); i >= len(b) {
				return old, ^i
			}
			switch b[i] {
			case ',':
				i = scan.Space(b, i+1)
			case ']':
				i++
				more = false
			default:
				return old, ^i
			}
		}
	}
	if second {
		if n != old.b {
			return old, ^start
		}
		return old, i
	}
	v := value{kind: list, a: uint32(len(p.vals)), b: n}
	p.vals = append(p.vals, p.spare[base:]...)
	p.spare = p.spare[:base]
	return v, i
}

// typeNamed returns the id of an object type's name, 0 if it is not known.
func (p *parser) typeNamed(name []byte) plan.TypeID {
	if p.lastType == 0 || p.lastName != string(name) {
		p.lastType = p.prog.typeIDs[string(name)]
		p.lastName = p.prog.types[p.lastType]
	}
	return p.lastType
}
