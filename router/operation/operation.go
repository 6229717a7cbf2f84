// Package operation takes a client's GraphQL document from text to the normal form that the planner plans: parse with a
// token limit, validate, pick the operation, check limits, coerce variables, normalise.
//
// # Vocabulary
//
// An occurrence is one place in the document where a field is selected. Normalising inlines fragments, evaluates @skip
// and @include with the request's values, merges occurrences of one response key, and lifts literal arguments into
// variables, so that operations that differ only in literals share their normal form (Normalized.Key) and their plan.
//
// # Error codes
//
// GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE (no such operation), BAD_USER_INPUT
// (variables), LIMIT_EXCEEDED (extensions.limit names the limit). Messages never suggest names of the schema.
package operation

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"marquee/router/plan"
	"marquee/router/supergraph"
)

// The error codes in extensions.code.
const (
	CodeParse      = "GRAPHQL_PARSE_FAILED"
	CodeValidation = "GRAPHQL_VALIDATION_FAILED"
	CodeResolution = "OPERATION_RESOLUTION_FAILURE"
	CodeInput      = "BAD_USER_INPUT"
	// CodeUnauthorized: a subscription to what the caller may not see.
	CodeUnauthorized = "UNAUTHORIZED_FIELD_OR_TYPE"
	CodeLimit        = "LIMIT_EXCEEDED"
)

// MaxErrors is the most errors ever reported for one document or one set of variables.
const MaxErrors = 10

// Document is a parsed and validated document. It is immutable and can be cached by its text.
type Document struct {
	sg     *supergraph.Supergraph
	doc    *ast.QueryDocument
	limits Limits
}

// Operation is one operation of a document, within the limits.
type Operation struct {
	Kind plan.Kind
	Name string

	sg     *supergraph.Supergraph
	doc    *ast.QueryDocument
	def    *ast.OperationDefinition
	limits Limits
	// pinned are the variables whose values the normal form depends on: those of @skip, @include and of introspection
	// arguments, in order of declaration.
	pinned []string
	labels supergraph.Labels
}

// Parse parses and validates a document against the API schema.
func Parse(sg *supergraph.Supergraph, text string, limits Limits) (*Document, gqlerror.List) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, limits.Tokens)
	if err != nil {
		return nil, gqlerror.List{parseError(err, limits)}
	}
	if len(doc.Operations) == 0 {
		return nil, gqlerror.List{newError(CodeParse, nil, "the document contains no operation")}
	}
	for _, f := range doc.Fragments {
		if len(f.VariableDefinition) > 0 {
			return nil, gqlerror.List{newError(CodeParse, f.Position, "fragment %q declares variables", f.Name)}
		}
	}
	if err := checkInputDepth(doc); err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validate(sg.Schema, doc); len(errs) > 0 {
		return nil, errs
	}
	return &Document{sg: sg, doc: doc, limits: limits}, nil
}

func parseError(err error, limits Limits) *gqlerror.Error {
	var e *gqlerror.Error
	if !errors.As(err, &e) {
		return newError(CodeParse, nil, "%v", err)
	}
	if len(e.Locations) == 0 && limits.Tokens > 0 && e.Message == fmt.Sprintf("exceeded token limit of %d", limits.Tokens) {
		return limitError("tokens", limits.Tokens, nil)
	}
	return &gqlerror.Error{Message: e.Message, Locations: e.Locations, Extensions: map[string]any{"code": CodeParse}}
}

// Operation picks the operation with that name; "" picks the only one.
func (d *Document) Operation(name string) (*Operation, *gqlerror.Error) {
	var def *ast.OperationDefinition
	if name == "" {
		if len(d.doc.Operations) > 1 {
			return nil, newError(CodeResolution, nil, "the document has several operations: operationName is needed")
		}
		def = d.doc.Operations[0]
	} else if def = d.doc.Operations.ForName(name); def == nil {
		return nil, newError(CodeResolution, nil, "the document has no operation of the name asked for")
	}
	o := &Operation{Kind: kindOf(def.Operation), Name: def.Name, sg: d.sg, doc: d.doc, def: def, limits: d.limits}
	if err := o.checkLimits(); err != nil {
		return nil, err
	}
	o.collectLabels()
	return o, nil
}

func kindOf(op ast.Operation) plan.Kind {
	switch op {
	case ast.Mutation:
		return plan.Mutation
	case ast.Subscription:
		return plan.Subscription
	}
	return plan.Query
}

func newError(code string, at *ast.Position, format string, args ...any) *gqlerror.Error {
	e := &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
	if at != nil {
		e.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return e
}
