package executor

import (
	"hash/maphash"
	"sync"

	"marquee/router/plan"
)

// job is one fetch under way: its request body and where the answer goes.
type job struct {
	body    []byte
	roots   []uint32 // Kind Root: objects data is written into
	batches []batch  // Kind Entity: one per entry
	// names are those of the batches of a grouped fetch, which has one per group; else empty.
	names []groupName
	// overfull: there were more groups than allowed.
	overfull bool
}

// entry returns the entry a batch belongs to.
func (j *job) entry(f *fetch, batch int) *entry {
	if len(j.names) > 0 {
		return &f.entries[j.names[batch].entry]
	}
	return &f.entries[batch]
}

// batchOf returns the batch whose `_entities` field has the alias, -1 if none.
func (j *job) batchOf(f *fetch, alias string) int {
	if len(j.names) > 0 {
		for k := range j.names {
			if j.names[k].alias == alias {
				return k
			}
		}
		return -1
	}
	for k := range f.entries {
		if f.entries[k].Alias == alias {
			return k
		}
	}
	return -1
}

// miscounted tells that an entry's answer had too few or too many elements.
func (j *job) miscounted() bool {
	for i := range j.batches {
		if j.batches[i].miscounted {
			return true
		}
	}
	return false
}

// batch is the list of representations of one entry.
type batch struct {
	reps    []rep
	targets []target
	table   []int32 // open addressing by hash: index into reps + 1

	answered, miscounted bool
}

// rep is one distinct representation: body[start:end].
type rep struct {
	start, end  int
	hash        uint64
	first, last int32     // chain of its targets
	plain       *plainRep // nil if it was compared by its text
	leaf        value     // the first leaf of a plain one
}

// target is an object that sent a representation. next is the index of the
// next target of the same representation, -1 at the end.
type target struct {
	obj    uint32
	source int32
	next   int32
}

var jobs = sync.Pool{New: func() any { return new(job) }}

// Buffers above these sizes are not kept for reuse.
const (
	maxKeptBytes  = 256 << 10
	maxKeptValues = 1 << 16 // 768 KiB
)

func newJob(entries int) *job {
	j := jobs.Get().(*job)
	j.body, j.roots = j.body[:0], j.roots[:0]
	j.batches = j.batches[:cap(j.batches)] // their memory is used again
	for len(j.batches) < entries {
		j.batches = append(j.batches, batch{})
	}
	j.batches, j.names, j.overfull = j.batches[:entries], j.names[:0], false
	for i := range j.batches {
		j.batches[i].clear()
	}
	return j
}

func (bt *batch) clear() {
	bt.reps, bt.targets, bt.table = bt.reps[:0], bt.targets[:0], bt.table[:0]
	bt.answered, bt.miscounted = false, false
}

func (j *job) release() {
	kept := cap(j.body)
	for _, bt := range j.batches[:cap(j.batches)] {
		kept += 12*cap(bt.targets) + 64*cap(bt.reps)
	}
	if kept <= maxKeptBytes {
		jobs.Put(j)
	}
}

var seed = maphash.MakeSeed()

// add records the representation body[start:] for a target, dropping the text
// if an equal one was sent before. Equality is by content, not by hash.
func (bt *batch) add(body []byte, start int, obj uint32, source int) []byte {
	text := body[start:]
	h := maphash.Bytes(seed, text)
	t := int32(len(bt.targets))
	bt.targets = append(bt.targets, target{obj: obj, source: int32(source), next: -1})
	if 2*(len(bt.reps)+1) > len(bt.table) {
		bt.grow()
	}
	mask := uint64(len(bt.table) - 1)
	for at := h & mask; ; at = (at + 1) & mask {
		k := bt.table[at]
		if k == 0 {
			bt.reps = append(bt.reps, rep{start: start, end: len(body), hash: h, first: t, last: t})
			bt.table[at] = int32(len(bt.reps))
			return body
		}
		r := &bt.reps[k-1]
		if r.hash == h && r.plain == nil && string(body[r.start:r.end]) == string(text) {
			bt.targets[r.last].next = t
			r.last = t
			return body[:start]
		}
	}
}

func (bt *batch) grow() {
	n := max(16, 2*len(bt.table))
	if cap(bt.table) >= n {
		bt.table = bt.table[:n]
		clear(bt.table)
	} else {
		bt.table = make([]int32, n)
	}
	mask := uint64(n - 1)
	for i := range bt.reps {
		at := bt.reps[i].hash & mask
		for bt.table[at] != 0 {
			at = (at + 1) & mask
		}
		bt.table[at] = int32(i + 1)
	}
}

// verdict says whether a representation could be written.
type verdict uint8

const (
	sent    verdict = iota
	skip            // a value it needs is missing
	skipErr         // the same, and an error is reported for it already
)

// represent writes the entry's representations as a JSON list to the job's
// body and fills its batch.
func (r *run) represent(j *job, e *entry, bt *batch) {
	j.body = append(j.body, '[')
	for i := range e.sources {
		src := &e.sources[i]
		for _, obj := range r.sites[src.Site] {
			k := match(src.Representations, r.typeOf(obj))
			if k < 0 {
				continue
			}
			if p := src.plain[k]; p != nil && r.sendPlain(j, p, obj, int32(i), bt) { //nolint:gosec // few sources
				continue
			}
			r.send(j, &src.Representations[k], obj, int32(i), e, bt) //nolint:gosec // few sources
		}
	}
	j.body = append(j.body, ']')
}

// send appends the representation of one object, unless one with equal content is there.
func (r *run) send(j *job, rp *plan.Representation, obj uint32, source int32, e *entry, bt *batch) {
	if len(bt.reps) > 0 {
		j.body = append(j.body, ',')
	}
	start := len(j.body)
	body, v := r.appendRepresentation(j.body, rp, obj)
	switch v {
	case sent:
		n := len(bt.reps)
		if j.body = bt.add(body, start, obj, int(source)); len(bt.reps) > n {
			return
		}
	case skipErr:
		r.blame(obj, e.sources[source].output, nullErr)
	case skip:
	}
	j.body = body[:start]
	if len(bt.reps) > 0 {
		j.body = body[:start-1]
	}
}

// match returns the index of the first representation for objects of type t, −1
// if there is none.
func match(list []plan.Representation, t plan.TypeID) int {
	for i := range list {
		if list[i].OnTypes == nil || plan.Contains(list[i].OnTypes, t) {
			return i
		}
	}
	return -1
}

func (r *run) appendRepresentation(dst []byte, rp *plan.Representation, obj uint32) ([]byte, verdict) {
	name := rp.Typename
	if name == "" {
		if name = r.prog.types[r.typeOf(obj)]; name == "" {
			return dst, skip
		}
	}
	dst = append(dst, `{"__typename":"`...)
	dst = append(dst, name...)
	dst = append(dst, '"')
	dst, v := r.appendRepFields(dst, rp.Fields, obj, true)
	return append(dst, '}'), v
}

// appendRepFields writes the members of an object; comma tells that one was
// written before.
func (r *run) appendRepFields(dst []byte, fields []plan.RepField, obj uint32, comma bool) ([]byte, verdict) {
	typ := r.typeOf(obj)
	for i := range fields {
		f := &fields[i]
		if f.OnTypes != nil && !plan.Contains(f.OnTypes, typ) {
			continue
		}
		if comma {
			dst = append(dst, ',')
		}
		comma = true
		dst = append(dst, '"')
		if f.Typename {
			if typ == 0 {
				return dst, skip
			}
			dst = append(dst, `__typename":"`...)
			dst = append(dst, r.prog.types[typ]...)
			dst = append(dst, '"')
			continue
		}
		dst = append(dst, f.Key...)
		dst = append(dst, '"', ':')
		var v verdict
		if dst, v = r.appendRepValue(dst, f, r.slot(obj, f.Slot), f.Required); v != sent {
			return dst, v
		}
	}
	return dst, sent
}

func (r *run) appendRepValue(dst []byte, f *plan.RepField, val value, required bool) ([]byte, verdict) {
	switch val.kind {
	case raw:
		return append(dst, r.bytes(val)...), sent
	case null, nullErr:
		if !required {
			return append(dst, "null"...), sent
		}
		if val.kind == nullErr {
			return dst, skipErr
		}
		return dst, skip
	case object:
		dst, v := r.appendRepFields(append(dst, '{'), f.Child, val.a, false)
		return append(dst, '}'), v
	case list:
		dst = append(dst, '[')
		for i := range val.b {
			if i > 0 {
				dst = append(dst, ',')
			}
			var v verdict
			if dst, v = r.appendRepValue(dst, f, r.vals[val.a+i], false); v != sent {
				return dst, v
			}
		}
		return append(dst, ']'), sent
	case failed:
		return dst, skipErr
	}
	return dst, skip
}
