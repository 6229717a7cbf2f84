package executor

import (
	"hash/maphash"

	"marquee/router/plan"
)

// plainRep is a representation of which everything but the text of a few leaves
// is known beforehand, as nearly all are: equal ones are found by these leaves,
// and only the first is written.
type plainRep struct {
	*plan.Representation
	id     uint64   // equal for equal pieces, within an entry
	pieces [][]byte // pieces[i] precedes the leaf in slots[i]; the last one ends it
	slots  []int
}

// compilePlain returns nil if the representation is not plain. known are the
// plain ones of the entry so far.
func compilePlain(rp *plan.Representation, known []*plainRep) *plainRep {
	if rp.Typename == "" || len(rp.Fields) == 0 {
		return nil
	}
	out := &plainRep{Representation: rp, id: uint64(len(known))}
	piece := []byte(`{"__typename":"` + rp.Typename + `"`)
	for i := range rp.Fields {
		f := &rp.Fields[i]
		if f.Typename || f.OnTypes != nil || f.Child != nil {
			return nil
		}
		out.pieces = append(out.pieces, append(piece, `,"`+f.Key+`":`...))
		out.slots = append(out.slots, f.Slot)
		piece = nil
	}
	out.pieces = append(out.pieces, []byte{'}'})
	for _, k := range known {
		if k.samePieces(out) {
			out.id = k.id
		}
	}
	return out
}

func (p *plainRep) samePieces(o *plainRep) bool {
	if len(p.pieces) != len(o.pieces) {
		return false
	}
	for i := range p.pieces {
		if string(p.pieces[i]) != string(o.pieces[i]) {
			return false
		}
	}
	return true
}

// sendPlain is send for a plain representation; false means that it cannot be
// sent this way, since a leaf is missing.
func (r *run) sendPlain(j *job, p *plainRep, obj uint32, source int32, bt *batch) bool {
	row := r.vals[obj+1:]
	h := p.id
	for _, slot := range p.slots {
		v := row[slot]
		if v.kind != raw {
			return false
		}
		h = h*0x9e3779b97f4a7c15 + maphash.Bytes(seed, r.bytes(v))
	}
	t := int32(len(bt.targets)) //nolint:gosec // bounded by MaxValues
	bt.targets = append(bt.targets, target{obj: obj, source: source, next: -1})
	if 2*(len(bt.reps)+1) > len(bt.table) {
		bt.grow()
	}
	mask := uint64(len(bt.table) - 1)
	for at := h & mask; ; at = (at + 1) & mask {
		k := bt.table[at]
		if k == 0 {
			if len(bt.reps) > 0 {
				j.body = append(j.body, ',')
			}
			start := len(j.body)
			for i, slot := range p.slots {
				j.body = append(j.body, p.pieces[i]...)
				j.body = append(j.body, r.bytes(row[slot])...)
			}
			j.body = append(j.body, p.pieces[len(p.slots)]...)
			bt.reps = append(bt.reps, rep{start: start, end: len(j.body), hash: h, first: t, last: t, plain: p, leaf: row[p.slots[0]]})
			bt.table[at] = int32(len(bt.reps)) //nolint:gosec // bounded by MaxValues
			return true
		}
		if q := &bt.reps[k-1]; q.hash == h && q.plain != nil && q.plain.id == p.id && r.sameText(q.leaf, row[p.slots[0]]) &&
			(len(p.slots) == 1 || r.sameLeaves(p, obj, q.plain, bt.targets[q.first].obj)) {
			bt.targets[q.last].next = t
			q.last = t
			return true
		}
	}
}

// sameLeaves compares the leaves behind the first of two objects' representations.
func (r *run) sameLeaves(p *plainRep, obj uint32, q *plainRep, other uint32) bool {
	for i := 1; i < len(p.slots); i++ {
		if !r.sameText(r.slot(obj, p.slots[i]), r.slot(other, q.slots[i])) {
			return false
		}
	}
	return true
}

func (r *run) sameText(a, b value) bool { return a == b || string(r.bytes(a)) == string(r.bytes(b)) }
