package front

import (
	"encoding/json"
	"strings"

	"marquee/router/scan"
)

// member is one key of a JSON object with its value.
type member struct {
	key string
	raw json.RawMessage // points into the object
}

// members splits a JSON object into its members, in order, repetitions
// included. The object must be valid JSON (json.Valid) without white space
// around it.
func members(object []byte) []member {
	list := make([]member, 0, 4)
	for i := 1; ; {
		i = skipSpace(object, i)
		if object[i] == ',' {
			i = skipSpace(object, i+1)
		}
		if object[i] == '}' {
			return list
		}
		end := skipString(object, i)
		m := member{key: scan.Unquote(object[i:end])}
		i = skipSpace(object, end) // at the colon
		i = skipSpace(object, i+1) // at the value
		end = skipValue(object, i)
		m.raw = object[i:end:end]
		list = append(list, m)
		i = end
	}
}

func skipSpace(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r' {
		i++
	}
	return i
}

// skipString returns the end of the string that begins at i.
func skipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipValue returns the end of the value that begins at i.
func skipValue(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i = skipString(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // a number or word ended by its container
			}
			depth--
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
			i++
			continue
		default: // part of a number or word, or a colon
			i++
			continue
		}
		i++
		if depth == 0 {
			return i
		}
	}
}

// repeated finds a key that appears twice, in whatever case if it is one of a
// request's params.
func repeated(list []member) (string, bool) {
	if len(list) <= 8 {
		for i := range list {
			for j := range i {
				if list[i].key == list[j].key || (similar(list[i].key) && strings.EqualFold(list[i].key, list[j].key)) {
					return list[i].key, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]bool, len(list))
	for _, m := range list {
		key := m.key
		if similar(key) {
			key = strings.ToLower(key)
		}
		if seen[key] {
			return m.key, true
		}
		seen[key] = true
	}
	return "", false
}
