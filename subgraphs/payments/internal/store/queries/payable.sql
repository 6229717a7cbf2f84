-- name: PayableByID :one
select * from payable where booking_id = @booking_id;

-- name: LockPayable :one
select * from payable where booking_id = @booking_id for no key update;

-- name: UpsertPayable :exec
insert into payable (booking_id, user_id, event_id, organizer_id, amount, currency, description, hold_expires_at, state, revision)
values (@booking_id, @user_id, @event_id, @organizer_id, @amount, @currency, @description, @hold_expires_at, @state, @revision)
on conflict (booking_id) do update set amount = excluded.amount, currency = excluded.currency, description = excluded.description,
    hold_expires_at = excluded.hold_expires_at, state = excluded.state, revision = excluded.revision
where payable.revision < excluded.revision;
