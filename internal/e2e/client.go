// Package e2e drives the whole platform from outside, as clients do: through the public address only, over HTTP, WebSocket, server-sent
// events and a real browser. Its tests have the build tag e2e; `make e2e` runs them.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// Client speaks GraphQL to one address, with or without a login.
type Client struct {
	URL   string // of the GraphQL endpoint
	Token string // access token; "" for nobody
	HTTP  *http.Client
}

// Error is one error of a GraphQL answer.
type Error struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// Answer is a GraphQL answer.
type Answer struct {
	Data   json.RawMessage `json:"data"`
	Errors []Error         `json:"errors"`
}

// Ask sends an operation and returns its answer; err is set only when there is none.
func (c *Client) Ask(ctx context.Context, query string, variables map[string]any) (*Answer, error) {
	request, err := c.request(ctx, query, variables)
	if err != nil {
		return nil, err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var a Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("status %s: %w in %.300s", response.Status, err, raw)
	}
	return &a, nil
}

// Do is Ask that wants no errors and decodes the data into v.
func (c *Client) Do(ctx context.Context, query string, variables map[string]any, v any) error {
	a, err := c.Ask(ctx, query, variables)
	if err != nil {
		return err
	}
	if len(a.Errors) > 0 {
		return fmt.Errorf("GraphQL errors: %+v", a.Errors)
	}
	return json.Unmarshal(a.Data, v)
}

func (c *Client) request(ctx context.Context, query string, variables map[string]any) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return request, nil
}

// SSE subscribes over server-sent events in distinct-connections mode. The channel is closed when the stream or the context ends.
func (c *Client) SSE(ctx context.Context, query string, variables map[string]any) (<-chan Answer, error) {
	request, err := c.request(ctx, query, variables)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		return nil, fmt.Errorf("no event stream but %s: %.300s", kind, raw)
	}
	out := make(chan Answer, 64)
	go func() {
		defer close(out)
		defer response.Body.Close()
		event := ""
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			line := lines.Text()
			if name, ok := strings.CutPrefix(line, "event:"); ok {
				event = strings.TrimSpace(name)
			}
			data, ok := strings.CutPrefix(line, "data:")
			if !ok || event != "next" {
				continue
			}
			var a Answer
			if json.Unmarshal([]byte(data), &a) != nil {
				continue
			}
			select {
			case out <- a:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// WS subscribes over WebSocket, protocol graphql-transport-ws. The channel is closed when the subscription or the context ends.
func (c *Client) WS(ctx context.Context, query string, variables map[string]any) (<-chan Answer, error) {
	conn, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.URL, "http"), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return nil, err
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	conn.SetReadLimit(4 << 20)
	hello := map[string]any{}
	if c.Token != "" {
		hello["Authorization"] = "Bearer " + c.Token
	}
	start := map[string]any{"query": query, "variables": variables}
	if err := c.handshake(ctx, conn, hello, start); err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	out := make(chan Answer, 64)
	go func() {
		defer close(out)
		defer conn.CloseNow() //nolint:errcheck // nothing is left to lose
		for {
			var f frame
			if wsjson.Read(ctx, conn, &f) != nil {
				return
			}
			switch f.Type {
			case "ping":
				_ = wsjson.Write(ctx, conn, frame{Type: "pong"})
			case "next":
				var a Answer
				if json.Unmarshal(f.Payload, &a) == nil {
					out <- a
				}
			case "error":
				a := Answer{}
				_ = json.Unmarshal(f.Payload, &a.Errors)
				out <- a
				return
			case "complete":
				return
			}
		}
	}()
	return out, nil
}

func (c *Client) handshake(ctx context.Context, conn *websocket.Conn, hello, start any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	payload := func(v any) json.RawMessage { raw, _ := json.Marshal(v); return raw }
	if err := wsjson.Write(ctx, conn, frame{Type: "connection_init", Payload: payload(hello)}); err != nil {
		return err
	}
	var f frame
	if err := wsjson.Read(ctx, conn, &f); err != nil {
		return err
	}
	if f.Type != "connection_ack" {
		return fmt.Errorf("no connection_ack but %s %s", f.Type, f.Payload)
	}
	return wsjson.Write(ctx, conn, frame{ID: "1", Type: "subscribe", Payload: payload(start)})
}
