-- name: InsertTickets :exec
-- Time and gate of a check-in count only where the status is CHECKED_IN.
insert into ticket (id, booking_id, event_id, ticket_type_id, name, position, code, status, checked_in_at, gate, seat_id)
select id, booking_id, event_id, type_id, name, position, code, status,
       case status when 'CHECKED_IN' then checked_in_at end, case status when 'CHECKED_IN' then gate end, nullif(seat_id, '')
from (select unnest(sqlc.arg(ids)::text[]) as id, unnest(sqlc.arg(booking_ids)::text[]) as booking_id,
             unnest(sqlc.arg(event_ids)::text[]) as event_id, unnest(sqlc.arg(type_ids)::text[]) as type_id,
             unnest(sqlc.arg(names)::text[]) as name, unnest(sqlc.arg(positions)::int[]) as position,
             unnest(sqlc.arg(codes)::text[]) as code, unnest(sqlc.arg(statuses)::text[]) as status,
             unnest(sqlc.arg(checked_in_at)::timestamptz[]) as checked_in_at, unnest(sqlc.arg(gates)::text[]) as gate, unnest(sqlc.arg(seat_ids)::text[]) as seat_id) t;

-- name: Tickets :many
select * from ticket where booking_id = any(sqlc.arg(booking_ids)::text[]) order by booking_id, position;

-- name: LockTickets :many
-- A scan and a cancellation of the same ticket happen one after the other.
select * from ticket where booking_id = any(sqlc.arg(booking_ids)::text[]) order by id for update;

-- name: BookingsOfTickets :many
select id, booking_id from ticket where id = any(sqlc.arg(ids)::text[]);

-- name: VoidTickets :exec
update ticket set status = 'VOID' where booking_id = any(sqlc.arg(booking_ids)::text[]);
