package front

import (
	"bytes"
	"encoding/json"
	"testing"

	"marquee/router/scan"
)

// FuzzEnvelope: whatever is accepted as a request means the same to Go's own
// JSON decoder, and an object's members are what that decoder sees.
func FuzzEnvelope(f *testing.F) {
	for _, s := range []string{
		`{"query":"{a}"}`, ` { "query" : "{a}" , "variables" : { "a" : [ 1 , { } , "}" ] } , "operationName" : null } `,
		`{"query":"\"\\\u0041","x":-1.5e3,"y":true,"z":[[],{"q":"]"}]}`, `{}`, `{"a":1,"a":2}`, `{"query":"{a}","Query":"{b}"}`, `[]`, ``, `{`,
		"{\"query\":\"\xff\"}", `{"variableſ":{},"query":""}`, `{"query":"a"}{"query":"b"}`, `{"a":"\\","query":"b"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		p, failure := decodeBody(body)
		_, _ = parseMessage(body)
		if !bytes.Equal(before, body) {
			t.Fatal("the body was modified")
		}
		if trimmed := bytes.Trim(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' && scan.Check(trimmed) == nil {
			sameMembers(t, trimmed)
		}
		if failure != nil {
			return
		}
		var want struct {
			Query         string          `json:"query"`
			OperationName string          `json:"operationName"`
			Variables     json.RawMessage `json:"variables"`
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("accepted what is not JSON: %v", err)
		}
		if string(want.Variables) == "null" {
			want.Variables = nil
		}
		if p.Query != want.Query || p.OperationName != want.OperationName || !bytes.Equal(p.Variables, want.Variables) {
			t.Fatalf("%+v, but encoding/json sees %+v", p, want)
		}
	})
}

func sameMembers(t *testing.T, object []byte) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(object))
	_, _ = dec.Token()
	list := members(object)
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 || list[0].key != key || !bytes.Equal(list[0].raw, raw) {
			t.Fatalf("%q: want %q %s, have %v", object, key, raw, list)
		}
		list = list[1:]
	}
	if len(list) > 0 {
		t.Fatalf("%q: too many members: %v", object, list)
	}
}
