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
	check("a third went back", 104-34, 2999-1000-(104-34)-(384-128), 384-128, 0)
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
