package front

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// heldReader is a body as package server has it; its memory is used again for the
// next request.
type heldReader struct {
	*bytes.Reader
	data []byte
}

func (b *heldReader) Bytes() []byte { return b.data }
func (b *heldReader) Close() error  { return nil }

func TestBodiesAreRemembered(t *testing.T) {
	t.Parallel()
	h := &Handler{opt: Options{MaxBody: 100 << 10}, recent: newRecent()}
	memory := make([]byte, recentLength+100)
	decode := func(body string) (*Params, *Failure) {
		held := memory[:copy(memory, body)]
		defer clear(held)
		r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength, r.Body = int64(len(body)), &heldReader{bytes.NewReader(held), held}
		return h.decode(httptest.NewRecorder(), r, mediaJSON)
	}
	for _, c := range []struct {
		body string
		kept bool
	}{
		{`{"query":"{a}"}`, true},
		{`{"query":"{a}","variables":{}}`, true},
		{`{"query":"query B{a}","operationName":"B"}`, true},
		{`{"query":"{a}","variables":{"a":1}}`, false},
		{`{"query":"{a}","extensions":{"a":1}}`, false},
		{`{"query":"{` + strings.Repeat("a ", recentLength/2) + `}"}`, false},
	} {
		first, f := decode(c.body)
		again, g := decode(c.body)
		if f != nil || g != nil {
			t.Fatal(c.body, f, g)
		}
		if (first == again) != c.kept {
			t.Errorf("%.60s: the same params: %t", c.body, first == again)
		}
		want, _ := decodeBody([]byte(c.body))
		for _, got := range []*Params{first, again} {
			if fmt.Sprint(*got) != fmt.Sprint(*want) {
				t.Errorf("%.60s: %+v", c.body, got)
			}
		}
	}
	for range 2 { // what is refused stays refused
		if _, f := decode(`{"query":"{a}","query":"{b}"}`); f == nil || f.Code() != CodeBadRequest {
			t.Error(f)
		}
	}
}

// Bodies that share a place are told apart.
func TestOtherBodiesAtOnePlace(t *testing.T) {
	t.Parallel()
	h := &Handler{opt: Options{MaxBody: 100 << 10}, recent: newRecent()}
	for i := range 4 * recentBodies {
		body := fmt.Appendf(nil, `{"query":"{a%d}"}`, i%(2*recentBodies))
		r := httptest.NewRequest(http.MethodPost, "/graphql", io.NopCloser(bytes.NewReader(nil)))
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength, r.Body = int64(len(body)), &heldReader{bytes.NewReader(body), body}
		p, f := h.decode(httptest.NewRecorder(), r, mediaJSON)
		if want := fmt.Sprintf("{a%d}", i%(2*recentBodies)); f != nil || p.Query != want {
			t.Fatalf("%v instead of %s, %v", p, want, f)
		}
	}
}
