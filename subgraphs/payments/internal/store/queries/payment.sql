-- name: PaymentByKey :one
select * from payment where user_id = @user_id and idempotency_key = @idempotency_key;

-- name: PaymentByID :one
select * from payment where id = @id;

-- name: LockPayment :one
select * from payment where id = @id for no key update;

-- name: LivePayment :one
select * from payment where booking_id = @booking_id and status in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'PARTIALLY_REFUNDED');

-- name: InsertPayment :exec
insert into payment (id, booking_id, user_id, event_id, organizer_id, provider, brand, last_four, amount, currency, status,
    description, return_url, idempotency_key, request_hash, created_at)
values (@id, @booking_id, @user_id, @event_id, @organizer_id, @provider, @brand, @last_four, @amount, @currency, 'PENDING',
    @description, @return_url, @idempotency_key, @request_hash, @created_at);

-- name: DecidePayment :exec
update payment set status = @status, action_url = @action_url, decline_code = @decline_code, decline_reason = @decline_reason,
    captured_at = @captured_at, settle_error = null, reference = @reference, brand = @brand, last_four = @last_four,
    watch_until = @watch_until
where id = @id;

-- name: NoteSettleTry :one
update payment set settle_attempts = settle_attempts + 1, settle_error = @settle_error where id = @id returning settle_attempts;

-- name: ClaimRefund :execrows
update payment set refunding = refunding + @amount where id = @id and refunding + disputed + @amount <= amount;

-- name: RefundPaid :one
update payment set refunded = refunded + @amount,
    status = case when refunded + @amount = amount then 'REFUNDED' else 'PARTIALLY_REFUNDED' end
where id = @id returning *;

-- name: PaymentsSeenBy :many
-- Those of the payments that a viewer may see: the payer, the event's organiser, administrators.
select * from payment where id = any(@ids::text[]) and (@everything::bool or user_id = @viewer or organizer_id = @viewer);

-- name: PaymentsOfBookingsSeenBy :many
-- One payment a booking: the captured one, else the latest.
select distinct on (booking_id) * from payment
where booking_id = any(@booking_ids::text[]) and (@everything::bool or user_id = @viewer or organizer_id = @viewer)
order by booking_id, (status in ('CAPTURED', 'PARTIALLY_REFUNDED')) desc, created_at desc, id desc;

-- name: PaymentsOfUsers :many
-- One page of each user's payments, newest first, after the position (before_at, before_id).
select p.* from unnest(@user_ids::text[]) u(id)
cross join lateral (
    select * from payment where user_id = u.id and (created_at, id) < (@before_at::timestamptz, @before_id::text)
    order by created_at desc, id desc limit @at_most
) p order by p.user_id, p.created_at desc, p.id desc;
