package persisted_test

import (
	"encoding/json"
	"testing"

	"marquee/router/persisted"
)

// FuzzManifest: every document of an accepted manifest is one that encoding/json finds in it.
func FuzzManifest(f *testing.F) {
	for _, s := range []string{
		`{"a":"{x}"}`, `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","body":"{x}"}]}`, `{"a":"{x}","a":"{y}"}`, `{"operations":"{x}"}`,
		`{"version":"{x}"}`, `{"a":null}`, `{"a":"{x}"} trailing`, `[]`, ``, `{"operations":[null,{}]}`, `{"":""}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := persisted.ReadManifest(data)
		if err != nil {
			return
		}
		var flat map[string]json.RawMessage
		if err := json.Unmarshal(data, &flat); err != nil {
			t.Fatalf("accepted %q: %v", data, err)
		}
		var operations []struct{ ID, Body string }
		_ = json.Unmarshal(flat["operations"], &operations)
		for id, body := range list {
			var text string
			found := json.Unmarshal(flat[id], &text) == nil && text == body
			for _, o := range operations {
				found = found || (o.ID == id && o.Body == body)
			}
			if !found || id == "" || body == "" {
				t.Fatalf("%q gives %q: %q", data, id, body)
			}
		}
	})
}
