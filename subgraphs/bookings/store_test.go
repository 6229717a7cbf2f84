package bookings_test

import (
	"testing"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
)

// Two bookings draw the same reference: the second draws again, and nobody notices.
func TestAReferenceDrawnTwice(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 5)
	first := b.hold(ada, e, 0, 1)
	if _, err := b.Deps.DB.Exec(t.Context(), `
		create sequence draws;
		create function draw() returns trigger language plpgsql as $$ begin
			if nextval('draws') < 3 then new.reference := (select reference from booking limit 1); end if;
			return new;
		end $$;
		create trigger draw before insert on booking for each row execute function draw();`); err != nil {
		t.Fatal(err)
	}
	second := b.hold(bob, e, 0, 1)
	if second.Reference == first.Reference || b.now(second.ID).Reference != second.Reference {
		t.Errorf("references %s and %s, read %s", first.Reference, second.Reference, b.now(second.ID).Reference)
	}
	b.wantTold(second.ID, "booking.held")
	b.wantSeats(e, [3]int{5, 2, 0})
	b.conserved()
}

// A part of the transaction fails: nothing of it stays, neither seats nor booking nor message nor job nor key.
func TestAFailedHoldLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"booking", "booking_item", "outbox", "river_job", "ticket_type"} {
		b := start(t)
		e := b.published(100, 5)
		fail := `create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$;
			create trigger fail before insert or update on ` + table + ` for each row execute function fail();`
		if _, err := b.Deps.DB.Exec(t.Context(), fail); err != nil {
			t.Fatal(err)
		}
		in := wish(e, 0, 2)
		if _, err := b.box.Hold(t.Context(), ada, in); errs.CodeOf(err) != errs.Unavailable {
			t.Errorf("%s fails: %v", table, err)
		}
		if _, err := b.Deps.DB.Exec(t.Context(), "drop trigger fail on "+table); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := b.Deps.DB.QueryRow(t.Context(), `select (select count(*) from booking) + (select count(*) from idempotency) + (select count(*) from outbox)
			+ (select count(*) from river_job where kind = 'expire_hold')`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%s fails: %d rows left, %v", table, left, err)
		}
		b.wantSeats(e, [3]int{5, 0, 0})
		if k, err := b.box.Hold(t.Context(), ada, in); err != nil || k.Status != booking.Held {
			t.Errorf("%s works again: %v", table, err)
		}
		b.conserved()
	}
}

// The row itself refuses what a mistaken caller would take.
func TestTheRowIsTheLastWord(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 5)
	b.hold(ada, e, 0, 3)
	for _, statement := range []string{
		"update ticket_type set held = held + 3 where event_id = $1",
		"update ticket_type set sold = sold + 3 where event_id = $1",
		"update ticket_type set held = held - 4 where event_id = $1",
		"update ticket_type set capacity = 2, target = 2 where event_id = $1",
		"update ticket_type set capacity = 100 where event_id = $1",
	} {
		if _, err := b.Deps.DB.Exec(t.Context(), statement, e.EventID); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	b.conserved()
}
