package supergraph

import (
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// MaxWeight is the largest weight and size kept; larger ones count as this.
const MaxWeight = 1 << 31

// ListSize is what @listSize says about a field.
type ListSize struct {
	// Assumed is the size where no argument tells it, −1 if not given.
	Assumed int64
	// Slicing are the arguments that bound the list; a dotted path leads into input objects.
	Slicing []string
	// Sized are the fields of the returned object that the size is of, as dotted paths; if there are none it is of the
	// field itself.
	Sized []string
	// RequireOne: exactly one of Slicing must be given.
	RequireOne bool
}

// costDirective finds @cost or @listSize (the name given) under the name it goes by: both belong to the feature "cost".
// Without a link to it there is none.
func (l *links) costDirective(list ast.DirectiveList, name string) *ast.Directive {
	if len(list) == 0 {
		return nil
	}
	for i := range l.features {
		f := &l.features[i]
		if f.name != "cost" || !f.standard {
			continue
		}
		here, ok := f.imported["@"+name]
		switch {
		case ok:
			here = strings.TrimPrefix(here, "@")
		case name == "cost":
			here = f.prefix
		default:
			here = f.prefix + "__" + name
		}
		if d := list.ForName(here); d != nil {
			return d
		}
	}
	return nil
}

// weight reads @cost; nil if there is none. Negative weights count as 0, fractions are rounded up.
func (l *links) weight(list ast.DirectiveList, where string) (*int64, error) {
	d := l.costDirective(list, "cost")
	if d == nil {
		return nil, nil //nolint:nilnil // not given
	}
	a := d.Arguments.ForName("weight")
	if a == nil || a.Value == nil {
		return nil, invalid("%s: @%s without a weight", where, d.Name)
	}
	f, err := strconv.ParseFloat(a.Value.Raw, 64) // the original specification writes weights as strings
	if err != nil || math.IsNaN(f) {
		return nil, invalid("%s: the weight %q of @%s is not a number", where, a.Value.Raw, d.Name)
	}
	w := int64(math.Ceil(min(max(f, 0), MaxWeight)))
	return &w, nil
}

func (l *links) listSize(list ast.DirectiveList, where string) (*ListSize, error) {
	d := l.costDirective(list, "listSize")
	if d == nil {
		return nil, nil //nolint:nilnil // not given
	}
	s := &ListSize{
		Assumed: -1, Slicing: argStrings(d, "slicingArguments"), Sized: argStrings(d, "sizedFields"),
		RequireOne: argBool(d, "requireOneSlicingArgument", true),
	}
	if text := argString(d, "assumedSize"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return nil, invalid("%s: the assumedSize %q of @%s is not a size", where, text, d.Name)
		}
		s.Assumed = min(n, MaxWeight)
	}
	s.RequireOne = s.RequireOne && len(s.Slicing) > 0
	return s, nil
}

func argStrings(d *ast.Directive, name string) []string {
	a := d.Arguments.ForName(name)
	if a == nil || a.Value == nil {
		return nil
	}
	if a.Value.Kind == ast.StringValue {
		return []string{a.Value.Raw}
	}
	var out []string
	for _, c := range a.Value.Children {
		out = append(out, c.Value.Raw)
	}
	return out
}

// readCosts reads @cost and @listSize of everything that can carry them.
func (b *builder) readCosts() error {
	for _, t := range b.sg.Types {
		var err error
		if t.Weight, err = b.links.weight(t.Def.Directives, t.Name); err != nil {
			return err
		}
		if t.Kind == ast.InputObject {
			for _, f := range t.Def.Fields {
				if err := b.readWeight(f.Directives, t.Name+"."+f.Name, f.Name, &t.InputWeights); err != nil {
					return err
				}
			}
		}
		for _, f := range t.Fields {
			where := t.Name + "." + f.Name
			if f.Weight, err = b.links.weight(f.Def.Directives, where); err != nil {
				return err
			}
			if f.ListSize, err = b.links.listSize(f.Def.Directives, where); err != nil {
				return err
			}
			for _, a := range f.Def.Arguments {
				if err := b.readWeight(a.Directives, where+"("+a.Name+":)", a.Name, &f.ArgWeights); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *builder) readWeight(list ast.DirectiveList, where, name string, into *map[string]int64) error {
	w, err := b.links.weight(list, where)
	if err != nil || w == nil {
		return err
	}
	if *into == nil {
		*into = map[string]int64{}
	}
	(*into)[name] = *w
	return nil
}
