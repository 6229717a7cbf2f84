package gateway

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// call is one subgraph request.
type call struct {
	Addr string // host:port
	Body []byte
}

// floorTold is what the floor is told: requests in waves, each begun when the one before is answered, and the answer.
type floorTold struct {
	Waves  [][]call
	Answer []byte
}

// waves puts recorded requests into waves: one that began when another of its wave had been answered is of the next.
func waves(recorded []exchange) [][]call {
	slices.SortFunc(recorded, func(a, b exchange) int { return int(a.Began - b.Began) })
	var out [][]call
	var ends time.Duration // of the first answer of the last wave
	for _, e := range recorded {
		c := call{e.Addr, e.Body}
		if len(out) == 0 || e.Began >= ends {
			out, ends = append(out, []call{c}), e.Ended
			continue
		}
		out[len(out)-1] = append(out[len(out)-1], c)
		ends = min(ends, e.Ended)
	}
	return out
}

func floorCommand() error {
	var told floorTold
	if err := readTold(&told); err != nil {
		return err
	}
	clients := map[string]*fasthttp.HostClient{}
	for _, wave := range told.Waves {
		for _, c := range wave {
			clients[c.Addr] = hostClient(c.Addr)
		}
	}
	ask := func(c call) error {
		req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(res)
		req.Header.SetMethod(fasthttp.MethodPost)
		req.Header.SetContentType("application/json")
		req.SetRequestURI("http://" + c.Addr + "/graphql")
		req.SetBodyRaw(c.Body)
		if err := clients[c.Addr].Do(req, res); err != nil {
			return err
		}
		if res.StatusCode() != fasthttp.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode())
		}
		return nil
	}
	addr, err := serve(func(ctx *fasthttp.RequestCtx) {
		for _, wave := range told.Waves {
			errs := make([]error, len(wave))
			var wg sync.WaitGroup
			for i, c := range wave[1:] {
				wg.Go(func() { errs[i+1] = ask(c) })
			}
			errs[0] = ask(wave[0])
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					ctx.Error(err.Error(), fasthttp.StatusBadGateway)
					return
				}
			}
		}
		ctx.Response.Header.SetContentType("application/json")
		ctx.Response.SetBodyRaw(told.Answer)
	})
	if err != nil {
		return err
	}
	return announceAndWait("http://" + addr + "/graphql")
}

func hostClient(addr string) *fasthttp.HostClient {
	return &fasthttp.HostClient{Addr: addr, MaxConns: 512, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, NoDefaultUserAgentHeader: true, DisablePathNormalizing: true}
}
