package servicetest

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"marquee/internal/viewer"
)

// Subscribe starts a subscription over server-sent events. The channel is closed when the subgraph completes it, when cancel is called
// or when the test ends.
func (s *Subgraph) Subscribe(t testing.TB, who *viewer.Viewer, query string, variables map[string]any) (results <-chan Result, cancel func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request := s.request(ctx, t, who, query, variables)
	request.Header.Set("Accept", "text/event-stream")
	response, err := s.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan Result, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(out)
		defer response.Body.Close()
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data:")
			if !ok || strings.TrimSpace(data) == "" {
				continue
			}
			r, err := decode([]byte(data))
			if err != nil {
				continue // a keep-alive
			}
			select {
			case out <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return out, cancel
}
