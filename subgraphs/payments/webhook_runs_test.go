package payments

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

// story is what happens to a payment at its provider. "back" is the buyer coming back to the shop and "refund" the organiser giving a part
// back: these two are the platform's.
type story struct {
	name  string
	means string
	acts  []string
	want  string // of the state it ends in
}

var (
	lostState     = "CAPTURED, 4250 disputed; dispute LOST 4250"
	wonState      = "CAPTURED, 0 disputed; dispute WON 4250"
	refundedState = "PARTIALLY_REFUNDED, 0 disputed"
	paidState     = "CAPTURED, 0 disputed"
	refusedState  = "DECLINED, 0 disputed"
)

// stories are the provider's; the first of each is tried in all orders.
var stories = map[string][]story{
	"sandbox": {
		{"disputed and lost", "losing", []string{"dispute", "lose"}, lostState},
		{"disputed and won", "winning", []string{"dispute", "win"}, wonState},
		{"refunded", "page", []string{"approve", "refund"}, refundedState},
		{"refused", "page", []string{"fail"}, refusedState},
		{"late", "late", []string{"clear"}, paidState},
	},
	"stripe": {
		{"disputed and lost", "page", []string{"approve", "dispute", "lose"}, lostState},
		{"disputed and won", "page", []string{"approve", "dispute", "win"}, wonState},
		{"refunded", "page", []string{"approve", "refund"}, refundedState},
		{"refused", "page", []string{"fail"}, refusedState},
		{"late", "late", []string{"clear"}, paidState},
	},
	"paypal": {
		{"disputed and lost", "page", []string{"approve", "back", "dispute", "lose"}, lostState},
		{"disputed and won", "page", []string{"approve", "back", "dispute", "win"}, wonState},
		{"refunded", "page", []string{"approve", "refund"}, refundedState},
		{"refused", "page", []string{"fail", "back"}, refusedState},
		{"late", "late", []string{"wait", "back", "clear"}, paidState},
		{"failed late", "late", []string{"wait", "back", "deny"}, refusedState},
	},
	"razorpay": {
		{"disputed and lost", "page", []string{"approve", "dispute", "lose"}, lostState},
		{"disputed and won", "page", []string{"approve", "dispute", "win"}, wonState},
		{"refunded", "page", []string{"approve", "refund"}, refundedState},
		{"refused", "page", []string{"fail", "end"}, refusedState},
	},
}

// run is one payment that goes through a story.
type run struct {
	*bench
	s        *seller
	booking  contract.Booking
	paid     paymentAnswer
	messages []standin.Delivery // all the provider has told
	told     []standin.Delivery // the sandbox's, before they are taken over
	ahead    time.Duration      // of the sandbox's clock
}

// install starts an installation with one seller.
func install(t *testing.T, s *seller) *bench {
	t.Helper()
	return start(t, quick, func(c *service.Config) { c.Demo, c.Providers = s.settings == config.Providers{}, s.settings })
}

// pay begins the payment of a story.
func (b *bench) play(t *testing.T, s *seller, st story) *run {
	t.Helper()
	r := &run{bench: b, s: s, booking: b.held(t, 4250)}
	input := map[string]any{"bookingId": r.booking.BookingID, "idempotencyKey": id.New("key")}
	for name, value := range s.means[st.means] {
		input[name] = value
	}
	a := b.payWith(t, b.buyer, input)
	if a.Payment == nil {
		t.Fatalf("%s: %+v", st.name, a)
	}
	r.paid = *a.Payment
	r.messages = append(r.messages, s.news(r)...)
	return r
}

// act does one thing of the story, and takes over what the provider tells of it.
func (r *run) act(t *testing.T, what string) {
	t.Helper()
	switch what {
	case "back":
		r.back(t)
	case "refund":
		r.back(t) // so that the capture is known
		if a := r.refund(t, r.owner, r.paid.ID, 1000, id.New("key")); a.code() != "" || a.Refund == nil || a.Refund.Status != "SUCCEEDED" {
			t.Fatalf("refund: %+v", a)
		}
	default:
		r.s.happens(t, r, what)
	}
	r.messages = append(r.messages, r.s.news(r)...)
}

func (r *run) back(t *testing.T) {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(r.URL() + "/payments/return/" + r.paid.ID)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	equal(t, "goes on to", answer.Header.Get("Location"), "http://marquee.example/checkout/"+r.booking.BookingID)
}

// post delivers a webhook and returns the answer's status.
func (r *run) post(t *testing.T, d standin.Delivery) int {
	t.Helper()
	if r.s.signed == nil { // hints of the sandbox
		if err := r.domain(t, in(r.ahead)).Changed(t.Context(), hint(d, r.paid.ID)); err != nil {
			return http.StatusServiceUnavailable
		}
		return http.StatusNoContent
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/webhooks/"+r.s.name, strings.NewReader(string(d.Body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = d.Header.Clone()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// deliver brings messages in this order, sometimes an earlier one again, and at the end those that were to come again.
func (r *run) deliver(t *testing.T, order []int, dice *rand.Rand) {
	t.Helper()
	var before, again []int
	one := func(i int) {
		switch status := r.post(t, r.messages[i]); status {
		case http.StatusNoContent:
		case http.StatusServiceUnavailable:
			again = append(again, i)
		default:
			t.Errorf("%s: answered %d", r.messages[i].Type, status)
		}
	}
	for _, i := range order {
		one(i)
		before = append(before, i)
		for dice.IntN(2) == 0 {
			one(before[dice.IntN(len(before))])
		}
	}
	for range 3 {
		left := again
		again = nil
		for _, i := range left {
			one(i)
		}
	}
	if len(again) > 0 {
		t.Errorf("never taken: %v", again)
	}
}

// state is all that the platform has of a payment: itself, its disputes, the ledger, and what bookings were told, in order.
func (r *run) state(t *testing.T) string { return r.stateOf(t, r.paid.ID, r.booking.BookingID) }

func (b *bench) stateOf(t *testing.T, paymentID, bookingID string) string {
	t.Helper()
	var out []string
	rows, err := b.Deps.DB.Query(t.Context(), `select 1, status || ', ' || disputed || ' disputed' from payment where id = $1
		union all select 2, 'dispute ' || status || ' ' || amount from dispute where payment_id = $1
		union all select 3, format('of %s, %s back of %s, captured %s, page %s, closed %s, %s', amount, refunded, refunding, captured_at is not null, action_url is not null,
			(select bool_and(closed_at is not null) from dispute where payment_id = $1), decline_code) from payment where id = $1
		union all select 4, format('%s %s > %s %s %s', kind, debit, credit, amount, currency) from ledger_transfer where payment_id = $1
		union all select 5, 'sum ' || coalesce(sum(amount), 0) from ledger_entry where payment_id = $1 order by 1, 2`, paymentID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var line string
		if err := rows.Scan(&n, &line); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.ReplaceAll(line, b.owner.UserID, "organiser"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	said, err := b.Deps.DB.Query(t.Context(), "select topic, payload from outbox where key = $1 order by seq", bookingID)
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	for said.Next() {
		var topic string
		var payload []byte
		if err := said.Scan(&topic, &payload); err != nil {
			t.Fatal(err)
		}
		var m struct {
			PaymentID, Status, Currency, Reason string
			Amount, Left                        int64
			Whole                               bool
		}
		if err := json.Unmarshal(payload, &m); err != nil || m.PaymentID != paymentID {
			t.Fatalf("%s: %v", payload, err)
		}
		m.PaymentID = ""
		out = append(out, fmt.Sprintf("said %s %+v", topic, m))
	}
	if err := said.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

// blank is a payment that was begun with a provider that was not asked yet, and its booking.
func (b *bench) blank(t *testing.T, provider string) (*payment.Payment, string) {
	t.Helper()
	k := b.held(t, 4250)
	begun, err := b.books.Begin(t.Context(), payment.Attempt{
		ID: id.New("pay"), BookingID: k.BookingID, UserID: b.buyer.UserID, Provider: provider, Brand: provider, Key: id.New("key"),
		Hash: []byte{1}, At: time.Now(), SettleAfter: time.Hour,
	})
	if err != nil || !begun.Fresh {
		t.Fatalf("%+v: %v", begun, err)
	}
	return begun.Payment, k.BookingID
}

// providerIndex is the place of a provider among those of an installation.
func providerIndex(t *testing.T, b *bench, name string) int {
	t.Helper()
	for i, p := range b.open(t, time.Now) {
		if p.Name() == name {
			return i
		}
	}
	t.Fatalf("%s is not there", name)
	return 0
}

func nowText() string { return strconv.FormatInt(time.Now().Unix(), 10) }
