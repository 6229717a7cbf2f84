// Package providertest is what every payment provider must do: Run is called by each implementation's test with its own fixture.
package providertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// Fixture is one provider under test.
type Fixture struct {
	Provider payment.Provider
	// Pay answers what a buyer hands over for a charge of this kind: a card or a token. Nil means by the provider's test cards; providers
	// with pages of their own need none.
	Pay func(kind payment.CardKind) (card payment.Card, token string, ok bool)
	// Decide confirms or refuses a charge at its ActionURL, as the buyer would.
	Decide func(t *testing.T, c payment.Charge, approve bool)
	// Decline lets a charge at the provider's page be approved by the buyer and refused by the bank. Nil where a card does that.
	Decline func(t *testing.T, c payment.Charge)
	// Moved answers what the provider's own books say of a charge: captures minus refunds and lost disputes, in minor units.
	Moved func(t *testing.T, key string) int64
	// LetTimePass makes a late charge's time come. Nil if the provider has no such card.
	LetTimePass func(t *testing.T)
	// OpenDispute has the buyer's bank dispute a captured charge, CloseDispute decides that. The charges are of the kind CardDisputeLost or
	// CardDisputeWon if the provider has test cards of it.
	OpenDispute  func(t *testing.T, key string)
	CloseDispute func(t *testing.T, key string, won bool)
}

const price = 4250

// Run runs the suite. start gives a fixture for one test; tests run at the same time.
func Run(t *testing.T, start func(t *testing.T) Fixture) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, f Fixture)
	}{
		{"a charge is captured", captured},
		{"a decline is an answer", declined},
		{"a key has one effect", oneEffect},
		{"a key with another request is refused", keyReused},
		{"an unknown key is told as such", unknown},
		{"the buyer approves", approved},
		{"the buyer refuses", refused},
		{"a slow charge ends though the caller has left", slow},
		{"a late charge is captured later", late},
		{"an abandoned key moves no money", abandonedBefore},
		{"an unconfirmed charge can be abandoned", abandonedUnconfirmed},
		{"captured money cannot be abandoned", abandonedTooLate},
		{"abandoning and charging at once agree", abandonRace},
		{"a refund has one effect", refundOnce},
		{"refunds never exceed the charge", refundBounds},
		{"parallel refunds never exceed the charge", refundRace},
		{"what was not captured cannot be refunded", refundNothing},
		{"a lost answer is found again", lostAnswer},
		{"a lost dispute takes the money", disputeLost},
		{"a won dispute leaves the money", disputeWon},
		{"transactions tell what moved", transactions},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, start(t))
		})
	}
}

// request is a charge of this kind; the test is skipped if the provider has none.
func (f Fixture) request(t *testing.T, kind payment.CardKind) payment.ChargeRequest {
	t.Helper()
	card, token, ok := f.means(t, kind)
	if !ok {
		t.Skipf("%s has nothing that %s", f.Provider.Name(), kind)
	}
	return payment.ChargeRequest{ChargeRef: payment.ChargeRef{
		Key: id.New("pay"), Amount: money.Of(price, "EUR"), Description: "Test", ReturnURL: "http://marquee.example/checkout/bkg_1",
		CreatedAt: time.Now(),
	}, Card: card, Token: token}
}

func (f Fixture) means(t *testing.T, kind payment.CardKind) (payment.Card, string, bool) {
	t.Helper()
	switch {
	case f.redirects():
		return payment.Card{}, "", kind == payment.CardSucceeds || kind == payment.CardChallenges || kind == payment.CardIsDeclined && f.Decline != nil
	case f.Pay != nil:
		return f.Pay(kind)
	}
	for _, c := range f.Provider.TestCards() {
		if c.Kind != kind {
			continue
		}
		card, err := payment.CardInput{Number: c.Number, ExpiryMonth: 12, ExpiryYear: time.Now().Year() + 1, Cvc: "123"}.Check(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return card, "", true
	}
	return payment.Card{}, "", false
}

func (f Fixture) redirects() bool { return f.Provider.Offer().Input == payment.InputRedirect }

func (f Fixture) charge(t *testing.T, r payment.ChargeRequest, want payment.PaymentStatus) payment.Charge {
	t.Helper()
	c, err := f.Provider.Charge(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != want || c.Key != r.Key {
		t.Fatalf("charge is %+v, want %s", c, want)
	}
	return c
}

// take charges, with the buyer's approval where there is a page; it answers how the platform names the charge then.
func (f Fixture) take(t *testing.T, r payment.ChargeRequest) payment.ChargeRef {
	t.Helper()
	want := payment.Captured
	if f.redirects() {
		want = payment.RequiresAction
	}
	c := f.charge(t, r, want)
	if f.redirects() {
		f.Decide(t, c, true)
	}
	r.Reference = c.Reference
	f.stands(t, r.ChargeRef, payment.Captured, price)
	return r.ChargeRef
}

// stands checks how a charge stands, and what the provider's books say: known by its reference, and as if its answer had been lost.
func (f Fixture) stands(t *testing.T, r payment.ChargeRef, want payment.PaymentStatus, moved int64) payment.Charge {
	t.Helper()
	var c payment.Charge
	lost := r
	lost.Reference = ""
	for _, ref := range []payment.ChargeRef{r, lost} {
		var err error
		if c, err = f.Provider.ChargeByKey(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if c.State != want {
			t.Errorf("charge is %+v, want %s", c, want)
		}
		if want == payment.Captured && c.Amount != money.Of(price, "EUR") {
			t.Errorf("amount is %v", c.Amount)
		}
	}
	if got := f.Moved(t, r.Key); got != moved {
		t.Errorf("the provider moved %d, want %d", got, moved)
	}
	return c
}

func captured(t *testing.T, f Fixture) { f.take(t, f.request(t, payment.CardSucceeds)) }

func declined(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsDeclined)
	if f.redirects() {
		f.Decline(t, f.charge(t, r, payment.RequiresAction))
	} else if c := f.charge(t, r, payment.Declined); c.DeclineReason == "" {
		t.Error("a decline needs a reason")
	}
	for range 2 {
		if c := f.stands(t, r.ChargeRef, payment.Declined, 0); c.DeclineReason == "" {
			t.Error("a decline needs a reason")
		}
	}
}

func lostAnswer(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardTimesOut)
	if c, err := f.Provider.Charge(t.Context(), r); err == nil || errors.Is(err, payment.ErrUnavailable) {
		t.Fatalf("answer %+v, %v", c, err)
	}
	f.stands(t, r.ChargeRef, payment.Captured, price)
}

func oneEffect(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	want := payment.Captured
	if f.redirects() {
		want = payment.RequiresAction
	}
	answers := make([]payment.Charge, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			c, err := f.Provider.Charge(t.Context(), r)
			if err != nil || c.State != want || c.Key != r.Key {
				t.Errorf("charge is %+v: %v", c, err)
			}
			answers[i] = c
		})
	}
	all.Wait()
	for _, c := range answers {
		if c != answers[0] {
			t.Errorf("two answers: %+v, %+v", c, answers[0])
		}
	}
	if f.redirects() {
		f.Decide(t, answers[0], true)
	}
	for range 10 {
		all.Go(func() {
			if c, err := f.Provider.ChargeByKey(t.Context(), r.ChargeRef); err != nil || c.State != payment.Captured {
				t.Errorf("charge is %+v: %v", c, err)
			}
		})
	}
	all.Wait()
	f.stands(t, r.ChargeRef, payment.Captured, price)
}

func keyReused(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	ref := f.take(t, r)
	other := r
	other.Amount = money.Of(price+1, "EUR")
	if _, err := f.Provider.Charge(t.Context(), other); !errors.Is(err, payment.ErrKeyReused) {
		t.Errorf("another amount under the key: %v", err)
	}
	f.stands(t, ref, payment.Captured, price)
}

func unknown(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	if c, err := f.Provider.ChargeByKey(t.Context(), r.ChargeRef); !errors.Is(err, payment.ErrUnknownCharge) {
		t.Errorf("unknown key: %+v, %v", c, err)
	}
	f.take(t, r) // asking has spoilt nothing
}

func approved(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	if again := f.charge(t, r, payment.RequiresAction); again.ActionURL == "" || again.ActionURL != c.ActionURL {
		t.Errorf("action at %q, then %q", c.ActionURL, again.ActionURL)
	}
	r.Reference = c.Reference
	f.stands(t, r.ChargeRef, payment.RequiresAction, 0)
	f.Decide(t, c, true)
	f.stands(t, r.ChargeRef, payment.Captured, price)
	f.Decide(t, c, false) // too late to refuse
	f.Decide(t, c, true)
	f.stands(t, r.ChargeRef, payment.Captured, price)
}

func refused(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	f.Decide(t, c, false)
	if f.redirects() { // who refuses at the provider's page may come back to it, until the platform gives up
		f.abandon(t, r.ChargeRef, payment.Declined)
	}
	if c := f.stands(t, r.ChargeRef, payment.Declined, 0); c.DeclineReason == "" {
		t.Error("a decline needs a reason")
	}
	f.Decide(t, c, true)
	f.stands(t, r.ChargeRef, payment.Declined, 0)
}

func slow(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsSlow)
	impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if c, err := f.Provider.Charge(impatient, r); err == nil {
		t.Fatalf("the caller had left, and got %+v", c)
	}
	// The caller does not know what happened. It asks again under the same key and gets one answer.
	f.charge(t, r, payment.Captured)
	f.stands(t, r.ChargeRef, payment.Captured, price)
}

func late(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsLate)
	f.charge(t, r, payment.Pending)
	f.stands(t, r.ChargeRef, payment.Pending, 0)
	f.LetTimePass(t)
	f.stands(t, r.ChargeRef, payment.Captured, price)
	f.stands(t, r.ChargeRef, payment.Captured, price)
}

func (f Fixture) abandon(t *testing.T, r payment.ChargeRef, want payment.PaymentStatus) {
	t.Helper()
	for range 2 {
		c, err := f.Provider.Abandon(t.Context(), r)
		if err != nil || c.State != want {
			t.Fatalf("abandoned charge is %+v: %v", c, err)
		}
		if want == payment.Declined && c.DeclineReason == "" {
			t.Error("a decline needs a reason")
		}
	}
}

func abandonedBefore(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	f.abandon(t, r.ChargeRef, payment.Declined)
	f.charge(t, r, payment.Declined)
	f.stands(t, r.ChargeRef, payment.Declined, 0)
}

func abandonedUnconfirmed(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	f.abandon(t, r.ChargeRef, payment.Declined)
	f.Decide(t, c, true)
	f.stands(t, r.ChargeRef, payment.Declined, 0)
}

func abandonedTooLate(t *testing.T, f Fixture) {
	ref := f.take(t, f.request(t, payment.CardSucceeds))
	f.abandon(t, ref, payment.Captured)
	f.stands(t, ref, payment.Captured, price)
}

// abandonRace lets a charge and its giving up meet; where there is a page, at the moment after the buyer has approved.
func abandonRace(t *testing.T, f Fixture) {
	for range 20 {
		r := f.request(t, payment.CardSucceeds)
		charge := func() (payment.Charge, error) { return f.Provider.Charge(t.Context(), r) }
		if f.redirects() {
			c := f.charge(t, r, payment.RequiresAction)
			f.Decide(t, c, true)
			charge = func() (payment.Charge, error) { return f.Provider.ChargeByKey(t.Context(), r.ChargeRef) }
		}
		var charged, given payment.Charge
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { charged, errs[0] = charge() })
		both.Go(func() { given, errs[1] = f.Provider.Abandon(t.Context(), r.ChargeRef) })
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		if charged.State != given.State {
			t.Fatalf("one call saw %+v, the other %+v", charged, given)
		}
		moved := int64(0)
		if charged.State == payment.Captured {
			moved = price
		}
		f.stands(t, r.ChargeRef, charged.State, moved)
	}
}

func (f Fixture) paid(t *testing.T) payment.ChargeRef {
	t.Helper()
	return f.take(t, f.request(t, payment.CardSucceeds))
}

func refundOf(charge payment.ChargeRef, amount int64) payment.ProviderRefundRequest {
	return payment.ProviderRefundRequest{Key: id.New("ref"), Charge: charge, Amount: money.Of(amount, "EUR")}
}

func refundOnce(t *testing.T, f Fixture) {
	ref := f.paid(t)
	r := refundOf(ref, 1000)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if err := f.Provider.Refund(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.stands(t, ref, payment.Captured, price-1000)
	r.Amount = money.Of(999, "EUR")
	if err := f.Provider.Refund(t.Context(), r); !errors.Is(err, payment.ErrKeyReused) {
		t.Errorf("another amount under the key: %v", err)
	}
	f.stands(t, ref, payment.Captured, price-1000)
}

func refundBounds(t *testing.T, f Fixture) {
	ref := f.paid(t)
	for _, amount := range []int64{0, -5, price + 1} {
		if err := f.Provider.Refund(t.Context(), refundOf(ref, amount)); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund of %d: %v", amount, err)
		}
	}
	dollars := refundOf(ref, 1)
	dollars.Amount.Currency = "USD"
	if err := f.Provider.Refund(t.Context(), dollars); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund in another currency: %v", err)
	}
	f.stands(t, ref, payment.Captured, price)
	if err := f.Provider.Refund(t.Context(), refundOf(ref, price)); err != nil {
		t.Fatal(err)
	}
	if err := f.Provider.Refund(t.Context(), refundOf(ref, 1)); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund of nothing left: %v", err)
	}
	f.stands(t, ref, payment.Captured, 0)
}

func refundRace(t *testing.T, f Fixture) {
	ref := f.paid(t)
	var all sync.WaitGroup
	for range 10 { // 10 × 1000 of 4250: four fit
		all.Go(func() {
			if err := f.Provider.Refund(t.Context(), refundOf(ref, 1000)); err != nil && !errors.Is(err, payment.ErrRefused) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.stands(t, ref, payment.Captured, price-4000)
}

func refundNothing(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsDeclined)
	if _, err := f.Provider.Charge(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	other := r.ChargeRef
	other.Key = id.New("pay")
	for _, ref := range []payment.ChargeRef{r.ChargeRef, other} {
		if err := f.Provider.Refund(t.Context(), refundOf(ref, 1)); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund of a charge that moved nothing: %v", err)
		}
	}
}
