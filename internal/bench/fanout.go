package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"marquee/internal/e2e"
)

const (
	subscribers = 500
	changes     = 40 // stock changes to send
	liveQuery   = `subscription($id: ID!) { seatAvailability(eventId: $id) { available held sold revision } }`
)

// fanOut lets many WebSocket clients watch one event while seats are held, and counts the messages that reach them until all have seen
// the last change. The baseline is a bare WebSocket server that writes the same bytes to the same number of clients in a loop.
func fanOut(ctx context.Context, s *stack) ([]row, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	manager, err := e2e.NewOrganizer(ctx, s.graphql(), "Fan-out Manager")
	if err != nil {
		return nil, err
	}
	event, err := manager.PublishEvent(ctx, "The watched one", 100_000, 0)
	if err != nil {
		return nil, err
	}
	buyer, _, err := e2e.Register(ctx, s.graphql(), "Fan-out Buyer")
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(ctx)
	defer stop()
	var received, first, finished atomic.Int64
	last := fmt.Sprintf(`"available":%d,`, 100_000-changes)
	for range subscribers {
		answers, err := (&e2e.Client{URL: s.graphql()}).WS(watch, liveQuery, map[string]any{"id": event.ID})
		if err != nil {
			return nil, err
		}
		go func() {
			for n := 0; ; n++ {
				a, open := <-answers
				if !open {
					return
				}
				received.Add(1)
				if n == 0 {
					first.Add(1)
				}
				if strings.Contains(string(a.Data), last) {
					finished.Add(1)
					return
				}
			}
		}()
	}
	if err := all(ctx, "has a first message", &first); err != nil {
		return nil, err
	}
	received.Store(0)
	began := time.Now()
	for range changes {
		if _, users, err := buyer.Hold(ctx, event, 1); err != nil || len(users) > 0 {
			return nil, fmt.Errorf("hold: %w %+v", err, users)
		}
	}
	if err := all(ctx, "has seen the last change", &finished); err != nil {
		return nil, err
	}
	elapsed := time.Since(began)
	ours := float64(received.Load()) / elapsed.Seconds()
	floor, err := bareFanOut(ctx, int(received.Load())/subscribers)
	if err != nil {
		return nil, err
	}
	return []row{{
		fmt.Sprintf("live messages delivered, %d subscribers over WebSocket, %d changes, seen by all in %s", subscribers, changes, ms(elapsed)),
		fmt.Sprintf("%.0f/s", ours), fmt.Sprintf("%.0f/s", floor), "bare WebSocket server, bytes ready, no booking", times(ours, floor),
	}}, nil
}

// all waits until every subscriber is counted.
func all(ctx context.Context, what string, n *atomic.Int64) error {
	for n.Load() < subscribers {
		select {
		case <-ctx.Done():
			return fmt.Errorf("only %d of %d subscribers %s", n.Load(), subscribers, what)
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// bareFanOut writes a number of ready messages to as many clients and returns messages per second.
func bareFanOut(ctx context.Context, messages int) (float64, error) {
	start := make(chan struct{})
	payload := []byte(`{"id":"1","type":"next","payload":{"data":{"seatAvailability":{"available":99999,"held":1,"sold":0,"revision":2}}}}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow() //nolint:errcheck // the measurement is over
		<-start
		for range messages {
			if c.Write(r.Context(), websocket.MessageText, payload) != nil {
				return
			}
		}
		_, _, _ = c.Read(r.Context())
	}))
	defer server.Close()
	var done sync.WaitGroup
	for range subscribers {
		c, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http"), nil)
		if err != nil {
			return 0, err
		}
		if response.Body != nil {
			_ = response.Body.Close()
		}
		done.Go(func() {
			defer c.CloseNow() //nolint:errcheck // the measurement is over
			for range messages {
				var v any
				if wsjson.Read(ctx, c, &v) != nil {
					return
				}
			}
		})
	}
	began := time.Now()
	close(start)
	done.Wait()
	return float64(messages*subscribers) / time.Since(began).Seconds(), nil
}
