package gateway

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// offerTold is what an open load is told: requests begin at a steady rate, whether or not earlier ones are answered.
type offerTold struct {
	URL         string
	Body        []byte
	Rate        float64 // requests per second
	Warm        time.Duration
	Duration    time.Duration
	Deadline    time.Duration // an answer later than this is worth nothing: its connection is closed
	Connections int           // at most; a request for which there is none is not sent and counts as late
	PID         int           // of the contender, whose memory is read
	Answer      int           // length that every answer must have
}

// offered is what became of the requests of an open load after its warm-up.
type offered struct {
	Sent     int
	Good     int // whole answers in time
	Refused  int // 503, OVERLOADED, with a time to come again
	Late     int // no answer in time
	Other    int
	First    string        // what the first of Other was
	Elapsed  time.Duration // of the measurement
	P50, P99 time.Duration // of good answers
	Refusal  time.Duration // median time of a refusal
	Resident float64       // MiB, the most that was seen
}

func (o offered) goodput() float64 { return float64(o.Good) / o.Elapsed.Seconds() }

// verdict of one request.
type verdict uint8

const (
	good verdict = iota
	refused
	late
	other
)

// offerCommand runs an open load and prints what became of it.
func offerCommand() error {
	var told offerTold
	if err := readTold(&told); err != nil {
		return err
	}
	u, err := url.Parse(told.URL)
	if err != nil {
		return err
	}
	o := &offer{offerTold: told, addr: u.Host}
	o.request = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", u.Path, u.Host, len(told.Body), told.Body)
	o.drive()
	slices.Sort(o.latencies)
	slices.Sort(o.refusals)
	if n := len(o.latencies); n > 0 {
		o.out.P50, o.out.P99 = o.latencies[n/2], o.latencies[n*99/100]
	}
	if n := len(o.refusals); n > 0 {
		o.out.Refusal = o.refusals[n/2]
	}
	return json.NewEncoder(os.Stdout).Encode(o.out)
}

type offer struct {
	offerTold
	addr    string
	request []byte

	mu        sync.Mutex
	idle      []*wire
	open      int
	out       offered
	latencies []time.Duration
	refusals  []time.Duration
}

// wire is one kept-alive connection.
type wire struct {
	net.Conn
	in *bufio.Reader
}

// drive begins requests when they are due. It wakes up a thousand times a second.
func (o *offer) drive() {
	began := time.Now()
	measure, end := began.Add(o.Warm), began.Add(o.Warm+o.Duration)
	memorised := began
	var all sync.WaitGroup
	for begun := 0; ; time.Sleep(time.Millisecond) {
		now := time.Now()
		if now.After(end) {
			o.out.Elapsed = end.Sub(measure)
			break
		}
		for due := int(now.Sub(began).Seconds() * o.Rate); begun < due; begun++ {
			counts := now.After(measure)
			all.Go(func() { o.one(now, counts) })
		}
		if now.Sub(memorised) > 100*time.Millisecond {
			memorised = now
			if mib, err := memory(o.PID); err == nil {
				o.out.Resident = max(o.out.Resident, mib)
			}
		}
	}
	all.Wait()
}

// one sends one request that was due at a time.
func (o *offer) one(due time.Time, counts bool) {
	v, what := o.exchange(due.Add(o.Deadline))
	took := time.Since(due)
	if v == good && took > o.Deadline {
		v = late
	}
	if !counts {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.out.Sent++
	switch v {
	case good:
		o.out.Good++
		o.latencies = append(o.latencies, took)
	case refused:
		o.out.Refused++
		o.refusals = append(o.refusals, took)
	case late:
		o.out.Late++
	default:
		if o.out.Other++; o.out.First == "" {
			o.out.First = what
		}
	}
}

func (o *offer) exchange(deadline time.Time) (verdict, string) {
	c, err := o.take(deadline)
	if c == nil {
		return late, ""
	}
	keep := false
	defer func() { o.give(c, keep) }()
	if err != nil {
		return ended(err, deadline)
	}
	_ = c.SetDeadline(deadline)
	if _, err := c.Write(o.request); err != nil {
		return ended(err, deadline)
	}
	res := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(res)
	if err := res.Read(c.in); err != nil {
		return ended(err, deadline)
	}
	keep = !res.ConnectionClose()
	switch status := res.StatusCode(); {
	case status == fasthttp.StatusOK && len(res.Body()) == o.Answer:
		return good, ""
	case status == fasthttp.StatusServiceUnavailable && len(res.Header.Peek("Retry-After")) > 0:
		return refused, ""
	default:
		return other, fmt.Sprintf("status %d: %.200s", status, res.Body())
	}
}

func ended(err error, deadline time.Time) (verdict, string) {
	if !time.Now().Before(deadline) {
		return late, ""
	}
	return other, err.Error()
}

// take returns an idle connection, or a new one; nil if there are too many.
func (o *offer) take(deadline time.Time) (*wire, error) {
	o.mu.Lock()
	if n := len(o.idle); n > 0 {
		c := o.idle[n-1]
		o.idle = o.idle[:n-1]
		o.mu.Unlock()
		return c, nil
	}
	if o.open == o.Connections {
		o.mu.Unlock()
		return nil, nil //nolint:nilnil // no connection is no error
	}
	o.open++
	o.mu.Unlock()
	nc, err := net.DialTimeout("tcp", o.addr, time.Until(deadline))
	return &wire{nc, bufio.NewReaderSize(nc, 32<<10)}, err
}

func (o *offer) give(c *wire, keep bool) {
	if !keep && c.Conn != nil {
		_ = c.Close()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if keep {
		o.idle = append(o.idle, c)
	} else {
		o.open--
	}
}
