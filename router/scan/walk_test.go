package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for text, want := range map[string]error{
		" {} \n": nil, deep(MaxDepth): nil, strings.Repeat(`{"[{":`, MaxDepth) + "1" + strings.Repeat("}", MaxDepth): nil,
		"": ErrSyntax, " ": ErrSyntax, "{}{}": ErrSyntax, "{[": ErrSyntax, "1[": ErrSyntax, `"[[`: ErrSyntax, strings.Repeat("[]", 2*MaxDepth): ErrSyntax,
		"\"\xff\"": ErrUTF8, "[\xff": ErrUTF8,
		deep(MaxDepth + 1): ErrDepth, deep(20_000): ErrDepth, strings.Repeat(`{"a":`, MaxDepth) + "[]" + strings.Repeat("}", MaxDepth): ErrDepth,
	} {
		if got := Check([]byte(text)); !errors.Is(got, want) {
			t.Errorf("%.40q: %v, want %v", text, got, want)
		}
	}
}

// FuzzWalk: of what Check takes, members and elements are those that encoding/json sees, at their places; of anything
// else they make nothing worse than nonsense.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{
		`{"a":1,"b\"":[ ],"a":{"x":"}"}}`, ` [ 1 , "]" , [ 2 ] , {"y" : null } ] `, `{}`, `[]`, `[[`, `{"a"`, `{"a":`, `{"a":}`, `["`, `["\`, `[,]`, `[1 2]`, `{"a" 1}`, `{:`, `[}`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		err := Check(b)
		if valid := json.Valid(b); (err == nil) != valid && utf8.Valid(b) && !errors.Is(err, ErrDepth) {
			t.Fatalf("%q: %v, for encoding/json valid: %t", b, err, valid)
		}
		i := Space(b, 0)
		var keys []string
		var values [][]byte
		for key, v := range Members(b, i) {
			if err == nil && len(b) > i && b[i] == '{' {
				keys = append(keys, Unquote(key))
			}
			values = append(values, b[v.From:v.To])
		}
		elements := [][]byte{}
		for v := range Elements(b, i) {
			elements = append(elements, b[v.From:v.To])
		}
		if err != nil {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		switch open, _ := dec.Token(); open {
		case json.Delim('{'):
			for n := 0; dec.More(); n++ {
				key, _ := dec.Token()
				var want json.RawMessage
				if err := dec.Decode(&want); err != nil || n >= len(keys) || keys[n] != key || !bytes.Equal(values[n], want) {
					t.Fatalf("%q: member %d is %q: %s, have %q %q (%v)", b, n, key, want, keys, values, err)
				}
				if n+1 == len(keys) && dec.More() || n+1 < len(keys) && !dec.More() {
					t.Fatalf("%q: %d members", b, len(keys))
				}
			}
		case json.Delim('['):
			n := 0
			for ; dec.More(); n++ {
				var want json.RawMessage
				if err := dec.Decode(&want); err != nil || n >= len(elements) || !bytes.Equal(elements[n], want) {
					t.Fatalf("%q: element %d is %s, have %q (%v)", b, n, want, elements, err)
				}
			}
			if n != len(elements) {
				t.Fatalf("%q: %d elements, want %d", b, len(elements), n)
			}
		default:
			if end := skip(b, i); end != Value(b, i, 0) {
				t.Fatalf("%q ends at %d", b, end)
			}
		}
	})
}
