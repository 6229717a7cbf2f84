package planner

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"marquee/router/access"
	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// Stages are the stages that Explain can print.
var Stages = []string{"api", "normalized", "solve", "fetch", "plan"}

// Request is what Explain works on.
type Request struct {
	// Supergraph is the SDL, Query the document (not needed for stage "api").
	Supergraph, Query io.Reader
	// Stage is one of Stages.
	Stage string
	// OperationName picks the operation, Variables is a JSON object or nil, Labels are the active override labels.
	OperationName string
	Variables     json.RawMessage
	Labels        []string
	Limits        operation.Limits
	Options       Options
	Supported     supergraph.Options
}

// Explain prints one stage of planning a document.
func Explain(out io.Writer, r Request) error {
	sdl, err := io.ReadAll(r.Supergraph)
	if err != nil {
		return fmt.Errorf("read supergraph: %w", err)
	}
	if r.Supported.Enforced == nil { // nothing is executed here: plans are those of a caller who may see everything
		r.Supported.Enforced = access.Features
	}
	sg, err := supergraph.Parse(string(sdl), r.Supported)
	if err != nil {
		return err
	}
	if r.Stage == "api" {
		_, err := io.WriteString(out, sg.SDL)
		return err
	}
	text, err := io.ReadAll(r.Query)
	if err != nil {
		return fmt.Errorf("read query: %w", err)
	}
	op, err := normalise(sg, string(text), r)
	if err != nil {
		return err
	}
	printed, err := New(sg, r.Options).stage(op, r.Stage)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, printed)
	return err
}

func normalise(sg *supergraph.Supergraph, text string, r Request) (*operation.Normalized, error) {
	doc, errs := operation.Parse(sg, text, r.Limits)
	if len(errs) > 0 {
		return nil, errs
	}
	o, gerr := doc.Operation(r.OperationName)
	if gerr != nil {
		return nil, gerr
	}
	var vars map[string]json.RawMessage
	if len(r.Variables) > 0 { // a plan needs the values of few variables, mostly of none
		if vars, errs = o.Coerce(r.Variables); len(errs) > 0 {
			return nil, errs
		}
	}
	var active supergraph.Labels
	for i, l := range sg.Labels {
		for _, on := range r.Labels {
			if l == on {
				active |= 1 << i
			}
		}
	}
	n, gerr := o.Normalise(vars, active)
	if gerr != nil {
		return nil, gerr
	}
	return n, nil
}

func (pl *Planner) stage(op *operation.Normalized, stage string) (string, error) {
	if stage == "normalized" {
		return op.String(), nil
	}
	w, err := pl.start(op)
	if err != nil {
		return "", err
	}
	choices, err := w.solveRoot()
	if err != nil {
		return "", err
	}
	switch stage {
	case "solve":
		var b strings.Builder
		for _, c := range choices {
			w.run.printChoice(&b, c, 0)
		}
		return b.String(), nil
	case "fetch":
		_, fetches, err := w.emitRoot(choices)
		if err != nil {
			return "", err
		}
		return w.run.printFetches(fetches), nil
	case "plan":
		p, err := w.finish(choices)
		if err != nil {
			return "", err
		}
		return p.String(), nil
	}
	return "", fmt.Errorf("unknown stage %q: one of %s", stage, strings.Join(Stages, ", "))
}

func (p *run) stateText(s *state) string {
	text := p.sg.Graphs[s.graph].Name + ":" + s.decl.Name
	if s.interfaceObject() {
		text += " (interface object)"
	}
	if s.req != "" {
		text += " requiring {" + s.req + "}"
	}
	if s.context != nil {
		for _, a := range s.context.args {
			text += fmt.Sprintf(" with $%s %s", a.Context, strings.TrimSpace(a.Text))
		}
	}
	return text
}

func (p *run) printChoice(b *strings.Builder, c *choice, indent int) {
	pad := strings.Repeat("  ", indent)
	if c.abstract {
		p.printChoice(b, c.level, indent)
		for _, cc := range c.cases {
			fmt.Fprintf(b, "%son %s\n", pad, cc.t.Name)
			p.printChoice(b, cc.choice, indent+1)
		}
		return
	}
	for i := range c.steps {
		s := &c.steps[i]
		switch s.kind {
		case stepOrigin:
			fmt.Fprintf(b, "%s%d have %s\n", pad, i, p.stateText(s.state))
		case stepRoot:
			fmt.Fprintf(b, "%s%d query %s\n", pad, i, p.stateText(s.state))
		case stepEntity:
			fmt.Fprintf(b, "%s%d enter %s with %v\n", pad, i, p.stateText(s.state), s.inputs)
		case stepField:
			fmt.Fprintf(b, "%s%d %s from %v\n", pad, i, s.node.key, s.from)
			if s.child != nil {
				p.printChoice(b, s.child, indent+1)
			}
		}
	}
}

func (p *run) printFetches(fetches []*fetchNode) string {
	var b strings.Builder
	id := map[*fetchNode]int{}
	for i, f := range fetches {
		id[f] = i
	}
	for i, f := range fetches {
		fmt.Fprintf(&b, "fetch %d %s", i, p.sg.Graphs[f.graph].Name)
		for k, d := range sortedFetches(f.deps) {
			if k == 0 {
				b.WriteString(" after")
			}
			fmt.Fprintf(&b, " %d", id[d])
		}
		b.WriteByte('\n')
		doc := newDocument(p.sg.Contextual, f.outs()...)
		if !f.entity {
			b.WriteString("  " + f.op.String() + " ")
			b.WriteString(doc.selection(f.out) + "\n")
		}
		for _, e := range f.entries {
			fmt.Fprintf(&b, "  site %d", e.site.id)
			for _, r := range e.reps {
				b.WriteString(" " + r.send)
				keys := make([]string, len(r.fields))
				for i, x := range r.fields {
					keys[i] = x.Key
				}
				fmt.Fprintf(&b, "(%s)", strings.Join(keys, " "))
			}
			if e.fill != nil {
				for _, a := range e.fill.demand.args {
					fmt.Fprintf(&b, " with $%s %s", a.Context, strings.TrimSpace(a.Text))
				}
			}
			b.WriteString(" -> " + strings.ReplaceAll(doc.selection(e.out), plan.GroupMark, "") + "\n")
		}
		if text := doc.fragments.String(); text != "" {
			b.WriteString(" " + text + "\n")
		}
	}
	return b.String()
}
