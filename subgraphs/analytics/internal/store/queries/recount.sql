-- name: EventsWithFacts :many
select distinct event_id from fact where event_id > @after and recorded_at >= @since order by event_id limit @max_rows;

-- name: ClearTypes :exec
delete from ticket_type_sales where event_id = @event_id;

-- name: ClearBuckets :exec
delete from sales_bucket where event_id = @event_id;

-- name: RecountEvent :exec
with newest as (
    select version, organizer_id, currency from fact where event_id = @event_id and kind = 'event.published' order by version desc limit 1
), booked as (
    select organizer_id, currency from fact
    where event_id = @event_id and kind in ('booking.confirmed', 'booking.cancelled') order by recorded_at, subject limit 1
), sold as (
    select c.amount, c.payment_id, c.tickets - coalesce((
        select sum(r.tickets) from fact r where r.event_id = c.event_id and r.kind = 'booking.tickets_returned' and r.booking_id = c.booking_id
    ), 0) as tickets, c.booking_id, exists (
        select from fact x where x.kind = 'booking.cancelled' and x.subject = c.subject
    ) as cancelled
    from fact c where c.event_id = @event_id and c.kind = 'booking.confirmed'
)
update event_sales set
    published_version = (select version from newest),
    organizer_id  = coalesce((select organizer_id from newest), (select organizer_id from booked), event_sales.organizer_id),
    currency      = coalesce((select nullif(currency, '') from newest), (select currency from booked), event_sales.currency),
    bookings      = (select count(*) from sold where not cancelled),
    tickets_sold  = (select coalesce(sum(tickets), 0) from sold where not cancelled),
    cancellations = (select count(*) from sold where cancelled),
    gross         = (select coalesce(sum(amount), 0) from sold),
    refunded      = (select coalesce(sum(r.amount), 0) from fact r join sold s on s.booking_id = r.booking_id and s.payment_id = r.payment_id
                     where r.event_id = @event_id and r.kind = 'payment.refunded'),
    check_ins     = (select count(*) from fact f where f.event_id = @event_id and f.kind = 'ticket.checked_in'
                     and not exists (select from fact u where u.kind = 'ticket.check_in_undone' and u.subject = f.subject)),
    revision      = (select count(*) from fact f where f.event_id = @event_id),
    updated_at    = (select max(recorded_at) from fact f where f.event_id = @event_id)
where event_sales.event_id = @event_id;

-- name: RecountTypes :exec
with offered as (
    select item ->> 'ticketTypeId' as id, item ->> 'name' as name, position::int - 1 as position
    from (select f.items from fact f where f.event_id = @event_id and f.kind = 'event.published' order by f.version desc limit 1) p,
         jsonb_array_elements(p.items) with ordinality as i(item, position)
), sold as (
    select item ->> 'ticketTypeId' as id, item ->> 'name' as name, coalesce((item ->> 'quantity')::int, 0) as tickets,
           coalesce((item ->> 'amount')::bigint, 0) as revenue, c.at,
           exists (select from fact x where x.kind = 'booking.cancelled' and x.subject = c.subject) as cancelled
    from fact c, jsonb_array_elements(c.items) as i(item) where c.event_id = @event_id and c.kind = 'booking.confirmed'
    union all
    select item ->> 'ticketTypeId', null, -coalesce((item ->> 'quantity')::int, 0), -coalesce((item ->> 'amount')::bigint, 0), null,
           exists (select from fact x where x.kind = 'booking.cancelled' and x.subject = c.subject)
    from fact r join fact c on c.event_id = r.event_id and c.kind = 'booking.confirmed' and c.booking_id = r.booking_id, jsonb_array_elements(r.items) as i(item)
    where r.event_id = @event_id and r.kind = 'booking.tickets_returned'
), totals as (
    select s.id, (array_agg(s.name order by s.at desc nulls last, s.name desc))[1]::text as name, max(s.at)::timestamptz as at,
           coalesce(sum(s.tickets) filter (where not s.cancelled), 0) as tickets,
           coalesce(sum(s.revenue) filter (where not s.cancelled), 0) as revenue
    from sold s group by s.id
), arrived as (
    select f.ticket_type_id as id, count(*) as check_ins from fact f
    where f.event_id = @event_id and f.kind = 'ticket.checked_in'
      and not exists (select from fact u where u.kind = 'ticket.check_in_undone' and u.subject = f.subject)
    group by 1
)
insert into ticket_type_sales (event_id, ticket_type_id, position, published_name, sold_name, named_at, tickets_sold, revenue, check_ins)
select @event_id, id, o.position, o.name, t.name, t.at, coalesce(t.tickets, 0), coalesce(t.revenue, 0), coalesce(a.check_ins, 0)
from offered o full join totals t using (id) full join arrived a using (id);

-- name: RecountBuckets :exec
insert into sales_bucket (event_id, bucket, start, bookings, tickets, revenue)
select f.event_id, u.unit, date_trunc(lower(u.unit), f.at, 'UTC'), count(*), sum(f.tickets), sum(f.amount)
from fact f, (values ('HOUR'), ('DAY')) as u(unit)
where f.event_id = @event_id and f.kind = 'booking.confirmed' group by 1, 2, 3;

-- name: TypeRows :many
-- Those that say something: a type that was withdrawn before it sold says nothing.
select * from ticket_type_sales
where event_id = @event_id and (position is not null or sold_name is not null or check_ins > 0) order by ticket_type_id;

-- name: BucketRows :many
select * from sales_bucket where event_id = @event_id order by bucket, start;

-- name: EventRow :one
select * from event_sales where event_id = @event_id;
