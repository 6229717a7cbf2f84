package executor

import (
	"sort"
	"strconv"

	"marquee/router/plan"
	"marquee/router/scan"
)

// leaf writes a scalar, an enum value or a list of these. It returns false if
// null must go to the parent.
func (p *projector) leaf(f *selField, v value) bool {
	switch v.kind {
	case raw:
		text := p.bytes(v)
		if f.Type.Elem != nil {
			if f.plain && text[0] == '[' {
				p.out = append(p.out, text...)
				return true
			}
			n := len(p.path)
			if p.tracing {
				p.path = append(p.path, PathElem{Key: f.Key})
			}
			_, ok := p.rawList(f, f.Type, text, 0)
			p.path = p.path[:n]
			return ok
		}
		if f.Leaf == plan.LeafAny || fits(f.SelField, text) {
			p.out = append(p.out, text...)
			return true
		}
		p.invalid(f, f.Key)
		v.kind = nullErr
	case object, list:
		p.invalid(f, f.Key)
		v.kind = nullErr
	}
	return p.null(f, f.Type, v.kind, f.Key)
}

// rawList writes a leaf value inside a raw list, or such a list, checking
// every element. i is the offset of the value in text, which is valid JSON; end
// is the offset behind it.
func (p *projector) rawList(f *selField, t *plan.Type, text []byte, i int) (end int, ok bool) {
	end = scan.Value(text, i, 0)
	if text[i] == 'n' {
		return end, p.null(f, t, null, "")
	}
	if t.Elem == nil {
		if f.Leaf == plan.LeafAny || fits(f.SelField, text[i:end]) {
			p.out = append(p.out, text[i:end]...)
			return end, true
		}
		p.invalid(f, "")
		return end, p.null(f, t, nullErr, "")
	}
	if text[i] != '[' {
		p.invalid(f, "")
		return end, p.null(f, t, nullErr, "")
	}
	start, n := len(p.out), len(p.path)
	p.out = append(p.out, '[')
	if p.tracing {
		p.path = append(p.path, PathElem{})
	}
	i = scan.Space(text, i+1)
	for k := 0; text[i] != ']'; k++ {
		if k > 0 {
			p.out = append(p.out, ',')
		}
		if p.tracing {
			p.path[n] = PathElem{Index: k}
		}
		var good bool
		if i, good = p.rawList(f, t.Elem, text, i); !good {
			p.path, p.out = p.path[:n], p.out[:start]
			return end, p.null(f, t, nullErr, "")
		}
		if i = scan.Space(text, i); text[i] == ',' {
			i = scan.Space(text, i+1)
		}
	}
	p.path = p.path[:n]
	p.out = append(p.out, ']')
	return end, true
}

// fits tells whether a raw leaf is a value of the field's type.
func fits(f *plan.SelField, text []byte) bool {
	c := text[0]
	switch f.Leaf {
	case plan.LeafString:
		return c == '"'
	case plan.LeafID:
		return c == '"' || isInteger(text)
	case plan.LeafBoolean:
		return c == 't' || c == 'f'
	case plan.LeafFloat:
		return c == '-' || '0' <= c && c <= '9'
	case plan.LeafInt:
		return isInt32(text)
	case plan.LeafEnum:
		if c != '"' {
			return false
		}
		name := text[1 : len(text)-1]
		if len(f.EnumValues) <= 8 {
			for _, v := range f.EnumValues {
				if v == string(name) {
					return true
				}
			}
			return false
		}
		k := sort.Search(len(f.EnumValues), func(i int) bool { return f.EnumValues[i] >= string(name) })
		return k < len(f.EnumValues) && f.EnumValues[k] == string(name)
	}
	return true
}

// isInteger tells whether a number has neither fraction nor exponent.
func isInteger(text []byte) bool {
	if text[0] == '-' && len(text) > 1 {
		text = text[1:]
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// isInt32 tells whether a number is an integer of 32 bits; 1.0 and 1e3 are.
func isInt32(text []byte) bool {
	if c := text[0]; c != '-' && (c < '0' || c > '9') {
		return false
	}
	if len(text) < 10 && isInteger(text) {
		return true
	}
	if isInteger(text) {
		_, err := strconv.ParseInt(string(text), 10, 32)
		return err == nil
	}
	n, err := strconv.ParseFloat(string(text), 64)
	return err == nil && n == float64(int32(n))
}
