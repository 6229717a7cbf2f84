-- name: TakeFence :one
-- Takes a decision about a charge, or answers the one that was taken before.
insert into charge_fence (payment_id, decision) values (@payment_id, @decision)
on conflict (payment_id) do update set decision = charge_fence.decision returning decision;

-- name: HeldFence :one
select decision from charge_fence where payment_id = @payment_id;

-- name: RefuseFence :exec
update charge_fence set decision = 'ABANDON' where payment_id = @payment_id;
