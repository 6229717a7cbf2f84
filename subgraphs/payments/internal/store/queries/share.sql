-- name: SetShares :exec
update payment set fee = @fee, tax = @tax, lines = @lines where id = @id;

-- name: SetKept :exec
update payment set kept = @kept, kept_net = @kept_net where id = @id;

-- name: InsertMovement :exec
insert into movement (id, kind, at, payment_id, booking_id, event_id, user_id, organizer_id, amount, fee, tax, currency)
values (@id, @kind, @at, @payment_id, @booking_id, @event_id, @user_id, @organizer_id, @amount, @fee, @tax, @currency)
on conflict (id) do nothing;

-- name: SeedMovements :copyfrom
insert into movement (id, kind, at, payment_id, booking_id, event_id, user_id, organizer_id, amount, fee, tax, currency)
values (@id, @kind, @at, @payment_id, @booking_id, @event_id, @user_id, @organizer_id, @amount, @fee, @tax, @currency);

-- name: NoteKept :execrows
insert into kept (payment_id, cause, kept, at) values (@payment_id, @cause, @kept, @at) on conflict do nothing;
