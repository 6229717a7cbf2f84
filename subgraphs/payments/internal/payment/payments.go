package payment

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"marquee/internal/errs"
	"marquee/internal/id"
)

// Timing holds the waits of the domain; Defaults are those of the product.
type Timing struct {
	ProviderCall time.Duration // the longest call of a provider
	Payable      time.Duration // how long a payment waits for the news of its booking
	Poll         time.Duration // between two looks while waiting
	SettleAfter  time.Duration // when the settle job first looks after a payment
	Abandon      time.Duration // age at which a payment that never reached the provider is given up; above ProviderCall
	Action       time.Duration // age at which a payment that the buyer does not confirm is given up
	RunRefund    time.Duration // when the job runs a refund that the mutation itself tries first
	Retry        time.Duration // before the second try of a provider that cannot be reached; twice as long before the third, the last
	Watch        time.Duration // between two looks for disputes of a charge that is watched
}

// Defaults are the product's waits.
var Defaults = Timing{
	ProviderCall: 10 * time.Second, Payable: 3 * time.Second, Poll: 100 * time.Millisecond, SettleAfter: 5 * time.Second,
	Abandon: 20 * time.Second, Action: 15 * time.Minute, RunRefund: 15 * time.Second,
	Retry: 200 * time.Millisecond, Watch: 5 * time.Second,
}

// Payments has the use cases.
type Payments struct {
	store     Store
	history   History
	booksOf   Books
	papers    Papers
	providers Providers
	publicURL string
	now       func() time.Time
	timing    Timing
	log       *slog.Logger
	news      *signals
}

// New returns the use cases. There must be at least one provider. publicURL has no slash at its end.
func New(store interface {
	Store
	History
	Books
	Papers
}, providers Providers, publicURL string, now func() time.Time, timing Timing, log *slog.Logger,
) (*Payments, error) {
	if len(providers) == 0 {
		return nil, fmt.Errorf("payments need at least one provider")
	}
	s := &Payments{store: store, history: store, booksOf: store, papers: store, providers: providers, publicURL: publicURL, timing: timing, log: log, news: newSignals()}
	// The database keeps microseconds: what was just written and what is read again must be equal.
	s.now = func() time.Time { return now().UTC().Truncate(time.Microsecond) }
	return s, nil
}

// provider returns the one a payment began with.
func (s *Payments) provider(p *Payment) (Provider, error) {
	found, ok := s.providers.named(p.Provider)
	if !ok {
		return nil, errs.New(errs.Unavailable, "The payment's provider is not configured any more.")
	}
	return found, nil
}

// chargeOf names the provider's side of a payment. Buyers come back from a page of the provider by ReturnPath; the sandbox, whose page is
// the platform's own, sends them on itself.
func (s *Payments) chargeOf(p *Payment) ChargeRef {
	back := s.publicURL + ReturnPath + p.ID
	if provider, ok := s.providers.named(p.Provider); ok && provider.Offer() != nil && provider.Offer().Input == InputCard {
		back = p.ReturnURL
	}
	return ChargeRef{Key: p.ID, Reference: p.Reference, Amount: p.Amount, Description: p.Description, ReturnURL: back, CreatedAt: p.CreatedAt}
}

// BackFrom is where a buyer who comes back from a provider's page goes on, after the payment was looked at once more: nil if there is no
// such payment.
func (s *Payments) BackFrom(ctx context.Context, paymentID string) (*string, error) {
	if !id.Is("pay", paymentID) {
		return nil, nil
	}
	if err := s.Changed(ctx, Hint{PaymentID: paymentID}); err != nil {
		s.log.WarnContext(ctx, "payment not settled at once; its job goes on", "payment", paymentID, "error", err)
	}
	p, err := s.store.Payment(ctx, paymentID)
	if err != nil || p == nil {
		return nil, err
	}
	return &p.ReturnURL, nil
}

// call bounds a call of a provider. It outlives the request: a buyer who closes the page must not tear a payment in two.
func (s *Payments) call(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.timing.ProviderCall)
}
