-- name: PutSeating :exec
insert into seating (event_id, plan) values (@event_id, @plan) on conflict (event_id) do update set plan = excluded.plan;

-- name: DeleteSeating :exec
delete from seating where event_id = @event_id;

-- name: Seatings :many
select event_id, plan from seating where event_id = any (@event_ids::text[]);
