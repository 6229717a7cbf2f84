//go:build e2e

package e2e_test

import (
	"context"
	"testing"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/id"
)

// crashPoints lie between every two steps from the hold of a booking to its end: before a message leaves, in each consumer before its
// commit, after all have it; and around the call of the payment provider.
var crashPoints = []struct {
	name   string
	cancel bool // the step belongs to the cancellation of a confirmed booking
}{
	{name: "relay/before/booking.held"},
	{name: "inbox/booking-held/booking.held"},
	{name: "relay/after/booking.held"},
	{name: "payment/pending"},
	{name: "payment/charged"},
	{name: "payment/recorded"},
	{name: "relay/before/payment.captured"},
	{name: "inbox/capture/payment.captured"},
	{name: "relay/after/payment.captured"},
	{name: "relay/before/booking.confirmed"},
	{name: "inbox/booking-confirmed/booking.confirmed"},
	{name: "inbox/notify/booking.confirmed"},
	{name: "inbox/facts/booking.confirmed"},
	{name: "relay/after/booking.confirmed"},
	{name: "change/written", cancel: true},
	{name: "change/committed", cancel: true},
	{name: "relay/before/booking.cancelled", cancel: true},
	{name: "inbox/booking-cancelled/booking.cancelled", cancel: true},
	{name: "refund/begun", cancel: true},
	{name: "refund/done", cancel: true},
	{name: "relay/before/payment.refunded", cancel: true},
	{name: "inbox/facts/payment.refunded", cancel: true},
	{name: "relay/after/payment.refunded", cancel: true},
}

// TestKilledBetweenSteps kills everything (SIGKILL, no goodbye to the database) between each two steps of the saga, starts it again and
// finds each booking confirmed and paid once, or cancelled and refunded once, with one notification of each kind and numbers that agree.
func TestKilledBetweenSteps(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	data := folder(t)
	bin := built(t, crashBinary)
	p := up(t, bin, data)
	w := &world{t: t, ctx: ctx}
	w.populate(p.URL)
	confirmed, cancelled := 0, 0
	for _, point := range crashPoints {
		w.quiet(p)
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		p = up(t, bin, data, "MARQUEE_CRASH_AT="+point.name)
		w.at(p.URL)
		b := w.book(p, point.cancel)
		select {
		case <-p.Ended():
		case <-time.After(30 * time.Second):
			t.Fatalf("%s: the process did not die there", point.name)
		}
		p = up(t, bin, data)
		w.at(p.URL)
		w.finish(point.name, b, point.cancel)
		if point.cancel {
			cancelled++
		} else {
			confirmed++
		}
	}
	w.quiet(p)
	w.totals(confirmed, cancelled)
}

// quiet waits until no message is under way: what is left over would run into the next point while that process starts, and the step
// would be tested with the booking before. A message leaves its outbox after its consumers have written theirs to their own, so a sum
// read subgraph by subgraph is believed when it is zero twice.
func (w *world) quiet(p *e2e.Process) {
	w.t.Helper()
	zeros := 0
	w.must(e2e.Eventually(w.ctx, "no message under way", func() (bool, error) {
		n, err := p.Waiting(w.ctx)
		if err != nil {
			return false, err
		}
		if n > 0 {
			zeros = 0
			return false, nil
		}
		zeros++
		return zeros > 1, nil
	}))
}

// world is the people and the event of the test; they outlive the processes.
type world struct {
	t                         *testing.T
	ctx                       context.Context
	managerEmail, buyerEmail  string
	manager, buyer, anonymous *e2e.Client
	event                     *e2e.Event
}

const worldPassword = "correct horse battery"

// attempt is one booking with the keys that its buyer uses again after the crash.
type attempt struct {
	booking           string // "" if the hold was not answered
	hold, pay, cancel string
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) populate(base string) {
	w.t.Helper()
	url := base + "/graphql"
	var err error
	w.manager, w.managerEmail, err = e2e.Register(w.ctx, url, "Kim Manager")
	w.must(err)
	_, err = w.manager.Mutate(w.ctx, `mutation($input: StartOrganizingInput!) { out: startOrganizing(input: $input) { userErrors { field message code } } }`, map[string]any{}, nil)
	w.must(err)
	w.buyer, w.buyerEmail, err = e2e.Register(w.ctx, url, "Bo Buyer")
	w.must(err)
	w.at(base)
	w.event, err = w.manager.PublishEvent(w.ctx, "The night it crashed", 100, 1000)
	w.must(err)
}

// at logs both in at a new process.
func (w *world) at(base string) {
	w.t.Helper()
	url := base + "/graphql"
	w.anonymous = &e2e.Client{URL: url}
	var err error
	w.manager, err = e2e.LogIn(w.ctx, url, w.managerEmail, worldPassword)
	w.must(err)
	w.buyer, err = e2e.LogIn(w.ctx, url, w.buyerEmail, worldPassword)
	w.must(err)
}

// book holds, pays and, if told to, cancels; any step may fail because the process dies under it.
func (w *world) book(p *e2e.Process, cancel bool) attempt {
	w.t.Helper()
	a := attempt{hold: id.New("key"), pay: id.New("key"), cancel: id.New("key")}
	b, users, err := w.buyer.HoldWithKey(w.ctx, w.event, 1, a.hold)
	if len(users) > 0 {
		w.t.Fatalf("hold: %+v", users)
	}
	if err != nil { // its message may leave, and the process die with it, before the answer does
		return a
	}
	a.booking = b.ID
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	go func() {
		select {
		case <-p.Ended():
			stop()
		case <-ctx.Done():
		}
	}()
	if _, err := w.buyer.Pay(ctx, a.booking, e2e.GoodCard, a.pay); err != nil || !cancel {
		return a
	}
	if _, err := w.buyer.AwaitStatus(ctx, a.booking, "CONFIRMED"); err != nil {
		return a
	}
	_ = w.cancel(ctx, a)
	return a
}

func (w *world) cancel(ctx context.Context, a attempt) error {
	_, err := w.buyer.Mutate(ctx, `mutation($input: CancelBookingInput!) { out: cancelBooking(input: $input) { userErrors { field message code } } }`,
		map[string]any{"bookingId": a.booking, "idempotencyKey": a.cancel}, nil)
	return err
}

// finish does after the restart what a client does that got no answer: ask again with the same key. Then it looks at the end.
func (w *world) finish(point string, a attempt, cancel bool) {
	w.t.Helper()
	if a.booking == "" {
		b, users, err := w.buyer.HoldWithKey(w.ctx, w.event, 1, a.hold)
		if err != nil || len(users) > 0 {
			w.t.Fatalf("%s: holding again: %v %+v", point, err, users)
		}
		a.booking = b.ID
	}
	w.payAgain(point, a)
	want := "CONFIRMED"
	if cancel {
		w.must(w.cancel(w.ctx, a))
		want = "CANCELLED"
	}
	b, err := w.buyer.AwaitStatus(w.ctx, a.booking, want)
	if err != nil {
		w.t.Fatalf("%s: %v, last seen %+v", point, err, b)
	}
	var payments struct {
		MyPayments struct {
			Nodes []struct {
				ID, Status string
				Booking    struct{ ID string }
				Refunds    []struct{ Status string }
			}
		}
	}
	err = e2e.Eventually(w.ctx, point+": one payment in its final state", func() (bool, error) {
		if err := w.buyer.Do(w.ctx, `{ myPayments(first: 100) { nodes { id status booking { id } refunds { status } } } }`, nil, &payments); err != nil {
			return false, err
		}
		status, count, refunds := "", 0, 0
		for _, p := range payments.MyPayments.Nodes {
			if p.Booking.ID == a.booking && p.Status != "DECLINED" {
				status, refunds = p.Status, len(p.Refunds)
				count++
			}
		}
		if count > 1 || refunds > 1 {
			w.t.Fatalf("%s: %d payments and %d refunds for one booking", point, count, refunds)
		}
		if cancel {
			return status == "REFUNDED" && refunds == 1, nil
		}
		return status == "CAPTURED" && refunds == 0, nil
	})
	if err != nil {
		w.t.Fatalf("%v: %+v", err, payments)
	}
}

// payAgain pays with the same key. When the process died before the provider was asked, the platform ends that payment with certainty
// that nothing was taken, and says so; then the buyer pays anew.
func (w *world) payAgain(point string, a attempt) {
	w.t.Helper()
	key := a.pay
	w.must(e2e.Eventually(w.ctx, point+": paid", func() (bool, error) {
		users, err := w.buyer.Pay(w.ctx, a.booking, e2e.GoodCard, key)
		if err != nil {
			return false, err
		}
		if len(users) == 0 {
			b, err := w.buyer.Booking(w.ctx, a.booking)
			return err == nil && b.Payment != nil && b.Payment.Status != "PENDING", err
		}
		if users[0].Code != "PROVIDER_UNAVAILABLE" || key != a.pay {
			w.t.Fatalf("%s: paying again: %+v", point, users)
		}
		key = id.New("key")
		return false, nil
	}))
}

// totals compares what each subgraph has counted with what happened.
func (w *world) totals(confirmed, cancelled int) {
	w.t.Helper()
	err := e2e.Eventually(w.ctx, "all numbers agree", func() (bool, error) {
		a, err := w.anonymous.Availability(w.ctx, w.event.ID)
		if err != nil {
			return false, err
		}
		var out struct {
			SalesReport struct{ Bookings, TicketsSold int }
			Event       struct {
				Sales struct {
					Bookings, Cancellations int
					GrossRevenue, Refunded  struct{ Amount int64 }
				}
			}
		}
		if err := w.manager.Do(w.ctx, `query($id: ID!) { salesReport { bookings ticketsSold } event(id: $id) { sales { bookings cancellations grossRevenue { amount } refunded { amount } } } }`,
			map[string]any{"id": w.event.ID}, &out); err != nil {
			return false, err
		}
		s := out.Event.Sales
		ok := a.Sold == confirmed && a.Held == 0 && a.Available == 100-confirmed && out.SalesReport.Bookings == confirmed && out.SalesReport.TicketsSold == confirmed &&
			s.Bookings == confirmed && s.Cancellations == cancelled && s.GrossRevenue.Amount == int64(1000*(confirmed+cancelled)) && s.Refunded.Amount == int64(1000*cancelled)
		if !ok {
			w.t.Logf("not yet: %+v %+v", *a, out)
		}
		return ok, nil
	})
	if err != nil {
		w.t.Error(err)
	}
	var mine struct {
		MyNotifications struct {
			Nodes []struct {
				Kind    string
				Booking struct{ ID string }
			}
		}
	}
	w.must(w.buyer.Do(w.ctx, `{ myNotifications(first: 100) { nodes { kind booking { id } } } }`, nil, &mine))
	seen := map[string]int{}
	kinds := map[string]int{}
	for _, n := range mine.MyNotifications.Nodes {
		seen[n.Kind+n.Booking.ID]++
		kinds[n.Kind]++
	}
	for what, n := range seen {
		if n != 1 {
			w.t.Errorf("%d notifications %s", n, what)
		}
	}
	if kinds["BOOKING_CONFIRMED"] != confirmed+cancelled || kinds["BOOKING_CANCELLED"] != cancelled {
		w.t.Errorf("notifications: %v, want %d confirmed and %d cancelled", kinds, confirmed+cancelled, cancelled)
	}
}
