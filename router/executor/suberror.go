package executor

import (
	"encoding/json"
	"strconv"

	"marquee/router/scan"
)

// maxTargetErrors bounds at how many places one subgraph error is repeated.
const maxTargetErrors = 20

// subgraphError is an error as a subgraph reports it.
type subgraphError struct {
	Message    string            `json:"message"`
	Path       []json.RawMessage `json:"path"`
	Extensions json.RawMessage   `json:"extensions"`
}

// step is a decoded element of a subgraph's error path.
type step struct {
	key   string
	index int // -1 if it is a key
}

// subgraphErrors rewrites a subgraph's errors to client paths and marks the
// null values they explain. It returns false if the place of an error could
// not be told.
func (r *run) subgraphErrors(f *fetch, j *job, list []byte) (placed bool) {
	var entries []json.RawMessage
	if json.Unmarshal(list, &entries) != nil {
		r.errs.add(r.service(f, NewError(CodeMalformed, msgMalformed, nil)))
		return false
	}
	placed = true
	for i, text := range entries {
		if i >= r.x.opts.MaxErrors {
			return false
		}
		var se subgraphError
		if json.Unmarshal(text, &se) != nil {
			se.Path = nil // whatever it was, it reports a failure
		}
		if !r.place(f, j, r.rewrite(f, &se), steps(se.Path)) {
			placed = false
		}
	}
	return placed
}

// rewrite builds the client's error, without its path.
func (r *run) rewrite(f *fetch, se *subgraphError) Error {
	code := json.RawMessage(`"` + CodeDownstream + `"`)
	var others []Extension
	p := parser{body: se.Extensions}
	p.members(0, func(key []byte, i int) int {
		end := scan.Value(p.body, i, 1)
		if end < 0 {
			return end
		}
		name, value := unquote(key), p.body[i:end]
		switch {
		case name == "code":
			if value[0] == '"' && len(value) > 2 {
				code = value
			}
		case name == "serviceName" && r.x.opts.ServiceName:
		case r.passes(name):
			others = append(others, Extension{name, value})
		}
		return end
	})
	msg := se.Message
	if msg == "" || r.x.opts.MaskMessages {
		msg = msgMasked
	}
	e := Error{Message: msg, Extensions: append([]Extension{{"code", code}}, others...)}
	return r.service(f, e)
}

func (r *run) passes(name string) bool {
	if r.x.opts.Extensions == nil {
		return name != "stacktrace" && name != "exception"
	}
	for _, allowed := range r.x.opts.Extensions {
		if name == allowed {
			return true
		}
	}
	return false
}

func unquote(rawKey []byte) string {
	var s string
	if json.Unmarshal(append(append([]byte{'"'}, rawKey...), '"'), &s) != nil {
		return string(rawKey)
	}
	return s
}

// steps decodes a path; it is nil if there is none or it is malformed.
func steps(path []json.RawMessage) []step {
	out := make([]step, 0, len(path))
	for _, text := range path {
		if n, err := strconv.Atoi(string(text)); err == nil && n >= 0 {
			out = append(out, step{index: n})
			continue
		}
		var key string
		if json.Unmarshal(text, &key) != nil || key == "" {
			return nil
		}
		out = append(out, step{key: key, index: -1})
	}
	return out
}

// place adds the error at every client path it belongs to.
func (r *run) place(f *fetch, j *job, e Error, path []step) bool {
	placed := false
	if f.root != nil {
		for i, obj := range j.roots {
			if i < maxTargetErrors && len(path) > 0 {
				placed = r.placeAt(e, obj, f.root, path) || placed
			}
		}
	} else if k := entryOf(f, j, path); k >= 0 && len(path) >= 2 && path[1].index >= 0 && path[1].index < len(j.batches[k].reps) {
		bt := &j.batches[k]
		n := 0
		for t := bt.reps[path[1].index].first; t >= 0 && n < maxTargetErrors; t = bt.targets[t].next {
			tg := bt.targets[t]
			out := j.entry(f, k).sources[tg.source].output
			if len(path) == 2 { // the entity itself: nothing is known of it
				r.blame(tg.obj, out, failed)
			}
			placed = r.placeAt(e, tg.obj, out, path[2:]) || placed
			n++
		}
	}
	if !placed {
		r.errs.add(e)
	}
	return placed
}

// entryOf returns the batch a path begins with; `_entities` itself is understood
// where there is only one.
func entryOf(f *fetch, j *job, path []step) int {
	if len(path) == 0 || f.root != nil {
		return -1
	}
	if k := j.batchOf(f, path[0].key); k >= 0 {
		return k
	}
	if len(j.batches) == 1 && path[0].key == "_entities" {
		return 0
	}
	return -1
}

// placeAt adds the error below an object, if the client selected the place.
func (r *run) placeAt(e Error, obj uint32, sh *shape, path []step) bool {
	at, ok := r.path(r.prog, obj)
	if !ok {
		return false
	}
	if at, ok = r.locate(at, obj, sh, path); !ok {
		return false
	}
	e.Path = at
	r.errs.add(e)
	return true
}

// locate follows a subgraph's path below an object, appends the client's names
// of its steps, and marks the null it ends at as explained. ok is false if a
// step is not part of the client's answer.
func (r *run) locate(at []PathElem, obj uint32, sh *shape, path []step) ([]PathElem, bool) {
	cur, live := value{kind: object, a: obj}, true
	for _, st := range path {
		var slot uint32
		if st.index >= 0 {
			at = append(at, PathElem{Index: st.index})
			if live = live && cur.kind == list && uint64(st.index) < uint64(cur.b); live {
				slot = cur.a + uint32(st.index)
			}
		} else {
			if sh == nil {
				return at, true // inside a custom scalar
			}
			k := sh.lookup(st.key)
			if k < 0 || sh.fields[k].typename || sh.fields[k].response == "" {
				r.markHidden(cur, live, sh, k)
				return nil, false
			}
			fl := &sh.fields[k]
			at = append(at, PathElem{Key: fl.response})
			if live = live && cur.kind == object; live {
				slot = cur.a + 1 + uint32(fl.slot)
			}
			sh = fl.child
		}
		if !live {
			continue
		}
		if cur = r.vals[slot]; cur.kind.missing() {
			r.explain(slot)
			live = false
		}
	}
	return at, true
}

// markHidden explains the null of a field the client did not ask for.
func (r *run) markHidden(cur value, live bool, sh *shape, k int) {
	if live && k >= 0 && cur.kind == object && !sh.fields[k].typename {
		r.explain(cur.a + 1 + uint32(sh.fields[k].slot))
	}
}

func (r *run) explain(slot uint32) {
	switch r.vals[slot].kind {
	case absent:
		r.vals[slot].kind = failed
	case null:
		r.vals[slot].kind = nullErr
	}
}
