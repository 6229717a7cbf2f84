package operation

import (
	"fmt"
	"strings"
)

// String prints the normal form: for people, and as its identity.
func (n *Normalized) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s labels=%d\n", n.Kind, n.Name, n.Labels)
	for _, v := range n.Variables {
		fmt.Fprintf(&b, "$%s: %s", v.Name, v.Type)
		if v.Default != "" {
			b.WriteString(" = " + v.Default)
		}
		b.WriteByte('\n')
	}
	n.Root.print(&b, 0)
	return b.String()
}

func (s *Selection) print(b *strings.Builder, indent int) {
	pad := strings.Repeat("  ", indent)
	if s.Variants == nil {
		printFields(b, s.Common, indent)
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
		printFields(b, v.Fields, indent+1)
	}
}

func printFields(b *strings.Builder, fields []*Field, indent int) {
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
			f.Meta.print(b, indent+1)
		}
		if f.Sub != nil {
			f.Sub.print(b, indent+1)
		}
	}
}
