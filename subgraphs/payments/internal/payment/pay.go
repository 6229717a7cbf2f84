package payment

import (
	"context"
	"errors"
	"time"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// PayBookingInput is what Pay needs.
type PayBookingInput struct {
	BookingID      string
	Provider       *string    // nil means the first that takes what is given
	Card           *CardInput // for providers that take cards
	PaymentMethod  *string    // for providers that take tokens
	ReturnURL      *string    // where the buyer goes on after a page of the provider; nil means the booking's checkout
	IdempotencyKey string
}

// ReturnPath is where buyers come back to from a provider's page, before the payment's id: the payment is looked at once more, then they
// go on to where they wanted.
const ReturnPath = "/payments/return/"

// Pay takes the price of a held booking: from a card, by a token, or on a page of the provider (the payment is REQUIRES_ACTION then). The same key gives the same payment again; a repetition that comes while the first
// is under way waits for its answer. The payment is PENDING still when the provider did not answer in time: it is settled later.
// A declined payment comes together with its error. Codes: those of the enum PayBookingErrorCode, and UNAUTHENTICATED.
func (s *Payments) Pay(ctx context.Context, v *viewer.Viewer, in PayBookingInput) (*Payment, error) {
	if v == nil {
		return nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, err
	}
	if !plausible(in.BookingID) {
		return nil, errBookingNotFound
	}
	m, err := s.choose(in)
	if err != nil {
		return nil, err
	}
	hash := digest(append([]string{in.BookingID}, m.fingerprint()...)...)
	known, knownHash, err := s.store.Attempt(ctx, v.UserID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	if known != nil {
		return s.again(ctx, known, knownHash, hash)
	}
	if err := s.awaitPayable(ctx, in.BookingID); err != nil {
		return nil, err
	}
	a := Attempt{
		ID: id.New("pay"), BookingID: in.BookingID, UserID: v.UserID, Provider: m.provider.Name(), Brand: m.offer.Label, ReturnURL: m.returnURL,
		Key: in.IdempotencyKey, Hash: hash, At: s.now(), SettleAfter: s.timing.SettleAfter,
	}
	if m.offer.Input == InputCard {
		a.Brand, a.LastFour = m.card.Brand, m.card.LastFour
	}
	if a.ReturnURL == "" {
		a.ReturnURL = s.publicURL + "/checkout/" + in.BookingID
	}
	begun, err := s.begin(ctx, a)
	switch {
	case err != nil:
		return nil, err
	case begun.Blocking != nil:
		return nil, errAlreadyPaid
	case !begun.Fresh:
		return s.again(ctx, begun.Payment, begun.Hash, hash)
	}
	return s.charge(ctx, begun.Payment, m)
}

// begin writes the payment. A payment that still waits for the buyer's confirmation gives way: the buyer has come back with another
// card or lost the bank's page.
func (s *Payments) begin(ctx context.Context, a Attempt) (Begun, error) {
	begun, err := s.store.Begin(ctx, a)
	if err != nil || begun.Blocking == nil || begun.Blocking.Status != RequiresAction {
		return begun, err
	}
	ended, err := s.abandon(ctx, begun.Blocking, CardDeclined)
	if err != nil || ended.Status != Declined {
		s.log.InfoContext(ctx, "an unconfirmed payment stays", "payment", begun.Blocking.ID, "error", err)
		return begun, nil
	}
	return s.store.Begin(ctx, a)
}

// charge asks the provider and records its answer.
func (s *Payments) charge(ctx context.Context, p *Payment, m method) (*Payment, error) {
	provider, err := s.provider(p)
	if err != nil {
		return nil, err
	}
	calling, cancel := s.call(ctx)
	defer cancel()
	c, err := s.insist(calling, func() (Charge, error) {
		return provider.Charge(calling, ChargeRequest{ChargeRef: s.chargeOf(p), Card: m.card, Token: m.token})
	})
	switch {
	case errors.Is(err, ErrUnavailable):
		s.log.WarnContext(ctx, "provider unavailable", "provider", p.Provider, "payment", p.ID, "error", err)
		c = Charge{Key: p.ID, State: Declined, DeclineReason: "The payment provider cannot be reached; nothing was taken."}
		p, err = s.record(ctx, p.ID, c, string(ProviderUnavailable))
	case err != nil:
		s.log.WarnContext(ctx, "provider gave no clear answer; the payment is settled later", "provider", p.Provider, "payment", p.ID, "error", err)
		err = nil
	default:
		p, err = s.record(ctx, p.ID, c, string(CardDeclined))
	}
	if err != nil {
		return nil, err
	}
	return p, p.refusal()
}

// insist tries again, a little later, what a provider could not begin.
func (s *Payments) insist(ctx context.Context, charge func() (Charge, error)) (Charge, error) {
	c, err := charge()
	for try := range 2 {
		if !errors.Is(err, ErrUnavailable) {
			break
		}
		t := time.NewTimer(s.timing.Retry << try)
		select {
		case <-ctx.Done():
			t.Stop()
			return c, err
		case <-t.C:
		}
		c, err = charge()
	}
	return c, err
}

// record writes the answer even when the request is over, and wakes those who wait for it.
func (s *Payments) record(ctx context.Context, id string, c Charge, declineCode string) (*Payment, error) {
	p, err := s.store.Record(context.WithoutCancel(ctx), id, c, declineCode, s.now())
	if errors.Is(err, ErrDiscrepancy) {
		s.log.ErrorContext(ctx, "discrepancy between the provider and us", "payment", id, "provider says", c.State, "amount", c.Amount.Amount)
	}
	if err == nil {
		s.news.wake(id)
	}
	return p, err
}

// refusal is the error that goes with a declined payment; nil for any other.
func (p *Payment) refusal() error {
	if p.Status != Declined {
		return nil
	}
	return errs.New(errs.Code(*p.DeclineCode), *p.DeclineReason).At("input", "card")
}

// again answers a repeated request, once the first one is answered.
func (s *Payments) again(ctx context.Context, p *Payment, knownHash, hash []byte) (*Payment, error) {
	if string(knownHash) != string(hash) {
		return nil, errKeyReused
	}
	ctx, cancel := context.WithTimeout(ctx, s.timing.ProviderCall)
	defer cancel()
	for p.Status == Pending {
		woken, done := s.news.wait(p.ID)
		now, err := s.store.Payment(ctx, p.ID) // after wait, so that no wake is missed
		if err == nil && now.Status == Pending && s.now().Sub(now.CreatedAt) < s.timing.ProviderCall {
			s.pause(ctx, woken)
			done()
			if ctx.Err() == nil {
				continue
			}
			break
		}
		done()
		if err != nil {
			if ctx.Err() != nil {
				break // the first is still under way: so is the answer
			}
			return nil, err
		}
		p = now
		break
	}
	return p, p.refusal()
}

// awaitPayable waits a moment for a booking whose news may still be under way, or the news that its questions are answered:
// BOOKING_NOT_FOUND for one that is not heard of even then.
func (s *Payments) awaitPayable(ctx context.Context, bookingID string) error {
	waiting, cancel := context.WithTimeout(ctx, s.timing.Payable)
	defer cancel()
	for {
		heard, done := s.news.wait(bookingID) // before the look, so that no wake is missed
		p, err := s.store.Payable(ctx, bookingID)
		there := p != nil && !p.AnswersMissing
		if err == nil && !there {
			s.pause(waiting, heard)
		}
		done()
		switch {
		case err != nil || there:
			return err
		case waiting.Err() == nil:
		case p == nil:
			return errBookingNotFound
		default:
			return nil // Admit refuses it
		}
	}
}

// Heard wakes the payments of this process that wait for news of a booking.
func (s *Payments) Heard(bookingID string) { s.news.wake(bookingID) }

// pause waits for a signal, one poll interval, or the context's end.
func (s *Payments) pause(ctx context.Context, signal <-chan struct{}) {
	t := time.NewTimer(s.timing.Poll)
	defer t.Stop()
	select {
	case <-signal:
	case <-t.C:
	case <-ctx.Done():
	}
}
