package transport

import (
	"context"
	"fmt"
	"net/http"

	"golang.org/x/net/http/httpguts"
)

// HeaderRule is one step from the headers a client sent to those a subgraph gets.
// Exactly one of Forward, Set and Remove is set; names are canonical.
type HeaderRule struct {
	Forward string // the client's header …
	As      string // … goes out under this name
	Default string // with this value where the client sent none; "" is none

	Set   string // this header goes out
	Value string // with this value

	Remove string // what the rules before would send does not go out
}

// unforwarded are the headers that a connection or the router itself is about.
var unforwarded = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Connection": true, "Content-Encoding": true, "Content-Length": true, "Content-Type": true,
	"Expect": true, "Host": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Authorization": true, "Proxy-Connection": true,
	"Te": true, "Trailer": true, "Traceparent": true, "Tracestate": true, "Transfer-Encoding": true, "Upgrade": true,
	"Sec-Websocket-Accept": true, "Sec-Websocket-Extensions": true, "Sec-Websocket-Key": true, "Sec-Websocket-Protocol": true, "Sec-Websocket-Version": true,
}

// CheckHeader says whether a header may be passed on or set by configuration.
func CheckHeader(name string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%q is no name of a header", name)
	}
	if unforwarded[http.CanonicalHeaderKey(name)] {
		return fmt.Errorf("header %s cannot be passed on: it is the connection's or the router's own", name)
	}
	return nil
}

// Headers applies rules to the headers of requests, in order. A request's own
// headers go out as they are if they are in plain; others only by a rule. What
// goes out follows from the request alone, so that Share may stand before it.
func Headers(plain []string, rules []HeaderRule) Layer {
	pass := map[string]bool{"Traceparent": true, "Tracestate": true}
	for _, name := range plain {
		pass[name] = true
	}
	return func(next Transport) Transport { return &headers{next: next, pass: pass, rules: rules} }
}

type headers struct {
	next  Transport
	pass  map[string]bool
	rules []HeaderRule
}

func (t *headers) apply(r *Request) *Request {
	out := make(http.Header, len(r.Header)+len(t.rules))
	for name, v := range r.Header {
		if t.pass[name] {
			out[name] = v
		}
	}
	for i := range t.rules {
		switch rule := &t.rules[i]; {
		case rule.Forward != "":
			if v := r.Header[rule.Forward]; len(v) > 0 {
				out[rule.As] = v
			} else if rule.Default != "" {
				out[rule.As] = []string{rule.Default}
			}
		case rule.Set != "":
			out[rule.Set] = []string{rule.Value}
		default:
			delete(out, rule.Remove)
		}
	}
	to := *r
	to.Header = out
	return &to
}

// Do implements Transport.
func (t *headers) Do(ctx context.Context, r *Request) (*Response, error) {
	return t.next.Do(ctx, t.apply(r))
}

// Subscribe implements Transport.
func (t *headers) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	return t.next.Subscribe(ctx, t.apply(r))
}
