package bus

import (
	"bytes"
	"cmp"
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

const maxEvents = 32 << 20 // bytes of one request

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

// Deliver returns when the other side's consumers have committed or refused.
func (r *Remote) Deliver(ctx context.Context, events []Event) []error {
	out := make([]error, len(events))
	reasons, err := r.post(ctx, events)
	for i := range out {
		switch {
		case err != nil:
			out[i] = err
		case reasons[i] != "":
			out[i] = fmt.Errorf("%s: %s", r.url, reasons[i])
		}
	}
	return out
}

// post returns a reason for each event, "" for those that were committed.
func (r *Remote) post(ctx context.Context, events []Event) ([]string, error) {
	body, err := json.Marshal(events)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body)) // #nosec G704 -- the operator's setting
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.secret)
	response, err := r.client.Do(request) // #nosec G704 -- as above; redirects are not followed
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxEvents))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s: %.500s", r.url, response.Status, bytes.TrimSpace(raw))
	}
	var reasons []string
	if err := json.Unmarshal(raw, &reasons); err != nil {
		return nil, fmt.Errorf("%s answered no list of reasons: %w", r.url, err)
	}
	if len(reasons) != len(events) {
		return nil, fmt.Errorf("%s answered %d reasons for %d events", r.url, len(reasons), len(events))
	}
	return reasons, nil
}

// Receive is the other side: it hands events from holders of the secret to a target and answers, as a JSON list, why each was refused;
// "" says that all consumers have committed it. Without a secret nobody is let in.
func Receive(secret string, t Target) http.Handler {
	want := []byte("Bearer " + secret)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if secret == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "not a service of ours", http.StatusUnauthorized)
			return
		}
		var events []Event
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxEvents)).Decode(&events); err != nil {
			http.Error(w, "not a list of events", http.StatusBadRequest)
			return
		}
		reasons := make([]string, len(events))
		for i, err := range (Direct{t}).Deliver(r.Context(), events) {
			if err != nil {
				reasons[i] = cmp.Or(err.Error(), "refused") // never "", which means committed
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(reasons)
	})
}
