package bookings_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// histories are what clients at work saw, by the thing they saw it of: who asked what, from when to when, and what came of it. Each must be
// what one client after the other could have seen, in some order that keeps what was over before what began later (linearizability).
type histories struct {
	mu    sync.Mutex
	began time.Time
	of    map[string][]porcupine.Operation
}

func newHistories() *histories {
	return &histories{began: time.Now(), of: map[string][]porcupine.Operation{}}
}

func (h *histories) now() int64 { return int64(time.Since(h.began)) }

func (h *histories) note(of string, op porcupine.Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.of[of] = append(h.of[of], op)
}

// check fails the test with every history that no order explains.
func (h *histories) check(t *testing.T, model func(of string) porcupine.Model) {
	t.Helper()
	total := 0
	for _, of := range slices.Sorted(maps.Keys(h.of)) {
		ops := h.of[of]
		total += len(ops)
		result := porcupine.CheckOperationsTimeout(model(of), ops, time.Minute)
		if result == porcupine.Ok {
			continue
		}
		slices.SortFunc(ops, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		var lines strings.Builder
		for _, o := range ops {
			fmt.Fprintf(&lines, "\n%9d %9d client %d: %+v -> %+v", o.Call/1000, o.Return/1000, o.ClientId, o.Input, o.Output)
		}
		t.Errorf("%s: %s; in microseconds:%s", of, result, lines.String())
	}
	t.Logf("%d operations on %d things", total, len(h.of))
}

// desk is where a client asks.
type desk interface {
	hold(who *viewer.Viewer, in booking.HoldSeatsInput) (*booked, []refusal)
	confirm(who *viewer.Viewer, bookingID string) []refusal
	cancel(who *viewer.Viewer, bookingID string) []refusal
}

type booked struct {
	ID    string
	Total int64
	Seats []string // ids
}

type refusal struct {
	code  errs.Code
	field string
}

func first(refused []refusal) errs.Code {
	if len(refused) == 0 {
		return ""
	}
	return refused[0].code
}

// boxDesk asks the box office of one process.
type boxDesk struct {
	b   *bench
	box *booking.Office
}

func refusals(err error) (out []refusal) {
	var list errs.List
	var one *errs.Error
	switch {
	case err == nil:
	case errors.As(err, &list):
		for _, e := range list {
			out = append(out, refusal{e.Code, strings.Join(e.Field, ".")})
		}
	case errors.As(err, &one):
		out = []refusal{{one.Code, strings.Join(one.Field, ".")}}
	default:
		out = []refusal{{errs.Internal, err.Error()}}
	}
	return out
}

func seen(k *booking.Booking) *booked {
	out := &booked{ID: k.ID, Total: k.Total.Amount}
	for _, i := range k.Items {
		for _, s := range i.Seats {
			out.Seats = append(out.Seats, s.ID)
		}
	}
	return out
}

func (d boxDesk) hold(who *viewer.Viewer, in booking.HoldSeatsInput) (*booked, []refusal) {
	k, err := d.box.Hold(d.b.t.Context(), who, in)
	if err != nil {
		return nil, refusals(err)
	}
	return seen(k), nil
}

func (d boxDesk) confirm(who *viewer.Viewer, bookingID string) []refusal {
	_, err := d.box.Confirm(d.b.t.Context(), who, bookingID, id.New("key"))
	return refusals(err)
}

func (d boxDesk) cancel(who *viewer.Viewer, bookingID string) []refusal {
	_, err := d.box.Cancel(d.b.t.Context(), who, bookingID, id.New("key"), nil)
	return refusals(err)
}

// httpDesk asks over GraphQL and HTTP.
type httpDesk struct{ b *bench }

func (a answer) refusals() (out []refusal) {
	for _, e := range a.UserErrors {
		out = append(out, refusal{errs.Code(e.Code), strings.Join(e.Field, ".")})
	}
	return out
}

func (d httpDesk) hold(who *viewer.Viewer, in booking.HoldSeatsInput) (*booked, []refusal) {
	var items []any
	for _, i := range in.Items {
		item := map[string]any{"ticketTypeId": i.TicketTypeID, "quantity": i.Quantity}
		if len(i.SeatIDs) > 0 {
			item["seatIds"] = i.SeatIDs
		}
		items = append(items, item)
	}
	a := d.b.mutate(who, `mutation($i: HoldSeatsInput!) { answer: holdSeats(input: $i) { object: booking { id total { amount } items { seats { id } } } userErrors { field message code } } }`,
		map[string]any{"eventId": in.EventID, "items": items, "codes": append([]string{}, in.Codes...), "idempotencyKey": in.IdempotencyKey})
	if refused := a.refusals(); len(refused) > 0 {
		return nil, refused
	}
	got := decode[struct {
		ID    string
		Total struct{ Amount int64 }
		Items []struct{ Seats []struct{ ID string } }
	}](d.b.t, a.Object)
	out := &booked{ID: got.ID, Total: got.Total.Amount}
	for _, i := range got.Items {
		for _, s := range i.Seats {
			out.Seats = append(out.Seats, s.ID)
		}
	}
	return out, nil
}

func (d httpDesk) confirm(who *viewer.Viewer, bookingID string) []refusal {
	return d.b.mutate(who, confirmBooking, map[string]any{"bookingId": bookingID, "idempotencyKey": id.New("key")}).refusals()
}

func (d httpDesk) cancel(who *viewer.Viewer, bookingID string) []refusal {
	return d.b.mutate(who, cancelBooking, map[string]any{"bookingId": bookingID, "idempotencyKey": id.New("key")}).refusals()
}

// desks are two processes on one database, and one of them over HTTP.
func (b *bench) desks() []desk {
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	return []desk{boxDesk{b, b.box}, boxDesk{b, other}, httpDesk{b}}
}

// lapse lets the hold of a booking run out now.
func (b *bench) lapse(bookingID string) {
	if _, err := b.Deps.DB.Exec(b.t.Context(), "update booking set hold_expires_at = $2 where id = $1 and status = 'HELD'", bookingID, b.clock.Now()); err != nil {
		b.t.Error(err)
	}
	if _, err := b.store.Expire(b.t.Context(), bookingID); err != nil {
		b.t.Error(err)
	}
}

// pay delivers a capture of what the booking costs and returns the booking after it.
func (b *bench) pay(e contract.Event, bookingID string, who *viewer.Viewer, amount int64) *booking.Booking {
	m := contract.PaymentCaptured{
		PaymentID: id.New("pay"), BookingID: bookingID, EventID: e.EventID, UserID: who.UserID, Amount: amount, Currency: "EUR", At: b.clock.Now(),
	}
	if err := bus.One(b.t.Context(), b.Instance.Inbox(), servicetest.EventOf(b.t, m)); err != nil {
		b.t.Error(err)
	}
	k, err := b.box.Booking(b.t.Context(), admin, bookingID)
	if err != nil || k == nil {
		b.t.Errorf("%v, %v", k, err)
		return &booking.Booking{}
	}
	return k
}
