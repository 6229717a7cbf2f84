package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// ruleSet is the specification's rules in fixed order: the variants without suggestions, and without the overlapping
// fields rule, whose place overlap.go takes.
var ruleSet = []core.Rule{
	rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
	rules.FragmentsOnCompositeTypesRule,
	rules.KnownArgumentNamesRuleWithoutSuggestions,
	rules.KnownDirectivesRule,
	rules.KnownFragmentNamesRule,
	rules.KnownRootTypeRule,
	rules.KnownTypeNamesRuleWithoutSuggestions,
	rules.LoneAnonymousOperationRule,
	rules.MaxIntrospectionDepth,
	rules.NoFragmentCyclesRule,
	rules.NoUndefinedVariablesRule,
	rules.NoUnusedFragmentsRule,
	rules.NoUnusedVariablesRule,
	rules.PossibleFragmentSpreadsRule,
	rules.ProvidedRequiredArgumentsRule,
	rules.ScalarLeafsRuleWithoutSuggestions,
	rules.SingleFieldSubscriptionsRule,
	rules.UniqueArgumentNamesRule,
	rules.UniqueDirectivesPerLocationRule,
	rules.UniqueFragmentNamesRule,
	rules.UniqueInputFieldNamesRule,
	rules.UniqueOperationNamesRule,
	rules.UniqueVariableNamesRule,
	rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	rules.VariablesAreInputTypesRule,
	rules.VariablesInAllowedPositionRule,
}

// validate reports at most MaxErrors errors.
func validate(schema *ast.Schema, doc *ast.QueryDocument) gqlerror.List {
	var errs gqlerror.List
	observers := &core.Events{}
	for _, rule := range ruleSet {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) {
			if len(errs) >= MaxErrors {
				return
			}
			e := &gqlerror.Error{}
			for _, option := range options {
				option(e)
			}
			errs = append(errs, &gqlerror.Error{
				Message: e.Message, Locations: e.Locations, Extensions: map[string]any{"code": CodeValidation},
			})
		})
	}
	core.Walk(schema, doc, observers)
	if len(errs) > 0 {
		return errs // overlap needs a document without fragment cycles and with known fields
	}
	return overlap(schema, doc)
}
