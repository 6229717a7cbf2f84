package payment

import (
	"context"
	"errors"
	"strconv"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/viewer"
)

// RefundPaymentInput is what GiveBack needs. A nil Amount means all that is left; else it is in minor units.
type RefundPaymentInput struct {
	PaymentID      string
	Amount         *int64
	IdempotencyKey string
}

// GiveBack refunds a captured payment, wholly or in part: the event's organiser and administrators only. The refund is PENDING or
// FAILED still when the provider did not do it at once: it is tried until it succeeds. The same key gives the same refund again.
// Codes: those of the enum RefundPaymentErrorCode, and UNAUTHENTICATED.
func (s *Payments) GiveBack(ctx context.Context, v *viewer.Viewer, in RefundPaymentInput) (*Payment, *Refund, error) {
	if v == nil {
		return nil, nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, nil, err
	}
	p, err := s.refundable(ctx, v, in.PaymentID)
	if err != nil {
		return nil, nil, err
	}
	amount, asked := int64(0), "all"
	if in.Amount != nil {
		if amount, asked = *in.Amount, strconv.FormatInt(*in.Amount, 10); amount <= 0 || amount > p.Amount.Amount {
			return nil, nil, errs.New(InvalidAmount, "The amount must be more than zero and not more than is left.").At("input", "amount")
		}
	}
	hash := digest(in.PaymentID, asked)
	r, err := s.order(ctx, RefundOrder{
		ID: id.New("ref"), PaymentID: p.ID, Amount: money.Of(amount, p.Amount.Currency), Reason: contract.RefundOrganizer,
		Cause: "user " + v.UserID + " " + in.IdempotencyKey, RequestedBy: v.UserID, Key: in.IdempotencyKey, Hash: hash,
		At: s.now(), RunAfter: s.timing.RunRefund,
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.RunRefund(ctx, r.ID); err != nil {
		// The refund is written, and its job goes on.
		s.log.WarnContext(ctx, "refund not run at once", "refund", r.ID, "error", err)
	}
	if p, err = s.store.Payment(ctx, p.ID); err != nil {
		return nil, nil, err
	}
	for _, known := range p.Refunds {
		if known.ID == r.ID {
			r = known
		}
	}
	return p.shownTo(v), r, nil
}

// refundable returns a payment that the viewer may give back: PAYMENT_NOT_FOUND otherwise.
func (s *Payments) refundable(ctx context.Context, v *viewer.Viewer, paymentID string) (*Payment, error) {
	if !id.Is("pay", paymentID) {
		return nil, errPaymentNotFound
	}
	p, err := s.store.Payment(ctx, paymentID)
	if err != nil {
		return nil, err
	}
	if p == nil || !v.Owns(p.OrganizerID) {
		return nil, errPaymentNotFound
	}
	return p, nil
}

// order writes a refund, or returns the one of the same key.
func (s *Payments) order(ctx context.Context, o RefundOrder) (*Refund, error) {
	known, hash, err := s.store.RefundAttempt(ctx, o.RequestedBy, o.Key)
	if err != nil {
		return nil, err
	}
	if known == nil {
		r, err := s.store.BeginRefund(ctx, o)
		if err != nil || r != nil {
			return r, err
		}
		if known, hash, err = s.store.RefundAttempt(ctx, o.RequestedBy, o.Key); err != nil {
			return nil, err
		}
	}
	if known == nil || string(hash) != string(o.Hash) {
		return nil, errKeyReused
	}
	return known, nil
}

// RunRefund has the provider give the money back. A refund of money that is disputed waits for the end of the dispute; what the bank has
// taken then is not given back twice, unless the provider says that it was before. again is when to try next; 0 when it is done.
func (s *Payments) RunRefund(ctx context.Context, refundID string) (again time.Duration, err error) {
	r, err := s.store.Refund(ctx, refundID)
	if err != nil || r == nil || r.Status == RefundSucceeded || r.Status == RefundAbandoned {
		return 0, err
	}
	p, err := s.store.Payment(ctx, r.PaymentID)
	if err != nil {
		return 0, err
	}
	// Money that a bank may take or has taken does not go back as well.
	disputed := p.Amount.Amount-p.Refunded.Amount-p.Disputed < r.Amount.Amount
	if disputed && p.Dispute != nil && p.Dispute.Status == DisputeNeedsResponse {
		tries, err := s.store.NoteRefundTry(ctx, refundID, "the refund waits for the end of a dispute", false)
		return backoff(tries), err
	}
	provider, err := s.provider(p)
	if err == nil {
		calling, cancel := s.call(ctx)
		defer cancel()
		err = provider.Refund(calling, ProviderRefundRequest{Key: r.ID, Charge: s.chargeOf(p), Amount: r.Amount})
	}
	if disputed && errors.Is(err, ErrRefused) {
		abandoned, err := s.store.AbandonRefund(context.WithoutCancel(ctx), refundID, s.now())
		if err != nil || abandoned {
			s.log.WarnContext(ctx, "a refund's money was lost in a dispute", "refund", refundID, "payment", p.ID, "error", err)
			return 0, err
		}
	}
	if err != nil {
		tries, noting := s.store.NoteRefundTry(context.WithoutCancel(ctx), refundID, err.Error(), errors.Is(err, ErrRefused))
		s.log.WarnContext(ctx, "refund not done; it is tried again", "refund", refundID, "payment", p.ID, "tries", tries, "error", err)
		return backoff(tries), noting
	}
	_, err = s.store.RecordRefund(context.WithoutCancel(ctx), refundID, s.now())
	return 0, err
}

// ReasonOfCancel is why money goes back when a booking is cancelled for this reason of package contract.
func ReasonOfCancel(reason string) RefundReason {
	if reason == contract.EventCalledOff {
		return contract.RefundEventCancelled
	}
	return contract.RefundBookingCancelled
}
