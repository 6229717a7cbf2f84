package gateway

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"marquee/router/oracle"
)

// fleet is what the subgraphs' process announces, once everything listens.
type fleet struct {
	Subgraphs map[string]string // name → host:port; each answers on every path
	Control   string            // host:port: /count, /record, /recorded
}

// subgraphsTold is what it reads from standard input.
type subgraphsTold struct {
	Supergraphs []string
}

// exchange is one recorded request and its answer.
type exchange struct {
	Subgraph, Addr string
	Body           []byte
	Began, Ended   time.Duration // since the recording was started
}

// recordDelay slows subgraphs down while requests are recorded, so that those of one wave overlap and those of different waves do not.
const recordDelay = 60 * time.Millisecond

// server is all subgraphs. An answer is computed once, by a full executor, and then found by the request's body, so that the subgraphs
// cost as little as they can.
type server struct {
	count     atomic.Int64
	recording atomic.Bool

	mu       sync.Mutex
	began    time.Time
	recorded []exchange
}

type subgraph struct {
	*server
	addr    string
	oracle  *oracle.Subgraph
	mu      sync.RWMutex
	answers map[string][]byte
}

// answersKept bounds a subgraph's answers in memory.
const answersKept = 10_000

func (s *subgraph) handle(ctx *fasthttp.RequestCtx) {
	s.count.Add(1)
	body := ctx.PostBody()
	if s.recording.Load() {
		defer s.record(slices.Clone(body))()
		time.Sleep(recordDelay)
	}
	s.mu.RLock()
	answer, ok := s.answers[string(body)]
	s.mu.RUnlock()
	if !ok {
		answer = s.oracle.Serve(body, nil)
		s.mu.Lock()
		if len(s.answers) < answersKept {
			s.answers[string(body)] = answer
		}
		s.mu.Unlock()
	}
	ctx.Response.Header.SetContentType("application/json")
	ctx.Response.SetBodyRaw(answer)
}

func (s *subgraph) record(body []byte) (done func()) {
	began := time.Since(s.began)
	return func() {
		s.server.mu.Lock()
		s.recorded = append(s.recorded, exchange{s.oracle.Name, s.addr, body, began, time.Since(s.began)})
		s.server.mu.Unlock()
	}
}

func (s *server) control(ctx *fasthttp.RequestCtx) {
	var v any
	switch string(ctx.Path()) {
	case "/count":
		v = s.count.Load()
	case "/record":
		s.mu.Lock()
		s.began, s.recorded = time.Now(), nil
		s.mu.Unlock()
		s.recording.Store(true)
	case "/recorded":
		s.recording.Store(false)
		s.mu.Lock()
		v = s.recorded
		s.mu.Unlock()
	default:
		ctx.SetStatusCode(fasthttp.StatusNotFound)
		return
	}
	_ = json.NewEncoder(ctx).Encode(v)
}

func subgraphsCommand() error {
	var told subgraphsTold
	if err := readTold(&told); err != nil {
		return err
	}
	s, announce := &server{}, fleet{Subgraphs: map[string]string{}}
	for _, name := range told.Supergraphs {
		sdl, err := subgraphSDL(name)
		if err != nil {
			return err
		}
		for sub, o := range oracle.NewFederation(graphs[name](), sdl).Subgraphs {
			g := &subgraph{server: s, oracle: o, answers: map[string][]byte{}}
			if g.addr, err = serve(g.handle); err != nil {
				return err
			}
			announce.Subgraphs[sub] = g.addr
		}
	}
	var err error
	if announce.Control, err = serve(s.control); err != nil {
		return err
	}
	return announceAndWait(announce)
}

// serve listens on a free loopback port and serves until the process ends.
func serve(h fasthttp.RequestHandler) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	srv := &fasthttp.Server{Handler: h, NoDefaultServerHeader: true, NoDefaultDate: true, ReadBufferSize: 16 << 10, MaxRequestBodySize: 16 << 20}
	go func() { _ = srv.Serve(l) }()
	return l.Addr().String(), nil
}

// readTold reads one JSON value from standard input.
func readTold(v any) error { return json.NewDecoder(os.Stdin).Decode(v) }

// announceAndWait prints one JSON value and returns when standard input ends, which is when the parent is gone.
func announceAndWait(v any) error {
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
