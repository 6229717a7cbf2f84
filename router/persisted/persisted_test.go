package persisted

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestReadManifest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": "{ x }", "b": "{ y }"}`: "map[a:{ x } b:{ y }]",
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "name": "A", "type": "query", "body": "query A { x }"}]}`: "map[a:query A { x }]",
		`{}`:                         "map[]",
		`[]`:                         "error",
		`{"a": 1}`:                   "error",
		`{"a": ""}`:                  "error",
		`{"a": "{x}", "a": "{y}"}`:   "error",
		`{"a": "{x}"`:                "error",
		`{"operations": [{"id":1}]}`: "error",
		``:                           "error",
	} {
		list, err := ReadManifest([]byte(text))
		got := fmt.Sprint(list)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %s (%v)", text, got, err)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m, err := NewMemory(100_000)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		text := fmt.Sprint(i, strings.Repeat(" ", 10_000))
		sum := sha256.Sum256([]byte(text))
		if err := m.Put(t.Context(), hex.EncodeToString(sum[:]), text); err != nil {
			t.Fatal(err)
		}
	}
	m.texts.CleanUp()
	size := 0
	for _, text := range m.texts.All() {
		size += len(text)
	}
	if size == 0 || size > 100_000 {
		t.Errorf("%d bytes are kept", size)
	}
}
