package bus

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Path is where a subgraph process takes events.
const Path = "/internal/events"

const maxEvent = 4 << 20

// Remote is a target in another process, reached over HTTP.
type Remote struct {
	url    string
	secret string
	client *http.Client
}

// NewRemote returns the target at a base URL such as http://10.0.0.7:8103. Both sides know the secret.
func NewRemote(base, secret string) *Remote {
	return &Remote{url: strings.TrimRight(base, "/") + Path, secret: secret, client: &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Wants is always true: the other side knows its consumers.
func (*Remote) Wants(string) bool { return true }

// Deliver returns nil when the other side's consumers have committed.
func (r *Remote) Deliver(ctx context.Context, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.secret)
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNoContent {
		_, _ = io.Copy(io.Discard, response.Body)
		return nil
	}
	reason, _ := io.ReadAll(io.LimitReader(response.Body, 500))
	return fmt.Errorf("%s answered %s: %s", r.url, response.Status, bytes.TrimSpace(reason))
}

// Receive is the other side: it hands events from holders of the secret to a target and answers 204 once all consumers have committed.
func Receive(secret string, t Target) http.Handler {
	want := []byte("Bearer " + secret)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "not a service of ours", http.StatusUnauthorized)
			return
		}
		var e Event
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxEvent)).Decode(&e); err != nil {
			http.Error(w, "not an event", http.StatusBadRequest)
			return
		}
		if t.Wants(e.Topic) {
			if err := t.Deliver(r.Context(), e); err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
