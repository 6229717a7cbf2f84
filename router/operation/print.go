package operation

import (
	"fmt"
	"strings"
)

// String prints the normal form: for people, and as its identity. A selection that stands at several places is printed
// at the first; the others refer to it by its number in the order of printing. Printed in full, a short document over an
// interface with many types could take gigabytes.
func (n *Normalized) String() string {
	b := printer{printed: map[*Selection]int{}}
	fmt.Fprintf(&b, "%s %s labels=%d\n", n.Kind, n.Name, n.Labels)
	for _, v := range n.Variables {
		fmt.Fprintf(&b, "$%s: %s", v.Name, v.Type)
		if v.Default != "" {
			b.WriteString(" = " + v.Default)
		}
		b.WriteByte('\n')
	}
	b.selection(n.Root, 0)
	return b.String()
}

type printer struct {
	strings.Builder
	printed map[*Selection]int // → its number
}

func (b *printer) selection(s *Selection, indent int) {
	pad := strings.Repeat("  ", indent)
	if at, again := b.printed[s]; again {
		fmt.Fprintf(b, "%s=%d\n", pad, at)
		return
	}
	b.printed[s] = len(b.printed)
	if s.Variants == nil {
		b.fields(s.Common, indent)
		return
	}
	for _, v := range s.Variants {
		names := make([]string, len(v.Types))
		for i, t := range v.Types {
			names[i] = t.Name
			if contains(s.Denied, t) {
				names[i] += "(denied)"
			}
		}
		fmt.Fprintf(b, "%son %s\n", pad, strings.Join(names, " "))
		b.fields(v.Fields, indent+1)
	}
}

func (b *printer) fields(fields []*Field, indent int) {
	pad := strings.Repeat("  ", indent)
	for _, f := range fields {
		b.WriteString(pad)
		if f.Key != f.Name {
			b.WriteString(f.Key + ": ")
		}
		b.WriteString(f.Name)
		if f.ArgsKey != "" {
			b.WriteString("(" + f.ArgsKey + ")")
		}
		if f.Denied != nil {
			b.WriteString(" denied")
		}
		b.WriteByte('\n')
		if f.Meta != nil {
			f.Meta.print(&b.Builder, indent+1)
		}
		if f.Sub != nil {
			b.selection(f.Sub, indent+1)
		}
	}
}
