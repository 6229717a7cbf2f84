package planner

import (
	"fmt"
	"strings"
)

// fragmentBytes is the text of a level from which on it is written as a fragment if it is asked for more than once.
const fragmentBytes = 512

// document prints the levels of one operation. A level shared by type branches is asked for in each of them, so that the
// text could be much larger than what it is printed from: a large one is written once, as a fragment.
type document struct {
	// plain documents have no fragments: what is printed is put together to documents at run time.
	plain bool
	uses  map[*level]int
	texts map[*level]string
	names map[string]string
	// fragments are the definitions, in order of their names.
	fragments strings.Builder
}

func newDocument(plain bool, outs ...*level) *document {
	d := &document{plain: plain, uses: map[*level]int{}, texts: map[*level]string{}, names: map[string]string{}}
	if !plain {
		for _, l := range outs {
			d.count(l)
		}
	}
	return d
}

func (d *document) count(l *level) {
	if d.uses[l]++; d.uses[l] > 1 {
		return
	}
	for _, f := range l.fields {
		if f.child != nil {
			d.count(f.child)
		}
	}
}

// selection is the selection set of a level. Type conditions come after the unconditional fields, in order of first use.
func (d *document) selection(l *level) string {
	if text, ok := d.texts[l]; ok {
		return text
	}
	var b strings.Builder
	b.WriteByte('{')
	n := 0
	sep := func() {
		if n > 0 {
			b.WriteByte(' ')
		}
		n++
	}
	if l.needType {
		sep()
		b.WriteString("__typename")
	}
	var conds []string
	by := map[string][]*outField{}
	for _, f := range l.fields {
		if f.cond == "" {
			sep()
			d.field(&b, f)
			continue
		}
		if by[f.cond] == nil {
			conds = append(conds, f.cond)
		}
		by[f.cond] = append(by[f.cond], f)
	}
	for _, c := range conds {
		sep()
		b.WriteString("... on " + c + "{")
		for i, f := range by[c] {
			if i > 0 {
				b.WriteByte(' ')
			}
			d.field(&b, f)
		}
		b.WriteByte('}')
	}
	if n == 0 {
		b.WriteString("__typename")
	}
	b.WriteByte('}')
	text := b.String()
	if d.uses[l] > 1 && len(text) >= fragmentBytes {
		text = "{..." + d.fragment(" on "+l.decl.Name+text) + "}"
	}
	d.texts[l] = text
	return text
}

// fragment names a fragment; equal ones are one.
func (d *document) fragment(text string) string {
	name := d.names[text]
	if name == "" {
		name = fmt.Sprintf("f%d", len(d.names))
		d.names[text] = name
		d.fragments.WriteString(" fragment " + name + text)
	}
	return name
}

func (d *document) field(b *strings.Builder, f *outField) {
	if f.key != f.name {
		b.WriteString(f.key + ":")
	}
	b.WriteString(f.name)
	for i, a := range f.args {
		if i == 0 {
			b.WriteByte('(')
		} else {
			b.WriteByte(',')
		}
		b.WriteString(a.Name + ":" + a.Value.String())
		if i == len(f.args)-1 {
			b.WriteByte(')')
		}
	}
	if f.child != nil {
		b.WriteString(d.selection(f.child))
	}
}

// length is about the bytes that a document takes for a level, at most limit; memo has the levels that were measured.
// It is known before anything is printed.
func (l *level) length(limit int, plain bool, memo map[*level]int) int {
	if n, ok := memo[l]; ok {
		if !plain {
			n = min(n, fragmentBytes)
		}
		return n
	}
	n := 2
	for _, f := range l.fields {
		n += len(f.key) + len(f.name) + len(f.cond) + len(f.argsK) + 2
		if f.child != nil {
			n += f.child.length(limit, plain, memo)
		}
		if n >= limit {
			n = limit
			break
		}
	}
	memo[l] = n
	return n
}
