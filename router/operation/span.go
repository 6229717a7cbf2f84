package operation

import "encoding/json"

// The functions below walk JSON that json.Valid has accepted and hand out the raw spans of values, so that nothing is
// decoded twice.

func eachMember(raw json.RawMessage, visit func(key string, value json.RawMessage)) {
	i := skipSpace(raw, 0) + 1
	for {
		i = skipSpace(raw, i)
		if i >= len(raw) || raw[i] == '}' {
			return
		}
		end := valueEnd(raw, i)
		key, ok := memberKey(raw[i:end])
		if !ok {
			return
		}
		i = skipSpace(raw, end) + 1 // the colon
		i = skipSpace(raw, i)
		end = valueEnd(raw, i)
		visit(key, raw[i:end:end])
		i = skipSpace(raw, end)
		if i < len(raw) && raw[i] == ',' {
			i++
		}
	}
}

// EachMember hands the members of a JSON object, which must be valid and one, to visit, in order.
func EachMember(object json.RawMessage, visit func(key string, value json.RawMessage)) {
	eachMember(object, visit)
}

// EachElement hands the elements of a JSON array, which must be valid and one, to visit, in order.
func EachElement(array json.RawMessage, visit func(value json.RawMessage)) {
	eachElement(array, visit)
}

// memberKey decodes a string; plain ones without the decoder.
func memberKey(quoted []byte) (string, bool) {
	plain := len(quoted) >= 2
	for _, c := range quoted {
		plain = plain && c >= ' ' && c < 0x7f && c != '\\'
	}
	if plain {
		return string(quoted[1 : len(quoted)-1]), true
	}
	var key string
	err := json.Unmarshal(quoted, &key)
	return key, err == nil
}

func eachElement(raw json.RawMessage, visit func(value json.RawMessage)) {
	i := skipSpace(raw, 0) + 1
	for {
		i = skipSpace(raw, i)
		if i >= len(raw) || raw[i] == ']' {
			return
		}
		end := valueEnd(raw, i)
		visit(raw[i:end:end])
		i = skipSpace(raw, end)
		if i < len(raw) && raw[i] == ',' {
			i++
		}
	}
}

func skipSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// valueEnd returns the index after the value that starts at i.
func valueEnd(raw []byte, i int) int {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			i = stringEnd(raw, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}

func stringEnd(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(raw)
}
