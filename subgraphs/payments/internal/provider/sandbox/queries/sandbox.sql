-- name: InsertCharge :execrows
insert into sandbox.charge (key, request_hash, amount, currency, brand, last_four, description, state, decline_reason, decides_at,
    challenge, return_url, disputed_at, dispute_ends, dispute_won, created_at)
values (@key, @request_hash, @amount, @currency, @brand, @last_four, @description, @state, @decline_reason, @decides_at,
    @challenge, @return_url, @disputed_at, @dispute_ends, @dispute_won, @created_at)
on conflict (key) do nothing;

-- name: LockCharge :one
select * from sandbox.charge where key = @key for update;

-- name: ChargeByChallenge :one
select * from sandbox.charge where challenge = @challenge;

-- name: DecideCharge :exec
update sandbox.charge set state = @state, decline_reason = @decline_reason where key = @key;

-- name: AddRefunded :exec
update sandbox.charge set refunded = refunded + @amount where key = @key;

-- name: RefundByKey :one
select * from sandbox.refund where key = @key;

-- name: InsertRefund :exec
insert into sandbox.refund (key, charge_key, amount, created_at) values (@key, @charge_key, @amount, @created_at);

-- name: Log :exec
insert into sandbox.log (at, what, charge_key, refund_key, moved, currency)
values (@at, @what, @charge_key, @refund_key, @moved, @currency);

-- name: ChargedBack :exec
update sandbox.charge set dispute_logged = true where key = @key;

-- name: Movements :many
-- What moved money in a period, in order.
select seq, at, what, charge_key, refund_key, moved, currency from sandbox.log
where at >= @from_at and at < @until_at and moved <> 0 and seq > @after order by seq limit 500;
