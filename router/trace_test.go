package router_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"marquee/router"
)

const remote = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// traceparents notes the header of every request to a subgraph.
type traceparents struct {
	mu   sync.Mutex
	list []string
}

func (l *traceparents) around(c *router.Config) {
	for name, h := range c.Handlers {
		c.Handlers[name] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l.mu.Lock()
			l.list = append(l.list, r.Header.Get("Traceparent"))
			l.mu.Unlock()
			h.ServeHTTP(w, r)
		})
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	seen := &traceparents{}
	g := start(t, false, func(c *router.Config) {
		c.TracerProvider = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
		seen.around(c)
	})
	if _, body := g.post(t, query, "Traceparent", remote); body != data {
		t.Fatal(body)
	}
	request, fetches, steps := "", map[string]string{}, []string{}
	for _, s := range spans.Ended() {
		if id := s.SpanContext().TraceID().String(); id != remote[3:35] {
			t.Errorf("span %s in trace %s", s.Name(), id)
		}
		if s.Name() == "graphql query" {
			request = s.SpanContext().SpanID().String()
			if parent := s.Parent().SpanID().String(); parent != remote[36:52] {
				t.Errorf("the request's parent is %s", parent)
			}
			continue
		}
		if strings.HasPrefix(s.Name(), "graphql.") {
			steps = append(steps, s.Name())
			continue
		}
		fetches["00-"+remote[3:35]+"-"+s.SpanContext().SpanID().String()+"-01"] = s.Name() + " " + s.Parent().SpanID().String()
	}
	if strings.Join(steps, " ") != "graphql.parse graphql.plan" {
		t.Errorf("steps %v", steps)
	}
	if len(fetches) != 3 || len(seen.list) != 3 {
		t.Errorf("%d spans of %d subgraph requests", len(fetches), len(seen.list))
	}
	for _, h := range seen.list {
		if name, parent, _ := strings.Cut(fetches[h], " "); name != "subgraph" || !strings.HasSuffix(parent, " "+request) {
			t.Errorf("a subgraph was told %s: %q", h, fetches[h])
		}
	}

	// Every operation of a socket is a request of its own.
	before := len(spans.Ended())
	c := g.ws(t, "a", "{ teams { id } }")
	_, _ = next(t, c), next(t, c)
	names := ""
	for len(spans.Ended()) < before+4 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	for _, s := range spans.Ended()[before:] {
		names += s.Name() + ";"
	}
	if names != "graphql.parse;graphql.plan;subgraph teams;graphql query;" {
		t.Error(names)
	}
}

func TestWhatIsNotSampledIsStillOneTrace(t *testing.T) {
	t.Parallel()
	seen := &traceparents{}
	g := start(t, false, func(c *router.Config) {
		c.TracerProvider = sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
		seen.around(c)
	})
	g.post(t, query, "Traceparent", remote)
	for _, h := range seen.list {
		if len(h) != 55 || h[3:35] != remote[3:35] || h[53:] != "00" {
			t.Errorf("a subgraph was told %q", h)
		}
	}
	if len(seen.list) != 3 {
		t.Errorf("%d requests", len(seen.list))
	}
}

// lines is a log's output.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	out := &lines{}
	g := start(t, false, func(c *router.Config) {
		c.AccessLog, c.Log = true, slog.New(slog.NewJSONHandler(out, nil))
	})
	g.post(t, query)
	g.post(t, `{"query":"{ nothing }"}`, "Accept", "application/graphql-response+json")
	g.post(t, `{"query":`)
	g.down.Store("stats", true)
	g.post(t, query)
	_ = g.ws(t, "a", watch)
	<-g.streams
	want := []string{
		"http query Q 200 []", "http unknown  400 [GRAPHQL_VALIDATION_FAILED]", "http unknown  400 [BAD_REQUEST]",
		"http query Q 200 [SUBREQUEST_HTTP_ERROR]", "ws subscription  0 []",
	}
	var got []string
	for len(got) < len(want) && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
		got = got[:0]
		out.mu.Lock()
		text := out.b.String()
		out.mu.Unlock()
		for line := range strings.Lines(text) {
			var l struct {
				Msg, Via, Kind, Operation, Trace string
				Status                           int
				MS                               float64
				Codes                            []string
			}
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			if l.Msg != "request" {
				continue
			}
			if l.MS <= 0 || len(l.Trace) != 32 {
				t.Errorf("%s", line)
			}
			got = append(got, l.Via+" "+l.Kind+" "+l.Operation+" "+strconv.Itoa(l.Status)+" ["+strings.Join(l.Codes, " ")+"]")
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
