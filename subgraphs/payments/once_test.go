package payments

import (
	"maps"
	"slices"
	"testing"

	"marquee/internal/id"
	"marquee/internal/service/servicetest"
)

// unkeyed are the mutations that may do without a key, and why.
var unkeyed = map[string]string{
	"runReconciliation": "it compares books; what it heals by asking again is recorded once by the charge's and the refund's own key",
}

// keyed returns a case for every mutation that has a key.
func (b *bench) keyed(t *testing.T) map[string]func() servicetest.Keyed {
	count := func(sql string, args ...any) func() int64 { return func() int64 { return b.number(t, sql, args...) } }
	return map[string]func() servicetest.Keyed{
		"payBooking": func() servicetest.Keyed {
			k, other := b.held(t, 4250), b.held(t, 4250)
			return servicetest.Keyed{
				Who: b.buyer, Document: `mutation($i: PayBookingInput!) { payBooking(input: $i) { payment { ` + paymentFields + ` } userErrors { code } } }`,
				Input: payInput(k.BookingID, goodCard, ""), Other: payInput(other.BookingID, goodCard, ""),
				Effects: count("select count(*) from sandbox.charge c join payment p on p.id = c.key where p.booking_id = any($1)", []string{k.BookingID, other.BookingID}),
			}
		},
		"refundPayment": func() servicetest.Keyed {
			_, p := b.paid(t, 4250)
			return servicetest.Keyed{
				Who:      b.owner,
				Document: `mutation($i: RefundPaymentInput!) { refundPayment(input: $i) { refund { id amount { amount } } userErrors { code } } }`,
				Input:    map[string]any{"paymentId": p.ID, "amount": 1000}, Other: map[string]any{"paymentId": p.ID, "amount": 900},
				Effects: count("select count(*) from sandbox.refund where charge_key = $1", p.ID),
			}
		},
	}
}

func TestEveryMutationTakesEffectOnceAKey(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	cases := b.keyed(t)
	with, without := servicetest.KeyedMutations(t, "payments")
	equal(t, "cases", slices.Sorted(maps.Keys(cases)), with)
	equal(t, "without a key", slices.Sorted(maps.Keys(unkeyed)), without)
	for name, of := range cases {
		t.Run(name, func(t *testing.T) { b.Once(t, of()) })
	}
	b.reconcile(t)
}

// A key belongs to who chose it: another's request under the same key is a request of its own.
func TestKeysOfTwoPeople(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	key := id.New("key")
	_, p := b.paid(t, 1000)
	equal(t, "the organiser's", b.refund(t, b.owner, p.ID, 100, key).code(), "")
	equal(t, "the administrator's", b.refund(t, b.admin, p.ID, 200, key).code(), "")
	equal(t, "kept", b.reconcile(t), 700)
}
