-- name: PayableByID :one
select * from payable where booking_id = @booking_id;

-- name: LockPayable :one
select * from payable where booking_id = @booking_id for no key update;

-- name: UpsertPayable :exec
insert into payable (booking_id, user_id, event_id, organizer_id, amount, currency, description, hold_expires_at, state, revision,
    reference, event_title, event_starts_at, event_time_zone, venue, lines)
values (@booking_id, @user_id, @event_id, @organizer_id, @amount, @currency, @description, @hold_expires_at, @state, @revision,
    @reference, @event_title, @event_starts_at, @event_time_zone, @venue, @lines)
on conflict (booking_id) do update set amount = excluded.amount, currency = excluded.currency, description = excluded.description,
    hold_expires_at = excluded.hold_expires_at, state = excluded.state, revision = excluded.revision,
    reference = excluded.reference, event_title = excluded.event_title, event_starts_at = excluded.event_starts_at,
    event_time_zone = excluded.event_time_zone, venue = excluded.venue, lines = excluded.lines
where payable.revision < excluded.revision;
