package executor

import (
	"bytes"
	"strings"

	"marquee/router/plan"
)

// msgContext is what clients are told when an argument takes too many values.
const msgContext = "The values that arguments of this request take from their context are too many."

// group are the objects of an entry that send the same values from contexts.
type group struct {
	entry   int
	values  []byte // the values, each followed by a comma
	ends    []int  // of each value in values, before the comma
	members []member
}

type member struct {
	obj    uint32
	source int32
	rep    *plan.Representation
}

// prepareGrouped writes the request of a fetch with values from contexts: one `_entities` field per entry and distinct
// values. It returns nil if there is nobody to ask for.
func (r *run) prepareGrouped(f *fetch, j *job) []byte {
	groups, full := r.groups(f)
	if j.overfull = full; full {
		r.errs.add(NewError(CodeContexts, msgContext, nil))
	}
	j.spread(groups, f)
	j.body = append(append(j.body, `{"query":`...), quote(f.document(j.names))...)
	j.body = append(append(j.body, `,"operationName":`...), quote(f.OperationName)...)
	j.body = append(j.body, `,"variables":{`...)
	for _, name := range f.Variables {
		if v, ok := r.req.Variables[name]; ok {
			j.variable(name, false)
			j.body = append(append(j.body, v...), ',')
		}
	}
	total := 0
	for i := range groups {
		g, n := &groups[i], &j.names[i]
		j.variable(n.variable, i > 0)
		r.members(j, g, &f.entries[n.entry], &j.batches[i])
		total += len(j.batches[i].reps)
		from := 0
		for k, c := range f.entries[n.entry].Contexts {
			j.variable(c.Name+n.suffix, true)
			j.body = append(j.body, g.values[from:g.ends[k]]...)
			from = g.ends[k] + 1
		}
	}
	if total == 0 {
		return nil
	}
	j.body = append(j.body, "}}"...)
	return j.body
}

// groups splits the objects of every entry by what they send from contexts: without contexts they are one group. An
// entry without objects has none. full says that there were more groups than allowed: what is left out is marked.
func (r *run) groups(f *fetch) (groups []group, full bool) {
	var values []byte
	var ends []int
	for i := range f.entries {
		e := &f.entries[i]
		first := len(groups)
		for s := range e.sources {
			src := &e.sources[s]
			for _, obj := range r.sites[src.Site] {
				k := match(src.Representations, r.typeOf(obj))
				if k < 0 {
					continue
				}
				rep := &src.Representations[k]
				var v verdict
				if values, ends, v = r.contextValues(values[:0], ends[:0], src.Contexts, obj); v != sent {
					if v == skipErr {
						r.blame(obj, src.output, nullErr)
					}
					continue
				}
				at := first
				for at < len(groups) && !bytes.Equal(groups[at].values, values) {
					at++
				}
				if at == len(groups) {
					if len(groups) >= r.x.opts.MaxContextValues {
						r.blame(obj, src.output, nullErr)
						full = true
						continue
					}
					groups = append(groups, group{entry: i, values: bytes.Clone(values), ends: append([]int(nil), ends...)})
				}
				groups[at].members = append(groups[at].members, member{obj, int32(s), rep}) //nolint:gosec // few sources
			}
		}
	}
	return groups, full
}

// contextValues appends the values an object sends.
func (r *run) contextValues(dst []byte, ends []int, contexts []plan.ContextValue, obj uint32) ([]byte, []int, verdict) {
	for i := range contexts {
		start := len(dst)
		var v verdict
		if dst, v = r.contextValue(dst, &contexts[i], obj); v != sent {
			return dst, ends, v
		}
		if contexts[i].NonNull && string(dst[start:]) == "null" {
			return dst, ends, skip
		}
		ends = append(ends, len(dst))
		dst = append(dst, ',')
	}
	return dst, ends, sent
}

// contextValue appends a value from the nearest ancestor that gives it.
func (r *run) contextValue(dst []byte, c *plan.ContextValue, obj uint32) ([]byte, verdict) {
	for r.prog.sites[r.vals[obj].b].Parent != plan.NoSite {
		obj = r.vals[obj].a
		site := plan.SiteID(r.vals[obj].b) //nolint:gosec // an index of sites
		for i := range c.From {
			from := &c.From[i]
			if from.Site == site && (from.OnTypes == nil || plan.Contains(from.OnTypes, r.typeOf(obj))) {
				return r.contextField(dst, from.Fields, obj)
			}
		}
	}
	return dst, skip
}

// contextField follows the first field that is for the object's type down to a leaf.
func (r *run) contextField(dst []byte, fields []plan.RepField, obj uint32) ([]byte, verdict) {
	for i := range fields {
		f := &fields[i]
		if !f.Typename && (f.OnTypes == nil || plan.Contains(f.OnTypes, r.typeOf(obj))) {
			return r.contextLeaf(dst, f, r.slot(obj, f.Slot))
		}
	}
	return append(dst, "null"...), sent
}

func (r *run) contextLeaf(dst []byte, f *plan.RepField, val value) ([]byte, verdict) {
	switch val.kind {
	case raw:
		return append(dst, r.bytes(val)...), sent
	case null, nullErr:
		return append(dst, "null"...), sent
	case object:
		return r.contextField(dst, f.Child, val.a)
	case list:
		dst = append(dst, '[')
		for i := range val.b {
			if i > 0 {
				dst = append(dst, ',')
			}
			var v verdict
			if dst, v = r.contextLeaf(dst, f, r.vals[val.a+i]); v != sent {
				return dst, v
			}
		}
		return append(dst, ']'), sent
	case failed:
		return dst, skipErr
	}
	return dst, skip
}

// members writes the representations of a group.
func (r *run) members(j *job, g *group, e *entry, bt *batch) {
	j.body = append(j.body, '[')
	for i := range g.members {
		m := &g.members[i]
		r.send(j, m.rep, m.obj, m.source, e, bt)
	}
	j.body = append(j.body, ']')
}

// groupName is what a group's `_entities` field and variables are called.
type groupName struct {
	entry                   int
	alias, variable, suffix string
}

// spread gives a job one batch per group.
func (j *job) spread(groups []group, f *fetch) {
	for len(j.batches) < len(groups) {
		j.batches = append(j.batches, batch{})
	}
	j.batches = j.batches[:len(groups)]
	j.names = j.names[:0]
	for i := range groups {
		j.batches[i].clear()
		n := groupName{entry: groups[i].entry, suffix: plan.GroupSuffix(i)}
		e := f.entries[n.entry].Entry
		n.alias, n.variable = e.Alias+n.suffix, e.Variable+n.suffix
		j.names = append(j.names, n)
	}
}

// document prints a grouped fetch for the groups there are.
func (f *fetch) document(names []groupName) string {
	var head, body strings.Builder
	head.WriteString(f.Grouped.Head)
	sep := "("
	used := map[string]bool{}
	for i := range names {
		n := &names[i]
		e := f.entries[n.entry].Entry
		if i > 0 {
			body.WriteByte(' ')
		}
		head.WriteString(sep + "$" + n.variable + ":[_Any!]!")
		sep = ","
		for _, c := range e.Contexts {
			head.WriteString(",$" + c.Name + n.suffix + ":" + c.Type)
		}
		for _, v := range e.Variables {
			used[v] = true
		}
		body.WriteString(n.alias + ":_entities(representations:$" + n.variable + ")" + strings.ReplaceAll(e.Selection, plan.GroupMark, n.suffix))
	}
	for _, d := range f.Grouped.Declarations {
		if used[d.Name] {
			head.WriteString("," + d.Text)
		}
	}
	return head.String() + "){" + body.String() + "}"
}
