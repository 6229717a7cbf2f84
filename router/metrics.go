package router

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/router/front"
	"marquee/router/transport"
)

// metrics are the router's own, named marquee_router_*. They implement
// front.Metrics.
type metrics struct {
	requests    *prometheus.CounterVec
	latency     *prometheus.HistogramVec
	operations  *prometheus.HistogramVec
	names       operationNames
	subgraph    *prometheus.HistogramVec
	cache       *prometheus.CounterVec
	followed    *prometheus.CounterVec
	connections prometheus.Gauge
	members     prometheus.Gauge
	groups      prometheus.Gauge
	reconnects  prometheus.Counter
	reloads     *prometheus.CounterVec
	manifests   *prometheus.CounterVec
	breaker     *prometheus.GaugeVec
	cost        prometheus.Histogram
	actual      prometheus.Histogram
	limited     *prometheus.CounterVec
	uncounted   prometheus.Counter

	found    map[lookedUp]prometheus.Counter // series of cache: looking one up costs more than counting
	answered answeredSeries
}

type lookedUp struct {
	cache string
	hit   bool
}

// answeredSeries are those of the most common outcome.
type answeredSeries struct {
	requests prometheus.Counter
	latency  prometheus.Observer
	nameless prometheus.Observer
}

var costBuckets = []float64{1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6}

var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	const ns = "marquee_router"
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "requests_total", Help: "GraphQL requests by transport, kind of operation and outcome.",
		}, []string{"via", "kind", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: ns, Name: "request_duration_seconds", Help: "Time to answer queries and mutations.", Buckets: buckets,
		}, []string{"kind"}),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: ns, Name: "operation_duration_seconds", Buckets: buckets,
			Help: "Time to answer queries and mutations by the operation's name: \"\" has none, \"other\" is one of those that came after the first 200 names.",
		}, []string{"operation"}),
		subgraph: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: ns, Name: "subgraph_request_duration_seconds", Help: "Time of requests to subgraphs by outcome.", Buckets: buckets,
		}, []string{"subgraph", "kind", "outcome"}),
		cache: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "cache_requests_total", Help: "Look-ups in the caches of documents and plans.",
		}, []string{"cache", "result"}),
		followed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "deduplicated_total", Help: "Queries of clients (inbound) and requests to subgraphs (subgraph) answered by an equal one under way.",
		}, []string{"level"}),
		connections: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: ns, Name: "websockets", Help: "Open WebSocket connections."}),
		members:     prometheus.NewGauge(prometheus.GaugeOpts{Namespace: ns, Name: "subscriptions", Help: "Active subscriptions of clients."}),
		groups:      prometheus.NewGauge(prometheus.GaugeOpts{Namespace: ns, Name: "subscription_upstreams", Help: "Active subscriptions at subgraphs."}),
		reconnects:  prometheus.NewCounter(prometheus.CounterOpts{Namespace: ns, Name: "subscription_reconnects_total", Help: "Broken upstream subscriptions opened again."}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "supergraph_reloads_total", Help: "Supergraphs loaded, by result.",
		}, []string{"result"}),
		manifests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "manifest_reloads_total", Help: "Changed manifests of persisted documents loaded, by result.",
		}, []string{"result"}),
		cost: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: ns, Name: "operation_cost", Help: "Estimated cost of operations, those refused for it included.", Buckets: costBuckets,
		}),
		actual: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: ns, Name: "operation_actual_cost", Help: "Cost of answers, if they are read for it.", Buckets: costBuckets,
		}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "rate_limited_total", Help: "Operations refused by the rate limit, by rule.",
		}, []string{"rule"}),
		uncounted: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: ns, Name: "rate_limit_failures_total", Help: "Operations of which the rate limit's store could not tell what their client has spent.",
		}),
		breaker: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: ns, Name: "subgraph_circuit_open", Help: "1 while the circuit to a subgraph is open.",
		}, []string{"subgraph"}),
	}
	m.found = map[lookedUp]prometheus.Counter{}
	for _, name := range []string{"documents", "plans"} {
		m.found[lookedUp{name, true}] = m.cache.WithLabelValues(name, "hit")
		m.found[lookedUp{name, false}] = m.cache.WithLabelValues(name, "miss")
	}
	query := front.Query.String()
	m.answered = answeredSeries{m.requests.WithLabelValues("http", query, "OK"), m.latency.WithLabelValues(query), m.operations.WithLabelValues("")}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.latency, m.operations, m.subgraph, m.cache, m.followed, m.connections, m.members, m.groups, m.reconnects, m.reloads, m.manifests, m.breaker, m.cost, m.actual, m.limited, m.uncounted} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Request implements front.Metrics.
func (m *metrics) Request(rec *front.Record, code string) {
	requests, latency, operation := m.answered.requests, m.answered.latency, m.answered.nameless
	if code != "OK" || rec.Via != "http" || rec.Kind != front.Query.String() {
		requests, latency = m.requests.WithLabelValues(rec.Via, rec.Kind, code), m.latency.WithLabelValues(rec.Kind)
	}
	if rec.Name != "" {
		operation = m.operations.WithLabelValues(m.names.label(rec.Name))
	}
	requests.Inc()
	latency.Observe(rec.Took.Seconds())
	operation.Observe(rec.Took.Seconds())
}

// Connections implements front.Metrics.
func (m *metrics) Connections(delta int) { m.connections.Add(float64(delta)) }

// observer observes the requests to one subgraph. Looking up the series of the most
// common outcome once is cheaper than once a request.
func (m *metrics) observer(subgraph string) transport.Observer {
	answered := m.subgraph.WithLabelValues(subgraph, transport.Query.String(), "ok")
	return func(r *transport.Request, res *transport.Response, err error, took time.Duration) {
		if err == nil && r.Kind == transport.Query && (res == nil || res.Status < 400) {
			answered.Observe(took.Seconds())
			return
		}
		m.observe(r, res, err, took)
	}
}

// observe tells of a request of whatever outcome.
func (m *metrics) observe(r *transport.Request, res *transport.Response, err error, took time.Duration) {
	outcome := "ok"
	var te *transport.Error
	switch {
	case errors.As(err, &te):
		outcome = te.Code
	case err != nil:
		outcome = transport.CodeUnreachable
	case res != nil && res.Status >= 400:
		outcome = "http_error"
	}
	m.subgraph.WithLabelValues(r.Subgraph, r.Kind.String(), outcome).Observe(took.Seconds())
}

func (m *metrics) lookup(cache string, hit bool) {
	if c := m.found[lookedUp{cache, hit}]; c != nil {
		c.Inc()
		return
	}
	result := "miss"
	if hit {
		result = "hit"
	}
	m.cache.WithLabelValues(cache, result).Inc()
}

func (m *metrics) circuit(subgraph string, open bool) {
	v := 0.0
	if open {
		v = 1
	}
	m.breaker.WithLabelValues(subgraph).Set(v)
}
