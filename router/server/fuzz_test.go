package server

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"reflect"
	"testing"
)

// FuzzPlain compares with net/http: what takes the short way must be a request
// that net/http reads in the same way, to the same end.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{
		post("{}"), post("{}", "Accept: */*", "X-A: 1", "X-A: 2", "Connection: keep-alive"), post("", "Connection: close"),
		post("{}", "Cookie: a=b; c=d", "Content-Type: application/json; charset=utf-8", "Authorization: Bearer x.y.z"),
		"POST /graphql HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 0\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: a\r\n folded\r\nContent-Length: 0\r\n\r\n", "POST /graphql HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 00000000000001\r\n\r\nx",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, v := parseHead(data, want("/graphql"), 1000)
		for n := range len(data) { // a prefix is never decided otherwise
			if _, early := parseHead(data[:n], want("/graphql"), 1000); early != more && early != v {
				t.Fatalf("%d bytes: %d, all: %d", n, early, v)
			}
		}
		if v != plain || len(data) < h.size+h.body {
			return
		}
		r := bufio.NewReader(bytes.NewReader(data))
		q, err := http.ReadRequest(r)
		if err != nil {
			t.Fatalf("net/http refuses it: %v", err)
		}
		body, err := io.ReadAll(q.Body)
		if err != nil || !bytes.Equal(body, data[h.size:h.size+h.body]) {
			t.Fatalf("body %q %v", body, err)
		}
		rest, _ := io.ReadAll(r)
		if !bytes.Equal(rest, data[h.size+h.body:]) {
			t.Fatalf("net/http ends elsewhere: %q left", rest)
		}
		if q.Method != http.MethodPost || q.RequestURI != "/graphql" || q.Host != h.host || q.Close != h.close || q.ContentLength != int64(h.body) {
			t.Fatalf("%+v\n%+v", q, h)
		}
		if !reflect.DeepEqual(q.Header, h.header) {
			t.Fatalf("%v\n%v", q.Header, h.header)
		}
	})
}
