package bookings_test

import (
	"fmt"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// returnFor gives the n-th tickets of a booking back for an expected refund, and answers the codes of refusals.
func (b *bench) returnFor(who *viewer.Viewer, k *booking.Booking, expected int64, n ...int) string {
	b.t.Helper()
	ids := []string{}
	for _, i := range n {
		ids = append(ids, b.now(k.ID).Tickets[i].ID)
	}
	got := b.mutate(who, `mutation($i: RefundTicketsInput!) { answer: refundTickets(input: $i) { object: booking { id quantity items { quantity returned } tickets { status } }
		userErrors { field message code } } }`, map[string]any{"bookingId": k.ID, "ticketIds": ids, "expectedRefund": expected})
	return got.codes()
}

// shown is "price amount fee byOrganizer wholeBooking" of the quote for tickets, "" if there is none.
func (b *bench) shown(who *viewer.Viewer, k *booking.Booking, n ...int) string {
	b.t.Helper()
	var out struct {
		TicketRefundQuote *struct {
			Price, Amount, Fee        struct{ Amount int64 }
			ByOrganizer, WholeBooking bool
		}
	}
	ids := []string{}
	for _, i := range n {
		ids = append(ids, b.now(k.ID).Tickets[i].ID)
	}
	b.Do(b.t, who, `query($b: ID!, $t: [ID!]!) { ticketRefundQuote(bookingId: $b, ticketIds: $t) { price { amount } amount { amount } fee { amount } byOrganizer wholeBooking } }`,
		map[string]any{"b": k.ID, "t": ids}).Into(b.t, &out)
	q := out.TicketRefundQuote
	if q == nil {
		return ""
	}
	return fmt.Sprint(q.Price.Amount, q.Amount.Amount, q.Fee.Amount, q.ByOrganizer, q.WholeBooking)
}

func (b *bench) want(what, got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestTicketsAreGivenBackSingly(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 10)
	e.RefundPolicy = &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24, FeeBasisPoints: 1000, FeeAmount: 50}
	b.publish(e)
	k := b.hold(ada, e, 0, 5)
	paid := b.capture(k)
	b.want("the holder's", b.shown(ada, k, 0), "1000 850 150 false false")
	b.want("the organiser's", b.shown(organizer, k, 0, 1), "2000 2000 0 true false")
	b.want("another's", b.shown(bob, k, 0), "")
	b.want("for another amount", b.returnFor(ada, k, 1000, 0), "QUOTE_CHANGED input.expectedRefund")
	b.want("none", b.returnFor(ada, k, 0), "TICKET_NOT_FOUND input.ticketIds")
	b.want("twice the same", b.returnFor(ada, k, 1800, 0, 0), "TICKET_NOT_FOUND input.ticketIds")
	b.want("another's booking", b.returnFor(bob, k, 850, 0), "BOOKING_NOT_FOUND input.bookingId")
	b.want("the first", b.returnFor(ada, k, 850, 0), "")
	b.want("again", b.returnFor(ada, k, 850, 0), "TICKET_VOID input.ticketIds")
	b.want("the fixed fee is taken once", b.shown(ada, k, 1), "1000 900 100 false false")
	b.scan(e, b.now(k.ID).Tickets[1].Code, "")
	b.want("a used one", b.returnFor(ada, k, 900, 1), "ALREADY_CHECKED_IN input.ticketIds")
	b.want("by the organiser", b.returnFor(organizer, k, 1000, 2), "")
	now := b.now(k.ID)
	if now.Status != booking.Confirmed || now.Quantity() != 3 || now.Items[0].Returned != 2 || now.Total.Amount != 5000 || now.Revision != 4 {
		t.Errorf("%+v", now)
	}
	b.conserved()
	messages := b.PublishedTo(t, contract.TicketsReturned{}.Topic())
	if len(messages) != 2 {
		t.Fatalf("%d messages", len(messages))
	}
	m := decode[contract.TicketsReturned](t, messages[0].Payload)
	if m.PaymentID != paid.PaymentID || m.RefundAmount != 850 || m.KeptAmount != 150 || m.Reason != contract.CancelledByHolder || len(m.TicketIDs) != 1 ||
		len(m.Returned) != 1 || m.Returned[0].Quantity != 1 || m.Returned[0].UnitAmount != 1000 || m.Items[0].Quantity != 4 || m.Items[0].Returned != 1 {
		t.Errorf("%+v", m)
	}

	// What goes back for tickets is not taken off the others; what the organiser gives back besides is.
	money := contract.PaymentRefunded{PaymentID: paid.PaymentID, BookingID: k.ID, Currency: "EUR", Reason: contract.RefundTicketsReturned, ForTickets: 850, Left: 4150}
	b.Deliver(t, money)
	b.want("after the first refund", b.shown(ada, k, 3), "1000 900 100 false false")
	money.ForTickets, money.Left = 1850, 3150
	b.Deliver(t, money)
	b.want("after the second", b.shown(ada, k, 3, 4), "2000 1800 200 false false")
	money.Reason, money.Left = contract.RefundOrganizer, 2550
	b.Deliver(t, money)
	if q := b.quote(ada, k.ID); q == nil || q.Amount.Amount != 2160 || q.Fee.Amount != 240 {
		t.Errorf("for the whole rest: %+v", q)
	}
	b.mutate(organizer, undoCheckIn, map[string]any{"eventId": e.EventID, "code": b.now(k.ID).Tickets[1].Code})
	b.want("the last ones", b.shown(ada, k, 1, 3, 4), "2400 2160 240 false true")
	b.want("the last ones", b.returnFor(ada, k, 2160, 1, 3, 4), "")
	if c := b.cancelledMessage(k.ID); b.now(k.ID).Status != booking.Cancelled || c.RefundAmount == nil || *c.RefundAmount != 2160 {
		t.Errorf("%+v", c)
	}
	b.want("of a cancelled booking", b.returnFor(ada, k, 0, 1), "ALREADY_ENDED input.bookingId")
	b.conserved()
}

func TestWhatThePolicyForbidsTheOrganiserMay(t *testing.T) {
	t.Parallel()
	b := start(t)
	for code, p := range map[string]*contract.RefundPolicy{
		"NOT_REFUNDABLE input.bookingId":         {},
		"REFUND_DEADLINE_PASSED input.bookingId": {Allowed: true, RefundableUntilHours: 24 * 365},
	} {
		_, k, _ := b.bought(p)
		b.want("shown", b.shown(ada, k, 0), "")
		b.want("by the holder", b.returnFor(ada, k, 0, 0), code)
		b.want("by the organiser", b.returnFor(organizer, k, 1000, 0), "")
	}
	e, k, _ := b.bought(nil)
	b.clock.Forward(e.StartsAt.Add(time.Minute).Sub(b.clock.Now()))
	b.want("after the start", b.returnFor(ada, k, 1000, 0), "TOO_LATE input.bookingId")
	b.want("after the start, by the organiser", b.returnFor(organizer, k, 1000, 0), "")
	b.conserved()
}

func TestAddOnsDoNotStayAlone(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 10, 10)
	e.TicketTypes[1].Kind = contract.AddOn
	b.publish(e)
	k := b.try(ada, want(e, map[int]int{0: 2, 1: 1}), "")
	b.capture(k)
	b.want("both admissions", b.returnFor(ada, k, 2000, 0, 1), "ADMISSION_REQUIRED input.ticketIds")
	b.want("one", b.returnFor(ada, k, 1000, 0), "")
	b.want("the add-on", b.returnFor(ada, k, 1000, 2), "")
	b.conserved()
}

// A numbered seat that was given back belongs to who books it next, whatever becomes of the rest of the first booking.
func TestASeatThatWasGivenBackIsSoldAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.numbered(1000, 1)
	k := b.hold(ada, e, 0, 3)
	b.capture(k)
	seat := b.now(k.ID).Tickets[1].Seat
	b.want("returned", b.returnFor(ada, k, 1000, 1), "")
	in := wish(e, 0, 1)
	in.Items[0].SeatIDs = []string{seat.ID}
	next, err := b.box.Hold(t.Context(), bob, in)
	if err != nil {
		t.Fatal(err)
	}
	b.capture(next)
	b.seated()
	if _, err := b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	if got := b.now(next.ID).Tickets[0]; got.Seat == nil || got.Seat.ID != seat.ID || got.Status != booking.Valid {
		t.Errorf("%+v", got)
	}
	b.seated()
	b.conserved()
	_, err = b.box.Hold(t.Context(), ada, booking.HoldSeatsInput{EventID: e.EventID, IdempotencyKey: id.New("key"), Items: in.Items})
	if errs.CodeOf(err) != booking.SeatTaken {
		t.Errorf("the seat of another: %v", err)
	}
}

// Holder and organiser give the same tickets back at once, and the booking is cancelled meanwhile: each ticket goes once.
func TestACrowdGivesTicketsBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(1000, 200)
	stop := b.watched()
	for range 5 {
		k := b.hold(ada, e, 0, 8)
		b.capture(k)
		tickets := b.now(k.ID).Tickets
		crowd(20, 60, func(i int) {
			who := ada
			if i%3 == 0 {
				who = organizer
			}
			if i == 47 {
				_, _ = b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil)
				return
			}
			in := booking.RefundTicketsInput{BookingID: k.ID, TicketIDs: []string{tickets[i%8].ID}, ExpectedRefund: 1000, IdempotencyKey: id.New("key")}
			if _, err := b.box.RefundTickets(t.Context(), who, in); err != nil {
				switch errs.CodeOf(err) {
				case booking.TicketVoid, booking.AlreadyEnded, booking.QuoteChanged:
				default:
					t.Error(err)
				}
			}
		})
		var back int64
		for _, m := range b.PublishedTo(t, contract.TicketsReturned{}.Topic()) {
			if m.Key == k.ID {
				back += decode[contract.TicketsReturned](t, m.Payload).RefundAmount
			}
		}
		if c := b.cancelledMessage(k.ID); c.RefundAmount == nil || back+*c.RefundAmount != 8000 {
			t.Errorf("%d for tickets, then %+v", back, c.RefundAmount)
		}
	}
	stop()
	b.conserved()
}
