package bookings_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/subgraphs/bookings/internal/booking"
)

// unkeyed are the mutations that may do without a key, and why.
var unkeyed = map[string]string{
	"rotateTicketKey": "it moves neither stock nor money: a second key made by a repetition signs as well as the first",
}

func (b *bench) count(sql string, args ...any) func() int64 {
	return func() int64 {
		var n int64
		if err := b.Deps.DB.QueryRow(b.t.Context(), sql, args...).Scan(&n); err != nil {
			b.t.Error(err)
		}
		return n
	}
}

// keyed returns a case for every mutation that has a key, each over an event of its own.
func (b *bench) keyed() map[string]func() servicetest.Keyed {
	const object = `{ answer: %s(input: $i) { %s userErrors { code } } }`
	document := func(name, input, fields string) string {
		return fmt.Sprintf("mutation($i: %s!) "+object, input, name, fields)
	}
	revision := func(k *booking.Booking) func() int64 {
		return b.count("select revision from booking where id = $1", k.ID)
	}
	return map[string]func() servicetest.Keyed{
		"holdSeats": func() servicetest.Keyed {
			e := b.published(1000, 100)
			return servicetest.Keyed{
				Who: ada, Document: holdSeats, Input: holdInput(e, 2), Other: holdInput(e, 1),
				Effects: b.count("select count(*) from booking where event_id = $1", e.EventID),
			}
		},
		"confirmBooking": func() servicetest.Keyed {
			e := b.published(0, 10)
			k, other := b.hold(ada, e, 0, 1), b.hold(ada, e, 0, 1)
			return servicetest.Keyed{
				Who: ada, Document: document("confirmBooking", "ConfirmBookingInput", "booking { id status tickets { id } }"),
				Input: map[string]any{"bookingId": k.ID}, Other: map[string]any{"bookingId": other.ID}, Effects: revision(k),
			}
		},
		"extendHold": func() servicetest.Keyed {
			e := b.published(1000, 10)
			k, other := b.hold(ada, e, 0, 1), b.hold(ada, e, 0, 1)
			return servicetest.Keyed{
				Who: ada, Document: document("extendHold", "ExtendHoldInput", "booking { id holdExpiresAt }"),
				Input: map[string]any{"bookingId": k.ID}, Other: map[string]any{"bookingId": other.ID}, Effects: revision(k),
			}
		},
		"setGuests": func() servicetest.Keyed {
			k := b.hold(ada, b.asking(1000), 0, 1)
			return servicetest.Keyed{
				Who: ada, Document: document("setGuests", "SetGuestsInput", "booking { id status }"), Input: guests(k, "Ada"), Other: guests(k, "Grace"), Effects: revision(k),
			}
		},
		"cancelBooking": func() servicetest.Keyed {
			k := b.free(b.published(0, 10), 2)
			return servicetest.Keyed{
				Who: ada, Document: document("cancelBooking", "CancelBookingInput", "booking { id status }"),
				Input: map[string]any{"bookingId": k.ID}, Other: map[string]any{"bookingId": k.ID, "expectedRefund": 0}, Effects: revision(k),
			}
		},
		"refundTickets": func() servicetest.Keyed {
			k := b.free(b.published(0, 10), 3)
			return servicetest.Keyed{
				Who: ada, Document: document("refundTickets", "RefundTicketsInput", "booking { id quantity tickets { id status } }"),
				Input:   map[string]any{"bookingId": k.ID, "ticketIds": []string{k.Tickets[0].ID}, "expectedRefund": 0},
				Other:   map[string]any{"bookingId": k.ID, "ticketIds": []string{k.Tickets[1].ID}, "expectedRefund": 0},
				Effects: revision(k),
			}
		},
		"checkInTicket": func() servicetest.Keyed {
			e := b.published(0, 10)
			k := b.free(e, 1)
			in := map[string]any{"eventId": e.EventID, "code": k.Tickets[0].Code, "gate": "North"}
			return servicetest.Keyed{
				Who: organizer, Document: checkInTicket, Input: in, Other: map[string]any{"eventId": e.EventID, "code": k.Tickets[0].Code, "gate": "South"},
				Effects: b.count("select count(*) from scan where event_id = $1", e.EventID),
			}
		},
		"undoCheckIn": func() servicetest.Keyed {
			e := b.published(0, 10)
			k := b.free(e, 1)
			b.scan(e, k.Tickets[0].Code, "North")
			return servicetest.Keyed{
				Who: organizer, Document: undoCheckIn, Input: map[string]any{"eventId": e.EventID, "code": k.Tickets[0].Code},
				Other:   map[string]any{"eventId": e.EventID, "code": k.Tickets[0].Code, "reason": "another"},
				Effects: b.count("select count(*) from scan where event_id = $1 and outcome = 'UNDONE'", e.EventID),
			}
		},
		"reissueTicket": func() servicetest.Keyed {
			k := b.free(b.published(0, 10), 2)
			return servicetest.Keyed{
				Who: ada, Document: document("reissueTicket", "ReissueTicketInput", "ticket { id code revision }"),
				Input: map[string]any{"ticketId": k.Tickets[0].ID}, Other: map[string]any{"ticketId": k.Tickets[1].ID},
				Effects: b.count("select revision from ticket where id = $1", k.Tickets[0].ID),
			}
		},
		"createPromoCode": func() servicetest.Keyed {
			e := b.published(1000, 10)
			in := map[string]any{"eventId": e.EventID, "code": "EARLY", "kind": "PERCENTAGE", "value": 1000}
			return servicetest.Keyed{
				Who: organizer, Document: createPromoCode, Input: in, Other: map[string]any{"eventId": e.EventID, "code": "LATE", "kind": "PERCENTAGE", "value": 1000},
				Effects: b.count("select count(*) from promo_code where event_id = $1", e.EventID),
			}
		},
		"updatePromoCode": func() servicetest.Keyed {
			promo := b.promo(b.published(1000, 10), "early", booking.PercentageOff, 1000, nil)
			return servicetest.Keyed{
				Who: organizer, Document: document("updatePromoCode", "UpdatePromoCodeInput", "promoCode { id active maxUses }"),
				Input: map[string]any{"id": promo, "maxUses": 7}, Other: map[string]any{"id": promo, "maxUses": 8},
				Effects: b.count("select count(*) from promo_code where id = $1 and max_uses = 7", promo),
			}
		},
	}
}

func TestEveryMutationTakesEffectOnceAKey(t *testing.T) {
	t.Parallel()
	b := start(t)
	cases := b.keyed()
	with, without := servicetest.KeyedMutations(t, "bookings")
	if got := slices.Sorted(maps.Keys(cases)); !slices.Equal(got, with) {
		t.Errorf("cases for %v, keys in %v", got, with)
	}
	if got := slices.Sorted(maps.Keys(unkeyed)); !slices.Equal(got, without) {
		t.Errorf("without a key are %v, and may be %v", without, got)
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) { b.Once(t, of()) })
	}
	b.conserved()
}

// A scan that was refused is refused again under its key, whatever happened to the ticket in between, and is counted once.
func TestARefusedScanIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	code := b.free(e, 1).Tickets[0].Code
	b.scan(e, code, "")
	in := map[string]any{"eventId": e.EventID, "code": code, "idempotencyKey": id.New("key")}
	first := b.mutate(organizer, checkInTicket, in)
	b.mutate(organizer, undoCheckIn, map[string]any{"eventId": e.EventID, "code": code})
	second := b.mutate(organizer, checkInTicket, in)
	if first.codes() != "ALREADY_CHECKED_IN input.code" || second.codes() != first.codes() {
		t.Errorf("%s, then %s", first.codes(), second.codes())
	}
	if n := b.count("select count(*) from scan where outcome = 'ALREADY_IN'")(); n != 1 {
		t.Errorf("%d scans are kept", n)
	}
	if got := b.scan(e, code, ""); got.codes() != "" {
		t.Errorf("under a new key: %s", got.codes())
	}
}
