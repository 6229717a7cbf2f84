package provider

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/subgraphs/payments/internal/payment"
)

// meter counts what goes to and comes from providers.
type meter struct {
	calls    *prometheus.HistogramVec // seconds by provider, operation and result
	webhooks *prometheus.CounterVec   // by provider and result
}

func newMeter(r prometheus.Registerer) (*meter, error) {
	m := &meter{
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "marquee_payment_provider_seconds", Help: "Calls of payment providers by result: ok, declined, refused, unavailable or unclear.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"provider", "operation", "result"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "marquee_payment_webhooks_total", Help: "Webhooks by result: taken, ignored, refused, failed or unreadable.",
		}, []string{"provider", "result"}),
	}
	if r == nil {
		return m, nil
	}
	return m, errors.Join(r.Register(m.calls), r.Register(m.webhooks))
}

// metered counts the calls of a provider.
type metered struct {
	payment.Provider
	m *meter
}

func (p metered) note(operation string, from time.Time, declined bool, err error) {
	result := "ok"
	switch {
	case errors.Is(err, payment.ErrUnavailable):
		result = "unavailable"
	case errors.Is(err, payment.ErrRefused), errors.Is(err, payment.ErrKeyReused):
		result = "refused"
	case errors.Is(err, payment.ErrUnknownCharge), errors.Is(err, payment.ErrRefundUnderWay):
	case err != nil:
		result = "unclear"
	case declined:
		result = "declined"
	}
	p.m.calls.WithLabelValues(p.Name(), operation, result).Observe(time.Since(from).Seconds())
}

func (p metered) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
	from := time.Now()
	c, err := p.Provider.Charge(ctx, r)
	p.note("charge", from, c.State == payment.Declined, err)
	return c, err
}

func (p metered) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	from := time.Now()
	c, err := p.Provider.ChargeByKey(ctx, r)
	p.note("ask", from, c.State == payment.Declined, err)
	return c, err
}

func (p metered) Abandon(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	from := time.Now()
	c, err := p.Provider.Abandon(ctx, r)
	p.note("abandon", from, c.State == payment.Declined, err)
	return c, err
}

func (p metered) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	from := time.Now()
	err := p.Provider.Refund(ctx, r)
	p.note("refund", from, false, err)
	return err
}

func (p metered) Disputes(ctx context.Context, r payment.ChargeRef) ([]payment.ProviderDispute, error) {
	from := time.Now()
	d, err := p.Provider.Disputes(ctx, r)
	p.note("disputes", from, false, err)
	return d, err
}

// ToldAfter implements payment.Bookkeeper: a provider that tells of its transactions late says so.
func (p metered) ToldAfter() time.Duration {
	if late, ok := p.Provider.(interface{ ToldAfter() time.Duration }); ok {
		return late.ToldAfter()
	}
	return 0
}

// Statement implements payment.Bookkeeper by the provider's transactions. A lost dispute is booked when it is heard of, not here. What
// others took through the same account is none of ours; a refund of our payment that we did not ask for goes by the provider's id of it.
func (p metered) Statement(ctx context.Context, from, before time.Time, each func(payment.StatementLine) error) error {
	for t, err := range p.Transactions(ctx, from, before) {
		if err != nil {
			return err
		}
		if t.Kind == payment.TransactionDispute || t.ChargeKey == "" {
			continue
		}
		if t.Kind == payment.TransactionRefund && t.RefundKey == "" {
			t.RefundKey = t.Reference
		}
		if err := each(payment.StatementLine{ChargeKey: t.ChargeKey, RefundKey: t.RefundKey, Amount: t.Amount, At: t.At}); err != nil {
			return err
		}
	}
	return nil
}
