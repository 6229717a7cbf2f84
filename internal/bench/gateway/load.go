package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// loadTold is what the load is told.
type loadTold struct {
	URL         string
	Body        []byte
	Connections int
	Warm        time.Duration // before the measurement
	Duration    time.Duration
	Tokens      bool   // a different X-Token header on every request
	PID         int    // of the contender, whose CPU time and memory are read
	Control     string // host:port of the subgraphs' control
	Answer      int    // length that every answer must have
}

// measured is what one slot found.
type measured struct {
	Count    int
	Failures int
	Failure  string // the first
	Elapsed  time.Duration
	P50, P99 time.Duration
	CPU      time.Duration // of the contender, over all requests
	Upstream int64         // subgraph requests
	Resident float64       // MiB, at the end
	Round    int
}

func (m measured) perSecond() float64 { return float64(m.Count) / m.Elapsed.Seconds() }

// cpu per request in microseconds.
func (m measured) cpu() float64 { return float64(m.CPU.Nanoseconds()) / 1000 / float64(m.Count) }

func (m measured) upstream() float64 { return float64(m.Upstream) / float64(m.Count) }

// loadCommand asks the same query over keep-alive connections, first to warm up and then to measure, and prints what it measured.
func loadCommand() error {
	var told loadTold
	if err := readTold(&told); err != nil {
		return err
	}
	uri := fasthttp.AcquireURI()
	if err := uri.Parse(nil, []byte(told.URL)); err != nil {
		return err
	}
	l := &load{loadTold: told, client: &fasthttp.HostClient{
		Addr: string(uri.Host()), MaxConns: told.Connections, ReadTimeout: 30 * time.Second, ReadBufferSize: 64 << 10, NoDefaultUserAgentHeader: true,
	}}
	if told.Warm > 0 {
		l.drive(told.Warm)
	}
	before, err := l.usage()
	if err != nil {
		return err
	}
	out := l.drive(told.Duration)
	after, err := l.usage()
	if err != nil {
		return err
	}
	out.CPU, out.Upstream, out.Resident = after.cpu-before.cpu, after.upstream-before.upstream, after.resident
	return json.NewEncoder(os.Stdout).Encode(out)
}

type load struct {
	loadTold
	client *fasthttp.HostClient
	token  atomic.Int64
}

func (l *load) drive(d time.Duration) measured {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var out measured
	var latencies []time.Duration
	began := time.Now()
	for range l.Connections {
		wg.Go(func() {
			mine, failures, failure := l.work(began.Add(d))
			mu.Lock()
			defer mu.Unlock()
			latencies = append(latencies, mine...)
			out.Failures += failures
			if failure != nil && out.Failure == "" {
				out.Failure = failure.Error()
			}
		})
	}
	wg.Wait()
	out.Elapsed, out.Count = time.Since(began), len(latencies)
	if slices.Sort(latencies); len(latencies) > 0 {
		out.P50, out.P99 = latencies[len(latencies)/2], latencies[len(latencies)*99/100]
	}
	return out
}

// work asks again and again on one connection.
func (l *load) work(end time.Time) (latencies []time.Duration, failures int, failure error) {
	var req fasthttp.Request
	var res fasthttp.Response
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/json")
	req.SetRequestURI(l.URL)
	req.SetBodyRaw(l.Body)
	for now := time.Now(); now.Before(end); {
		if l.Tokens {
			req.Header.Set("X-Token", strconv.FormatInt(l.token.Add(1), 36))
		}
		err := l.client.Do(&req, &res)
		switch body := res.Body(); {
		case err != nil:
		case res.StatusCode() != fasthttp.StatusOK:
			err = fmt.Errorf("status %d: %.200s", res.StatusCode(), body)
		case len(body) != l.Answer:
			err = fmt.Errorf("an answer of %d bytes instead of %d: %.200s", len(body), l.Answer, body)
		}
		done := time.Now()
		if err == nil {
			latencies = append(latencies, done.Sub(now))
		} else if failures++; failure == nil {
			failure = err
		}
		now = done
	}
	return latencies, failures, failure
}

type usage struct {
	cpu      time.Duration
	upstream int64
	resident float64
}

func (l *load) usage() (u usage, err error) {
	if u.cpu, err = cpuTime(l.PID); err != nil {
		return u, err
	}
	if u.resident, err = memory(l.PID); err != nil {
		return u, err
	}
	_, raw, err := fasthttp.Get(nil, "http://"+l.Control+"/count")
	if err != nil {
		return u, err
	}
	u.upstream, err = strconv.ParseInt(string(bytes.TrimSpace(raw)), 10, 64)
	return u, err
}
