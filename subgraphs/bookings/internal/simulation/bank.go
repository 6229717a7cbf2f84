package simulation

import (
	"fmt"
	"math/rand/v2"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
)

// bank is what bookings knows of payments: money that was captured, and what became of it.
type bank struct {
	model    *model
	payments []*paid
	letters  []contract.Message // on their way
}

// paid is a captured payment. back went to the buyer by refunds, lost by a dispute.
type paid struct {
	contract.PaymentCaptured
	back, lost int64
	disputed   int64 // under an open dispute: it cannot go back
	owed       int64 // to go back as soon as the dispute lets it
	kept       int64 // by the refund policy
}

func (p *paid) left() int64 { return p.Amount - p.back - p.lost }

// pay captures what a booking costs, whatever its state; now and then another amount.
func (b *bank) pay(p *play) {
	k := b.model.any(p.Rand)
	if k == nil || k.total == 0 {
		return
	}
	c := &paid{PaymentCaptured: contract.PaymentCaptured{
		PaymentID: fmt.Sprintf("pay_%d_%s", len(b.payments), b.model.event.EventID), BookingID: k.id, EventID: b.model.event.EventID,
		UserID: k.who.UserID, Amount: k.total, Currency: "EUR", At: b.model.now,
	}}
	if p.IntN(12) == 0 {
		c.Amount++
	}
	p.note("%s is paid by %s", k.id, c.PaymentID)
	b.payments = append(b.payments, c)
	b.letters = append(b.letters, c.PaymentCaptured)
}

// line is a message in short.
func line(m contract.Message) string {
	switch m := m.(type) {
	case contract.PaymentCaptured:
		return fmt.Sprintf("arrives: %s of %s captured, %d", m.PaymentID, m.BookingID, m.Amount)
	case contract.PaymentRefunded:
		return fmt.Sprintf("arrives: %s of %s refunded, %d (%s), %d left", m.PaymentID, m.BookingID, m.Amount, m.Reason, m.Left)
	case contract.PaymentDisputed:
		return fmt.Sprintf("arrives: %s of %s disputed, %d %s, whole %v", m.PaymentID, m.BookingID, m.Amount, m.Status, m.Whole)
	}
	return m.Topic()
}

// take returns a message that arrives now, nil for none. One in six arrives again later.
func (b *bank) take(r *rand.Rand) contract.Message {
	if len(b.letters) == 0 {
		return nil
	}
	i := r.IntN(len(b.letters))
	m := b.letters[i]
	if r.IntN(6) > 0 {
		b.letters = append(b.letters[:i], b.letters[i+1:]...)
	}
	return m
}

func (b *bank) give(p *paid, amount int64, reason string) {
	if amount = min(amount, p.left()-p.disputed); amount <= 0 {
		return
	}
	p.back += amount
	b.letters = append(b.letters, contract.PaymentRefunded{
		PaymentID: p.PaymentID, RefundID: fmt.Sprint("ref_", p.back, p.PaymentID), BookingID: p.BookingID, EventID: p.EventID, UserID: p.UserID,
		Amount: amount, Left: p.left(), Currency: "EUR", Reason: reason, At: b.model.now,
	})
}

// owe gives back what can go back now, and the rest when it can.
func (b *bank) owe(p *paid, amount int64, reason string) {
	p.owed = max(amount-(p.left()-p.disputed), 0)
	b.give(p, amount, reason)
}

func (b *bank) any(r *rand.Rand) *paid {
	if len(b.payments) == 0 {
		return nil
	}
	return b.payments[r.IntN(len(b.payments))]
}

// refund gives some or all of a payment back because the organiser wants that.
func (b *bank) refund(p *play) {
	k := b.any(p.Rand)
	if k == nil {
		return
	}
	amount := k.left()
	if p.IntN(2) == 0 {
		amount = 1 + p.Int64N(k.Amount)
	}
	p.note("the organiser gives %d of %s back", amount, k.PaymentID)
	b.give(k, amount, contract.RefundOrganizer)
}

// dispute opens a dispute over what is left of a payment, or ends the one that is open.
func (b *bank) dispute(p *play) {
	k := b.any(p.Rand)
	if k == nil {
		return
	}
	m := contract.PaymentDisputed{
		PaymentID: k.PaymentID, DisputeID: "dsp_" + k.PaymentID, BookingID: k.BookingID, EventID: k.EventID, UserID: k.UserID, Currency: "EUR",
		Status: contract.DisputeNeedsResponse, At: b.model.now,
	}
	switch {
	case k.disputed == 0 && k.left() > 0 && k.lost == 0:
		k.disputed = k.left()
		if p.IntN(2) == 0 {
			k.disputed = 1 + p.Int64N(k.left())
		}
		m.Amount = k.disputed
	case k.disputed == 0:
		return
	case p.IntN(3) == 0:
		m.Status, m.Amount = contract.DisputeWon, k.disputed
		k.disputed = 0
		b.give(k, k.owed, contract.RefundBookingCancelled)
	default:
		m.Status, m.Amount = contract.DisputeLost, k.disputed
		k.lost, k.disputed = k.disputed, 0
		m.Whole = k.left() == 0
	}
	p.note("dispute of %s: %s over %d", k.PaymentID, m.Status, m.Amount)
	b.letters = append(b.letters, m)
}

// heard is what the bank does about what bookings tells.
func (b *bank) heard(message contract.Message) {
	switch m := message.(type) {
	case contract.PaymentRejected:
		for _, p := range b.payments {
			if p.PaymentID == m.PaymentID {
				b.owe(p, p.left(), contract.RefundPaidTooLate)
			}
		}
	case contract.BookingCancelled:
		k := b.model.find(m.BookingID)
		for _, p := range b.payments {
			if p.PaymentID != k.paidBy {
				continue
			}
			amount := p.left()
			if m.RefundAmount != nil {
				amount = min(amount, *m.RefundAmount)
				p.kept = p.left() - amount
			}
			b.owe(p, amount, contract.RefundBookingCancelled)
		}
	}
}

// balanced tells of money that is not where it should be when all messages have arrived: what bought nothing, or was cancelled, has gone
// back but for what the policy keeps and a dispute holds; what is kept has one living booking.
func (b *bank) balanced() error {
	owner := map[string]*sale{}
	for _, k := range b.model.sales {
		if k.total > 0 && k.status == booking.Confirmed && k.paidBy == "" {
			return fmt.Errorf("%s is confirmed and not paid", k.id)
		}
		if k.status == booking.Confirmed && k.paidBy != "" {
			owner[k.paidBy] = k
		}
	}
	for _, p := range b.payments {
		stays := p.left() - p.disputed
		switch k := owner[p.PaymentID]; {
		case stays < 0 || p.back+p.lost > p.Amount:
			return fmt.Errorf("%+v: more went back than came", *p)
		case k != nil && (k.total != p.Amount || k.id != p.BookingID):
			return fmt.Errorf("%+v bought %+v", *p, *k)
		case k == nil && stays > p.kept:
			return fmt.Errorf("%+v: %d bought nothing and did not go back", *p, stays)
		}
	}
	return nil
}
