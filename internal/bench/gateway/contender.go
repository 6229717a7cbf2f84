package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"marquee/router/oracle"
)

// contender is one running gateway.
type contender struct {
	name   string
	child  *child
	url    string
	answer int           // length of its answer
	warm   time.Duration // before its first slot
	slots  map[string][]measured
}

// setup is what every measurement of a supergraph needs: its subgraphs and the query.
type setup struct {
	Options
	supergraph string // file
	control    string
	body       []byte
	truth      any // the data that every answer must have
	fleet      fleet
	subgraphs  *child
	contenders []*contender
}

// newSetup starts the subgraphs of a supergraph.
func newSetup(ctx context.Context, o Options, name string) (*setup, error) {
	s := &setup{Options: o}
	var err error
	if s.subgraphs, err = startOwn(ctx, loadCore, "gateway-subgraphs", subgraphsTold{[]string{name}}, &s.fleet); err != nil {
		return nil, err
	}
	s.control = s.fleet.Control
	if s.supergraph, err = supergraphFile(o.Dir, name, s.fleet.Subgraphs); err != nil {
		s.stop()
		return nil, err
	}
	query := testdata(name + ".query.graphql")
	if s.body, err = json.Marshal(map[string]any{"query": query}); err == nil {
		s.truth, err = truth(name, query)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// truth is what an executor over the whole data answers.
func truth(name, query string) (any, error) {
	raw, err := json.Marshal(oracle.NewMonolith(testdata(name+".api.graphql"), graphs[name]()).Execute(query, "", nil))
	if err != nil {
		return nil, err
	}
	data, err := dataOf(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// dataOf an answer without errors.
func dataOf(raw []byte) (any, error) {
	var answer struct {
		Data   any
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	if answer.Data == nil || len(answer.Errors) > 0 {
		return nil, fmt.Errorf("the answer is %.300s", raw)
	}
	return answer.Data, nil
}

func (s *setup) stop() {
	for _, c := range s.contenders {
		c.child.stop()
	}
	s.subgraphs.stop()
}

func (s *setup) add(name string, c *child, url string) *contender {
	out := &contender{name: name, child: c, url: url, warm: time.Second, slots: map[string][]measured{}}
	s.contenders = append(s.contenders, out)
	return out
}

var announcedURL = regexp.MustCompile(`ready on (http://\S+)`)

// startRouter starts our router. The header X-Token is passed on to subgraphs, so that requests with different tokens are different ones.
func (s *setup) startRouter(ctx context.Context, name string, env ...string) (*contender, error) {
	env = append(env, "MARQUEE_ROUTER_HEADERS_FORWARD=x-token", "MARQUEE_LOG_LEVEL=warn")
	c, err := start(contenderCore, s.Binary, []string{"router", "--supergraph", s.supergraph, "--listen", "127.0.0.1:0"}, env)
	if err != nil {
		return nil, err
	}
	return s.ready(ctx, name, c)
}

// ready waits until a gateway prints its URL.
func (s *setup) ready(ctx context.Context, name string, c *child) (*contender, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var url string
	err := c.line(ctx, func(l string) bool {
		if m := announcedURL.FindStringSubmatch(l); m != nil {
			url = m[1]
		}
		return url != ""
	})
	if err != nil {
		c.stop()
		return nil, err
	}
	return s.add(name, c, url), nil
}

// startCommand starts a hidden sub-command that answers requests.
func (s *setup) startCommand(ctx context.Context, name, command string, told any) (*contender, error) {
	var url string
	c, err := startOwn(ctx, contenderCore, command, told, &url)
	if err != nil {
		return nil, err
	}
	return s.add(name, c, url), nil
}

// ask asks a contender once.
func (s *setup) ask(url string) ([]byte, error) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/json")
	req.SetRequestURI(url)
	req.SetBodyRaw(s.body)
	if err := fasthttp.DoTimeout(req, res, 30*time.Second); err != nil {
		return nil, err
	}
	if res.StatusCode() != fasthttp.StatusOK {
		return nil, fmt.Errorf("status %d: %.300s", res.StatusCode(), res.Body())
	}
	return slices.Clone(res.Body()), nil
}

// verify asks a contender and keeps the length of its answer. Data other than the truth is told loudly: what such a contender costs cannot
// be compared.
func (s *setup) verify(c *contender) ([]byte, error) {
	got, err := s.ask(c.url)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	c.answer = len(got)
	data, err := dataOf(got)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if !reflect.DeepEqual(data, s.truth) {
		s.Log("!!! %s answers OTHER DATA than it should: its figures compare different work", c.name)
	}
	return got, nil
}

// record asks a contender once more while subgraphs are slow, and returns its subgraph requests.
func (s *setup) record(url string) ([]exchange, error) {
	if _, _, err := fasthttp.Get(nil, "http://"+s.control+"/record"); err != nil {
		return nil, err
	}
	if _, err := s.ask(url); err != nil {
		return nil, err
	}
	_, raw, err := fasthttp.Get(nil, "http://"+s.control+"/recorded")
	if err != nil {
		return nil, err
	}
	var out []exchange
	return out, json.Unmarshal(raw, &out)
}

// scenario is one kind of load.
type scenario struct {
	name        string
	connections int
	tokens      bool
}

// measure fills one slot of a contender.
func (s *setup) measure(ctx context.Context, c *contender, sc scenario, round int) error {
	warm := 300 * time.Millisecond
	if len(c.slots) == 0 {
		warm = c.warm
	}
	told := loadTold{
		URL: c.url, Body: s.body, Connections: sc.connections, Warm: warm, Duration: s.slot(), Tokens: sc.tokens, PID: c.child.pid(), Control: s.control, Answer: c.answer,
	}
	var m measured
	l, err := startOwn(ctx, loadCore, "gateway-load", told, &m)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", c.name, err, c.child.printed())
	}
	l.stop()
	if m.Failures > 0 || m.Count == 0 {
		return fmt.Errorf("%s, %s: %d of %d requests failed, the first with: %s", c.name, sc.name, m.Failures, m.Failures+m.Count, m.Failure)
	}
	s.Log("  %-32s %-24s %8.0f/s  cpu %7.1f µs  p50 %8s  p99 %8s  upstream %5.2f  %4.0f MiB", c.name, sc.name, m.perSecond(), m.cpu(),
		m.P50.Round(time.Microsecond), m.P99.Round(time.Microsecond), m.upstream(), m.Resident)
	m.Round = round
	c.slots[sc.name] = append(c.slots[sc.name], m)
	return nil
}

// median of a figure over the rounds of a scenario.
func (c *contender) median(sc string, figure func(measured) float64) float64 {
	return median(c.slots[sc], figure)
}

func median(list []measured, figure func(measured) float64) float64 {
	values := make([]float64, len(list))
	for i, m := range list {
		values[i] = figure(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// ratio is the median of the ratios within each round.
func ratio(a *contender, aScenario string, b *contender, bScenario string, figure func(measured) float64) string {
	var values []float64
	for _, x := range a.slots[aScenario] {
		for _, y := range b.slots[bScenario] {
			if x.Round == y.Round {
				values = append(values, figure(x)/figure(y))
			}
		}
	}
	if len(values) == 0 {
		return ""
	}
	slices.Sort(values)
	return strconv.FormatFloat(values[len(values)/2], 'f', 2, 64) + "×"
}
