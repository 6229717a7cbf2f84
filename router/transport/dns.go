package transport

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"
)

// DNSOptions set how a host name's addresses are followed. Zero values mean the
// defaults named.
type DNSOptions struct {
	Refresh time.Duration // between look-ups; 10 s, at least 100 ms
	// Lookup returns all addresses of a host; the system's resolver.
	Lookup func(ctx context.Context, host string) ([]string, error)
	// OnChange is told of the addresses in use, OnError of look-ups that failed:
	// the addresses stay then.
	OnChange func(addresses []string)
	OnError  func(err error)
}

const (
	lookupTime   = 5 * time.Second
	maxAddresses = 256
)

// Resolved reaches a subgraph at all addresses of its URL's host name: requests
// are balanced over them, and they follow the name. TLS and the Host header are
// about the name. An address that goes away gets no more requests; those under
// way end as they would, and so do subscriptions.
type Resolved struct {
	balancer *Balancer
	opt      HTTPOptions
	dns      DNSOptions
	host     string
	port     string
	cancel   context.CancelFunc
	done     sync.WaitGroup

	mu    sync.Mutex
	named *HTTP            // by name, until the first look-up
	wires map[string]*HTTP // by address
}

// NewResolved returns a wire to all addresses of a URL's host. Until the first
// look-up has succeeded connections are made by name. Close must be called.
func NewResolved(opt HTTPOptions, dns DNSOptions) (*Resolved, error) {
	named, err := NewHTTP(opt)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(opt.URL)
	if err != nil {
		return nil, fmt.Errorf("subgraph url: %w", err)
	}
	if dns.Refresh <= 0 {
		dns.Refresh = 10 * time.Second
	}
	dns.Refresh = max(dns.Refresh, 100*time.Millisecond)
	if dns.Lookup == nil {
		dns.Lookup = net.DefaultResolver.LookupHost
	}
	if dns.OnChange == nil {
		dns.OnChange = func([]string) {}
	}
	if dns.OnError == nil {
		dns.OnError = func(error) {}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Resolved{
		balancer: newBalancer([]Transport{named}), opt: opt, dns: dns, host: u.Hostname(), port: port, cancel: cancel,
		named: named, wires: map[string]*HTTP{},
	}
	if _, err := netip.ParseAddr(r.host); err == nil {
		return r, nil // it is an address
	}
	r.done.Go(func() { r.follow(ctx) })
	return r, nil
}

func (r *Resolved) follow(ctx context.Context) {
	tick := time.NewTicker(r.dns.Refresh)
	defer tick.Stop()
	for {
		r.refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (r *Resolved) refresh(ctx context.Context) {
	look, cancel := context.WithTimeout(ctx, lookupTime)
	list, err := r.dns.Lookup(look, r.host)
	cancel()
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s has no address", r.host)
	}
	if err != nil {
		if ctx.Err() == nil {
			r.dns.OnError(err)
		}
		return
	}
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	r.use(list[:min(len(list), maxAddresses)])
}

// use takes the sorted addresses into use and lets the others go.
func (r *Resolved) use(list []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := len(list) != len(r.wires)
	targets := make([]Transport, 0, len(list))
	for _, a := range list {
		w := r.wires[a]
		if w == nil {
			opt := r.opt
			opt.Address = net.JoinHostPort(a, r.port)
			var err error
			if w, err = NewHTTP(opt); err != nil { // the same options were accepted before
				r.dns.OnError(err)
				return
			}
			r.wires[a], changed = w, true
		}
		targets = append(targets, w)
	}
	if !changed {
		return
	}
	r.balancer.set(targets)
	for a, w := range r.wires {
		if _, stays := slices.BinarySearch(list, a); !stays {
			delete(r.wires, a)
			w.Close()
		}
	}
	if r.named != nil {
		r.named.Close()
		r.named = nil
	}
	r.dns.OnChange(list)
}

// Do implements Transport.
func (r *Resolved) Do(ctx context.Context, q *Request) (*Response, error) {
	return r.balancer.Do(ctx, q)
}

// Subscribe implements Transport.
func (r *Resolved) Subscribe(ctx context.Context, q *Request) (Stream, error) {
	return r.balancer.Subscribe(ctx, q)
}

// Close ends the look-ups and drops idle connections; see HTTP.Close.
func (r *Resolved) Close() {
	r.cancel()
	r.done.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.named != nil {
		r.named.Close()
	}
	for _, w := range r.wires {
		w.Close()
	}
}
