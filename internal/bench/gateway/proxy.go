package gateway

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/valyala/fasthttp"
)

// proxyTold is what the bare proxies are told.
type proxyTold struct {
	Kind     string // nethttp, bare or fasthttp
	Upstream string // host:port
}

// proxyCommand passes every request on to one upstream and its answer back: the same hop as the router's, without GraphQL. nethttp is the
// standard library's reverse proxy, bare a handler with the standard library's client and no header rules, fasthttp the same on fasthttp.
func proxyCommand() error {
	var told proxyTold
	if err := readTold(&told); err != nil {
		return err
	}
	target := &url.URL{Scheme: "http", Host: told.Upstream, Path: "/"}
	transport := &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true}
	var handler http.Handler
	switch told.Kind {
	case "nethttp":
		handler = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: transport}
	case "bare":
		handler = bareProxy(target, transport)
	case "fasthttp":
		client := hostClient(told.Upstream)
		addr, err := serve(func(ctx *fasthttp.RequestCtx) {
			ctx.Request.SetHost(told.Upstream)
			if err := client.Do(&ctx.Request, &ctx.Response); err != nil {
				ctx.Error(err.Error(), fasthttp.StatusBadGateway)
			}
		})
		if err != nil {
			return err
		}
		return announceAndWait("http://" + addr + "/graphql")
	default:
		return errors.New("unknown kind of proxy")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, handler) }() //nolint:gosec // loopback, and only for the benchmark
	return announceAndWait("http://" + l.Addr().String() + "/graphql")
}

func bareProxy(target *url.URL, transport http.RoundTripper) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &http.Request{
			Method: r.Method, URL: target.JoinPath(r.URL.Path), Body: r.Body, ContentLength: r.ContentLength,
			Header: http.Header{"Content-Type": r.Header["Content-Type"]},
		}
		res, err := transport.RoundTrip(out.WithContext(r.Context()))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		w.Header()["Content-Type"] = res.Header["Content-Type"]
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body)
	})
}
