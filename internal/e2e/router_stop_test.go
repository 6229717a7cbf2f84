//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marquee/internal/e2e"
)

const (
	stops    = 20
	askers   = 700                    // requests at the same time
	idlers   = 50                     // idle keep-alive connections
	slowness = 250 * time.Millisecond // of the subgraph: it keeps requests in flight
)

const slowSupergraph = `schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query mutation: Mutation }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { SLOW @join__graph(name: "slow", url: "URL") }
type Query @join__type(graph: SLOW) { echo(id: ID!): ID }
type Mutation @join__type(graph: SLOW) { echo(id: ID!): ID }
`

// slow is a subgraph that answers with the id it was sent, after a while, and
// remembers which ids have reached it.
type slow struct{ seen sync.Map }

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct{ Variables map[string]string }
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, "broken", http.StatusBadRequest)
		return
	}
	for _, id := range q.Variables {
		s.seen.Store(id, true)
		time.Sleep(slowness)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":{"echo":%q}}`, id)
	}
}

// asker is a client with one keep-alive connection. It sends a request again only
// if not a byte of an answer came, and then counts it as lost if it had reached
// the subgraph: a query may be repeated, a request that was taken on must be
// answered.
type asker struct {
	addr                     *atomic.Pointer[string]
	sub                      *slow
	conn                     net.Conn
	r                        *bufio.Reader
	answered, again, refused int
	flying                   *atomic.Int64
	failures                 []string
}

var errNothing = errors.New("no byte of an answer")

func (a *asker) try(body string) (string, error) {
	if a.conn == nil {
		c, err := net.DialTimeout("tcp", *a.addr.Load(), 5*time.Second)
		if err != nil {
			return "", err
		}
		a.conn, a.r = c, bufio.NewReader(c)
	}
	_ = a.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := fmt.Fprintf(a.conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		return "", errNothing
	}
	if _, err := a.r.Peek(1); err != nil {
		return "", fmt.Errorf("%w: %w", errNothing, err)
	}
	res, err := http.ReadResponse(a.r, nil)
	if err != nil {
		return "", fmt.Errorf("broken answer: %w", err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", fmt.Errorf("broken answer: %w", err)
	}
	if res.Close {
		a.hangUp()
	}
	return fmt.Sprint(res.StatusCode, " ", string(b)), nil
}

func (a *asker) hangUp() {
	if a.conn != nil {
		_ = a.conn.Close()
		a.conn = nil
	}
}

func (a *asker) run(ctx context.Context, who int) {
	defer a.hangUp()
	for n := 0; ctx.Err() == nil; n++ {
		id, kind := fmt.Sprintf("%d-%d", who, n), "query"
		if who%5 == 0 {
			kind = "mutation"
		}
		body := fmt.Sprintf(`{"query":"%s($id: ID!) { echo(id: $id) }","variables":{"id":%q}}`, kind, id)
		a.flying.Add(1)
		for {
			got, err := a.try(body)
			var refused *net.OpError
			switch {
			case err == nil:
				if want := fmt.Sprintf(`200 {"data":{"echo":%q}}`, id); got != want {
					a.failures = append(a.failures, got)
				}
				a.answered++
			case errors.As(err, &refused) && refused.Op == "dial":
				a.refused++
				a.hangUp()
				time.Sleep(2 * time.Millisecond)
				continue
			case errors.Is(err, errNothing):
				a.hangUp()
				if _, reached := a.sub.seen.Load(id); !reached {
					a.again++
					continue
				}
				a.failures = append(a.failures, id+" reached the subgraph and was not answered: "+err.Error())
			default:
				a.hangUp()
				a.failures = append(a.failures, err.Error())
			}
			break
		}
		a.flying.Add(-1)
	}
}

// TestRouterStopsLoseNothing restarts the router under load, with SIGTERM. Every
// request that it has begun is answered, and it does not wait for connections
// that are idle.
func TestRouterStopsLoseNothing(t *testing.T) {
	bin := built(t, binary)
	sub := &slow{}
	srv := httptest.NewServer(sub)
	defer srv.Close()
	dir := t.TempDir()
	file, config := filepath.Join(dir, "supergraph.graphql"), filepath.Join(dir, "router.yaml")
	for path, text := range map[string]string{
		file: strings.Replace(slowSupergraph, "URL", srv.URL, 1), config: "all_subgraphs:\n  max_conns: 2000\nmetrics_listen: \"\"\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start := func(listen string) *e2e.Process {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; {
			p, err := e2e.Start(t.Context(), bin, []string{"router", "--supergraph", file, "--config", config, "--listen", listen}, nil)
			if err == nil {
				return p
			}
			// The port can be another's for a moment: connections leave from it too.
			if !strings.Contains(err.Error(), "address already in use") || time.Now().After(deadline) {
				t.Fatal(err)
			}
		}
	}
	p := start("127.0.0.1:0")
	address := strings.TrimSuffix(strings.TrimPrefix(p.URL, "http://"), "/graphql")
	var addr atomic.Pointer[string]
	addr.Store(&address)

	ctx, finish := context.WithCancel(t.Context())
	defer finish()
	var flying atomic.Int64
	var all sync.WaitGroup
	load := make([]*asker, askers)
	for i := range load {
		load[i] = &asker{addr: &addr, sub: sub, flying: &flying}
		all.Go(func() { load[i].run(ctx, i) })
	}
	inFlight, longest := 0, time.Duration(0)
	for n := range stops {
		var quiet []net.Conn
		for range idlers {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			quiet = append(quiet, c)
			if n%2 == 0 { // one that has had an answer
				_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
				if res, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || res.StatusCode != http.StatusOK {
					t.Fatalf("health: %v %v", res, err)
				}
			}
		}
		for flying.Load() < askers*9/10 {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(slowness / 2) // all of them are on their way, not all at the same point
		inFlight += int(flying.Load())
		begun := time.Now()
		if err := syscall.Kill(p.PID(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		select {
		case <-p.Ended():
		case <-time.After(20 * time.Second):
			t.Fatalf("does not end\n%s", p.Log())
		}
		longest = max(longest, time.Since(begun))
		for _, c := range quiet {
			_ = c.Close()
		}
		p = start(address)
	}
	finish()
	all.Wait()
	answered, again, refused := 0, 0, 0
	for _, a := range load {
		answered, again, refused = answered+a.answered, again+a.again, refused+a.refused
		for _, f := range a.failures {
			t.Error(f)
		}
	}
	t.Logf("%d stops with %d requests in flight, %d answered in all; %d not begun and sent again, %d connections refused; longest stop %v", stops, inFlight, answered, again, refused, longest)
	if inFlight < 10_000 {
		t.Errorf("only %d requests were in flight", inFlight)
	}

	// With nothing to do but idle connections it is gone at once.
	for range 3 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	begun := time.Now()
	if err := syscall.Kill(p.PID(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.Ended()
	if took := time.Since(begun); took > time.Second {
		t.Errorf("an idle router took %v to stop", took)
	}
}

// TestRouterReloadsLoseNothing puts other supergraphs in place of the file that
// is served, under load: some are noticed by themselves, some by SIGHUP.
func TestRouterReloadsLoseNothing(t *testing.T) {
	const reloads = 100
	bin := built(t, binary)
	sub := &slow{}
	srv := httptest.NewServer(sub)
	defer srv.Close()
	dir := t.TempDir()
	file, config := filepath.Join(dir, "supergraph.graphql"), filepath.Join(dir, "router.yaml")
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	sdl := strings.Replace(slowSupergraph, "URL", srv.URL, 1)
	put(file, sdl)
	put(config, "all_subgraphs:\n  max_conns: 2000\nreload:\n  poll: 50ms\n")
	p, err := e2e.Start(t.Context(), bin, []string{"router", "--supergraph", file, "--config", config, "--listen", "127.0.0.1:0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	address := strings.TrimSuffix(strings.TrimPrefix(p.URL, "http://"), "/graphql")
	var addr atomic.Pointer[string]
	addr.Store(&address)
	ctx, finish := context.WithCancel(t.Context())
	defer finish()
	var flying atomic.Int64
	var all sync.WaitGroup
	load := make([]*asker, 200)
	for i := range load {
		load[i] = &asker{addr: &addr, sub: sub, flying: &flying}
		all.Go(func() { load[i].run(ctx, i) })
	}
	served := func(field string) bool {
		res, err := http.Post("http://"+address+"/graphql", "application/json", strings.NewReader(`{"query":"{ __type(name: \"Query\") { fields { name } } }"}`))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(b), `"`+field+`"`)
	}
	for n := range reloads {
		field := fmt.Sprint("extra", n)
		if n%10 == 5 { // a broken one in between changes nothing
			put(file, "type Query {")
		}
		put(file, strings.Replace(sdl, "type Query @join__type(graph: SLOW) {", "type Query @join__type(graph: SLOW) { "+field+": Int", 1))
		if n%2 == 0 {
			if err := syscall.Kill(p.PID(), syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
		}
		for deadline := time.Now().Add(20 * time.Second); !served(field); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("reload %d is not noticed\n%s", n, p.Log())
			}
		}
	}
	finish()
	all.Wait()
	answered, again := 0, 0
	for _, a := range load {
		answered, again = answered+a.answered, again+a.again+a.refused
		for _, f := range a.failures {
			t.Error(f)
		}
	}
	t.Logf("%d reloads, %d requests answered", reloads, answered)
	if again != 0 {
		t.Errorf("%d requests had to be sent again", again)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}
