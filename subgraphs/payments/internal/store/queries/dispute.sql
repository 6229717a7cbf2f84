-- name: DisputesOfPayments :many
-- The latest dispute of each payment.
select distinct on (payment_id) * from dispute where payment_id = any(@payment_ids::text[]) order by payment_id, opened_at desc, id desc;

-- name: DisputeByReference :one
select * from dispute where payment_id = @payment_id and reference = @reference;

-- name: InsertDispute :exec
insert into dispute (id, payment_id, reference, status, amount, currency, reason, opened_at)
values (@id, @payment_id, @reference, 'NEEDS_RESPONSE', @amount, @currency, @reason, @opened_at);

-- name: CloseDispute :exec
update dispute set status = @status, closed_at = @closed_at where id = @id;

-- name: LostOfPayment :one
select coalesce(sum(amount), 0)::bigint from dispute where payment_id = @payment_id and status = 'LOST';

-- name: SetDisputed :exec
update payment p set disputed = least(p.amount,
    (select coalesce(sum(d.amount), 0) from dispute d where d.payment_id = p.id and d.status <> 'WON'))
where p.id = @id;

-- name: NoteStopped :exec
insert into stopped_refund (payment_id, cause, reason, amount, at) values (@payment_id, @cause, @reason, @amount, @at)
on conflict do nothing;

-- name: TakeStopped :many
with taken as (delete from stopped_refund where payment_id = @payment_id returning *)
select * from taken order by at, cause;
