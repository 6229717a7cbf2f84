package payments

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

// moment is how a provider answered at a moment of a story.
type moment struct {
	dispute  bool
	charge   payment.Charge
	disputes []payment.ProviderDispute
}

// stale is a provider whose answers are those of a moment: as if the question or the answer had been long on its way.
type stale struct {
	payment.Provider
	mu  sync.Mutex
	now moment
	key string
}

func (s *stale) ChargeByKey(context.Context, payment.ChargeRef) (payment.Charge, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.now.charge
	c.Key = s.key
	return c, nil
}

func (s *stale) Disputes(context.Context, payment.ChargeRef) ([]payment.ProviderDispute, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.disputes, nil
}

// Answers may overtake each other, too: every order of what a provider answered at the moments of a story, with repetitions, ends the same.
func TestStaleAnswersInEveryOrder(t *testing.T) {
	t.Parallel()
	for name, open := range sellers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			b := install(t, s)
			for _, st := range stories[name][:2] { // the long ones
				r := b.play(t, s, st)
				var moments []moment
				note := func(act string) {
					at := b.open(t, in(r.ahead))[providerIndex(t, b, name)]
					known, err := b.books.Payment(t.Context(), r.paid.ID)
					if err != nil {
						t.Fatal(err)
					}
					ref := payment.ChargeRef{Key: known.ID, Reference: known.Reference, Amount: known.Amount, CreatedAt: known.CreatedAt}
					m := moment{dispute: hint(standin.Delivery{Type: act}, "").Dispute}
					if m.charge, err = at.ChargeByKey(t.Context(), ref); err != nil {
						t.Fatal(err)
					}
					if m.disputes, err = at.Disputes(t.Context(), ref); err != nil {
						t.Fatal(err)
					}
					moments = append(moments, m)
				}
				note("pay")
				for _, act := range st.acts {
					r.act(t, act)
					note(act)
				}
				first := ""
				permutations(len(moments), func(order []int) {
					p, k := b.blank(t, name)
					late := &stale{Provider: b.open(t, time.Now)[providerIndex(t, b, name)], key: p.ID}
					domain, err := payment.New(b.books, payment.Providers{late}, b.Deps.PublicURL, time.Now, quick, slog.New(slog.DiscardHandler))
					if err != nil {
						t.Fatal(err)
					}
					hear := func(i int) {
						late.now = moments[i]
						if late.now.dispute {
							late.now.charge = moments[0].charge // heard of before the payment itself
						}
						for range 3 {
							err := domain.Changed(t.Context(), payment.Hint{PaymentID: p.ID, Dispute: moments[i].dispute})
							if err == nil {
								return
							}
							late.now = moments[i]
						}
						t.Errorf("in the order %v: %d was never taken", order, i)
					}
					for n, i := range order {
						hear(i)
						hear(order[n/2]) // again
					}
					got := b.stateOf(t, p.ID, k)
					if first == "" {
						if first = got; !strings.HasPrefix(got, st.want) {
							t.Fatalf("%s ends as %s, want %s", st.name, got, st.want)
						}
					}
					if got != first {
						t.Errorf("%s, in the order %v:\n%s\nelse\n%s", st.name, order, got, first)
					}
				})
			}
			equal(t, "the sum of the ledger", b.number(t, "select coalesce(sum(amount), 0) from ledger_entry"), 0)
		})
	}
}
