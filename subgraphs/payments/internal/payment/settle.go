package payment

import (
	"context"
	"errors"
	"time"

	"marquee/internal/errs"
)

// Settle finishes a payment that is under way: it asks the provider how the charge stands and records that. A charge that never reached
// the provider, or that the buyer does not confirm in time, is given up. again is when to look next; 0 when the payment is decided.
// An error is ours, not the provider's: the provider's silence is counted on the payment and answered by a later look.
func (s *Payments) Settle(ctx context.Context, paymentID string) (again time.Duration, err error) {
	p, err := s.store.Payment(ctx, paymentID)
	if err != nil || p == nil {
		return 0, err
	}
	if !p.Undecided() {
		return s.watch(ctx, p)
	}
	p, err = s.ask(ctx, p)
	if err != nil {
		if ours(err) {
			return 0, err
		}
		tries, noting := s.store.NoteSettleTry(context.WithoutCancel(ctx), paymentID, err.Error())
		s.log.WarnContext(ctx, "payment not settled yet", "payment", paymentID, "tries", tries, "error", err)
		return backoff(tries), noting
	}
	age := s.now().Sub(p.CreatedAt)
	switch p.Status {
	case RequiresAction:
		return max(min(s.timing.Action-age, time.Minute), time.Second), nil
	case Pending:
		return max(min(age/2, time.Minute), time.Second), nil
	default:
		return s.watch(ctx, p)
	}
}

// ask asks the provider about one payment and records the answer.
func (s *Payments) ask(ctx context.Context, p *Payment) (*Payment, error) {
	provider, err := s.provider(p)
	if err != nil {
		return nil, err
	}
	calling, cancel := s.call(ctx)
	defer cancel()
	age := s.now().Sub(p.CreatedAt)
	c, err := provider.ChargeByKey(calling, s.chargeOf(p))
	switch {
	case errors.Is(err, ErrUnknownCharge) && age < s.timing.Abandon:
		return p, nil // the call may be on its way
	case errors.Is(err, ErrUnknownCharge):
		return s.abandon(ctx, p, ProviderUnavailable) // it never began: another try with the same card may well succeed
	case err == nil && c.State == RequiresAction && age >= s.timing.Action:
		return s.abandon(ctx, p, CardDeclined)
	case err != nil:
		return nil, silent{err}
	}
	return s.record(ctx, p.ID, c, string(CardDeclined))
}

// abandon gives a payment up, unless the money was faster. The code is what the buyer is told.
func (s *Payments) abandon(ctx context.Context, p *Payment, code errs.Code) (*Payment, error) {
	provider, err := s.provider(p)
	if err != nil {
		return nil, err
	}
	calling, cancel := s.call(ctx)
	defer cancel()
	c, err := provider.Abandon(calling, s.chargeOf(p))
	if err != nil {
		return nil, silent{err}
	}
	return s.record(ctx, p.ID, c, string(code))
}

// silent marks an error of the provider, as against one of our own store.
type silent struct{ error }

func (e silent) Unwrap() error { return e.error }

func ours(err error) bool {
	return !errors.As(err, &silent{}) && errs.CodeOf(err) != errs.Unavailable && !errors.Is(err, ErrDiscrepancy)
}

// backoff is the wait after so many tries: from one second, doubling, to five minutes. It never gives up.
func backoff(tries int) time.Duration {
	return min(time.Second<<min(max(tries-1, 0), 20), 5*time.Minute)
}
