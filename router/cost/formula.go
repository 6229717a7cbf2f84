package cost

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Formula is the cost of one operation: a constant, or steps over its variables. It is immutable.
type Formula struct {
	m       *Model
	steps   []step
	result  operand
	problem *Problem // whatever the variables are
}

// Problem is an operation that breaks requireOneSlicingArgument.
type Problem struct {
	Field   string // Type.field
	slicing [][]string
}

// Error implements error; the text is for clients.
func (p *Problem) Error() string {
	names := make([]string, len(p.slicing))
	for i, path := range p.slicing {
		names[i] = strings.Join(path, ".")
	}
	return fmt.Sprintf("%s needs exactly one of the arguments %s.", p.Field, strings.Join(names, ", "))
}

type op uint8

const (
	opSum   op = iota // of args
	opMul             // of both args
	opMax             // of args
	opSlice           // a size
	opInput           // the cost of a variable
)

// step computes one number from earlier ones and variables.
type step struct {
	op    op
	args  []operand
	slice *slice
	input *input
}

// operand is a number: a constant, or the result of a step (from 1).
type operand struct {
	value int64
	step  int
}

func constant(n int64) operand { return operand{value: n} }

// Constant reports whether the cost depends on no variable.
func (f *Formula) Constant() bool { return len(f.steps) == 0 }

// room is how many steps are computed without allocating.
const room = 24

// Estimate returns the cost for coerced variables, between 0 and Most. The problem, if there is one, does not change it:
// the size is taken as if the rule did not exist.
func (f *Formula) Estimate(vars map[string]json.RawMessage) (int64, *Problem) {
	if len(f.steps) == 0 {
		return f.result.value, f.problem
	}
	var fixed [room]int64
	results := fixed[:]
	if len(f.steps) > room {
		results = make([]int64, len(f.steps))
	}
	problem := f.problem
	get := func(o operand) int64 {
		if o.step > 0 {
			return results[o.step-1]
		}
		return o.value
	}
	for i := range f.steps {
		s := &f.steps[i]
		var n int64
		switch s.op {
		case opSum:
			for _, a := range s.args {
				n = add(n, get(a))
			}
		case opMul:
			n = mul(get(s.args[0]), get(s.args[1]))
		case opMax:
			for _, a := range s.args {
				n = max(n, get(a))
			}
		case opSlice:
			size, ok := s.slice.value(vars)
			if n = size; !ok && problem == nil {
				problem = &Problem{s.slice.where, s.slice.sizing.slicing}
			}
		case opInput:
			n = f.m.inputJSON(s.input.typ, s.input.weight, vars[s.input.name])
		}
		results[i] = n
	}
	return get(f.result), problem
}

// add and mul saturate at Most; both take numbers from 0 to Most.
func add(a, b int64) int64 { return min(a+b, Most) }

func mul(a, b int64) int64 {
	if a != 0 && b > Most/a {
		return Most
	}
	return a * b
}
