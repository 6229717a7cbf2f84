package payments

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

const (
	allOrders = 5  // messages whose every order is tried
	someSeeds = 12 // random runs of each story
)

// ordersOf answers the orders in which n messages are tried: all of up to allOrders for a story's full run, else some that a seed draws.
func ordersOf(n int, full bool, each func(seed uint64, order []int)) {
	if fits := n <= allOrders && full || n <= 3; fits {
		seed := uint64(0)
		permutations(n, func(order []int) {
			seed++
			each(seed, order)
		})
		return
	}
	for seed := range uint64(someSeeds) {
		each(seed, rand.New(rand.NewPCG(seed, 1)).Perm(n))
	}
}

// Everything has happened at the provider, and then its webhooks come, in every order and with repetitions: the payment, its ledger and what
// bookings hear are the same.
func TestWebhooksInEveryOrder(t *testing.T) {
	t.Parallel()
	for name, open := range sellers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			b := install(t, s)
			for i, st := range stories[name] {
				first, runs := "", 0
				told := func(r *run) int {
					for _, act := range st.acts {
						r.act(t, act)
					}
					return min(len(r.messages), allOrders)
				}
				try := func(r *run, seed uint64, order []int) {
					dice := rand.New(rand.NewPCG(seed, 2))
					for extra := allOrders; extra < len(r.messages); extra++ { // beyond what is ordered: anywhere
						at := dice.IntN(len(order) + 1)
						order = append(order[:at:at], append([]int{extra}, order[at:]...)...)
					}
					r.deliver(t, order, dice)
					got := r.state(t)
					if runs++; first == "" {
						if first = got; !strings.HasPrefix(got, st.want) {
							t.Fatalf("%s ends as %s, want %s", st.name, got, st.want)
						}
					}
					if got != first {
						t.Errorf("%s, seed %d, in the order %v:\n%s\nelse\n%s", st.name, seed, order, got, first)
					}
				}
				r := b.play(t, s, st)
				n := told(r)
				ordersOf(n, i == 0, func(seed uint64, order []int) {
					if r == nil {
						r = b.play(t, s, st)
						told(r)
					}
					try(r, seed, append([]int(nil), order...))
					r = nil
				})
				if runs < 1 || i == 0 && n == allOrders && runs != 120 {
					t.Errorf("%s: %d messages, %d runs", st.name, n, runs)
				}
			}
			equal(t, "the sum of the ledger", b.number(t, "select coalesce(sum(amount), 0) from ledger_entry"), 0)
			equal(t, "differences", b.differences(t, 0), []string{})
		})
	}
}

// The webhooks come while the story goes on, at any moment, any number of times, forged and old ones among them, with the buyer's return and
// the settle job in between: it ends as if they had come in order.
func TestWebhooksAtAnyMoment(t *testing.T) {
	t.Parallel()
	for name, open := range sellers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			b := install(t, s)
			for _, st := range stories[name] {
				first := ""
				for seed := range uint64(someSeeds) {
					dice := rand.New(rand.NewPCG(seed, 3))
					r := b.play(t, s, st)
					acts := st.acts
					for len(acts) > 0 {
						switch what := dice.IntN(6); {
						case seed == 0 || what < 2:
							r.act(t, acts[0])
							acts = acts[1:]
						case what == 2:
							r.back(t)
							r.messages = append(r.messages, s.news(r)...)
						case what == 3:
							if _, err := r.domain(t, in(r.ahead)).Settle(t.Context(), r.paid.ID); err != nil {
								t.Fatal(err)
							}
							r.messages = append(r.messages, s.news(r)...)
						case len(r.messages) > 0 && what == 4 && s.signed != nil:
							r.lies(t, r.messages[dice.IntN(len(r.messages))])
						case len(r.messages) > 0:
							if status := r.post(t, r.messages[dice.IntN(len(r.messages))]); status != http.StatusNoContent && status != http.StatusServiceUnavailable {
								t.Errorf("answered %d", status)
							}
							r.messages = append(r.messages, s.news(r)...)
						}
					}
					order := dice.Perm(len(r.messages))
					if seed == 0 {
						order = nil
						for i := range r.messages {
							order = append(order, i)
						}
					}
					r.deliver(t, order, dice)
					r.messages = append(r.messages, s.news(r)...) // PayPal tells of a capture that a webhook brought about
					r.deliver(t, dice.Perm(len(r.messages)), dice)
					got := r.state(t)
					if first == "" {
						if first = got; !strings.HasPrefix(got, st.want) {
							t.Fatalf("%s ends as %s, want %s", st.name, got, st.want)
						}
					}
					if got != first {
						t.Errorf("%s, seed %d:\n%s\nelse\n%s", st.name, seed, got, first)
					}
				}
			}
			equal(t, "the sum of the ledger", b.number(t, "select coalesce(sum(amount), 0) from ledger_entry"), 0)
			equal(t, "differences", b.differences(t, 0), []string{})
		})
	}
}

// sum is all that the platform has, as a few numbers.
func (b *bench) sum(t *testing.T) (out string) {
	t.Helper()
	for _, table := range []string{"payment", "dispute", "refund", "ledger_transfer", "outbox", "charge_fence", "invoice"} {
		var sum string
		if err := b.Deps.DB.QueryRow(t.Context(), "select coalesce(md5(string_agg(x::text, '|' order by x::text)), '') from "+table+" x").Scan(&sum); err != nil {
			t.Fatal(err)
		}
		out += table + " " + sum + "; "
	}
	return out
}

// lies tries what is not the provider's word of this payment: nothing changes of what the platform knew, all that was true.
func (r *run) lies(t *testing.T, good standin.Delivery) {
	t.Helper()
	_ = r.domain(t, in(r.ahead)).Changed(t.Context(), payment.Hint{PaymentID: r.paid.ID, Dispute: true}) // not before it is decided
	r.messages = append(r.messages, r.s.news(r)...)
	before := r.sum(t)
	about := func(key string) []byte { return []byte(strings.ReplaceAll(string(good.Body), r.paid.ID, key)) }
	unsigned := standin.Delivery{Header: http.Header{"Content-Type": {"application/json"}}, Body: good.Body}
	swapped := standin.Delivery{Header: good.Header, Body: []byte(strings.Replace(string(good.Body), ":", " :", 1))}
	for what, lie := range map[string]struct {
		standin.Delivery
		want int
	}{
		"unsigned":                   {unsigned, http.StatusBadRequest},
		"with another body":          {swapped, http.StatusBadRequest},
		"old":                        {r.s.old(good), http.StatusBadRequest},
		"of a payment nobody knows":  {r.s.signed(about(id.New("pay"))), http.StatusNoContent},
		"of another shop's payment":  {r.s.signed(about("order-77")), http.StatusNoContent},
		"of a payment with a quote":  {r.s.signed(about("pay_'; drop table payment")), http.StatusNoContent},
		"of something else entirely": {r.s.signed([]byte(`{"id":"x","event":"x.y","event_type":"X.Y","type":"x.y","object":"event","created_at":` + nowText() + `,"payload":{},"resource":{},"data":{"object":{}}}`)), http.StatusNoContent},
	} {
		if strings.Contains(string(good.Body), r.paid.ID) || lie.want != http.StatusNoContent || what == "of something else entirely" {
			if status := r.post(t, lie.Delivery); status != lie.want {
				t.Errorf("%s, %s: answered %d, want %d", good.Type, what, status, lie.want)
			}
		}
	}
	if after := r.sum(t); after != before {
		t.Errorf("%s: lies changed the books:\n%s\nbefore\n%s", good.Type, after, before)
	}
}
