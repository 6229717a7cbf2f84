-- name: LockStock :many
-- Always in the order of ids, so that two transactions that need the same rows cannot wait for each other in a circle.
select * from ticket_type where id = any(sqlc.arg(ids)::text[]) order by id for no key update;

-- name: LockStockOfEvent :many
select * from ticket_type where event_id = sqlc.arg(event_id) order by id for no key update;

-- name: MoveStock :execrows
-- The safety of the stock is here, in the row, whatever the caller believes: seats are taken only where they are free, and a capacity
-- grows never; the CHECKs of the table are the belt. Seats that come back let an overfull capacity shrink towards its target.
update ticket_type t
set held = t.held + d.held,
    sold = t.sold + d.sold,
    capacity = case when d.held + d.sold < 0 then greatest(t.target, t.held + d.held + t.sold + d.sold) else t.capacity end,
    revision = t.revision + 1
from (select unnest(sqlc.arg(ids)::text[]) as id, unnest(sqlc.arg(held)::int[]) as held, unnest(sqlc.arg(sold)::int[]) as sold) d
where t.id = d.id and (d.held + d.sold <= 0 or t.held + t.sold + d.held + d.sold <= t.capacity);

-- name: PutTicketType :exec
-- Everything but the counters, which only MoveStock changes.
insert into ticket_type (id, event_id, position, name, price_amount, currency, on_sale, sales_start, sales_end, min_per_order, max_per_order, target, capacity, tax_rate, tax_name, seats_version)
values (sqlc.arg(id), sqlc.arg(event_id), sqlc.arg(position), sqlc.arg(name), sqlc.arg(price_amount), sqlc.arg(currency), sqlc.arg(on_sale), sqlc.arg(sales_start), sqlc.arg(sales_end), sqlc.arg(min_per_order), sqlc.arg(max_per_order), sqlc.arg(target), sqlc.arg(target), sqlc.arg(tax_rate), sqlc.arg(tax_name), sqlc.arg(seats_version))
on conflict (id) do update
set position = excluded.position, name = excluded.name, price_amount = excluded.price_amount, currency = excluded.currency,
    on_sale = excluded.on_sale, sales_start = excluded.sales_start, sales_end = excluded.sales_end,
    min_per_order = excluded.min_per_order, max_per_order = excluded.max_per_order, target = excluded.target,
    tax_rate = excluded.tax_rate, tax_name = excluded.tax_name, seats_version = excluded.seats_version,
    capacity = greatest(excluded.target, ticket_type.held + ticket_type.sold), revision = ticket_type.revision + 1
where ticket_type.event_id = excluded.event_id;

-- name: StockOfEvents :many
select sqlc.embed(ticket_type), event.organizer_id from ticket_type join event on event.id = ticket_type.event_id
where ticket_type.event_id = any(sqlc.arg(event_ids)::text[]) order by ticket_type.event_id, ticket_type.position, ticket_type.id;

-- name: StockOfTypes :many
-- together is how many more admissions the event has for all types; the highest number where they share nothing.
select sqlc.embed(t), coalesce(h.capacity - h.held - h.sold, 2147483647)::int as together
from ticket_type t left join ticket_type h on h.id = t.event_id and h.kind = 'EVENT'
where t.id = any(sqlc.arg(ids)::text[]) and t.kind <> 'EVENT';
