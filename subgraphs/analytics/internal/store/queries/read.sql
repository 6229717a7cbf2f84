-- name: Sales :many
select * from event_sales where event_id = any(@event_ids::text[]) and currency is not null;

-- name: TicketTypes :many
select t.*, e.currency::text as currency from ticket_type_sales t join event_sales e using (event_id)
where t.event_id = any(@event_ids::text[]) and e.currency is not null
  and (t.position is not null or t.sold_name is not null or t.check_ins > 0)
order by t.event_id, t.position nulls last, t.ticket_type_id;

-- name: Timelines :many
select b.*, e.currency::text as currency from event_sales e cross join lateral (
    select * from sales_bucket s where s.event_id = e.event_id and s.bucket = @bucket order by s.start desc limit @last_rows
) b
where e.event_id = any(@event_ids::text[]) and e.currency is not null
order by b.event_id, b.start;

-- name: Report :many
select currency, count(published_version)::int as events, sum(bookings)::int as bookings, sum(tickets_sold)::int as tickets_sold,
       sum(check_ins)::int as check_ins, sum(gross)::bigint as gross, sum(refunded)::bigint as refunded
from event_sales where organizer_id = @organizer_id group by currency order by currency;

-- name: ByEvent :many
select * from event_sales
where organizer_id = @organizer_id and currency is not null
  and (sqlc.narg(after_tickets)::int is null or (tickets_sold, event_id) < (sqlc.narg(after_tickets), sqlc.narg(after_id)::text))
order by tickets_sold desc, event_id desc limit @max_rows;
