package executor

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzErrors: whatever a subgraph says has failed, the answer is well formed, each of its errors has a message and a
// code, at most as many as allowed, and masked ones repeat nothing of the subgraph's words.
func FuzzErrors(f *testing.F) {
	for _, s := range []string{
		`[{"message":"secret-word","path":["o","a"],"extensions":{"code":"X","stacktrace":["y"]}}]`, `[{"message":1}]`, `[null,1,"secret-word",[],{}]`, `{"message":"secret-word"}`, `"secret-word"`, `[]`,
		`[{"message":"secret-word","path":["l",0,0,"a"]},{"path":["l",99999999999999999999]},{"path":["zz"]},{"path":[-1]},{"path":[1.5]},{"path":{}}]`, `[{"extensions":{"code":1,"code":""}}]`, `[{"extensions":{"Code":""}}]`,
		`[{"message":"\ud800","path":[""],"extensions":[]}]`, `[{"message":"a","locations":[{"line":0}],"extensions":{"a":{"b":[1e999]}}}]`, `null`,
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	plain, masked, p := New(Options{MaxErrors: 20}), New(Options{MaxErrors: 20, MaskMessages: true, Extensions: []string{}}), treePlan()
	f.Fuzz(func(t *testing.T, list string, mask bool) {
		if !json.Valid([]byte(list)) {
			return
		}
		x := plain
		if mask {
			x = masked
		}
		res := runBody(x, p, []byte(`{"data":{"a":1,"o":{"__typename":"T","a":null},"l":[[{"a":1},null]]},"errors":`+list+`}`))
		text := res.AppendJSON(nil)
		var got struct {
			Data   *json.RawMessage
			Errors []struct {
				Message    string
				Path       []any
				Extensions map[string]json.RawMessage // a subgraph may say Code besides
			}
		}
		if err := json.Unmarshal(text, &got); err != nil || got.Data == nil {
			t.Fatalf("%v: %s", err, text)
		}
		if len(got.Errors) > 21 {
			t.Fatalf("%d errors", len(got.Errors))
		}
		for _, e := range got.Errors {
			var code string
			if json.Unmarshal(e.Extensions["code"], &code) != nil || code == "" || e.Message == "" {
				t.Fatalf("an error without message or code: %s", text)
			}
			for _, step := range e.Path {
				switch step.(type) {
				case string, float64:
				default:
					t.Fatalf("path %v", e.Path)
				}
			}
		}
		if mask && strings.Contains(string(text), "secret-word") && !strings.Contains(list, "code") {
			t.Fatalf("%s\nleaks in %s", list, text)
		}
	})
}
