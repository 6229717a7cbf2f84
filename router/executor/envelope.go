package executor

import (
	"errors"

	"marquee/router/scan"
)

// What can be wrong with a body as a whole.
var (
	errMalformed = errors.New("answer is not a GraphQL result in strict JSON, or does not have the form asked for")
	errCount     = errors.New("_entities has not as many elements as representations were sent")
	errNoData    = errors.New("answer has neither data nor errors")
	errContexts  = errors.New("arguments take more values from their context than allowed")
	errBody      = errors.New("answer is larger than allowed")
)

// envelope is what the top level of an answer said.
type envelope struct {
	data   bool   // data was an object
	errors []byte // raw value of errors, nil if missing
}

// parse reads a whole body into the targets of the job. On an error nothing of
// it is kept.
func (p *parser) parse(body []byte, f *fetch, j *job) (env envelope, err error) {
	if len(p.bufs) > maxBodies {
		return env, errTooLarge
	}
	p.body, p.misfits, p.limit, p.vacant = body, p.misfits[:0], false, noObject
	p.buf = uint16(len(p.bufs)) //nolint:gosec // parse refuses more
	p.bufs = append(p.bufs, body)
	p.begin()
	end := p.envelope(&env, f, j)
	if end >= 0 {
		if end = scan.Space(body, end); end != len(body) {
			end = ^end
		}
	}
	switch {
	case end >= 0:
		p.commit()
		return env, nil
	case p.limit:
		err = errTooLarge
	case j.miscounted():
		err = errCount
	default:
		err = errMalformed
	}
	p.rollback()
	p.misfits = p.misfits[:0]
	return envelope{}, err
}

// envelope reads {"data":…,"errors":…,"extensions":…} in any order.
func (p *parser) envelope(env *envelope, f *fetch, j *job) int {
	b := p.body
	return p.members(scan.Space(b, 0), func(key []byte, i int) int {
		switch string(key) {
		case "data":
			if i < len(b) && b[i] == '{' {
				env.data = true
				if f.root != nil {
					return p.rootData(i, f, j)
				}
				return p.entityData(i, f, j)
			}
			return scan.Literal(b, i, "null")
		case "errors":
			end := scan.Value(b, i, 1)
			if end > 0 {
				env.errors = b[i:end]
			}
			return end
		}
		return scan.Value(b, i, 1)
	})
}

// members calls read for each member of the object at i, with its raw key and
// the offset of its value; read returns the offset behind it.
func (p *parser) members(i int, read func(key []byte, i int) int) int {
	b := p.body
	if i >= len(b) || b[i] != '{' {
		return ^i
	}
	if i = scan.Space(b, i+1); i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return ^i
		}
		end := scan.String(b, i)
		if end < 0 {
			return end
		}
		key := b[i+1 : end-1]
		if i = scan.Space(b, end); i >= len(b) || b[i] != ':' {
			return ^i
		}
		if i = read(key, scan.Space(b, i+1)); i < 0 {
			return i
		}
		if i = scan.Space(b, i); i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			i = scan.Space(b, i+1)
		case '}':
			return i + 1
		default:
			return ^i
		}
	}
}

// rootData reads data into every target; more than one exist only where a
// field returns a root type again.
func (p *parser) rootData(i int, f *fetch, j *job) int {
	end := ^i
	for _, obj := range j.roots {
		if end = p.object(i, f.root, obj, 1); end < 0 {
			return end
		}
	}
	return end
}

// entityData reads {"_0":[…],"_1":[…]}.
func (p *parser) entityData(i int, f *fetch, j *job) int {
	return p.members(i, func(key []byte, i int) int {
		if k := j.batchOf(f, string(key)); k >= 0 {
			return p.elements(i, j.entry(f, k), &j.batches[k])
		}
		return scan.Value(p.body, i, 2)
	})
}

// elements reads the list of one entry, element i into all targets that sent
// representation i.
func (p *parser) elements(i int, e *entry, bt *batch) int {
	b := p.body
	bt.answered = true
	if i < len(b) && b[i] == 'n' {
		end := scan.Literal(b, i, "null")
		bt.answered = false
		return end
	}
	if i >= len(b) || b[i] != '[' {
		return ^i
	}
	n := 0
	if i = scan.Space(b, i+1); i < len(b) && b[i] == ']' {
		i++
	} else {
		for more := true; more; n++ {
			if n >= len(bt.reps) {
				bt.miscounted = true
				return ^i
			}
			if i = p.element(i, e, bt, n); i < 0 {
				return i
			}
			if i = scan.Space(b, i); i >= len(b) {
				return ^i
			}
			switch b[i] {
			case ',':
				i = scan.Space(b, i+1)
			case ']':
				i++
				more = false
			default:
				return ^i
			}
		}
	}
	if n != len(bt.reps) {
		bt.miscounted = true
		return ^i
	}
	return i
}

// element reads one entity: once into the first target; the others get copies
// of its slots, sharing the objects below, unless one of the two holds something
// already, or what is below must know its own ancestors.
func (p *parser) element(i int, e *entry, bt *batch, rep int) int {
	first := bt.targets[bt.reps[rep].first]
	src := &e.sources[first.source]
	fresh := p.isVacant(first.obj, src.output)
	if fresh {
		p.filled = append(p.filled, fill{first.obj, src.output})
		p.vacant = first.obj
	}
	end := p.entity(i, src.output, first.obj)
	p.vacant = noObject
	fresh = fresh && !src.own
	for t := first.next; t >= 0 && end >= 0; {
		tg := bt.targets[t]
		out := e.sources[tg.source].output
		if fresh && tg.source == first.source && p.isVacant(tg.obj, out) {
			p.filled = append(p.filled, fill{tg.obj, out})
			to, from := p.vals[tg.obj+1:], p.vals[first.obj+1:]
			for k := range out.fields {
				if f := &out.fields[k]; !f.typename {
					to[f.slot] = from[f.slot]
				}
			}
			p.setType(tg.obj, p.typeOf(first.obj))
		} else {
			end = p.entity(i, out, tg.obj)
		}
		t = tg.next
	}
	return end
}

// entity reads the object or null at i.
func (p *parser) entity(i int, out *shape, obj uint32) int {
	b := p.body
	if i < len(b) && b[i] == '{' {
		return p.object(i, out, obj, 3)
	}
	end := scan.Literal(b, i, "null")
	if end < 0 {
		return end
	}
	for k := range out.fields {
		f := &out.fields[k]
		if f.typename {
			continue
		}
		if at := obj + 1 + uint32(f.slot); p.vals[at].kind <= failed {
			p.set(at, value{kind: null})
		}
	}
	return end
}

// isVacant tells whether no slot of the shape holds anything yet.
func (p *parser) isVacant(obj uint32, sh *shape) bool {
	for k := range sh.fields {
		if f := &sh.fields[k]; !f.typename && p.slot(obj, f.slot).kind != absent {
			return false
		}
	}
	return true
}
