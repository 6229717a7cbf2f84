-- name: Sales :many
-- Totals and types in one statement, so that they are of the same moment.
select sqlc.embed(e), coalesce((
    select jsonb_agg(jsonb_build_object('ticketTypeId', t.ticket_type_id, 'name', coalesce(t.sold_name, t.published_name, ''),
                                        'ticketsSold', t.tickets_sold, 'revenue', t.revenue, 'checkIns', t.check_ins)
                     order by t.position nulls last, t.ticket_type_id)
    from ticket_type_sales t
    where t.event_id = e.event_id and (t.position is not null or t.sold_name is not null or t.check_ins > 0)
), '[]')::jsonb as types
from event_sales e where e.event_id = any(@event_ids::text[]) and e.currency is not null;

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
select sqlc.embed(e), coalesce((
    select jsonb_agg(jsonb_build_object('ticketTypeId', t.ticket_type_id, 'name', coalesce(t.sold_name, t.published_name, ''),
                                        'ticketsSold', t.tickets_sold, 'revenue', t.revenue, 'checkIns', t.check_ins)
                     order by t.position nulls last, t.ticket_type_id)
    from ticket_type_sales t
    where t.event_id = e.event_id and (t.position is not null or t.sold_name is not null or t.check_ins > 0)
), '[]')::jsonb as types
from event_sales e
where e.organizer_id = @organizer_id and e.currency is not null
  and (sqlc.narg(after_tickets)::int is null or (e.tickets_sold, e.event_id) < (sqlc.narg(after_tickets), sqlc.narg(after_id)::text))
order by e.tickets_sold desc, e.event_id desc limit @max_rows;
