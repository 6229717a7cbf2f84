package executor

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"marquee/router/buffer"
	"marquee/router/plan"
)

const unauthorized = "Unauthorized field or type"

// projector writes the client's answer from the store. Paths are needed for errors
// only: the answer is written without keeping them, and written again with them
// if there is anything to complain about.
type projector struct {
	*run
	out     []byte
	tracing bool       // keep path
	again   bool       // there was a complaint while it was not kept
	path    []PathElem // of the composite value being written
	over    bool       // the answer is larger than allowed
}

func (p *projector) forget() {
	clear(p.path[:cap(p.path)])
	p.run, p.out = nil, nil
}

// respond projects the answer and gives the run's memory back.
func (r *run) respond(ctx context.Context) *Response {
	memory := buffer.Get(int(r.prog.size.Load()))
	p := &r.projector
	p.run, p.out, p.tracing = r, append(memory.B, lead...), false
	memory.B = p.data(ctx)
	if p.again {
		p.out, p.tracing = append(memory.B[:0], lead...), true
		memory.B = p.data(ctx)
	}
	r.prog.size.Store(int64(len(memory.B)) + room)
	slices.SortFunc(r.headers, func(a, b Answer) int { return a.fetch - b.fetch })
	res := &Response{Data: memory.B[len(lead):], Errors: r.errs.list, Answers: r.headers, memory: memory}
	r.headers = nil
	r.release()
	return res
}

const (
	lead = `{"data":`
	room = 16 // behind data, so that the end of most answers fits
)

// data returns the bytes of "data" behind lead.
func (p *projector) data(ctx context.Context) (out []byte) {
	defer func() {
		if v := recover(); v != nil {
			p.x.note(ctx, "", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			p.broken = true
			p.errs.add(NewError(CodeInternal, "Internal server error.", nil))
			out = append(p.out[:len(lead)], "null"...)
		}
	}()
	p.path, p.over, p.again = p.path[:0], false, false
	if !p.object(0, p.prog.projection) {
		p.out = append(p.out[:len(lead)], "null"...)
	}
	if p.over && !p.again {
		p.errs.add(NewError(CodeLimit, "The answer is larger than allowed.", nil))
	}
	return p.out
}

// object writes an object. It returns false, having written garbage, if a
// non-null field of it has no value: the object is null then.
func (p *projector) object(obj uint32, sel *selection) bool {
	start := len(p.out)
	if start > p.x.opts.MaxResponseBytes {
		p.over = true
		return false
	}
	fields, row := sel.fieldsFor(p.typeOf(obj)), p.vals[obj+1:]
	for i := 0; i < len(fields); i++ {
		f := &fields[i]
		if f.scalar && row[f.Slot].kind == raw {
			if n := p.leaves(fields[i:], row); n > 0 {
				i += n - 1
				continue
			}
		}
		p.out = append(p.out, f.lead...)
		switch {
		case f.Raw != nil:
			p.out = append(p.out, f.Raw...)
		case f.Typename:
			name := p.prog.types[p.typeOf(obj)]
			if name == "" {
				p.complain(CodeNonNull, "Cannot return null for non-nullable field __typename.", f.Key)
				return false
			}
			p.out = append(p.out, '"')
			p.out = append(p.out, name...)
			p.out = append(p.out, '"')
		case f.Dropped:
			p.out = append(p.out, "null"...)
		case f.Denied:
			p.complain(CodeUnauthorized, unauthorized, f.Key)
			if !p.null(f, f.Type, nullErr, "") {
				return false
			}
		case f.child != nil:
			n := len(p.path)
			if p.tracing {
				p.path = append(p.path, PathElem{Key: f.Key})
			}
			ok := p.composite(f, f.Type, p.slot(obj, f.Slot))
			p.path = p.path[:n]
			if !ok {
				return false
			}
		default:
			if !p.leaf(f, p.slot(obj, f.Slot)) {
				return false
			}
		}
	}
	if len(p.out) == start {
		p.out = append(p.out, '{', '}')
		return true
	}
	p.out[start] = '{' // was the comma before the first key
	p.out = append(p.out, '}')
	return true
}

// leaves writes a run of scalars, given the first, and returns how many it has
// written. Fields that a subgraph has sent one behind the other, under the same
// keys, are copied as one piece.
func (p *projector) leaves(fields []selField, row []value) int {
	v := row[fields[0].Slot]
	body := p.bufs[v.buf]
	if !fields[0].takes(body[v.a : v.a+v.b]) {
		return 0
	}
	p.out = append(p.out, fields[0].lead...)
	start, end, n := v.a, v.a+v.b, 1
	for n < len(fields) && fields[n].scalar {
		f, next := &fields[n], row[fields[n].Slot]
		at := end + uint32(len(f.lead))
		if next.kind != raw || next.a != at || next.buf != v.buf || string(body[end:at]) != string(f.lead) || !f.takes(body[at:at+next.b]) {
			break
		}
		end = at + next.b
		n++
	}
	p.out = append(p.out, body[start:end]...)
	return n
}

// takes tells whether a scalar's text is a value of its type.
func (f *selField) takes(text []byte) bool {
	return f.free || text[0] == '"' && f.quotes || fits(f.SelField, text)
}

// composite writes an object or list of objects whose path is p.path. It
// returns false if null must go to the parent.
func (p *projector) composite(f *selField, t *plan.Type, v value) bool {
	start := len(p.out)
	switch {
	case v.kind == object && t.Elem == nil:
		if v.kind = p.typed(f, p.typeOf(v.a)); v.kind == object && p.object(v.a, f.child) {
			return true
		}
		if v.kind == object {
			v.kind = nullErr
		}
	case v.kind == list && t.Elem != nil:
		if p.list(f, t.Elem, v) {
			return true
		}
		v = value{kind: nullErr}
	case !v.kind.missing():
		p.invalid(f, "")
		v = value{kind: nullErr}
	}
	p.out = p.out[:start]
	return p.null(f, t, v.kind, "")
}

// typed tells what an object of a type is for the client where a field has it: an object, or else null, for a reason
// that is reported or not.
func (p *projector) typed(f *selField, typ plan.TypeID) kind {
	sel := f.child
	switch {
	case sel.any:
		return object
	case sel.denied != nil && (typ == 0 || plan.Contains(sel.denied, typ)):
		p.complain(CodeUnauthorized, unauthorized, "")
		return nullErr
	case sel.possible != nil && !plan.Contains(sel.possible, typ), typ == 0 && (sel.typed || sel.types != nil):
		p.complain(CodeInvalidValue, "Cannot tell the type of an object in field "+f.Name+".", "")
		return nullErr
	case sel.types != nil && !plan.Contains(sel.types, typ):
		return null
	}
	return object
}

func (p *projector) list(f *selField, elem *plan.Type, v value) bool {
	p.out = append(p.out, '[')
	n := len(p.path)
	if p.tracing {
		p.path = append(p.path, PathElem{})
	}
	ok := true
	for i := uint32(0); i < v.b && ok; i++ {
		if i > 0 {
			p.out = append(p.out, ',')
		}
		if p.tracing {
			p.path[n] = PathElem{Index: int(i)}
		}
		ok = p.composite(f, elem, p.vals[v.a+i])
	}
	p.path = p.path[:n]
	p.out = append(p.out, ']')
	return ok
}

// null writes null for a missing value where the type allows it. Otherwise it
// returns false, and complains unless the reason is reported already. key is
// the last step of the path, "" if p.path is complete.
func (p *projector) null(f *selField, t *plan.Type, k kind, key string) bool {
	if p.over {
		return false
	}
	if !t.NonNull {
		p.out = append(p.out, "null"...)
		return true
	}
	if !k.reported() {
		p.complain(CodeNonNull, "Cannot return null for non-nullable field "+f.Name+".", key)
	}
	return false
}

func (p *projector) invalid(f *selField, key string) {
	p.complain(CodeInvalidValue, "Invalid value for field "+f.Name+" of type "+f.Type.String()+".", key)
}

// complain adds an error at the current path, followed by key unless it is "".
func (p *projector) complain(code, message, key string) {
	if p.over {
		return
	}
	if !p.tracing {
		p.again = true
		return
	}
	path := append(make([]PathElem, 0, len(p.path)+1), p.path...)
	if key != "" {
		path = append(path, PathElem{Key: key})
	}
	p.errs.add(NewError(code, message, path))
}
