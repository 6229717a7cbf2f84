-- name: PutSeatings :batchexec
insert into seating (event_id, plan) values (@event_id, @plan) on conflict (event_id) do update set plan = excluded.plan;

-- name: DeleteSeatings :exec
delete from seating where event_id = any (@event_ids::text[]);

-- name: Seatings :many
select event_id, plan from seating where event_id = any (@event_ids::text[]);
