package razorpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/razorpay/razorpay-go/requests"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/upstream"
)

// api calls Razorpay with the library's resources. The library keeps one client for the whole process, knows no contexts, and drops the
// status of errors: so every call has a request of its own, and the transport below adds what is missing.
type api struct {
	o    Options
	http *http.Client
}

func newAPI(o Options) *api {
	if o.Timeout == 0 {
		o.Timeout = upstream.Timeout
	}
	return &api{o: o, http: upstream.Client(o.Timeout, nil)}
}

// fields is a body as the library has it.
type fields = map[string]any

// call runs one call of a resource and decodes the answer.
func (a *api) call(ctx context.Context, do func(r *requests.Request) (fields, error), into any) error {
	ctx, cancel := context.WithTimeout(ctx, a.o.Timeout)
	defer cancel()
	client := *a.http
	client.Transport = bound{ctx, a.http.Transport}
	answer, err := do(&requests.Request{
		Auth: requests.Auth{Key: a.o.KeyID, Secret: a.o.KeySecret}, HTTPClient: &client, BaseURL: a.o.URL, SDKName: "razorpay-go", Version: "1.3.3",
	})
	if err != nil {
		return err
	}
	// The library reads numbers as floats: amounts up to money.Max pass through them unchanged.
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

// busyTimes is how often a call is repeated that Razorpay says it is busy with.
const busyTimes = 5

// patiently is call, repeated while Razorpay works on an earlier request under the same key (409).
func (a *api) patiently(ctx context.Context, do func(r *requests.Request) (fields, error), into any) error {
	wait := 100 * time.Millisecond
	for try := 0; ; try++ {
		err := a.call(ctx, do, into)
		if statusOf(err) != http.StatusConflict || try == busyTimes {
			return err
		}
		t := time.NewTimer(wait << try)
		select {
		case <-ctx.Done():
			t.Stop()
			return err
		case <-t.C:
		}
	}
}

// refusal is an error answer of Razorpay's.
type refusal struct {
	status      int
	Code        string `json:"code"`
	Description string `json:"description"`
	Field       string `json:"field"`
	Reason      string `json:"reason"`
}

func (r *refusal) Error() string {
	return fmt.Sprintf("Razorpay answers %d %s: %s (%s %s)", r.status, r.Code, r.Description, r.Reason, r.Field)
}

func statusOf(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	return 0
}

// refusedForGood reports whether Razorpay has understood a request and said no.
func refusedForGood(err error) bool {
	status := statusOf(err)
	return status == http.StatusBadRequest || status == http.StatusNotFound || status == http.StatusUnprocessableEntity
}

// unavailable marks the errors of a call that certainly did nothing.
func unavailable(err error) error {
	switch status := statusOf(err); {
	case upstream.NeverSent(err), status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests:
		return errors.Join(payment.ErrUnavailable, err)
	}
	return err
}

// bound gives a request its context, and makes errors of answers that are none of success.
type bound struct {
	ctx  context.Context //nolint:containedctx // the library passes none on
	next http.RoundTripper
}

func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r.WithContext(b.ctx))
	if err != nil || answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return answer, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	said := struct {
		Error refusal `json:"error"`
	}{}
	if err := json.Unmarshal(body, &said); err != nil {
		said.Error.Description = "an answer that is not Razorpay's"
	}
	said.Error.status = answer.StatusCode
	if said.Error.Code == "" && refusedForGood(&said.Error) {
		said.Error.status = http.StatusBadGateway // not Razorpay's word
	}
	return nil, &said.Error
}
