package gateway

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/valyala/fasthttp"
)

// Profile writes a CPU profile of the router to a file: half of the time under queries that are each their own, half under equal ones.
func Profile(ctx context.Context, o Options, file string) error {
	s, err := newSetup(ctx, o, "nested")
	if err != nil {
		return err
	}
	defer s.stop()
	admin, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	c, err := s.startRouter(ctx, "router", "MARQUEE_ROUTER_METRICS_LISTEN="+admin, "MARQUEE_ROUTER_PROFILING=true")
	if err != nil {
		return err
	}
	if _, err := s.verify(c); err != nil {
		return err
	}
	for _, sc := range []scenario{tokens, fifty} { // warm
		if err := s.measure(ctx, c, sc, 0); err != nil {
			return err
		}
	}
	const slots = 4
	length := slots * (s.slot() + time.Second)
	type result struct {
		raw []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		_, raw, err := fasthttp.GetTimeout(nil, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", admin, int(length.Seconds())), length+time.Minute)
		done <- result{raw, err}
	}()
	for began, i := time.Now(), 1; time.Since(began) < length-s.slot(); i++ {
		if err := s.measure(ctx, c, []scenario{fifty, tokens}[i%2], i); err != nil {
			return err
		}
	}
	r := <-done
	if r.err != nil {
		return r.err
	}
	return os.WriteFile(file, r.raw, 0o600)
}

// freeAddress is one of loopback that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
