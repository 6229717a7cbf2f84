package operation

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzCoerce: what is accepted as variables is JSON of the declared types, is passed on as it was sent, and is accepted
// again.
func FuzzCoerce(f *testing.F) {
	const text = `query Q($f: Filter, $n: Int = 3, $k: [Kind!], $i: [[ID]], $x: Float, $j: JSON, $b: Boolean = true, $s: String) {
		pets(filter: $f, kinds: $k) { name @skip(if: $b) } dog(n: $n, name: $s) { name } ids(ids: $i, f: $x) free(any: $j) }`
	for _, s := range []string{
		`{}`, `null`, ``, `{"f":{"kind":"DOG","and":[{"kind":"CAT"}]},"n":1,"k":"DOG","i":[["a",1],[null]],"x":1e3,"j":[{}],"b":true,"s":"\ud800"}`,
		`{"n":1.0}`, `{"n":-0}`, `{"n":1e400}`, `{"x":1e400}`, `{"i":1e2}`, `{"f":{"kind":"\u0044OG"}}`, `{"f":{"kind":"DOG","kind":"CAT"}}`, `{"f":{"not":{"not":{}}}}`, `{"b":"true"}`, `[1]`, `{"n":1}x`,
		`{"j":"` + "\xff" + `"}`, `{"n":2147483648}`, `{"n":99999999999999999999}`,
	} {
		f.Add([]byte(s))
	}
	sg := testSupergraph(f)
	doc, errs := Parse(sg, text, DefaultLimits())
	if len(errs) > 0 {
		f.Fatal(errs)
	}
	op, e := doc.Operation("")
	if e != nil {
		f.Fatal(e)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		vars, errs := op.Coerce(raw)
		if !bytes.Equal(before, raw) {
			t.Fatal("the variables were modified")
		}
		if len(errs) > MaxErrors {
			t.Fatalf("%d errors", len(errs))
		}
		for _, e := range errs {
			if code := e.Extensions["code"]; code != CodeInput && code != CodeLimit {
				t.Fatalf("%v", e)
			}
		}
		if len(errs) > 0 {
			return
		}
		var typed struct {
			F map[string]any
			N *float64
			X *float64
			B *bool
			S *string
		}
		again, err := json.Marshal(vars)
		if err != nil {
			t.Fatalf("%q gives %q", raw, vars)
		}
		if err := json.Unmarshal(again, &typed); err != nil {
			t.Fatalf("accepted %q: %v", raw, err)
		}
		if n := typed.N; n != nil && *n != float64(int32(*n)) {
			t.Fatalf("%q: %v is no Int", raw, *n)
		}
		second, errs := op.Coerce(again)
		if len(errs) > 0 || len(second) != len(vars) {
			t.Fatalf("%q is refused the second time: %v", again, errs)
		}
	})
}
