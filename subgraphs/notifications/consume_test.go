package notifications_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
)

func TestConfirmedBookingIsToldOnce(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, ada.registered())
	m := confirmed(ada.booking())
	e := s.Deliver(t, m)
	s.DeliverEvent(t, e) // the bus delivers again
	s.Deliver(t, m)      // the publisher publishes again

	got := notes(t, s, ada.Viewer)
	if len(got) != 1 || got[0].Kind != "BOOKING_CONFIRMED" || got[0].Title != "You are going to Night of the Proms" || got[0].ReadAt != nil {
		t.Fatalf("notifications: %+v", got)
	}
	if got[0].Booking == nil || got[0].Booking.ID != m.BookingID || got[0].Event == nil || got[0].Event.ID != m.EventID {
		t.Errorf("about %+v %+v", got[0].Booking, got[0].Event)
	}
	sent := settled(t, s, ada.Viewer, 1)[0]
	if sent.Status != "SENT" || sent.Recipient != ada.email || sent.Attempts != 1 || sent.SentAt == nil || sent.Failure != nil {
		t.Errorf("mail: %+v", sent)
	}
	for _, want := range []string{"Sunday, 28 March 2027, 19:30 CEST", "EUR 40.00", "QX7-4KD", "http://marquee.example/tickets/" + m.BookingID} {
		if !strings.Contains(sent.Text, want) || !strings.Contains(sent.HTML, want) {
			t.Errorf("the mail lacks %q", want)
		}
	}
	raw, err := os.ReadFile(filepath.Join(s.Deps.DataDir, "mail", sent.ID+".eml"))
	if err != nil || !strings.Contains(string(raw), "To: <"+ada.email+">") {
		t.Errorf("mail file: %v\n%s", err, raw)
	}
}

// A guest gets the ticket, whoever the buyer is; the buyer is told that it was sent.
func TestTicketIsSentToItsGuest(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, ada.registered())
	m := contract.TicketAssigned{
		Booking: ada.booking(), TicketID: id.New("tik"), TicketName: "Balcony", Code: "7K3M-Q2XW-9TCH", GuestName: "Grace Hopper", GuestEmail: "grace@example.com", At: time.Now(),
	}
	s.Deliver(t, m)
	s.Deliver(t, m) // the publisher publishes again
	got := notes(t, s, ada.Viewer)
	if len(got) != 1 || got[0].Kind != "TICKET_SENT" || got[0].Title != "Ticket for Grace Hopper: Night of the Proms" {
		t.Fatalf("notifications: %+v", got)
	}
	sent := settled(t, s, ada.Viewer, 1)[0]
	if sent.Status != "SENT" || sent.Recipient != "grace@example.com" || !strings.Contains(sent.Text, "Hello Grace Hopper,") || !strings.Contains(sent.Text, "7K3M-Q2XW-9TCH") {
		t.Errorf("mail: %+v", sent)
	}
	m.GuestEmail = "hopper@example.com" // the address was wrong
	s.Deliver(t, m)
	settled(t, s, ada.Viewer, 2)
}

func TestCancelledBookingIsTold(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, ada.registered())
	b := ada.booking()
	s.Deliver(t, cancelled(b)) // the messages of one booking come in order; a broker may still lose an assignment and repeat
	s.Deliver(t, confirmed(b))
	got := notes(t, s, ada.Viewer)
	if len(got) != 2 || got[0].Kind != "BOOKING_CONFIRMED" || got[1].Kind != "BOOKING_CANCELLED" {
		t.Errorf("notifications: %+v", got)
	}
	settled(t, s, ada.Viewer, 2)
}

// The notification is there at once; the mail waits for the address and blocks nobody.
func TestRegistrationMayComeLast(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, confirmed(ada.booking()))
	s.Deliver(t, cancelled(ada.booking()))
	if got := notes(t, s, ada.Viewer); len(got) != 2 {
		t.Fatalf("notifications: %+v", got)
	}
	if got := mails(t, s, ada.Viewer); len(got) != 0 {
		t.Fatalf("mails without an address: %+v", got)
	}
	s.Deliver(t, ada.registered())
	s.Deliver(t, ada.registered())
	for _, m := range settled(t, s, ada.Viewer, 2) {
		if m.Status != "SENT" || m.Recipient != ada.email {
			t.Errorf("mail: %+v", m)
		}
	}
}

// A registration and bookings that are consumed at the same time: whoever commits last writes the mail, and only that one.
func TestRegistrationMayComeAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := start(t)
	const people, bookings = 15, 3
	var all sync.WaitGroup
	for range people {
		ada := somebody()
		all.Go(func() { s.Deliver(t, ada.registered()) })
		for range bookings {
			all.Go(func() { s.Deliver(t, confirmed(ada.booking())) })
		}
	}
	all.Wait()
	perPerson := map[string]int{}
	for _, m := range settled(t, s, admin, people*bookings) {
		perPerson[m.Recipient]++
	}
	for who, n := range perPerson {
		if n != bookings {
			t.Errorf("%s got %d mails, want %d", who, n, bookings)
		}
	}
}

// Messages that come together are told of together: in their order, each once, also when they come again beside new ones.
func TestManyAreToldTogether(t *testing.T) {
	t.Parallel()
	s, ada, bob, late := start(t), somebody(), somebody(), somebody()
	s.Deliver(t, ada.registered())
	s.Deliver(t, bob.registered())
	var events []bus.Event
	var bookings []contract.Booking
	for i := range 30 {
		who := []person{ada, bob, late}[i%3]
		b := who.booking()
		bookings = append(bookings, b)
		events = append(events, servicetest.EventOf(t, confirmed(b)))
		if i == 9 {
			events = append(events, servicetest.EventOf(t, cancelled(b)))
		}
		if i == 20 {
			events = append(events, servicetest.EventOf(t, confirmed(b))) // published twice
		}
	}
	for _, some := range [][]bus.Event{events[:12], events[5:]} {
		for i, err := range s.Instance.Inbox().Deliver(t.Context(), some) {
			if err != nil {
				t.Fatalf("message %d: %v", i, err)
			}
		}
	}
	for k, who := range []person{ada, bob, late} {
		got := notes(t, s, who.Viewer)
		var want []string
		for i := k; i < len(bookings); i += 3 {
			want = append(want, "BOOKING_CONFIRMED "+bookings[i].BookingID)
			if i == 9 {
				want = append(want, "BOOKING_CANCELLED "+bookings[i].BookingID)
			}
		}
		var seen []string
		for _, n := range got {
			seen = append(seen, n.Kind+" "+n.Booking.ID)
		}
		slices.Sort(seen)
		slices.Sort(want)
		if !slices.Equal(seen, want) {
			t.Errorf("told %v, want %v", seen, want)
		}
	}
	s.Deliver(t, late.registered())
	settled(t, s, ada.Viewer, 11)
	settled(t, s, bob.Viewer, 10)
	settled(t, s, late.Viewer, 10)
	var wrong int
	if err := s.Deps.DB.QueryRow(t.Context(), `select count(*) from (
		select seq, row_number() over (partition by user_id order by seq) as n, created_at, lag(created_at) over (partition by user_id order by seq) as before from notification
	) x where created_at < before`).Scan(&wrong); err != nil || wrong != 0 {
		t.Errorf("%d notifications are numbered out of turn (%v)", wrong, err)
	}
}

func TestHistoryIsReadAndNotMailed(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	s.Deliver(t, ada.registered())
	at := time.Now().Add(-25 * time.Hour).Truncate(time.Microsecond).UTC()
	for _, p := range []person{ada, bob} {
		e := servicetest.EventOf(t, confirmed(p.booking()))
		e.At = at
		s.DeliverEvent(t, e)
	}
	s.Deliver(t, bob.registered()) // later: nothing may be owed to him
	for _, p := range []person{ada, bob} {
		got := notes(t, s, p.Viewer)
		if len(got) != 1 || got[0].ReadAt == nil || !got[0].CreatedAt.Equal(at) {
			t.Errorf("notifications: %+v", got)
		}
	}
	e := servicetest.EventOf(t, confirmed(ada.booking()))
	e.At = time.Now().Add(-23 * time.Hour)
	s.DeliverEvent(t, e)
	settled(t, s, admin, 1)
}

func TestLateMoneyIsToldWithItsEvent(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, ada.registered())
	b := ada.booking()
	refund := func(b contract.Booking, reason string) contract.PaymentRefunded {
		return contract.PaymentRefunded{
			PaymentID: id.New("pay"), RefundID: id.New("rfd"), BookingID: b.BookingID, EventID: b.EventID, UserID: b.UserID, Amount: 4000,
			Currency: "EUR", Reason: reason, At: time.Now(),
		}
	}
	s.Deliver(t, contract.BookingExpired{Booking: b, Reason: contract.HoldExpired, At: time.Now()})
	if got := notes(t, s, ada.Viewer); len(got) != 0 {
		t.Errorf("an expired hold was told: %+v", got)
	}
	for _, reason := range []string{contract.RefundBookingCancelled, contract.RefundOrganizer, contract.RefundEventCancelled} {
		s.Deliver(t, refund(b, reason))
	}
	if got := notes(t, s, ada.Viewer); len(got) != 0 {
		t.Errorf("other refunds are told by the cancellation: %+v", got)
	}
	late := refund(b, contract.RefundPaidTooLate)
	s.Deliver(t, late)
	s.Deliver(t, late)
	got := notes(t, s, ada.Viewer)
	if len(got) != 1 || got[0].Kind != "PAYMENT_REFUNDED" || !strings.Contains(got[0].Body, "Night of the Proms") || !strings.Contains(got[0].Title, "EUR 40.00") {
		t.Errorf("notifications: %+v", got)
	}
	s.Deliver(t, refund(ada.booking(), contract.RefundPaidTooLate)) // of a booking never heard of
	if got := notes(t, s, ada.Viewer); len(got) != 2 || got[0].Booking == nil {
		t.Errorf("notifications: %+v", got)
	}
	settled(t, s, ada.Viewer, 2)
}

// An older revision of a booking does not replace what is known of a newer one.
func TestOlderBriefIsIgnored(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	b := ada.booking()
	newer := b
	newer.Revision, newer.EventTitle = 5, "Night of the Proms, moved"
	s.Deliver(t, contract.BookingExpired{Booking: newer, Reason: contract.HoldExpired, At: time.Now()})
	s.Deliver(t, contract.BookingExpired{Booking: b, Reason: contract.HoldExpired, At: time.Now()})
	s.Deliver(t, contract.PaymentRefunded{
		PaymentID: id.New("pay"), BookingID: b.BookingID, EventID: b.EventID, UserID: b.UserID, Amount: 1, Currency: "EUR",
		Reason: contract.RefundPaidTooLate, At: time.Now(),
	})
	if got := notes(t, s, ada.Viewer); len(got) != 1 || !strings.Contains(got[0].Body, "moved") {
		t.Errorf("notifications: %+v", got)
	}
}
