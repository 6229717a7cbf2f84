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
	// Decide confirms or refuses a charge at its ActionURL, as the buyer would.
	Decide func(t *testing.T, c payment.Charge, approve bool)
	// Moved answers what the provider's own books say of a charge: captures minus refunds, in minor units.
	Moved func(t *testing.T, key string) int64
	// LetTimePass makes a late charge's time come. Nil if the provider has no such card.
	LetTimePass func(t *testing.T)
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
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, start(t))
		})
	}
}

// request is a charge of a test card of this kind; the test is skipped if the provider has none.
func (f Fixture) request(t *testing.T, kind payment.CardKind) payment.ChargeRequest {
	t.Helper()
	for _, c := range f.Provider.TestCards() {
		if c.Kind != kind {
			continue
		}
		card, err := payment.CardInput{Number: c.Number, ExpiryMonth: 12, ExpiryYear: time.Now().Year() + 1, Cvc: "123"}.Check(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return payment.ChargeRequest{
			Key: id.New("pay"), Amount: money.Of(price, "EUR"), Card: card, Description: "Test", ReturnURL: "http://marquee.example/checkout/bkg_1",
		}
	}
	t.Skipf("%s has no card that %s", f.Provider.Name(), kind)
	return payment.ChargeRequest{}
}

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

// stands checks how a charge stands, and what the provider's books say.
func (f Fixture) stands(t *testing.T, key string, want payment.PaymentStatus, moved int64) payment.Charge {
	t.Helper()
	c, err := f.Provider.ChargeByKey(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != want {
		t.Errorf("charge is %+v, want %s", c, want)
	}
	if want == payment.Captured && c.Amount != money.Of(price, "EUR") {
		t.Errorf("amount is %v", c.Amount)
	}
	if got := f.Moved(t, key); got != moved {
		t.Errorf("the provider moved %d, want %d", got, moved)
	}
	return c
}

func captured(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	f.charge(t, r, payment.Captured)
	f.stands(t, r.Key, payment.Captured, price)
}

func declined(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsDeclined)
	if c := f.charge(t, r, payment.Declined); c.DeclineReason == "" {
		t.Error("a decline needs a reason")
	}
	f.stands(t, r.Key, payment.Declined, 0)
}

func oneEffect(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if c, err := f.Provider.Charge(t.Context(), r); err != nil || c.State != payment.Captured || c.Key != r.Key {
				t.Errorf("charge is %+v: %v", c, err)
			}
		})
	}
	all.Wait()
	f.stands(t, r.Key, payment.Captured, price)
}

func keyReused(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	f.charge(t, r, payment.Captured)
	other := r
	other.Amount = money.Of(price+1, "EUR")
	if _, err := f.Provider.Charge(t.Context(), other); !errors.Is(err, payment.ErrKeyReused) {
		t.Errorf("another amount under the key: %v", err)
	}
	f.stands(t, r.Key, payment.Captured, price)
}

func unknown(t *testing.T, f Fixture) {
	if _, err := f.Provider.ChargeByKey(t.Context(), id.New("pay")); !errors.Is(err, payment.ErrUnknownCharge) {
		t.Errorf("unknown key: %v", err)
	}
}

func approved(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	if again := f.charge(t, r, payment.RequiresAction); again.ActionURL == "" || again.ActionURL != c.ActionURL {
		t.Errorf("action at %q, then %q", c.ActionURL, again.ActionURL)
	}
	f.stands(t, r.Key, payment.RequiresAction, 0)
	f.Decide(t, c, true)
	f.stands(t, r.Key, payment.Captured, price)
	f.Decide(t, c, false) // too late to refuse
	f.Decide(t, c, true)
	f.stands(t, r.Key, payment.Captured, price)
}

func refused(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	f.Decide(t, c, false)
	if c := f.stands(t, r.Key, payment.Declined, 0); c.DeclineReason == "" {
		t.Error("a decline needs a reason")
	}
	f.Decide(t, c, true)
	f.stands(t, r.Key, payment.Declined, 0)
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
	f.stands(t, r.Key, payment.Captured, price)
}

func late(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsLate)
	f.charge(t, r, payment.Pending)
	f.stands(t, r.Key, payment.Pending, 0)
	f.LetTimePass(t)
	f.stands(t, r.Key, payment.Captured, price)
	f.stands(t, r.Key, payment.Captured, price)
}

func (f Fixture) abandon(t *testing.T, key string, want payment.PaymentStatus) {
	t.Helper()
	for range 2 {
		c, err := f.Provider.Abandon(t.Context(), key)
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
	f.abandon(t, r.Key, payment.Declined)
	f.charge(t, r, payment.Declined)
	f.stands(t, r.Key, payment.Declined, 0)
}

func abandonedUnconfirmed(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardChallenges)
	c := f.charge(t, r, payment.RequiresAction)
	f.abandon(t, r.Key, payment.Declined)
	f.Decide(t, c, true)
	f.stands(t, r.Key, payment.Declined, 0)
}

func abandonedTooLate(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardSucceeds)
	f.charge(t, r, payment.Captured)
	f.abandon(t, r.Key, payment.Captured)
	f.stands(t, r.Key, payment.Captured, price)
}

func abandonRace(t *testing.T, f Fixture) {
	for range 20 {
		r := f.request(t, payment.CardSucceeds)
		var charged, given payment.Charge
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { charged, errs[0] = f.Provider.Charge(t.Context(), r) })
		both.Go(func() { given, errs[1] = f.Provider.Abandon(t.Context(), r.Key) })
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		if charged.State != given.State {
			t.Fatalf("one call saw %s, the other %s", charged.State, given.State)
		}
		moved := int64(0)
		if charged.State == payment.Captured {
			moved = price
		}
		f.stands(t, r.Key, charged.State, moved)
	}
}

func (f Fixture) paid(t *testing.T) string {
	t.Helper()
	r := f.request(t, payment.CardSucceeds)
	f.charge(t, r, payment.Captured)
	return r.Key
}

func refundOf(charge string, amount int64) payment.ProviderRefundRequest {
	return payment.ProviderRefundRequest{Key: id.New("ref"), ChargeKey: charge, Amount: money.Of(amount, "EUR")}
}

func refundOnce(t *testing.T, f Fixture) {
	key := f.paid(t)
	r := refundOf(key, 1000)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if err := f.Provider.Refund(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.stands(t, key, payment.Captured, price-1000)
	r.Amount = money.Of(999, "EUR")
	if err := f.Provider.Refund(t.Context(), r); !errors.Is(err, payment.ErrKeyReused) {
		t.Errorf("another amount under the key: %v", err)
	}
	f.stands(t, key, payment.Captured, price-1000)
}

func refundBounds(t *testing.T, f Fixture) {
	key := f.paid(t)
	for _, amount := range []int64{0, -5, price + 1} {
		if err := f.Provider.Refund(t.Context(), refundOf(key, amount)); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund of %d: %v", amount, err)
		}
	}
	dollars := refundOf(key, 1)
	dollars.Amount.Currency = "USD"
	if err := f.Provider.Refund(t.Context(), dollars); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund in another currency: %v", err)
	}
	f.stands(t, key, payment.Captured, price)
	if err := f.Provider.Refund(t.Context(), refundOf(key, price)); err != nil {
		t.Fatal(err)
	}
	if err := f.Provider.Refund(t.Context(), refundOf(key, 1)); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund of nothing left: %v", err)
	}
	f.stands(t, key, payment.Captured, 0)
}

func refundRace(t *testing.T, f Fixture) {
	key := f.paid(t)
	var all sync.WaitGroup
	for range 10 { // 10 × 1000 of 4250: four fit
		all.Go(func() {
			if err := f.Provider.Refund(t.Context(), refundOf(key, 1000)); err != nil && !errors.Is(err, payment.ErrRefused) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.stands(t, key, payment.Captured, price-4000)
}

func refundNothing(t *testing.T, f Fixture) {
	r := f.request(t, payment.CardIsDeclined)
	f.charge(t, r, payment.Declined)
	for _, key := range []string{r.Key, id.New("pay")} {
		if err := f.Provider.Refund(t.Context(), refundOf(key, 1)); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund of a charge that moved nothing: %v", err)
		}
	}
}
