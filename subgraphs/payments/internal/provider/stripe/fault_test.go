package stripe_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/stripe"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

func request(token string) payment.ChargeRequest {
	return payment.ChargeRequest{ChargeRef: payment.ChargeRef{
		Key: id.New("pay"), Amount: money.Of(4250, "EUR"), Description: "Test", ReturnURL: "http://marquee.example/checkout/bkg_1", CreatedAt: time.Now(),
	}, Token: token}
}

func stands(t *testing.T, s *stripe.Stripe, stand *stripestand.Stand, r payment.ChargeRef, want payment.PaymentStatus, moved int64) payment.Charge {
	t.Helper()
	c, err := s.ChargeByKey(t.Context(), r)
	if err != nil || c.State != want {
		t.Errorf("charge is %+v, %v, want %s", c, err, want)
	}
	if got := stand.Moved(r.Key); got != moved {
		t.Errorf("moved %d, want %d", got, moved)
	}
	if n := stand.Intents(r.Key); n != 1 {
		t.Errorf("%d intents", n)
	}
	return c
}

// What one lost answer or one moment of failure does is mended within the call.
func TestOneFaultIsMended(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]stripestand.Fault{"down": stripestand.Down, "answer lost": stripestand.HangUp, "too many requests": stripestand.Busy} {
		for _, at2 := range []string{"/payment_intents", "/confirm"} {
			t.Run(name+" at "+at2, func(t *testing.T) {
				t.Parallel()
				stand := stripestand.Start(t)
				s := at(t, stand, time.Now)
				stand.Refuse(fault, "POST", at2, 1)
				r := request(stripestand.Visa)
				if c, err := s.Charge(t.Context(), r); err != nil || c.State != payment.Captured {
					t.Errorf("charge %+v: %v", c, err)
				}
				stands(t, s, stand, r.ChargeRef, payment.Captured, 4250)
			})
		}
	}
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	r := request(stripestand.Visa)
	if _, err := s.Charge(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	stand.Refuse(stripestand.HangUp, "POST", "/refunds", 1)
	if err := s.Refund(t.Context(), payment.ProviderRefundRequest{Key: "ref_1", Charge: r.ChargeRef, Amount: money.Of(1000, "EUR")}); err != nil {
		t.Error(err)
	}
	stands(t, s, stand, r.ChargeRef, payment.Captured, 3250)
}

// Before the intent is confirmed nothing can have begun, and that is what is said.
func TestStripeIsDown(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	for _, fault := range []stripestand.Fault{stripestand.Down, stripestand.HangUp} {
		r := request(stripestand.Visa)
		stand.Refuse(fault, "POST", "/payment_intents", -1)
		if c, err := s.Charge(t.Context(), r); !errors.Is(err, payment.ErrUnavailable) {
			t.Errorf("charge %+v: %v", c, err)
		}
		if _, err := s.ChargeByKey(t.Context(), r.ChargeRef); err == nil || errors.Is(err, payment.ErrUnknownCharge) {
			t.Errorf("asked while down: %v", err)
		}
		stand.Refuse(stripestand.None, "", "", 0)
		if c, err := s.Charge(t.Context(), r); err != nil || c.State != payment.Captured {
			t.Errorf("charge %+v: %v", c, err)
		}
		stands(t, s, stand, r.ChargeRef, payment.Captured, 4250)
	}
	nobody := open(t, "http://127.0.0.1:1")
	if _, err := nobody.Charge(t.Context(), request(stripestand.Visa)); !errors.Is(err, payment.ErrUnavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

// After the confirmation was sent only Stripe knows: the error must not say that nothing happened.
func TestLostConfirmations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault stripestand.Fault
		state payment.PaymentStatus
	}{
		"answers lost":             {stripestand.HangUp, payment.Captured},
		"done, and answered 500":   {stripestand.FailedDone, payment.Captured},
		"turned away all the time": {stripestand.Down, payment.Declined},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stand := stripestand.Start(t)
			s := at(t, stand, time.Now)
			r := request(stripestand.Visa)
			stand.Refuse(test.fault, "POST", "/confirm", -1)
			if c, err := s.Charge(t.Context(), r); err == nil || errors.Is(err, payment.ErrUnavailable) {
				t.Errorf("charge %+v: %v", c, err)
			}
			stand.Refuse(stripestand.None, "", "", 0)
			c, err := s.Abandon(t.Context(), r.ChargeRef)
			if err != nil || c.State != test.state {
				t.Errorf("abandoned: %+v, %v", c, err)
			}
			stands(t, s, stand, r.ChargeRef, test.state, stand.Moved(r.Key))
			if (stand.Moved(r.Key) == 4250) != (test.state == payment.Captured) {
				t.Errorf("moved %d", stand.Moved(r.Key))
			}
		})
	}
}

// A payment whose answer was lost for more than a day is found by its metadata; a key may be forgotten by then.
func TestLongAfter(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	later := at(t, stand, func() time.Time { return time.Now().Add(25 * time.Hour) })
	r, none := request(stripestand.Visa), request(stripestand.Visa)
	if _, err := s.Charge(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	stand.ForgetKeys()
	stands(t, later, stand, r.ChargeRef, payment.Captured, 4250)
	if c, err := later.ChargeByKey(t.Context(), none.ChargeRef); !errors.Is(err, payment.ErrUnknownCharge) {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := later.Abandon(t.Context(), none.ChargeRef); err != nil || c.State != payment.Declined || c.DeclineReason == "" {
		t.Errorf("%+v, %v", c, err)
	}
	if n := stand.Intents(none.Key); n != 0 {
		t.Errorf("%d intents were made by asking", n)
	}
	// A refund that is asked for again after its key is forgotten is found among the charge's refunds.
	for range 2 {
		if err := later.Refund(t.Context(), payment.ProviderRefundRequest{Key: "ref_1", Charge: r.ChargeRef, Amount: money.Of(1000, "EUR")}); err != nil {
			t.Error(err)
		}
		stand.ForgetKeys()
	}
	stands(t, later, stand, r.ChargeRef, payment.Captured, 3250)
}

func TestDeclines(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	for _, test := range []struct {
		token  string
		amount money.Money
		reason string
	}{
		{stripestand.Declined, money.Of(4250, "EUR"), "The bank declined the card."},
		{stripestand.NoFunds, money.Of(4250, "EUR"), "There is not enough money on the card."},
		{"pm_none", money.Of(4250, "EUR"), "enter them again"},
		{stripestand.Visa, money.Of(49, "EUR"), "less than can be paid"},
		{stripestand.Visa, money.Of(100000000, "EUR"), "more than can be paid"},
		{stripestand.Visa, money.Of(4250, "XTS"), "in this currency"},
		{stripestand.Visa, money.Of(4250, "UGX"), "in UGX"},
	} {
		r := request(test.token)
		r.Amount = test.amount
		for range 2 {
			c, err := s.Charge(t.Context(), r)
			if err != nil || c.State != payment.Declined || !strings.Contains(c.DeclineReason, test.reason) && test.token != "pm_none" {
				t.Errorf("%s %v: %+v, %v", test.token, test.amount, c, err)
			}
		}
		for name, call := range map[string]func() (payment.Charge, error){
			"asked":     func() (payment.Charge, error) { return s.ChargeByKey(t.Context(), r.ChargeRef) },
			"abandoned": func() (payment.Charge, error) { return s.Abandon(t.Context(), r.ChargeRef) },
		} {
			if c, err := call(); err != nil || c.State != payment.Declined || c.DeclineReason == "" {
				t.Errorf("%s %s %v: %+v, %v", name, test.token, test.amount, c, err)
			}
		}
		if moved := stand.Moved(r.Key); moved != 0 {
			t.Errorf("moved %d", moved)
		}
	}
}

// A reference that the account does not know means that something is wrong, not that nothing was taken.
func TestForeignReference(t *testing.T) {
	t.Parallel()
	s := at(t, stripestand.Start(t), time.Now)
	r := request(stripestand.Visa).ChargeRef
	r.Reference = "pi_of_another_account"
	if c, err := s.ChargeByKey(t.Context(), r); err == nil || errors.Is(err, payment.ErrUnknownCharge) {
		t.Errorf("asked: %+v, %v", c, err)
	}
	if c, err := s.Abandon(t.Context(), r); err == nil {
		t.Errorf("abandoned: %+v", c)
	}
}

func TestErrorsTellNoSecrets(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	bad, err := stripe.New(stripe.Options{SecretKey: "sk_test_of_nobody", PublishableKey: "pk_1", WebhookSecrets: "whsec_1", URL: stand.URL, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = bad.Charge(t.Context(), request(stripestand.Visa)); !errors.Is(err, payment.ErrUnavailable) || strings.Contains(err.Error(), "sk_test") {
		t.Errorf("wrong key: %v", err)
	}
	s := at(t, stand, time.Now)
	r := request(stripestand.Visa)
	if _, err := s.Charge(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	r.Amount.Amount++
	if _, err = s.Charge(t.Context(), r); !errors.Is(err, payment.ErrKeyReused) || strings.Contains(err.Error(), "secret") {
		t.Errorf("key reused: %v", err)
	}
}

// Stripe turns away what meets another request under the same key or at the same intent; that is waited for.
func TestRequestsThatMeet(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	r := request(stripestand.Slow)
	var all sync.WaitGroup
	answers := make(chan payment.Charge, 8)
	for range cap(answers) / 2 {
		for _, call := range []func() (payment.Charge, error){
			func() (payment.Charge, error) { return s.Charge(t.Context(), r) },
			func() (payment.Charge, error) { return s.Abandon(t.Context(), r.ChargeRef) },
		} {
			all.Go(func() {
				c, err := call()
				if err != nil {
					t.Error(err)
				}
				answers <- c
			})
		}
	}
	all.Wait()
	close(answers)
	first := <-answers
	for c := range answers {
		if c.State != first.State {
			t.Errorf("one saw %+v, another %+v", first, c)
		}
	}
	moved := map[payment.PaymentStatus]int64{payment.Captured: 4250}[first.State]
	stands(t, s, stand, r.ChargeRef, first.State, moved)
}
