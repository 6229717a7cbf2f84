-- name: RefundsOfPayments :many
select * from refund where payment_id = any(@payment_ids::text[]) order by created_at, id;

-- name: RefundByID :one
select * from refund where id = @id;

-- name: LockRefund :one
select * from refund where id = @id for no key update;

-- name: RefundByKey :one
select * from refund where requested_by = @requested_by and idempotency_key = @idempotency_key;

-- name: InsertRefund :execrows
insert into refund (id, payment_id, amount, currency, reason, cause, status, requested_by, idempotency_key, request_hash, created_at,
    lines, fee, tax)
values (@id, @payment_id, @amount, @currency, @reason, @cause, 'PENDING', @requested_by, @idempotency_key, @request_hash, @created_at,
    @lines, @fee, @tax)
on conflict (payment_id, cause) do nothing;

-- name: CompleteRefund :exec
update refund set status = 'SUCCEEDED', completed_at = @completed_at, last_error = null where id = @id;

-- name: NoteRefundTry :one
update refund set attempts = attempts + 1, last_error = @last_error, status = @status where id = @id and status not in ('SUCCEEDED', 'ABANDONED')
returning attempts;

-- name: AbandonRefund :exec
with gone as (update refund set status = 'ABANDONED' where refund.id = @id returning payment_id, amount)
update payment p set refunding = p.refunding - gone.amount from gone where p.id = gone.payment_id;

-- name: RefundsSeenBy :many
select r.* from refund r join payment p on p.id = r.payment_id
where r.id = any(@ids::text[]) and (@everything::bool or p.user_id = @viewer or p.organizer_id = @viewer);

-- name: CapturedOfBooking :many
-- The booking's payments of which something is left to give back, or disputed, locked in the order of their ids.
select * from payment where booking_id = @booking_id and captured_at is not null and refunding < amount order by id for no key update;
