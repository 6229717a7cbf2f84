package payment

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/errs"
	"marquee/internal/money"
)

// DisputeStatus says where a dispute stands; the values of the GraphQL enum and of package contract.
type DisputeStatus string

// The states of a dispute; the last two are final.
const (
	DisputeNeedsResponse DisputeStatus = "NEEDS_RESPONSE"
	DisputeWon           DisputeStatus = "WON"
	DisputeLost          DisputeStatus = "LOST"
)

// Dispute is a buyer's bank that wants the money of a payment back. While it is open that money is not refunded; a lost one has gone.
type Dispute struct {
	ID        string // dsp_…
	PaymentID string
	Reference string // the provider's id
	Status    DisputeStatus
	Amount    money.Money
	Reason    string // a few words, the provider's
	OpenedAt  time.Time
	ClosedAt  *time.Time
}

// Stops is how much, in minor units, the dispute keeps from being refunded.
func (d *Dispute) Stops() int64 {
	if d.Status == DisputeWon {
		return 0
	}
	return d.Amount.Amount
}

// Apply moves a dispute by what the provider says now, and reports whether anything changed. WON and LOST are final: the provider saying
// otherwise later is ErrDiscrepancy, an open state is an old answer.
func (d *Dispute) Apply(now ProviderDispute, at time.Time) (bool, error) {
	switch {
	case now.Amount != d.Amount && now.Status == DisputeLost && d.Status != DisputeWon:
		return false, fmt.Errorf("%w: dispute %s over %d %s ends with %d %s", ErrDiscrepancy, d.ID,
			d.Amount.Amount, d.Amount.Currency, now.Amount.Amount, now.Amount.Currency)
	case now.Status == d.Status, now.Status == DisputeNeedsResponse:
		return false, nil
	case d.Status != DisputeNeedsResponse:
		return false, fmt.Errorf("%w: dispute %s was %s and is %s", ErrDiscrepancy, d.ID, d.Status, now.Status)
	}
	d.Status, d.ClosedAt = now.Status, &at
	return true, nil
}

// Hint says that something changed at a provider: what a webhook or a page of the provider's tells. It is never believed, only a reason
// to ask.
type Hint struct {
	PaymentID string
	Dispute   bool // it is about a dispute of the charge
}

// Changed asks the provider how a payment stands, after a hint. A hint about a payment that is not ours does nothing. An error means
// that the hint should come again.
func (s *Payments) Changed(ctx context.Context, h Hint) error {
	if !plausible(h.PaymentID) {
		return nil
	}
	if _, err := s.Settle(ctx, h.PaymentID); err != nil {
		return err
	}
	if !h.Dispute {
		return nil
	}
	p, err := s.store.Payment(ctx, h.PaymentID)
	if err != nil || p == nil {
		return err
	}
	if p.Undecided() {
		return errs.New(errs.Unavailable, "The payment is not settled yet; its dispute has to wait.")
	}
	return s.lookForDisputes(ctx, p)
}

// watch asks for the disputes of a captured payment that is watched. again is when to look next; 0 when no more.
func (s *Payments) watch(ctx context.Context, p *Payment) (again time.Duration, err error) {
	if p.CapturedAt == nil || p.WatchUntil == nil {
		return 0, nil
	}
	if p.Dispute != nil && p.Dispute.ClosedAt != nil {
		return 0, nil
	}
	if err := s.lookForDisputes(ctx, p); err != nil {
		s.log.WarnContext(ctx, "disputes not looked for; the job comes again", "payment", p.ID, "error", err)
		return s.timing.Watch, nil
	}
	if s.now().Before(*p.WatchUntil) {
		return s.timing.Watch, nil
	}
	return 0, nil
}

// lookForDisputes asks the provider for a captured payment's disputes and records them.
func (s *Payments) lookForDisputes(ctx context.Context, p *Payment) error {
	if p.CapturedAt == nil {
		return nil
	}
	provider, err := s.provider(p)
	if err != nil {
		return err
	}
	calling, cancel := s.call(ctx)
	defer cancel()
	found, err := provider.Disputes(calling, s.chargeOf(p))
	if err != nil {
		return err
	}
	for _, d := range found {
		news, err := s.store.RecordDispute(context.WithoutCancel(ctx), p.ID, d, s.now())
		if err != nil {
			s.log.ErrorContext(ctx, "dispute not recorded", "payment", p.ID, "dispute", d.Reference, "error", err)
			return err
		}
		if news {
			s.log.WarnContext(ctx, "a payment is disputed", "payment", p.ID, "dispute", d.Reference, "status", d.Status, "amount", d.Amount.Amount)
		}
	}
	return nil
}
