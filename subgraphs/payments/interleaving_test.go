package payments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/jobs"
	"marquee/internal/outbox"
	"marquee/internal/pg/pgtest"
	"marquee/internal/service"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store"
)

// world is the subgraph on a real database with nothing running in the background, a clock of its own, and a model of the bookings
// subgraph on the other side of the saga. Every step is drawn, so a failing run is printed small and can be repeated.
type world struct {
	*bench
	domain *payment.Payments
	inbox  *outbox.Inbox
	routes *http.ServeMux
	ahead  time.Duration
	sales  []*sale
}

// sale is a booking as the bookings subgraph has it.
type sale struct {
	contract.Booking
	state     string // HELD, CONFIRMED, EXPIRED, CANCELLED
	payment   string // that confirmed it
	outgoing  []contract.Message
	delivered []bus.Event // to payments
	heard     int64       // seq of the last message from payments
}

func newWorld(t *testing.T, change ...func(*service.Deps)) *world {
	w := &world{bench: &bench{faults: &faults{}}}
	timing := quick
	timing.Payable = 0
	spec := assemble(wiring{timing: timing, around: w.faults.around})
	d := &service.Deps{
		Log: slog.New(slog.DiscardHandler), DB: pgtest.Pool(t, spec.Migrations), Jobs: jobs.New(), Outbox: outbox.New("payments"),
		PublicURL: "http://marquee.example", Demo: true, Now: func() time.Time { return time.Now().Add(w.ahead) },
	}
	for _, c := range change {
		c(d)
	}
	sg, err := spec.New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Jobs.Open(d.DB, 1, d.Log); err != nil {
		t.Fatal(err)
	}
	w.Subgraph = &servicetest.Subgraph{Deps: d}
	w.inbox = outbox.NewInbox(d.DB, sg.Consumers, func() {})
	w.routes = http.NewServeMux()
	for pattern, h := range sg.Routes {
		w.routes.Handle(pattern, h)
	}
	w.books = store.New(d.DB, d.Outbox, d.Jobs, payment.Fees{})
	w.domain = w.bench.domain(t, d.Now)
	return w
}

// begin starts a run with new people.
func (w *world) begin() {
	w.sales = nil
	w.faults.set(nil, nil)
	w.buyer = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User}}
	w.owner = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.EventManager}}
}

func (w *world) query(t *rapid.T, sql string, args ...any) []string {
	rows, err := w.Deps.DB.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ids returns payments or refunds of this run.
func (w *world) ids(t *rapid.T, table string) []string {
	if table == "refund" {
		return w.query(t, "select r.id from refund r join payment p on p.id = r.payment_id where p.user_id = $1 order by r.id", w.buyer.UserID)
	}
	return w.query(t, "select id from payment where user_id = $1 order by id", w.buyer.UserID)
}

func (w *world) hold(*rapid.T) {
	if len(w.sales) == 3 {
		return
	}
	s := &sale{Booking: w.booking(1000), state: "HELD"}
	s.HoldExpiresAt = w.Deps.Now().Add(10 * time.Minute)
	s.outgoing = append(s.outgoing, contract.BookingHeld{Booking: s.Booking})
	w.sales = append(w.sales, s)
}

func (w *world) any(t *rapid.T) *sale {
	if len(w.sales) == 0 {
		w.hold(t)
	}
	return rapid.SampledFrom(w.sales).Draw(t, "sale")
}

func (s *sale) say(m func(contract.Booking) contract.Message, state string) {
	s.Revision++
	s.state = state
	s.outgoing = append(s.outgoing, m(s.Booking))
}

func (w *world) expire(t *rapid.T) {
	if s := w.any(t); s.state == "HELD" {
		s.say(func(b contract.Booking) contract.Message {
			return contract.BookingExpired{Booking: b, Reason: contract.HoldExpired}
		}, "EXPIRED")
	}
}

func (w *world) cancel(t *rapid.T) {
	if s := w.any(t); s.state == "CONFIRMED" {
		s.cancel(contract.CancelledByHolder)
	}
}

func (s *sale) cancel(reason string) {
	s.say(func(b contract.Booking) contract.Message {
		return contract.BookingCancelled{Booking: b, Reason: reason}
	}, "CANCELLED")
}

func (s *sale) confirm(paymentID string) {
	s.payment = paymentID
	s.say(func(b contract.Booking) contract.Message {
		return contract.BookingConfirmed{Booking: b, PaymentID: paymentID}
	}, "CONFIRMED")
}

// deliver brings the next message of a booking to payments.
func (w *world) deliver(t *rapid.T) { w.deliverOf(t, w.any(t)) }

func (w *world) deliverOf(t *rapid.T, s *sale) {
	if len(s.outgoing) == 0 {
		return
	}
	e := eventOf(t, s.outgoing[0])
	s.outgoing = s.outgoing[1:]
	s.delivered = append(s.delivered, e)
	w.handle(t, e)
}

// redeliver brings an old message again, as the same event or as another one.
func (w *world) redeliver(t *rapid.T) {
	s := w.any(t)
	if len(s.delivered) == 0 {
		return
	}
	e := rapid.SampledFrom(s.delivered).Draw(t, "event")
	if rapid.Bool().Draw(t, "under a new id") {
		e.ID = id.New("evn")
	}
	w.handle(t, e)
}

func eventOf(t *rapid.T, m contract.Message) bus.Event {
	payload, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return bus.Event{ID: id.New("evn"), Topic: m.Topic(), Key: m.Key(), Payload: payload}
}

func (w *world) handle(t *rapid.T, e bus.Event) {
	if err := bus.One(context.Background(), w.inbox, e); err != nil {
		t.Fatal(err)
	}
}

// listen lets bookings hear the next message of payments about a booking.
func (w *world) listen(t *rapid.T) { w.listenTo(t, w.any(t)) }

func (w *world) listenTo(t *rapid.T, s *sale) bool {
	var topic string
	var payload []byte
	err := w.Deps.DB.QueryRow(context.Background(), "select seq, topic, payload from outbox where key = $1 and seq > $2 order by seq limit 1",
		s.BookingID, s.heard).Scan(&s.heard, &topic, &payload)
	if errors.Is(err, pgx.ErrNoRows) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	switch topic {
	case "payment.captured":
		m, err := bus.Decode[contract.PaymentCaptured](bus.Event{Payload: payload})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case s.state == "HELD", s.state == "EXPIRED" && rapid.Bool().Draw(t, "seats are left"):
			s.confirm(m.PaymentID)
		case s.state == "CONFIRMED" && s.payment == m.PaymentID:
		default:
			s.outgoing = append(s.outgoing, contract.PaymentRejected{BookingID: s.BookingID, PaymentID: m.PaymentID})
		}
	case "payment.refunded":
		m, err := bus.Decode[contract.PaymentRefunded](bus.Event{Payload: payload})
		if err != nil {
			t.Fatal(err)
		}
		if m.Left == 0 && m.Reason == contract.RefundOrganizer && s.state == "CONFIRMED" && s.payment == m.PaymentID {
			s.cancel(contract.Refunded)
		}
	}
	return true
}

func (w *world) payOne(t *rapid.T) {
	s := w.any(t)
	card := rapid.SampledFrom([]string{goodCard, goodCard, declinedCard, secureCard, lateCard, lostCard}).Draw(t, "card")
	_, _ = w.domain.Pay(context.Background(), w.buyer, payment.PayBookingInput{
		BookingID: s.BookingID, IdempotencyKey: id.New("key"),
		Card: &payment.CardInput{Number: card, ExpiryMonth: 1, ExpiryYear: time.Now().Year() + 2, Cvc: "123"},
	})
}

func (w *world) giveBack(t *rapid.T) {
	if ids := w.ids(t, "payment"); len(ids) > 0 {
		amount := rapid.SampledFrom([]int64{1, 300, 700, 1000}).Draw(t, "amount")
		_, _, _ = w.domain.GiveBack(context.Background(), w.owner, payment.RefundPaymentInput{
			PaymentID: rapid.SampledFrom(ids).Draw(t, "payment"), Amount: &amount, IdempotencyKey: id.New("key"),
		})
	}
}

func (w *world) settleOne(t *rapid.T) {
	if ids := w.ids(t, "payment"); len(ids) > 0 {
		if _, err := w.domain.Settle(context.Background(), rapid.SampledFrom(ids).Draw(t, "payment")); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) runRefund(t *rapid.T) {
	if ids := w.ids(t, "refund"); len(ids) > 0 {
		if _, err := w.domain.RunRefund(context.Background(), rapid.SampledFrom(ids).Draw(t, "refund")); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) bank(t *rapid.T) {
	pages := w.query(t, "select challenge from sandbox.charge c join payment p on p.id = c.key where p.user_id = $1 and challenge is not null order by challenge", w.buyer.UserID)
	if len(pages) == 0 {
		return
	}
	form := url.Values{"decision": {rapid.SampledFrom([]string{"approve", "decline"}).Draw(t, "decision")}}
	r := httptest.NewRequest(http.MethodPost, "/sandbox/3ds/"+rapid.SampledFrom(pages).Draw(t, "page"), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	w.routes.ServeHTTP(answer, r)
	if answer.Code != http.StatusSeeOther {
		t.Fatalf("the bank answers %d", answer.Code)
	}
}

// wait lets time pass for everybody.
func (w *world) wait(t *rapid.T) {
	w.ahead += time.Duration(rapid.IntRange(1, 600).Draw(t, "seconds")) * time.Second
}

func (w *world) weather(t *rapid.T) {
	switch rapid.IntRange(0, 3).Draw(t, "weather") {
	case 0:
		w.faults.set(payment.ErrUnavailable, nil)
	case 1:
		w.faults.set(errors.New("timeout before"), nil)
	case 2:
		w.faults.set(nil, errors.New("timeout after"))
	default:
		w.faults.set(nil, nil)
	}
}

// finish lets everything that is under way come to its end.
func (w *world) finish(t *rapid.T) {
	w.faults.set(nil, nil)
	w.ahead += 20 * time.Minute
	for busy := true; busy; {
		busy = false
		for _, p := range w.ids(t, "payment") {
			if again, err := w.domain.Settle(context.Background(), p); err != nil || again != 0 {
				t.Fatalf("payment %s is not settled after all: %s, %v", p, again, err)
			}
		}
		for _, s := range w.sales {
			for len(s.outgoing) > 0 {
				w.deliverOf(t, s)
				busy = true
			}
			for w.listenTo(t, s) {
				busy = true
			}
		}
		for _, r := range w.ids(t, "refund") {
			if again, err := w.domain.RunRefund(context.Background(), r); err != nil || again != 0 {
				t.Fatalf("refund %s is not done after all: %s, %v", r, again, err)
			}
		}
	}
}

func TestInterleavings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		w.begin()
		steps := w.steps()
		steps["pay"], steps["bank"], steps["weather"] = w.payOne, w.bank, w.weather
		rt.Repeat(steps)
		w.finish(rt)
		w.keepsWhatIsSold(rt)
		w.reconcile(rapidTB{t, rt})
	})
}

// steps are those that are the same for every provider.
func (w *world) steps() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"hold": w.hold, "expire": w.expire, "cancel": w.cancel, "deliver": w.deliver, "deliver again": w.redeliver, "listen": w.listen,
		"give back": w.giveBack, "settle": w.settleOne, "refund": w.runRefund, "time passes": w.wait,
	}
}

// keepsWhatIsSold checks that money is kept for confirmed bookings, and for no others.
func (w *world) keepsWhatIsSold(rt *rapid.T) {
	for _, s := range w.sales {
		// What the organiser gave back of a payment that never found its seats does not lessen what the booking costs.
		var kept, given int64
		if err := w.Deps.DB.QueryRow(context.Background(), `select coalesce(sum(amount - refunded), 0)::bigint,
			coalesce(sum((select sum(r.amount) from refund r where r.payment_id = p.id and r.reason = 'ORGANIZER')) filter (where p.id = $2), 0)::bigint
			from payment p where booking_id = $1 and captured_at is not null`, s.BookingID, s.payment).Scan(&kept, &given); err != nil {
			rt.Fatal(err)
		}
		switch want := s.TotalAmount - given; {
		case s.state == "CONFIRMED" && kept != want:
			rt.Errorf("confirmed booking %s: kept %d, want %d", s.BookingID, kept, want)
		case s.state != "CONFIRMED" && kept != 0:
			rt.Errorf("%s booking %s: kept %d", s.state, s.BookingID, kept)
		}
	}
}

// rapidTB reports to a run of rapid what is written for a test.
type rapidTB struct {
	testing.TB
	run *rapid.T
}

func (r rapidTB) Errorf(format string, args ...any) { r.run.Errorf(format, args...) }
func (r rapidTB) Fatal(args ...any)                 { r.run.Fatal(fmt.Sprint(args...)) }
func (r rapidTB) Helper()                           {}
