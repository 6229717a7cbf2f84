package front_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marquee/router/front"
	"marquee/router/hub"
	"marquee/router/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// engine answers a few documents in their place of a planner: it looks at the
// document's text only. Its subscriptions get what is sent on feed.
type engine struct {
	mu      sync.Mutex
	callers []*front.Caller
	feed    chan any // []byte or error
	opened  chan string
	closed  chan struct{}
	block   chan struct{} // "query wait" blocks until it is closed
}

func newEngine() *engine {
	return &engine{feed: make(chan any), opened: make(chan string, 100), closed: make(chan struct{}, 100), block: make(chan struct{})}
}

func (e *engine) Prepare(_ context.Context, p *front.Params, c *front.Caller) (front.Operation, *front.Failure) {
	e.mu.Lock()
	e.callers = append(e.callers, c)
	e.mu.Unlock()
	switch {
	case p.Query == "panic":
		panic("as asked")
	case p.Query == "{":
		return nil, front.Fail(400, front.CodeParse, "unexpected end")
	case strings.Contains(p.Query, "unknown"):
		return nil, front.Fail(400, front.CodeValidation, "unknown field")
	case strings.HasPrefix(p.Query, "subscription"):
		return &op{e: e, kind: front.Subscription, p: p}, nil
	case strings.HasPrefix(p.Query, "mutation"):
		return &op{e: e, kind: front.Mutation, p: p}, nil
	}
	return &op{e: e, kind: front.Query, p: p}, nil
}

func (e *engine) lastCaller() *front.Caller {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.callers) == 0 {
		return nil
	}
	return e.callers[len(e.callers)-1]
}

type op struct {
	e    *engine
	kind front.Kind
	p    *front.Params
}

func (o *op) Kind() front.Kind { return o.kind }
func (o *op) Name() string     { return o.p.OperationName }
func (o *op) Key() string      { return o.p.Query + string(o.p.Variables) }

func (o *op) Latest() bool { return strings.Contains(o.p.Query, "public") }
func (o *op) Shared() bool { return strings.Contains(o.p.Query, "public") }

func (o *op) Execute(ctx context.Context, _ *front.Caller) (front.Result, *front.Failure) {
	switch {
	case strings.Contains(o.p.Query, "wait"):
		select {
		case <-o.e.block:
		case <-ctx.Done():
			return front.Result{}, front.Fail(500, front.CodeTimeout, "cancelled")
		}
	case strings.Contains(o.p.Query, "files"):
		out, vars := "", string(o.p.Variables)
		for _, u := range o.p.Uploads {
			b, err := io.ReadAll(u.Content())
			if err != nil || int64(len(b)) != u.Size || strings.Count(vars, `"`+u.Token+`"`) != 1 {
				return front.Result{}, front.Fail(500, front.CodeInternal, "the file is not whole")
			}
			out += fmt.Sprintf("%s=%d:%.5s %s ", strings.Join(u.Path[1:], "."), len(b), b, u.Name)
			vars = strings.Replace(vars, `"`+u.Token+`"`, "F", 1)
		}
		text, _ := json.Marshal(out + vars)
		return front.Result{Body: fmt.Appendf(nil, `{"data":{"files":%s}}`, text)}, nil
	case strings.Contains(o.p.Query, "big"):
		return front.Result{Body: []byte(`{"data":{"big":"` + strings.Repeat("abcd", 5000) + `"}}`)}, nil
	}
	return front.Result{Body: []byte(`{"data":{"__typename":"Query"}}`)}, nil
}

func (o *op) Open(c *front.Caller) hub.Open {
	return func(context.Context) (hub.Source, error) {
		if o.Shared() && (c.Subject != nil || len(c.Header) != 1) {
			return nil, errors.New("a shared subscription must be opened for nobody")
		}
		o.e.opened <- o.p.Query
		if strings.Contains(o.p.Query, "refused") {
			return nil, front.Fail(502, "SUBSCRIPTION_REFUSED", "not today").AsError()
		}
		return &feed{e: o.e}, nil
	}
}

type feed struct {
	e    *engine
	once sync.Once
}

func (f *feed) Next(ctx context.Context) ([]byte, error) {
	select {
	case v := <-f.e.feed:
		if err, ok := v.(error); ok {
			return nil, err
		}
		return v.([]byte), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *feed) Close() error {
	f.once.Do(func() { f.e.closed <- struct{}{} })
	return nil
}

// tokens knows two tokens by heart.
type tokens struct{ shortLife time.Duration }

func (t tokens) Authenticate(_ context.Context, token string) (*transport.Subject, time.Time, error) {
	switch token {
	case "alice", "bob":
		return &transport.Subject{ID: token, SessionID: "s-" + token}, time.Now().Add(time.Hour), nil
	case "short":
		return &transport.Subject{ID: token}, time.Now().Add(t.shortLife), nil
	}
	return nil, time.Time{}, errors.New("unknown token")
}

type bundle struct {
	e   *engine
	hub *hub.Hub
	h   *front.Handler
	url string
}

func setup(t *testing.T, change func(*front.Options)) *bundle {
	t.Helper()
	b := &bundle{e: newEngine(), hub: hub.New(hub.Options{})}
	opt := front.Options{Engine: b.e, Hub: b.hub}
	if change != nil {
		change(&opt)
	}
	var err error
	if b.h, err = front.New(opt); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(b.h)
	b.url = srv.URL
	t.Cleanup(func() {
		b.hub.Stop()
		if err := b.h.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		srv.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return b
}

// do sends a request without any header Go would add by itself.
func do(t *testing.T, method, url, body string, header map[string]string) (*http.Response, string) {
	t.Helper()
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, rd)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}
