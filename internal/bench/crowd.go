package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"marquee/internal/e2e"
	"marquee/internal/id"
)

// crowd is buyers with accounts of their own, each on a keep-alive connection. Requests are put together from prepared parts: the load
// shares the machine with what it measures.
type crowd struct {
	url    string
	client *fasthttp.HostClient
	buyers []*buyer
}

type buyer struct {
	request  fasthttp.Request
	response fasthttp.Response
}

// newCrowd registers n buyers.
func newCrowd(ctx context.Context, url string, n int) (*crowd, error) {
	uri := fasthttp.AcquireURI()
	defer fasthttp.ReleaseURI(uri)
	if err := uri.Parse(nil, []byte(url)); err != nil {
		return nil, err
	}
	c := &crowd{url: url, buyers: make([]*buyer, n), client: &fasthttp.HostClient{
		Addr: string(uri.Host()), MaxConns: n, ReadTimeout: 30 * time.Second, NoDefaultUserAgentHeader: true,
	}}
	// Hashing a password is dear on purpose: two at a time, as the platform does it itself.
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for start := range 2 {
		wg.Go(func() {
			for i := start; i < n; i += 2 {
				account, _, err := e2e.Register(ctx, url, fmt.Sprint("Bench Buyer ", i))
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				c.buyers[i] = newBuyer(url, account.Token)
			}
		})
	}
	wg.Wait()
	return c, failed
}

func newBuyer(url, token string) *buyer {
	b := &buyer{}
	b.request.Header.SetMethod(fasthttp.MethodPost)
	b.request.Header.SetContentType("application/json")
	b.request.Header.Set("Accept", "application/json")
	b.request.Header.Set("Authorization", "Bearer "+token)
	b.request.SetRequestURI(url)
	return b
}

// wish is a free ticket of an event as the start of a request's body, up to the idempotency key.
func wish(e *e2e.Event) []byte {
	return fmt.Appendf(nil, `{"query":"mutation Book($input: HoldSeatsInput!) { holdSeats(input: $input) { booking { id status tickets { id code } } userErrors { code } } }",`+
		`"variables":{"input":{"eventId":%q,"items":[{"ticketTypeId":%q,"quantity":1}],"confirmIfFree":true,"idempotencyKey":"`, e.ID, e.TicketType)
}

var confirmed = []byte(`"status":"CONFIRMED","tickets":[{"id":"`)

// book books what is wished for under a new key and returns once the booking is confirmed.
func (c *crowd) book(worker int, wish []byte) error {
	b := c.buyers[worker]
	body := append(b.request.Body()[:0], wish...)
	body = append(body, id.New("key")...)
	b.request.SetBodyRaw(append(body, `"}}}`...))
	if err := c.client.Do(&b.request, &b.response); err != nil {
		return err
	}
	if b.response.StatusCode() != fasthttp.StatusOK || !bytes.Contains(b.response.Body(), confirmed) {
		return fmt.Errorf("status %d: %.300s", b.response.StatusCode(), b.response.Body())
	}
	return nil
}
