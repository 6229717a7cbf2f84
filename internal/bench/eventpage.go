package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"

	"marquee/internal/e2e"
)

// eventPageQuery is what the event page asks for: three subgraphs.
const eventPageQuery = `query EventPage($slug: String!) {
	eventBySlug(slug: $slug) {
		id title summary description startsAt endsAt timeZone format coverUrl
		venue { name address city country latitude longitude } category { slug name } organizer { name }
		ticketTypes { id name description price { amount currency } maxPerOrder availability { available } }
		availability { available capacity }
	}
}`

const pageConnections = 16

// eventPage asks for the event page over keep-alive connections. The baseline is the standard library's reverse proxy in front of a
// server that answers the same bytes from memory: the least that a gateway with one hop costs.
func eventPage(ctx context.Context, s *stack) ([]row, error) {
	var list struct {
		Events struct{ Nodes []struct{ Slug string } }
	}
	if err := (&e2e.Client{URL: s.graphql()}).Do(ctx, `{ events(first: 50) { nodes { slug } } }`, nil, &list); err != nil {
		return nil, err
	}
	slugs := list.Events.Nodes
	if len(slugs) == 0 {
		return nil, errors.New("there are no events")
	}
	transport := &http.Transport{MaxIdleConnsPerHost: pageConnections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	bodies := make([][]byte, len(slugs))
	for i, e := range slugs {
		bodies[i], _ = json.Marshal(map[string]any{"query": eventPageQuery, "variables": map[string]any{"slug": e.Slug}})
	}
	ask := func(url string) func(context.Context, int) error {
		return func(ctx context.Context, worker int) error {
			_, err := post(ctx, client, url, bodies[worker%len(bodies)])
			return err
		}
	}
	same, err := post(ctx, client, s.graphql(), bodies[0])
	if err != nil {
		return nil, err
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(same)
	}))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	if err != nil {
		return nil, err
	}
	proxy := httptest.NewServer(httputil.NewSingleHostReverseProxy(target))
	defer proxy.Close()

	drive(ctx, pageConnections, s.seconds/4, ask(s.graphql())) // warm
	floor := drive(ctx, pageConnections, s.seconds, ask(proxy.URL))
	ours := drive(ctx, pageConnections, s.seconds, ask(s.graphql()))
	if err := errors.Join(ours.check(), floor.check()); err != nil {
		return nil, err
	}
	const name = "net/http reverse proxy of the same bytes"
	return []row{
		{fmt.Sprintf("event page query (events, users, bookings; %d bytes), %d connections, p50", len(same), pageConnections), ms(ours.quantile(0.5)), ms(floor.quantile(0.5)), name, times(float64(ours.quantile(0.5)), float64(floor.quantile(0.5)))},
		{"  p99", ms(ours.quantile(0.99)), ms(floor.quantile(0.99)), "", times(float64(ours.quantile(0.99)), float64(floor.quantile(0.99)))},
		{"  queries per second", fmt.Sprintf("%.0f/s", ours.perSecond()), fmt.Sprintf("%.0f/s", floor.perSecond()), "", times(ours.perSecond(), floor.perSecond())},
	}, nil
}

func post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || bytes.Contains(answer, []byte(`"errors"`))) {
		err = fmt.Errorf("%s: %.200s", response.Status, answer)
	}
	return answer, err
}
