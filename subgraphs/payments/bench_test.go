package payments

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider"
	"marquee/subgraphs/payments/internal/store"
)

const (
	goodCard     = "4242 4242 4242 4242"
	declinedCard = "4000 0000 0000 0002"
	secureCard   = "4000 0000 0000 3220"
	lateCard     = "4000 0000 0000 9995"
	lostCard     = "4000 0000 0000 0119"

	disputeLostCard = "4000 0000 0000 0259"
	disputeWonCard  = "4000 0000 0000 2685"
)

// bench is the subgraph under test, with faults in front of its provider, and its books to look into.
type bench struct {
	*servicetest.Subgraph
	faults *faults
	books  *store.Store
	buyer  *viewer.Viewer
	owner  *viewer.Viewer // the organiser
	admin  *viewer.Viewer
	other  *viewer.Viewer
}

var quick = payment.Timing{
	ProviderCall: 10 * time.Second, Payable: 100 * time.Millisecond, Poll: 20 * time.Millisecond, SettleAfter: time.Hour,
	Abandon: 20 * time.Second, Action: 15 * time.Minute, RunRefund: time.Hour,
	Retry: time.Millisecond, Watch: time.Second,
}

func start(t testing.TB, timing payment.Timing, options ...servicetest.Option) *bench {
	t.Helper()
	b := &bench{faults: &faults{}}
	b.Subgraph = servicetest.Start(t, assemble(wiring{timing: timing, around: b.faults.around}), options...)
	b.books = store.New(b.Deps.DB, b.Deps.Outbox, b.Deps.Jobs, payment.Fees{BasisPoints: b.Deps.FeeBasisPoints, Fixed: b.Deps.FeeFixed})
	user := func(roles ...string) *viewer.Viewer {
		return &viewer.Viewer{UserID: id.New("usr"), Roles: append(roles, viewer.User), SessionID: id.New("ses")}
	}
	b.buyer, b.owner, b.admin, b.other = user(), user(viewer.EventManager), user(viewer.Admin), user(viewer.EventManager)
	return b
}

// open returns the providers of the subgraph's settings as another process would have them, with its own clock and without faults.
func (b *bench) open(t testing.TB, now func() time.Time) payment.Providers {
	t.Helper()
	providers, _, err := provider.Open(provider.Env{
		DB: b.Deps.DB, PublicURL: b.Deps.PublicURL, Now: now, Log: slog.New(slog.DiscardHandler), Demo: b.Deps.Demo, Settings: b.Deps.Providers,
		Fence: store.Fence{Pool: b.Deps.DB},
	})
	if err != nil {
		t.Fatal(err)
	}
	return providers
}

// domain returns the use cases as another process would have them, with its own clock.
func (b *bench) domain(t testing.TB, now func() time.Time) *payment.Payments {
	t.Helper()
	providers := b.open(t, now)
	for i := range providers {
		providers[i] = b.faults.around(providers[i])
	}
	p, err := payment.New(b.books, providers, b.Deps.PublicURL, now, quick, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// provider is the real one, without faults.
func (b *bench) provider(t testing.TB) payment.Provider {
	t.Helper()
	return b.open(t, time.Now)[0]
}

// in returns a clock that is ahead.
func in(d time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(d) } }

// faults stands in front of a real provider and may break a call before or after it took effect. The zero value breaks nothing.
type faults struct {
	mu      sync.Mutex
	before  error // returned instead of calling
	after   error // returned though the call took effect
	charges int   // calls of Charge that reached the provider
	refunds int
	arrived chan struct{} // closed when a held charge has arrived
	release <-chan struct{}
}

// hold lets the next charges wait for release; the returned channel closes when the first has come.
func (f *faults) hold(release <-chan struct{}) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release, f.arrived = release, make(chan struct{})
	return f.arrived
}

// pass waits for the release, if charges are held.
func (f *faults) pass() {
	f.mu.Lock()
	release := f.release
	if f.arrived != nil {
		close(f.arrived)
		f.arrived = nil
	}
	f.mu.Unlock()
	if release != nil {
		<-release
	}
}

type faulty struct {
	payment.Provider
	f *faults
}

func (f *faults) around(p payment.Provider) payment.Provider { return faulty{p, f} }

func (f *faults) set(before, after error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before, f.after = before, after
}

func (f *faults) get(n *int) (before, after error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before == nil && n != nil {
		*n++
	}
	return f.before, f.after
}

func (p faulty) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
	before, after := p.f.get(&p.f.charges)
	if before != nil {
		return payment.Charge{}, before
	}
	p.f.pass()
	c, err := p.Provider.Charge(ctx, r)
	if err == nil && after != nil {
		return payment.Charge{}, after
	}
	return c, err
}

func (p faulty) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	if before, _ := p.f.get(nil); before != nil {
		return payment.Charge{}, before
	}
	return p.Provider.ChargeByKey(ctx, r)
}

func (p faulty) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	before, after := p.f.get(&p.f.refunds)
	if before != nil {
		return before
	}
	if err := p.Provider.Refund(ctx, r); err != nil {
		return err
	}
	return after
}

// booking is news of a new booking of the buyer's.
func (b *bench) booking(amount int64) contract.Booking {
	return contract.Booking{
		BookingID: id.New("bkg"), Revision: 1, Reference: "ABCD-2345", UserID: b.buyer.UserID, EventID: id.New("evt"),
		OrganizerID: b.owner.UserID, EventTitle: "Concert", EventStartsAt: time.Now().Add(48 * time.Hour), EventTimeZone: "Europe/Berlin",
		TotalAmount: amount, Currency: "EUR", HoldExpiresAt: time.Now().Add(10 * time.Minute),
	}
}

// held delivers the news of a held booking.
func (b *bench) held(t testing.TB, amount int64) contract.Booking {
	t.Helper()
	k := b.booking(amount)
	b.Deliver(t, contract.BookingHeld{Booking: k, At: time.Now()})
	return k
}

// next is the booking's next revision.
func next(k contract.Booking) contract.Booking {
	k.Revision++
	return k
}

type userError struct {
	Field   []string
	Message string
	Code    string
}

type refundAnswer struct {
	ID, Status, Reason string
	Amount             struct{ Amount int64 }
	CompletedAt        *time.Time
}

type paymentAnswer struct {
	ID, Status, Provider, Method string
	Amount, Refunded             struct {
		Amount   int64
		Currency string
	}
	Booking, User            struct{ ID string }
	ActionURL, DeclineReason *string
	CapturedAt               *time.Time
	CreatedAt                time.Time
	Refunds                  []refundAnswer
}

const paymentFields = `id status provider method amount { amount currency } refunded { amount currency } booking { id } user { id } actionUrl
	declineReason createdAt capturedAt refunds { id status amount { amount } reason completedAt }`

type payAnswer struct {
	Payment    *paymentAnswer
	UserErrors []userError
}

func (a payAnswer) code() string {
	if len(a.UserErrors) == 0 {
		return ""
	}
	return a.UserErrors[0].Code
}

const payMutation = `mutation($input: PayBookingInput!) { payBooking(input: $input) { payment { ` + paymentFields + ` } userErrors { field message code } } }`

func payInput(bookingID, card, key string) map[string]any {
	return map[string]any{"bookingId": bookingID, "idempotencyKey": key, "card": map[string]any{
		"number": card, "expiryMonth": 12, "expiryYear": time.Now().Year() + 2, "cvc": "123",
	}}
}

func (b *bench) pay(t testing.TB, who *viewer.Viewer, bookingID, card, key string) payAnswer {
	t.Helper()
	return b.payWith(t, who, payInput(bookingID, card, key))
}

func (b *bench) payWith(t testing.TB, who *viewer.Viewer, input map[string]any) payAnswer {
	t.Helper()
	var out struct{ PayBooking payAnswer }
	b.Do(t, who, payMutation, map[string]any{"input": input}).Into(t, &out)
	return out.PayBooking
}

// paid is a captured payment.
func (b *bench) paid(t testing.TB, amount int64) (contract.Booking, paymentAnswer) {
	t.Helper()
	k := b.held(t, amount)
	a := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key"))
	if a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Fatalf("payment: %+v", a)
	}
	return k, *a.Payment
}

type refundPayload struct {
	Payment    *paymentAnswer
	Refund     *refundAnswer
	UserErrors []userError
}

func (a refundPayload) code() string { return payAnswer{UserErrors: a.UserErrors}.code() }

func (b *bench) refund(t testing.TB, who *viewer.Viewer, paymentID string, amount any, key string) refundPayload {
	t.Helper()
	var out struct{ RefundPayment refundPayload }
	b.Do(t, who, `mutation($input: RefundPaymentInput!) { refundPayment(input: $input) {
		payment { `+paymentFields+` } refund { id status amount { amount } reason completedAt } userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"paymentId": paymentID, "amount": amount, "idempotencyKey": key}}).Into(t, &out)
	return out.RefundPayment
}

func (b *bench) payment(t testing.TB, who *viewer.Viewer, paymentID string) *paymentAnswer {
	t.Helper()
	var out struct{ Payment *paymentAnswer }
	b.Do(t, who, `query($id: ID!) { payment(id: $id) { `+paymentFields+` } }`, map[string]any{"id": paymentID}).Into(t, &out)
	return out.Payment
}

// number reads one number from the database.
func (b *bench) number(t testing.TB, sql string, args ...any) (n int64) {
	t.Helper()
	if err := b.Deps.DB.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// published decodes the messages of one kind, in order.
func published[M contract.Message](t testing.TB, b *bench) []M {
	t.Helper()
	var m M
	var out []M
	for _, e := range b.PublishedTo(t, m.Topic()) {
		if err := json.Unmarshal(e.Payload, &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: %s, want %s", what, g, w)
	}
}

// until looks until the condition holds; the test's own deadline bounds it.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(10 * time.Millisecond) // only paces the polling
	}
}
