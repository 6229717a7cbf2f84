package supergraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// links are the features a supergraph links (@link, or @core before Federation 2), with the names they go by.
type links struct {
	joinPrefix string
	joinV1     bool
	features   []feature
}

type feature struct {
	name     string            // last path segment before the version
	version  string            // "v0.3"
	prefix   string            // namespace in this document
	imported map[string]string // imported name ("@" kept) → name here
	standard bool              // of specs.apollo.dev, not somebody's own
}

// known features that change nothing for this router, or that it honours.
var known = []string{
	"link", "core", "join", "federation", "tag", "inaccessible", "cost", "listSize", "context", "specifiedBy", "oneOf",
}

// accessRules are honoured only if the caller enforces them.
var accessRules = []string{"authenticated", "requiresScopes", "policy"}

func readLinks(doc *ast.SchemaDocument, opt Options) (*links, error) {
	l := &links{joinPrefix: "join"}
	for _, s := range append(append(ast.SchemaDefinitionList{}, doc.Schema...), doc.SchemaExtension...) {
		for _, d := range s.Directives {
			if err := l.read(d, opt); err != nil {
				return nil, err
			}
		}
	}
	for _, def := range doc.Definitions {
		if len(def.Directives.ForNames("join__directive")) > 0 {
			return nil, unsupported("@join__directive on %s (connectors)", def.Name)
		}
		for _, f := range def.Fields {
			if len(f.Directives.ForNames("join__directive")) > 0 {
				return nil, unsupported("@join__directive on %s.%s (connectors)", def.Name, f.Name)
			}
		}
	}
	return l, nil
}

func unsupported(format string, args ...any) *Error {
	return &Error{Code: "SUPERGRAPH_UNSUPPORTED", Message: "this router does not serve " + fmt.Sprintf(format, args...)}
}

func (l *links) read(d *ast.Directive, opt Options) error {
	address := ""
	switch d.Name {
	case "link":
		address = argString(d, "url")
	case "core":
		address = argString(d, "feature")
	case "join__directive":
		return unsupported("@join__directive on the schema (connectors)")
	}
	if address == "" {
		return nil
	}
	f := feature{imported: map[string]string{}, standard: strings.HasPrefix(address, "https://specs.apollo.dev/")}
	parts := strings.Split(strings.Trim(address, "/"), "/")
	f.name = parts[len(parts)-1]
	if n := len(parts); n >= 2 && strings.HasPrefix(f.name, "v") && strings.ContainsAny(f.name, "0123456789") {
		f.name, f.version = parts[n-2], f.name
	}
	f.prefix = f.name
	if as := argString(d, "as"); as != "" {
		f.prefix = as
	}
	if a := d.Arguments.ForName("import"); a != nil {
		for _, c := range a.Value.Children {
			name, as := c.Value.Raw, c.Value.Raw
			for _, kv := range c.Value.Children {
				switch kv.Name {
				case "name":
					name, as = kv.Value.Raw, kv.Value.Raw
				}
			}
			for _, kv := range c.Value.Children {
				if kv.Name == "as" {
					as = kv.Value.Raw
				}
			}
			f.imported[name] = as
		}
	}
	if err := f.check(argString(d, "for"), opt); err != nil {
		return err
	}
	if f.name == "join" {
		l.joinPrefix, l.joinV1 = f.prefix, f.version == "v0.1"
	}
	l.features = append(l.features, f)
	return nil
}

func (f *feature) check(purpose string, opt Options) error {
	if f.name == "join" && !slices.Contains([]string{"", "v0.1", "v0.2", "v0.3", "v0.4", "v0.5"}, f.version) {
		return unsupported("join specification %s (known: v0.1 to v0.5)", f.version)
	}
	if purpose == "" || slices.Contains(known, f.name) || slices.Contains(opt.Enforced, f.name) {
		return nil
	}
	if purpose == "SECURITY" && slices.Contains(accessRules, f.name) {
		return unsupported("the SECURITY feature %q while its enforcement is switched off", f.name)
	}
	return unsupported("the unknown %s feature %q", purpose, f.name)
}

// directiveName is the name a feature's main directive goes by in this document.
func (l *links) directiveName(name string) string {
	for i := range l.features {
		f := &l.features[i]
		if as, ok := f.imported["@"+name]; ok {
			return strings.TrimPrefix(as, "@")
		}
		if f.name == name {
			return f.prefix
		}
	}
	return name
}

func (l *links) has(list ast.DirectiveList, name string) bool {
	return list.ForName(l.directiveName(name)) != nil
}

// owns reports whether a definition's name belongs to a feature.
func (l *links) owns(name string) bool {
	for _, p := range []string{"join__", "link__", "core__", "federation__"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	for i := range l.features {
		f := &l.features[i]
		if strings.HasPrefix(name, f.prefix+"__") {
			return true
		}
		for _, as := range f.imported {
			if as == name {
				return true
			}
		}
	}
	return false
}

func (l *links) auth(list ast.DirectiveList) Auth {
	a := Auth{Authenticated: l.has(list, "authenticated")}
	for _, d := range list.ForNames(l.directiveName("requiresScopes")) {
		a.Scopes = append(a.Scopes, nestedStrings(d, "scopes")...)
	}
	for _, d := range list.ForNames(l.directiveName("policy")) {
		a.Policies = append(a.Policies, nestedStrings(d, "policies")...)
	}
	return a
}

func nestedStrings(d *ast.Directive, name string) [][]string {
	arg := d.Arguments.ForName(name)
	if arg == nil {
		return nil
	}
	var out [][]string
	for _, c := range arg.Value.Children {
		if c.Value.Kind != ast.ListValue {
			out = append(out, []string{c.Value.Raw})
			continue
		}
		var all []string
		for _, s := range c.Value.Children {
			all = append(all, s.Value.Raw)
		}
		out = append(out, all)
	}
	return out
}
