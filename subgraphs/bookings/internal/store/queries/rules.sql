-- name: SetTicketRules :batchexec
update ticket_type
set kind = sqlc.arg(kind), visibility = sqlc.arg(visibility), per_person_limit = sqlc.narg(per_person_limit), max_per_admission = sqlc.narg(max_per_admission)
where id = sqlc.arg(id);

-- name: PutHouse :exec
-- The row that counts an event's admissions begins with those there are; from then on only MoveStock changes the counters.
insert into ticket_type (id, event_id, kind, position, name, price_amount, currency, on_sale, sales_end, min_per_order, max_per_order, per_person_limit, target, held, sold, capacity)
values (sqlc.arg(event_id), sqlc.arg(event_id), 'EVENT', 0, '', 0, sqlc.arg(currency), false, sqlc.arg(sales_end), 1, 1, sqlc.narg(per_person_limit), sqlc.arg(target),
        sqlc.arg(held), sqlc.arg(sold), greatest(sqlc.arg(target)::int, sqlc.arg(held)::int + sqlc.arg(sold)::int))
on conflict (id) do update
set per_person_limit = excluded.per_person_limit, target = excluded.target, capacity = greatest(excluded.target, ticket_type.held + ticket_type.sold),
    revision = ticket_type.revision + 1;

-- name: SetShared :exec
update event set shared = sqlc.arg(shared) where id = sqlc.arg(id);

-- name: TakenBy :many
-- How many of each type these people hold and have bought. Under the locks of the types nobody else can change it.
select b.user_id, b.event_id, i.ticket_type_id, t.kind, sum(i.quantity)::int as taken
from booking b join booking_item i on i.booking_id = b.id join ticket_type t on t.id = i.ticket_type_id
where b.user_id = any(sqlc.arg(user_ids)::text[]) and b.event_id = any(sqlc.arg(event_ids)::text[]) and b.status in ('HELD', 'CONFIRMED')
group by b.user_id, b.event_id, i.ticket_type_id, t.kind;

-- name: ExtendHold :batchexec
update booking set hold_expires_at = sqlc.arg(hold_expires_at), extended = true where id = sqlc.arg(id);
