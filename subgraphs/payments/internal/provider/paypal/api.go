package paypal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	sdk "github.com/plutov/paypal/v4"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/upstream"
)

const tokenPath = "/v1/oauth2/token" // #nosec G101 -- an address

// api sends requests with the library's client, which keeps the access token. A token that PayPal has withdrawn is replaced once.
type api struct {
	o      Options
	http   *http.Client
	client atomic.Pointer[sdk.Client]
}

func newAPI(o Options) (*api, error) {
	a := &api{o: o, http: upstream.Client(o.Timeout, func(next http.RoundTripper) http.RoundTripper { return transport{next} })}
	c, err := a.fresh()
	a.client.Store(c)
	return a, err
}

func (a *api) fresh() (*sdk.Client, error) {
	c, err := sdk.NewClient(a.o.ClientID, a.o.Secret, a.o.URL)
	if err != nil {
		return nil, err
	}
	c.SetHTTPClient(a.http)
	c.SetReturnRepresentation() // whole objects, not just their ids
	return c, nil
}

// do runs a call, and again with a new token if PayPal does not take the one it had: nothing was done then.
func (a *api) do(call func(c *sdk.Client) error) error {
	c := a.client.Load()
	err := call(c)
	if status, _ := refusal(err); status != http.StatusUnauthorized {
		return err
	}
	next, failed := a.fresh()
	if failed != nil {
		return errors.Join(err, failed)
	}
	a.client.CompareAndSwap(c, next)
	return call(a.client.Load())
}

func (a *api) get(ctx context.Context, path string, answer any) error {
	return a.do(func(c *sdk.Client) error {
		r, err := c.NewRequest(ctx, http.MethodGet, a.o.URL+path, nil)
		if err != nil {
			return err
		}
		return c.SendWithAuth(r, answer)
	})
}

// post sends a request under an id of ours, and waits while PayPal is busy with an earlier one under the same id. repeated says that
// PayPal has answered what it did for the earlier one: 200, where a new object is 201.
func (a *api) post(ctx context.Context, path, requestID string, body, answer any) (repeated bool, err error) {
	status := 0
	noting := context.WithValue(ctx, statusKey{}, &status)
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		err = a.do(func(c *sdk.Client) error {
			r, err := c.NewRequest(noting, http.MethodPost, a.o.URL+path, body)
			if err != nil {
				return err
			}
			r.Header.Set("PayPal-Request-Id", requestID)
			return c.SendWithAuth(r, answer)
		})
		if !busy(err) {
			return status == http.StatusOK, err
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return false, err
		case <-t.C:
		}
	}
}

func busy(err error) bool {
	status, issue := refusal(err)
	return status == http.StatusConflict || issue == "PREVIOUS_REQUEST_IN_PROGRESS"
}

// refusal reads what PayPal says in an error answer: the status, and the issue that names the reason. Both are empty for other errors.
func refusal(err error) (status int, issue string) {
	var e *sdk.ErrorResponse
	if !errors.As(err, &e) {
		return 0, ""
	}
	if len(e.Details) > 0 && e.Details[0].Issue != "" {
		return e.Response.StatusCode, e.Details[0].Issue
	}
	return e.Response.StatusCode, e.Name
}

// refusedForGood reports whether PayPal has understood a request and said no: the same request will not succeed later.
func refusedForGood(err error) bool {
	status, _ := refusal(err)
	return status == http.StatusBadRequest || status == http.StatusNotFound || status == http.StatusUnprocessableEntity
}

// unavailable marks the errors of a call that certainly did nothing: it was never sent, or PayPal would not look at it.
func unavailable(err error) error {
	var sent *url.Error
	var answered *sdk.ErrorResponse
	status, _ := refusal(err)
	switch {
	case upstream.NeverSent(err), status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests,
		errors.As(err, &sent) && strings.HasSuffix(sent.URL, tokenPath),
		errors.As(err, &answered) && strings.HasSuffix(answered.Response.Request.URL.Path, tokenPath):
		return errors.Join(payment.ErrUnavailable, err)
	}
	return err
}

type statusKey struct{}

// transport notes the status of an answer where the caller asks for it, and refuses a token answer without a token, which the library
// would not survive.
type transport struct{ next http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if status, ok := r.Context().Value(statusKey{}).(*int); ok {
		*status = answer.StatusCode
	}
	if !strings.HasSuffix(r.URL.Path, tokenPath) || answer.StatusCode != http.StatusOK {
		return answer, nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if json.Unmarshal(body, &token) != nil || token.AccessToken == "" {
		return nil, errors.New("PayPal gave no access token")
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}
