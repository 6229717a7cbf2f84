package contract_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/contract"
	"marquee/internal/money"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 6, 1, 20, 0, 0, 0, time.UTC)
	day := &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24, FeeBasisPoints: 1000, FeeAmount: 50}
	for _, test := range []struct {
		name          string
		policy        *contract.RefundPolicy
		left          int64
		before        time.Duration
		amount, fee   int64
		late, allowed bool
	}{
		{"no policy", nil, 1000, time.Second, 1000, 0, false, true},
		{"no policy, begun", nil, 1000, 0, 0, 1000, true, false},
		{"in time", day, 1000, 24*time.Hour + 1, 850, 150, false, true},
		{"at the deadline", day, 1000, 24 * time.Hour, 0, 1000, true, false},
		{"the fee is more than what is left", day, 40, 48 * time.Hour, 0, 40, false, true},
		{"rounded for the holder", &contract.RefundPolicy{Allowed: true, FeeBasisPoints: 3333}, 10, time.Hour, 7, 3, false, true},
		{"never", &contract.RefundPolicy{}, 1000, time.Hour, 0, 1000, false, false},
		{"never, but they may go", &contract.RefundPolicy{CancelWithoutRefund: true}, 1000, time.Hour, 0, 1000, false, true},
		{"late, but they may go", &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 2, CancelWithoutRefund: true}, 1000, time.Hour, 0, 1000, true, true},
		{"nothing was paid", &contract.RefundPolicy{}, 0, time.Hour, 0, 0, false, true},
	} {
		q := test.policy.Quote(test.left, start, start.Add(-test.before))
		if q.Amount != test.amount || q.Fee != test.fee || q.Late != test.late || q.Allowed != test.allowed {
			t.Errorf("%s: %+v", test.name, q)
		}
	}
}

// Whatever the policy and the amount: nothing is made or lost, and later is never better.
func TestQuotesAddUp(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 6, 1, 20, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p, o := drawPolicy(t), drawPolicy(t)
		left := rapid.Int64Range(0, money.Max).Draw(t, "left")
		early := rapid.Int64Range(-100, 10_000).Draw(t, "early")
		later := rapid.Int64Range(-200, early).Draw(t, "later")
		quote := func(p *contract.RefundPolicy, hours int64) contract.RefundQuote {
			return p.Quote(left, start, start.Add(-time.Duration(hours)*time.Hour))
		}
		q := quote(p, early)
		if q.Amount < 0 || q.Fee < 0 || q.Amount+q.Fee != left {
			t.Fatalf("%+v of %d by %+v", q, left, p)
		}
		if after := quote(p, later); after.Amount > q.Amount {
			t.Fatalf("%+v, and later %+v", q, after)
		}
		if p.KinderThan(o) {
			if other := quote(o, early); other.Amount > q.Amount || other.Allowed && !q.Allowed {
				t.Fatalf("%+v is called kinder than %+v, but %+v against %+v", p, o, q, other)
			}
		}
	})
}

func drawPolicy(t *rapid.T) *contract.RefundPolicy {
	return &contract.RefundPolicy{
		Allowed: rapid.Bool().Draw(t, "allowed"), RefundableUntilHours: rapid.IntRange(0, 8760).Draw(t, "hours"),
		FeeBasisPoints: rapid.IntRange(0, 10_000).Draw(t, "fee"), FeeAmount: rapid.Int64Range(0, 1_000_000_000).Draw(t, "fixed"),
		CancelWithoutRefund: rapid.Bool().Draw(t, "for nothing"),
	}
}
