-- name: TicketIDByCode :one
-- Also by a code that was replaced.
select t.id, false as replaced from ticket t where t.code = sqlc.arg(code)
union all
select r.ticket_id, true from ticket_replaced r where r.code = sqlc.arg(code)
limit 1;

-- name: LockTicket :one
select * from ticket where id = sqlc.arg(id) for update;

-- name: CheckIn :exec
update ticket set status = 'CHECKED_IN', checked_in_at = sqlc.arg(at), checked_in_by = sqlc.arg(by), gate = sqlc.arg(gate) where id = sqlc.arg(id);

-- name: UndoCheckIn :exec
update ticket set status = 'VALID', checked_in_at = null, checked_in_by = null, gate = null, undone = undone + 1 where id = sqlc.arg(id);

-- name: KeepReplacedCode :exec
insert into ticket_replaced (code, ticket_id, replaced_at, replaced_by) values (sqlc.arg(code), sqlc.arg(ticket_id), sqlc.arg(at), sqlc.arg(by));

-- name: ReplaceTicket :exec
update ticket set code = sqlc.arg(code), revision = revision + 1 where id = sqlc.arg(id);

-- name: InsertScan :exec
-- Keeps a scan and counts it at its gate.
with kept as (
    insert into scan (id, event_id, ticket_id, at, gate, by, outcome, reason)
    values (sqlc.arg(id), sqlc.arg(event_id), sqlc.narg(ticket_id), sqlc.arg(at), sqlc.arg(gate), sqlc.arg(by), sqlc.arg(outcome), sqlc.arg(reason))
    returning *
)
insert into gate as g (event_id, name, let_in, undone, refused, last_at)
select k.event_id, k.gate, (k.outcome = 'LET_IN')::int, (k.outcome = 'UNDONE')::int, (k.outcome not in ('LET_IN', 'UNDONE'))::int, k.at from kept k
on conflict (event_id, name) do update
set let_in = g.let_in + excluded.let_in, undone = g.undone + excluded.undone, refused = g.refused + excluded.refused,
    last_at = greatest(g.last_at, excluded.last_at);

-- name: InsertPastScans :exec
-- Of the holders among these tickets who are in.
insert into scan (id, event_id, ticket_id, at, gate, by, outcome)
select 'scn' || substr(id, 4), event_id, id, checked_in_at, gate, '', 'LET_IN' from ticket
where booking_id = any(sqlc.arg(booking_ids)::text[]) and status = 'CHECKED_IN';

-- name: CountPastScans :exec
insert into gate as g (event_id, name, let_in, last_at)
select event_id, gate, count(*), max(checked_in_at) from ticket
where booking_id = any(sqlc.arg(booking_ids)::text[]) and status = 'CHECKED_IN' group by event_id, gate order by event_id, gate
on conflict (event_id, name) do update set let_in = g.let_in + excluded.let_in, last_at = greatest(g.last_at, excluded.last_at);

-- name: ScansOfTickets :many
select * from scan where ticket_id = any(sqlc.arg(ticket_ids)::text[]) order by ticket_id, at, id;

-- name: LatestScans :many
select * from scan where event_id = sqlc.arg(event_id) order by at desc, id desc limit sqlc.arg(at_most);

-- name: Gates :many
select * from gate where event_id = sqlc.arg(event_id) order by name collate "C";

-- name: SoldOfEvent :one
select coalesce(sum(sold), 0)::int from ticket_type where event_id = sqlc.arg(event_id);

-- name: TicketKeys :many
select * from ticket_key order by signs_from, id;

-- name: LockTicketKeys :exec
lock table ticket_key in share row exclusive mode;

-- name: InsertTicketKey :exec
insert into ticket_key (id, private_key, signs_from, added_by, reason) values (sqlc.arg(id), sqlc.arg(private_key), sqlc.arg(signs_from), sqlc.arg(added_by), sqlc.arg(reason));
