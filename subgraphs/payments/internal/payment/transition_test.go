package payment

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/money"
)

var at = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func answer(state PaymentStatus) Charge {
	c := Charge{State: state, Amount: money.Of(100, "EUR")}
	switch state {
	case RequiresAction:
		c.ActionURL = "http://bank.example/1"
	case Declined:
		c.DeclineReason = "No."
	}
	return c
}

// Whatever order and number a charge's answers come in, the payment ends as the charge did: answers are hints, the last word wins.
func TestAnswersInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		final := rapid.SampledFrom([]PaymentStatus{Captured, Declined}).Draw(t, "final")
		noise := rapid.SliceOf(rapid.SampledFrom([]PaymentStatus{Pending, RequiresAction, final})).Draw(t, "noise")
		p := &Payment{Status: Pending, Amount: money.Of(100, "EUR")}
		changes := 0
		for _, state := range append(noise, final) {
			before := *p
			changed, err := p.Apply(answer(state), "CARD_DECLINED", at)
			if err != nil {
				t.Fatal(err)
			}
			if changed && !before.Undecided() {
				t.Fatalf("%s became %s", before.Status, p.Status)
			}
			if changed && p.Status == final {
				changes++
			}
		}
		if p.Status != final || changes != 1 {
			t.Fatalf("ended %s after %d final changes, want %s after 1", p.Status, changes, final)
		}
		if (p.CapturedAt != nil) != (final == Captured) || (p.DeclineCode != nil) != (final == Declined) || p.ActionURL != nil {
			t.Fatalf("left-overs: %+v", p)
		}
	})
}

func TestContradictionsAreTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status PaymentStatus
		answer Charge
	}{
		{Declined, answer(Captured)},
		{Captured, answer(Declined)},
		{Refunded, answer(Declined)},
		{Pending, Charge{State: Captured, Amount: money.Of(99, "EUR")}},
		{Pending, Charge{State: Captured, Amount: money.Of(100, "USD")}},
	} {
		p := &Payment{Status: test.status, Amount: money.Of(100, "EUR")}
		if changed, err := p.Apply(test.answer, "X", at); changed || !errors.Is(err, ErrDiscrepancy) || p.Status != test.status {
			t.Errorf("%s and %+v: %v, %v", test.status, test.answer, changed, err)
		}
	}
}

func TestAdmit(t *testing.T) {
	t.Parallel()
	open := Payable{UserID: "usr_1", Amount: money.Of(100, "EUR"), HoldExpiresAt: at.Add(time.Minute), State: PayableOpen}
	for _, test := range []struct {
		name   string
		change func(*Payable)
		want   errs.Code
	}{
		{"open", func(*Payable) {}, ""},
		{"somebody else's", func(p *Payable) { p.UserID = "usr_2" }, BookingNotFound},
		{"somebody else's and over", func(p *Payable) { p.UserID, p.State = "usr_2", PayableExpired }, BookingNotFound},
		{"free", func(p *Payable) { p.Amount.Amount = 0 }, NotPayable},
		{"expired", func(p *Payable) { p.State = PayableExpired }, HoldExpired},
		{"expired by the clock", func(p *Payable) { p.HoldExpiresAt = at }, HoldExpired},
		{"released", func(p *Payable) { p.State = PayableReleased }, NotPayable},
		{"cancelled", func(p *Payable) { p.State = PayableCancelled }, NotPayable},
		{"confirmed", func(p *Payable) { p.State = PayableConfirmed }, AlreadyPaid},
	} {
		p := open
		test.change(&p)
		if got := errs.CodeOf(p.Admit("usr_1", at)); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]PayableState{
		contract.HoldExpired: PayableExpired, contract.Released: PayableReleased, contract.EventCalledOff: PayableCancelled,
	} {
		if got := EndedState(reason); got != want {
			t.Errorf("%s: %s", reason, got)
		}
	}
	for reason, want := range map[string]RefundReason{
		contract.CancelledByHolder: contract.RefundBookingCancelled, contract.Refunded: contract.RefundBookingCancelled,
		contract.EventCalledOff: contract.RefundEventCancelled,
	} {
		if got := ReasonOfCancel(reason); got != want {
			t.Errorf("%s: %s", reason, got)
		}
	}
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	for key, ok := range map[string]bool{
		"1234567": false, "12345678": true, "": false, "ключключ": true, "1234567\x00": false, "12345678\n": false, "1234567\xff9": false,
	} {
		if err := checkKey(key); (err == nil) != ok {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestBackoffGrowsAndNeverEnds(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for tries := range 1000 {
		wait := backoff(tries)
		if wait < last || wait < time.Second || wait > 5*time.Minute {
			t.Fatalf("after %d tries: %s, before %s", tries, wait, last)
		}
		last = wait
	}
	if last != 5*time.Minute {
		t.Errorf("ends at %s", last)
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	s := newSignals()
	s.wake("a") // nobody waits
	one, doneOne := s.wait("a")
	two, doneTwo := s.wait("a")
	other, doneOther := s.wait("b")
	s.wake("a")
	<-one
	<-two
	select {
	case <-other:
		t.Error("b was woken by a")
	default:
	}
	doneOne()
	doneTwo()
	again, doneAgain := s.wait("a")
	select {
	case <-again:
		t.Error("an old wake is seen")
	default:
	}
	doneAgain()
	doneOther()
	if len(s.waiting) != 0 {
		t.Errorf("%d keys left", len(s.waiting))
	}
}
