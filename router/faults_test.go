package router_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marquee/router"
)

// TestFaultsOverHTTP: whatever one subgraph answers over a real connection, the others' data is returned, the error has
// a stable code, and nothing the subgraph says of its inside gets out.
func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	elsewhere := atomic.Int64{}
	type script = http.HandlerFunc
	write := func(status int, kind, body string) script {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	ok := func(body string) script { return write(200, "application/json", body) }
	hangUp := func(after string) script {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte(after))
			if tcp, is := c.(*net.TCPConn); is {
				_ = tcp.SetLinger(0) // a reset
			}
			_ = c.Close()
		}
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(`{"data":{"_0":[{"wins":7}]}}`))
	_ = z.Close()
	for name, s := range map[string]script{
		"reset": hangUp(""), "reset within the head": hangUp("HTTP/1.1 200 OK\r\nContent-"), "reset within the body": hangUp("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"data\":"),
		"not HTTP": hangUp("secret hello\r\n\r\n"), "bad chunk": hangUp("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
		"HTML": write(200, "text/html", "<html>secret</html>"), "401": write(401, "text/plain", "secret"), "404": write(404, "text/html", "secret"), "500": write(500, "text/plain", "secret"), "503": write(503, "text/plain", "secret"),
		"500 with a result": write(500, "application/json", `{"errors":[{"message":"secret","extensions":{"stacktrace":["secret"]}}],"data":null}`),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			elsewhere.Add(1)
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"truncated": ok(`{"data":{"_0":[{"wins":`), "huge": ok(`{"data":{"_0":[{"wins":7,"x":"` + strings.Repeat("secret", 50_000) + `"}]}}`),
		"compressed without being asked": ok(zipped.String()), "garbage said to be gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("secret"))
		},
		"empty": ok(""), "null": ok("null"), "list": ok("[]"), "no data": ok("{}"), "data null": ok(`{"data":null}`), "data a string": ok(`{"data":"secret"}`), "entities null": ok(`{"data":{"_0":null,"_entities":null}}`),
		"too few": ok(`{"data":{"_0":[],"_entities":[]}}`), "too many": ok(`{"data":{"_0":[{"wins":1},{"wins":2}],"_entities":[{"wins":1},{"wins":2}]}}`), "an entity that is a number": ok(`{"data":{"_0":[7],"_entities":[7]}}`),
		"number too large": ok(`{"data":{"_0":[{"wins":2147483648}],"_entities":[{"wins":2147483648}]}}`), "number with a fraction": ok(`{"data":{"_0":[{"wins":1.5}],"_entities":[{"wins":1.5}]}}`),
		"object for a number": ok(`{"data":{"_0":[{"wins":{"secret":1}}],"_entities":[{"wins":{}}]}}`), "deep": ok(`{"data":` + strings.Repeat("[", 100_000)),
		"errors an object": ok(`{"data":null,"errors":{"message":"secret"}}`), "errors of numbers": ok(`{"data":{"_0":[null],"_entities":[null]},"errors":[1,null,"secret"]}`),
		"errors elsewhere": ok(`{"data":{"_0":[{"wins":null}],"_entities":[{"wins":null}]},"errors":[{"message":"secret","path":["nowhere",7,{}]}]}`),
		"slow": func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		},
		"drip": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"data":`))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, true, func(c *router.Config) {
				c.Errors.Mask = true
				c.Subgraphs["stats"] = router.Subgraph{URLs: []string{scripted(t, s)}, Timeout: 300 * time.Millisecond, MaxBody: 100_000}
			})
			status, body := g.post(t, query)
			var a answer
			if err := json.Unmarshal([]byte(body), &a); err != nil || status != 200 {
				t.Fatalf("%d %v %s", status, err, body)
			}
			if string(a.Data) != `{"match":{"goals":1,"home":{"name":"Rovers","wins":null}}}` {
				t.Errorf("data: %s", body)
			}
			// A null that the subgraph gives without an error is an answer.
			if len(a.Errors) == 0 {
				t.Errorf("no error: %s", body)
			}
			for _, e := range a.Errors {
				if e.Message == "" || e.Extensions.Code == "" || e.Extensions.Code == "INTERNAL_SERVER_ERROR" {
					t.Errorf("error without message or code: %s", body)
				}
				if len(e.Path) > 0 && fmt.Sprint(e.Path) != "[match home wins]" && fmt.Sprint(e.Path) != "[match home]" {
					t.Errorf("path %v", e.Path)
				}
			}
			if strings.Contains(body, "secret") || strings.Contains(body, "127.0.0.1") {
				t.Errorf("leaks: %s", body)
			}
		})
	}
	t.Cleanup(func() {
		if n := elsewhere.Load(); n != 1 {
			t.Errorf("%d requests where one was redirected", n)
		}
	})
}

// scripted serves a subgraph that answers as the script says.
func scripted(t *testing.T, script http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the client leave
		script(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/graphql"
}
