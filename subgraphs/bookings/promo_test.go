package bookings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

const createPromoCode = `mutation($i: CreatePromoCodeInput!) { answer: createPromoCode(input: $i) { object: promoCode { id code used } userErrors { field message code } } }`

func with(in booking.HoldSeatsInput, codes ...string) booking.HoldSeatsInput {
	in.Codes = codes
	return in
}

// promo makes a code or fails the test, and returns its id.
func (b *bench) promo(e contract.Event, code string, kind booking.PromoKind, value int64, more func(*booking.CreatePromoCodeInput)) string {
	b.t.Helper()
	in := booking.CreatePromoCodeInput{EventID: e.EventID, Code: code, Kind: kind, Value: value, IdempotencyKey: id.New("key")}
	if more != nil {
		more(&in)
	}
	c, err := b.box.CreatePromoCode(b.t.Context(), organizer, in)
	if err != nil {
		b.t.Fatal(err)
	}
	return c.ID
}

// wantUses compares what a code counts with the bookings alive that were made with it, and with a number.
func (b *bench) wantUses(e contract.Event, code string, n int) {
	b.t.Helper()
	var used, alive int
	if err := b.Deps.DB.QueryRow(b.t.Context(), `select used, (select count(*) from booking where event_id = $1 and $2 = any(codes) and status in ('HELD', 'CONFIRMED'))
		from promo_code where event_id = $1 and code = $2`, e.EventID, code).Scan(&used, &alive); err != nil {
		b.t.Fatal(err)
	}
	if used != n || alive != n {
		b.t.Fatalf("%s counts %d uses of %d bookings alive, want %d", code, used, alive, n)
	}
}

// A code for n bookings and more buyers at once, at two processes: n succeed.
func TestACodeForNBookings(t *testing.T) {
	t.Parallel()
	b := start(t)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	for _, n := range []int{1, 7, 40} {
		e := b.published(1000, 500)
		b.promo(e, "early", booking.PercentageOff, 2500, func(in *booking.CreatePromoCodeInput) { in.MaxUses = some(n) })
		var got atomic.Int64
		crowd(60, 2*n+1, func(i int) {
			box := b.box
			if i%2 == 0 {
				box = other
			}
			k, err := box.Hold(t.Context(), &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}, with(wish(e, 0, 2), "Early"))
			switch {
			case err == nil && k.Total.Amount == 1500:
				got.Add(1)
			case err == nil || errs.CodeOf(err) != booking.CodeUsedUp:
				t.Errorf("%+v, %v", k, err)
			}
		})
		if int(got.Load()) != n {
			t.Errorf("%d bookings with a code for %d", got.Load(), n)
		}
		b.wantUses(e, "EARLY", n)
	}
	b.conserved()
}

// Uses come back with holds that end and bookings that are cancelled, and late money takes one only if there is one.
func TestUsesComeBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(1000, 50)
	b.promo(e, "ONCE", booking.AmountOff, 300, func(in *booking.CreatePromoCodeInput) { in.MaxUses, in.PerPerson = some(2), some(1) })
	first := b.try(ada, with(wish(e, 0, 1), "once"), "")
	b.try(ada, with(wish(e, 0, 1), "once"), booking.CodeAlreadyUsed)
	second := b.try(bob, with(wish(e, 0, 1), "once"), "")
	b.try(admin, with(wish(e, 0, 1), "once"), booking.CodeUsedUp)
	b.wantUses(e, "ONCE", 2)
	b.clock.Forward(booking.HoldFor)
	for _, k := range []*booking.Booking{first, second} {
		if _, err := b.store.Expire(t.Context(), k.ID); err != nil {
			t.Fatal(err)
		}
	}
	b.wantUses(e, "ONCE", 0)
	b.try(admin, with(wish(e, 0, 1), "once"), "")
	b.capture(first)
	b.wantStatus(first.ID, booking.Confirmed, "")
	b.capture(second)
	b.wantStatus(second.ID, booking.Expired, contract.HoldExpired)
	b.wantTold(second.ID, "booking.held", "booking.expired", "booking.payment_rejected")
	b.wantUses(e, "ONCE", 2)
	if _, err := b.box.Cancel(t.Context(), ada, first.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	b.wantUses(e, "ONCE", 1)
	b.conserved()
}

func TestWhatCodesDo(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(999, 50, 50, 50)
	e.TicketTypes[2].Visibility = contract.AccessCode
	b.publish(e)
	b.promo(e, "HALF", booking.PercentageOff, 5000, func(in *booking.CreatePromoCodeInput) { in.TicketTypeIDs = []string{e.TicketTypes[0].TicketTypeID} })
	b.promo(e, "ALL", booking.PercentageOff, 10_000, nil)
	b.promo(e, "MUCH", booking.AmountOff, 5000, nil)
	b.promo(e, "DOOR", booking.Access, 0, nil)
	b.promo(e, "LATER", booking.AmountOff, 1, func(in *booking.CreatePromoCodeInput) { at := b.clock.Now().Add(booking.HoldFor); in.ValidFrom = &at })
	held := b.try(ada, with(want(e, map[int]int{0: 2, 1: 1}), "half"), "")
	if held.Total.Amount != 2*499+999 || held.Items[0].FullPrice.Amount != 999 || held.Items[1].FullPrice != nil {
		t.Errorf("%+v", held.Total)
	}
	told := b.PublishedTo(t, "booking.held")
	if m := decode[contract.BookingHeld](t, told[0].Payload); m.TotalAmount != 1997 || m.Items[0].UnitAmount != 499 || m.Items[0].FullAmount != 999 || m.Items[1].FullAmount != 0 || m.Codes[0] != "HALF" {
		t.Errorf("told %+v", m)
	}
	if read := b.now(held.ID); read.Items[0].FullPrice.Amount != 999 || read.Codes[0] != "HALF" {
		t.Errorf("read %+v", read)
	}
	for code, reason := range map[string]errs.Code{"LATER": booking.InvalidCode, "NONE": booking.InvalidCode, "a b": booking.InvalidCode, "DOOR": booking.CodeNotApplicable} {
		b.try(ada, with(want(e, map[int]int{0: 1}), code), reason)
	}
	b.try(ada, with(want(e, map[int]int{1: 1}), "HALF"), booking.CodeNotApplicable)
	b.try(ada, with(want(e, map[int]int{0: 1}), "HALF", "ALL"), booking.CodeNotApplicable)
	b.try(ada, with(want(e, map[int]int{2: 1}), "ALL"), booking.CodeRequired)
	free := b.try(ada, with(want(e, map[int]int{2: 2}), "door", "all"), "")
	if _, err := b.box.Confirm(t.Context(), ada, free.ID, id.New("key")); err != nil || free.Total.Amount != 0 {
		t.Errorf("a free booking of %v: %v", free.Total, err)
	}
	if k := b.try(bob, with(want(e, map[int]int{0: 1}), "much"), ""); k.Total.Amount != 0 {
		t.Errorf("below nothing: %v", k.Total)
	}

	offer := func(code string, also ...string) string {
		var out struct{ PromoOffer json.RawMessage }
		b.Do(t, nil, `query($c: String!, $a: [ID!]!) { promoOffer(eventId: "`+e.EventID+`", code: $c, also: $a) { code kind prices { price { amount } } unlocks { id } } }`,
			map[string]any{"c": code, "a": append([]string{}, also...)}).Into(t, &out)
		return string(out.PromoOffer)
	}
	if got := offer("half"); got != `{"code":"HALF","kind":"PERCENTAGE","prices":[{"price":{"amount":499}}],"unlocks":[]}` {
		t.Errorf("offer %s", got)
	}
	if got := offer("door"); got != `{"code":"DOOR","kind":"ACCESS","prices":[],"unlocks":[{"id":"`+e.TicketTypes[2].TicketTypeID+`"}]}` {
		t.Errorf("offer %s", got)
	}
	listed, all := offer("all"), offer("all", e.TicketTypes[2].TicketTypeID, "tkt_unknown")
	if strings.Count(listed, "price\"") != 2 || strings.Count(all, "price\"") != 3 {
		t.Errorf("offers %s and, with what another code unlocks, %s", listed, all)
	}
	for _, code := range []string{"LATER", "NONE", "\x00"} {
		if got := offer(code); got != "null" {
			t.Errorf("offer of %q: %s", code, got)
		}
	}
	b.conserved()
}

func TestPromoCodesAreTheOrganisers(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(1000, 50)
	in := func(changes map[string]any) map[string]any {
		m := map[string]any{"eventId": e.EventID, "code": "spring", "kind": "PERCENTAGE", "value": 1000}
		for k, v := range changes {
			m[k] = v
		}
		return m
	}
	made := b.mutate(organizer, createPromoCode, in(nil))
	c := decode[struct{ ID, Code string }](t, made.Object)
	if c.Code != "SPRING" {
		t.Errorf("made %s %s", made.Object, made.codes())
	}
	for _, x := range []struct {
		who     *viewer.Viewer
		changes map[string]any
		want    string
	}{
		{ada, nil, "EVENT_NOT_FOUND input.eventId"},
		{organizer, nil, "CODE_TAKEN input.code"},
		{organizer, map[string]any{"code": "a"}, "INVALID_CODE input.code"},
		{organizer, map[string]any{"code": "x y z"}, "INVALID_CODE input.code"},
		{organizer, map[string]any{"value": 10_001}, "INVALID_INPUT input.value"},
		{organizer, map[string]any{"kind": "ACCESS"}, "INVALID_INPUT input.value"},
		{organizer, map[string]any{"kind": "AMOUNT", "value": 0}, "INVALID_INPUT input.value"},
		{organizer, map[string]any{"maxUses": 0, "perPerson": 0}, "INVALID_INPUT input.maxUses, INVALID_INPUT input.perPerson"},
		{organizer, map[string]any{"ticketTypeIds": []any{e.EventID}}, "TICKET_TYPE_NOT_FOUND input.ticketTypeIds"},
		{organizer, map[string]any{"validFrom": "2027-01-02T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z"}, "INVALID_INPUT input.validUntil"},
	} {
		if got := b.mutate(x.who, createPromoCode, in(x.changes)).codes(); got != x.want {
			t.Errorf("%v: %q, want %q", x.changes, got, x.want)
		}
	}
	b.try(ada, with(wish(e, 0, 1), "spring"), "")
	b.try(bob, with(wish(e, 0, 1), "spring"), "")
	const update = `mutation($i: UpdatePromoCodeInput!) { answer: updatePromoCode(input: $i) { object: promoCode { active used maxUses } userErrors { field message code } } }`
	if got := b.mutate(ada, update, map[string]any{"id": c.ID}).codes(); got != "PROMO_CODE_NOT_FOUND input.id" {
		t.Errorf("somebody else: %s", got)
	}
	if got := b.mutate(organizer, update, map[string]any{"id": c.ID, "maxUses": 1}).codes(); got != "INVALID_INPUT input.maxUses" {
		t.Errorf("fewer than there are: %s", got)
	}
	if got := string(b.mutate(organizer, update, map[string]any{"id": c.ID, "active": false, "maxUses": 2}).Object); got != `{"active":false,"used":2,"maxUses":2}` {
		t.Errorf("changed %s", got)
	}
	b.try(ada, with(wish(e, 0, 1), "spring"), booking.InvalidCode)
	query := `{ _entities(representations: [{__typename: "Event", id: "` + e.EventID + `"}]) { ... on Event { promoCodes { nodes { code used } pageInfo { hasNextPage } } } } }`
	if got := string(b.Do(t, organizer, query, nil).Data); got != `{"_entities":[{"promoCodes":{"nodes":[{"code":"SPRING","used":2}],"pageInfo":{"hasNextPage":false}}}]}` {
		t.Errorf("listed %s", got)
	}
}
