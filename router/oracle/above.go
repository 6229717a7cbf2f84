package oracle

// Above says where a context has its value: a dotted path by type.
type Above map[string]string

// Taking computes a field with arguments from contexts. A monolith has no such
// arguments: it looks for the values itself, and a field with nothing to take is
// null.
func Taking(from map[string]Above, compute Resolver) Resolver {
	return func(self *Instance, args map[string]any) any {
		if self.external != nil {
			return compute(self, args)
		}
		all := map[string]any{}
		for name, v := range args {
			all[name] = v
		}
		for name, types := range from {
			v, ok := types.find(self.ancestors)
			if !ok {
				return nil
			}
			all[name] = v
		}
		return compute(self, all)
	}
}

// find reads the value on the nearest ancestor that carries the context.
func (a Above) find(ancestors []*Instance) (any, bool) {
	for i := len(ancestors) - 1; i >= 0; i-- {
		if path, ok := a[ancestors[i].object.Type]; ok {
			return plainValue(ancestors[i], ancestors[i].Lookup(path)), true
		}
	}
	return nil, false
}

// plainValue is a value as it arrives as an argument: what failed is null.
func plainValue(self *Instance, v any) any {
	switch v := v.(type) {
	case error:
		return nil
	case Resolver:
		return plainValue(self, v(self, nil))
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainValue(self, v[i])
		}
		return out
	}
	return v
}
