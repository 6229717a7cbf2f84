-- name: InsertBookings :exec
-- The time of confirmation counts only where the status is CONFIRMED.
insert into booking (id, reference, user_id, event_id, status, revision, total_amount, currency, hold_expires_at, payment_id, created_at, confirmed_at)
select id, reference, user_id, event_id, status, revision, amount, currency, expires, payment_id, created, case status when 'CONFIRMED' then confirmed end
from (select unnest(sqlc.arg(ids)::text[]) as id, unnest(sqlc.arg(refs)::text[]) as reference, unnest(sqlc.arg(user_ids)::text[]) as user_id,
             unnest(sqlc.arg(event_ids)::text[]) as event_id, unnest(sqlc.arg(statuses)::text[]) as status,
             unnest(sqlc.arg(revisions)::int[]) as revision, unnest(sqlc.arg(amounts)::bigint[]) as amount,
             unnest(sqlc.arg(currencies)::text[]) as currency, unnest(sqlc.arg(expires)::timestamptz[]) as expires,
             unnest(sqlc.arg(payment_ids)::text[]) as payment_id, unnest(sqlc.arg(created)::timestamptz[]) as created,
             unnest(sqlc.arg(confirmed)::timestamptz[]) as confirmed) b;

-- name: InsertItems :exec
insert into booking_item (booking_id, position, ticket_type_id, name, quantity, unit_amount, tax_rate, tax_name, seated)
select unnest(sqlc.arg(booking_ids)::text[]), unnest(sqlc.arg(positions)::int[]), unnest(sqlc.arg(type_ids)::text[]), unnest(sqlc.arg(names)::text[]),
       unnest(sqlc.arg(quantities)::int[]), unnest(sqlc.arg(unit_amounts)::bigint[]), unnest(sqlc.arg(tax_rates)::int[]), unnest(sqlc.arg(tax_names)::text[]), unnest(sqlc.arg(seated)::boolean[]);

-- name: EventOfBooking :one
select event_id from booking where id = $1;

-- name: LockBookings :many
select * from booking where id = any(sqlc.arg(ids)::text[]) order by id for update;

-- name: UpdateBooking :batchexec
update booking
set status = sqlc.arg(status), revision = sqlc.arg(revision), payment_id = sqlc.arg(payment_id), end_reason = sqlc.arg(end_reason), confirmed_at = sqlc.arg(confirmed_at), ended_at = sqlc.arg(ended_at)
where id = sqlc.arg(id);

-- name: NoteRefunded :batchexec
update booking set refunded_amount = sqlc.arg(refunded_amount), refunded_for_tickets = sqlc.arg(refunded_for_tickets) where id = sqlc.arg(id);

-- name: Bookings :many
select sqlc.embed(booking), event.organizer_id from booking join event on event.id = booking.event_id
where booking.id = any(sqlc.arg(ids)::text[]);

-- name: ListOfUser :many
select sqlc.embed(booking), event.organizer_id from booking join event on event.id = booking.event_id
where booking.user_id = sqlc.arg(user_id)
  and (sqlc.narg(status)::text is null or booking.status = sqlc.narg(status))
  and (sqlc.narg(after_at)::timestamptz is null or (booking.created_at, booking.id) < (sqlc.narg(after_at), sqlc.arg(after_id)::text collate "C"))
order by booking.created_at desc, booking.id desc limit sqlc.arg(at_most);

-- name: ListOfEvent :many
select sqlc.embed(booking), event.organizer_id from booking join event on event.id = booking.event_id
where booking.event_id = sqlc.arg(event_id)
  and (sqlc.narg(status)::text is null or booking.status = sqlc.narg(status))
  and (sqlc.narg(after_at)::timestamptz is null or (booking.created_at, booking.id) < (sqlc.narg(after_at), sqlc.arg(after_id)::text collate "C"))
order by booking.created_at desc, booking.id desc limit sqlc.arg(at_most);

-- name: Items :many
select * from booking_item where booking_id = any(sqlc.arg(booking_ids)::text[]) order by booking_id, position;

-- name: DueHolds :many
select id from booking where status = 'HELD' and hold_expires_at <= sqlc.arg(now) order by hold_expires_at limit sqlc.arg(at_most);

-- name: AliveOfEvent :many
select id from booking where event_id = sqlc.arg(event_id) and status in ('HELD', 'CONFIRMED') order by id limit sqlc.arg(at_most);

-- name: Payments :many
select * from payment where booking_id = any(sqlc.arg(booking_ids)::text[]) order by booking_id, id;

-- name: PutPayment :batchexec
insert into payment (id, booking_id, outcome, at) values (sqlc.arg(id), sqlc.arg(booking_id), sqlc.arg(outcome), sqlc.arg(at))
on conflict (id) do update set outcome = excluded.outcome, at = excluded.at;
