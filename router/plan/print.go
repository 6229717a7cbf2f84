package plan

import (
	"fmt"
	"strings"
)

// String prints the plan for people and goldens: sites, fetches with their operations, entries and dependencies, and
// the projection. Equal plans print equally.
func (p *Plan) String() string {
	w := &printer{plan: p}
	w.line(0, "%s", p.Kind)
	for i, s := range p.Sites {
		tracked := ""
		if s.Tracked {
			tracked = " tracked"
		}
		if s.Parent == NoSite {
			w.line(0, "site %d %s slots=%d%s", i, s.Type, s.Slots, tracked)
			continue
		}
		w.line(0, "site %d %s slots=%d at %d.%d key=%q%s", i, s.Type, s.Slots, s.Parent, s.ParentSlot, s.Key, tracked)
	}
	for i := range p.Fetches {
		w.fetch(&p.Fetches[i])
	}
	w.line(0, "projection")
	w.selection(1, p.Projection)
	return w.b.String()
}

type printer struct {
	plan *Plan
	b    strings.Builder
}

func (w *printer) line(indent int, format string, args ...any) {
	for range indent {
		w.b.WriteString("  ")
	}
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

func (w *printer) types(list []TypeID) string {
	if list == nil {
		return ""
	}
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = w.plan.typeName(t)
	}
	return " on[" + strings.Join(names, " ") + "]"
}

func (p *Plan) typeName(t TypeID) string {
	if t <= 0 || int(t) >= len(p.Types) {
		return "?"
	}
	return p.Types[t]
}

func (w *printer) fetch(f *Fetch) {
	deps := ""
	if len(f.Deps) > 0 {
		deps = fmt.Sprintf(" after %v", f.Deps)
	}
	kind := f.OperationKind.String()
	if f.Kind == Entity {
		kind = "entities"
	}
	w.line(0, "fetch %d %s %s%s", f.ID, f.Subgraph, kind, deps)
	w.line(1, "%s", f.Operation)
	if len(f.Variables) > 0 {
		w.line(1, "variables %s", strings.Join(f.Variables, " "))
	}
	if f.Root != nil {
		w.line(1, "data")
		w.shape(2, f.Root)
	}
	for i := range f.Entries {
		e := &f.Entries[i]
		w.line(1, "entry %s $%s", e.Alias, e.Variable)
		for _, c := range e.Contexts {
			w.line(2, "context $%s:%s", c.Name, c.Type)
		}
		for j := range e.Sources {
			s := &e.Sources[j]
			w.line(2, "source site %d", s.Site)
			for k := range s.Representations {
				r := &s.Representations[k]
				name := r.Typename
				if name == "" {
					name = "(runtime type)"
				}
				w.line(3, "send %s {%s}%s", name, w.repFields(r.Fields), w.types(r.OnTypes))
			}
			for k := range s.Contexts {
				w.context(e.Contexts[k].Name, &s.Contexts[k])
			}
			w.shape(3, s.Output)
		}
	}
}

func (w *printer) context(name string, c *ContextValue) {
	null := ""
	if c.NonNull {
		null = " not null"
	}
	for i := range c.From {
		f := &c.From[i]
		w.line(3, "$%s%s from site %d {%s}%s", name, null, f.Site, w.repFields(f.Fields), w.types(f.OnTypes))
	}
}

func (w *printer) repFields(fields []RepField) string {
	parts := make([]string, len(fields))
	for i := range fields {
		f := &fields[i]
		if f.Typename {
			parts[i] = "__typename" + w.types(f.OnTypes)
			continue
		}
		s := fmt.Sprintf("%s=%d", f.Key, f.Slot)
		if f.Required {
			s += "!"
		}
		if f.Child != nil {
			s += "{" + w.repFields(f.Child) + "}"
		}
		parts[i] = s + w.types(f.OnTypes)
	}
	return strings.Join(parts, " ")
}

func (w *printer) shape(indent int, s *Shape) {
	constant := ""
	if s.Type != 0 {
		constant = " " + w.plan.typeName(s.Type)
	}
	w.line(indent, "site %d%s", s.Site, constant)
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Typename {
			w.line(indent+1, "%s -> type", f.Key)
			continue
		}
		response := ""
		if f.Response != "" && f.Response != f.Key {
			response = " as " + f.Response
		}
		w.line(indent+1, "%s%s -> %d%s", f.Key, strings.Repeat("[]", f.Lists), f.Slot, response)
		if f.Child != nil {
			w.shape(indent+2, f.Child)
		}
	}
}

func (w *printer) selection(indent int, s *Selection) {
	if s == nil {
		return
	}
	if s.Denied != nil {
		w.line(indent, "denied%s", w.types(s.Denied))
	}
	if s.Types != nil {
		w.line(indent, "only%s", w.types(s.Types))
	}
	for i := range s.Variants {
		v := &s.Variants[i]
		at := indent
		if v.OnTypes != nil {
			w.line(indent, "case%s", w.types(v.OnTypes))
			at++
		}
		for j := range v.Fields {
			f := &v.Fields[j]
			switch {
			case f.Typename:
				w.line(at, "%s: type name", f.Key)
			case f.Raw != nil:
				w.line(at, "%s: constant, %d bytes", f.Key, len(f.Raw))
			case f.Denied:
				w.line(at, "%s: %s denied", f.Key, f.Type)
			case f.Dropped:
				w.line(at, "%s: dropped", f.Key)
			default:
				w.line(at, "%s: %s <- %d", f.Key, f.Type, f.Slot)
				w.selection(at+1, f.Child)
			}
		}
	}
}
