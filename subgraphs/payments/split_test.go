package payments

import (
	"testing"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service"
)

func withFees(c *service.Config) { c.FeeBasisPoints, c.FeeFixed = 250, 30 }

// taxed is a held booking of two kinds of ticket with different taxes.
func (b *bench) taxed(t *testing.T) contract.Booking {
	t.Helper()
	k := b.booking(2999)
	k.Items = []contract.BookingItem{
		{TicketTypeID: "tkt_1", Name: "Seat", Quantity: 1, UnitAmount: 1999, TaxRate: 1900, TaxName: "VAT"},
		{TicketTypeID: "tkt_2", Name: "Programme", Quantity: 2, UnitAmount: 500, TaxRate: 700, TaxName: "VAT"},
	}
	b.Deliver(t, contract.BookingHeld{Booking: k})
	return k
}

func (b *bench) balance(t *testing.T, account string) int64 {
	t.Helper()
	return -b.number(t, "select coalesce(sum(amount), 0) from ledger_entry where account = $1", account)
}

func TestACaptureIsShared(t *testing.T) {
	t.Parallel()
	b := start(t, quick, withFees)
	k := b.taxed(t)
	p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
	of := ":" + b.owner.UserID + ":EUR"
	// 2.5 % of 2999 is 74.975, rounded down, and 30; the taxes are 319 (of 1999 at 19 %) and 65 (of 1000 at 7 %).
	check := func(when string, platform, organizer, tax, fees int64) {
		t.Helper()
		equal(t, when, []int64{b.balance(t, "platform:marquee:EUR"), b.balance(t, "organizer"+of), b.balance(t, "tax"+of), b.balance(t, "refund_fees"+of)},
			[]int64{platform, organizer, tax, fees})
	}
	check("captured", 104, 2999-104-384, 384, 0)
	b.refund(t, b.owner, p.ID, 1000, id.New("key"))
	check("a third went back", 104-35, 2999-1000-(104-35)-(384-128), 384-128, 0)
	b.reconcile(t)
	b.refund(t, b.owner, p.ID, nil, id.New("key"))
	check("all went back", 0, 0, 0, 0)
	equal(t, "kept", b.reconcile(t), 0)
}

func TestTheRefundPolicyKeepsAFee(t *testing.T) {
	t.Parallel()
	b := start(t, quick, withFees)
	k := b.taxed(t)
	p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
	back := int64(2399)
	m := contract.BookingCancelled{Booking: next(k), Reason: contract.CancelledByHolder, RefundAmount: &back}
	for range 2 {
		b.Deliver(t, m) // as another event each time
	}
	until(t, "the refund", func() bool { return b.payment(t, b.buyer, p.ID).Refunded.Amount == 2399 })
	of := ":" + b.owner.UserID + ":EUR"
	equal(t, "ORGANIZER", b.balance(t, "organizer"+of), 0)
	fee, tax := b.balance(t, "platform:marquee:EUR"), b.balance(t, "tax"+of)
	equal(t, "REFUND_FEES", b.balance(t, "refund_fees"+of), 600-fee-tax)
	equal(t, "kept", b.reconcile(t), 600)
	// The organiser may still give the fee back.
	b.refund(t, b.owner, p.ID, 250, id.New("key"))
	equal(t, "kept", b.reconcile(t), 350)
	b.refund(t, b.owner, p.ID, nil, id.New("key"))
	equal(t, "kept", b.reconcile(t), 0)
	equal(t, "REFUND_FEES at last", b.balance(t, "refund_fees"+of), 0)
}

// Tickets that are returned one by one: each takes its own line's tax, the policy's fees add up, and calling the rest off settles all.
func TestReturnedTickets(t *testing.T) {
	t.Parallel()
	b := start(t, quick, withFees)
	k := b.taxed(t)
	p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
	b.Deliver(t, contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID})
	m := contract.TicketsReturned{
		Booking: next(next(k)), ReturnID: "ret_1", PaymentID: p.ID, Reason: contract.CancelledByHolder, RefundAmount: 450, KeptAmount: 50,
		Returned: []contract.ReturnedItem{{TicketTypeID: "tkt_2", Quantity: 1, UnitAmount: 500}},
	}
	for range 2 {
		b.Deliver(t, m) // as another event each time
	}
	until(t, "the first refund", func() bool { return b.payment(t, b.buyer, p.ID).Refunded.Amount == 450 })
	of := ":" + b.owner.UserID + ":EUR"
	equal(t, "tax of the programme", b.balance(t, "tax"+of), 384-29) // 450 of 1000 that contain 65
	equal(t, "kept", b.number(t, "select kept from payment where id = $1", p.ID), 50)
	m.ReturnID, m.RefundAmount, m.KeptAmount = "ret_2", 500, 0
	b.Deliver(t, m)
	until(t, "the second refund", func() bool { return b.payment(t, b.buyer, p.ID).Refunded.Amount == 950 })
	equal(t, "kept still", b.number(t, "select kept from payment where id = $1", p.ID), 50)
	rest := int64(1800)
	b.Deliver(t, contract.BookingCancelled{Booking: next(next(next(k))), Reason: contract.CancelledByHolder, RefundAmount: &rest})
	until(t, "the last refund", func() bool { return b.payment(t, b.buyer, p.ID).Refunded.Amount == 2750 })
	equal(t, "ORGANIZER", b.balance(t, "organizer"+of), 0)
	equal(t, "kept at last", b.number(t, "select kept from payment where id = $1", p.ID), 249)
	equal(t, "left", b.reconcile(t), 249)
	var forTickets []int64
	for _, r := range published[contract.PaymentRefunded](t, b) {
		forTickets = append(forTickets, r.ForTickets)
	}
	equal(t, "told of tickets", forTickets, []int64{450, 950, 950})
	equal(t, "the credit note's tickets", b.number(t, `select (document->'lines'->0->>'quantity')::bigint from invoice where kind = 'CREDIT_NOTE' order by number limit 1`), 1)
	b.refund(t, b.owner, p.ID, nil, id.New("key"))
	equal(t, "nothing is left", b.reconcile(t), 0)
}

func TestACancellationAfterTheDeadlineKeepsAll(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k, p := b.paid(t, 1000)
	b.refund(t, b.owner, p.ID, 300, id.New("key"))
	nothing := int64(0)
	b.Deliver(t, contract.BookingCancelled{Booking: next(next(k)), Reason: contract.CancelledByHolder, RefundAmount: &nothing})
	equal(t, "refunds", len(b.payment(t, b.buyer, p.ID).Refunds), 1)
	equal(t, "REFUND_FEES", b.balance(t, "refund_fees:"+b.owner.UserID+":EUR"), 700)
	equal(t, "kept", b.reconcile(t), 700)
}
