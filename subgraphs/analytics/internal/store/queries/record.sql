-- name: LockEvent :exec
-- One transaction at a time counts an event: each sees the facts of those before it.
select pg_advisory_xact_lock(hashtextextended('sales:' || @event_id::text, 0));

-- name: AddFact :execrows
-- Takes the event's lock (LockEvent) first.
with locked as materialized (select pg_advisory_xact_lock(hashtextextended('sales:' || @event_id::text, 0)))
insert into fact (kind, subject, event_id, booking_id, payment_id, organizer_id, ticket_type_id, amount, currency, tickets, version, items,
                  at, recorded_at)
select @kind, @subject, @event_id, @booking_id, @payment_id, @organizer_id, @ticket_type_id, @amount, @currency, @tickets, @version, @items,
       @at, @recorded_at
from locked
on conflict (kind, subject) do nothing;

-- name: FactsOfBooking :many
-- Those that change what another fact of the booking counts.
select kind, subject, payment_id, amount, tickets, items, at from fact
where booking_id = @booking_id and kind in ('booking.confirmed', 'booking.cancelled', 'booking.tickets_returned', 'payment.refunded') and (kind, subject) <> (@kind, @subject);

-- name: LockEvents :exec
-- LockEvent for several, in the order given.
select pg_advisory_xact_lock(hashtextextended('sales:' || e.id, 0)) from unnest(sqlc.arg(event_ids)::text[]) with ordinality as e(id, n) order by e.n;

-- name: AddConfirmed :many
insert into fact (kind, subject, event_id, booking_id, payment_id, organizer_id, amount, currency, tickets, items, at, recorded_at)
select 'booking.confirmed', f.subject, f.event_id, f.booking_id, f.payment_id, f.organizer_id, f.amount, f.currency, f.tickets, f.items, f.at,
       @recorded_at
from (
    select unnest(@subjects::text[]) as subject, unnest(@event_ids::text[]) as event_id, unnest(@booking_ids::text[]) as booking_id,
           unnest(@payment_ids::text[]) as payment_id, unnest(@organizer_ids::text[]) as organizer_id, unnest(@amounts::bigint[]) as amount,
           unnest(@currencies::text[]) as currency, unnest(@tickets::int[]) as tickets, unnest(@items::jsonb[]) as items,
           unnest(@ats::timestamptz[]) as at
) f
on conflict (kind, subject) do nothing returning subject;

-- name: FactsAfterConfirmation :many
select kind, subject, booking_id, payment_id, amount, tickets, items, at from fact
where booking_id <> '' and booking_id = any(@booking_ids::text[]) and kind in ('booking.cancelled', 'booking.tickets_returned', 'payment.refunded');

-- name: FactsOfCheckIn :many
-- The check-in that was undone, or the undoing of the check-in.
select kind, ticket_type_id, at from fact
where subject = @subject and kind in ('ticket.checked_in', 'ticket.check_in_undone') and kind <> @kind;

-- name: EnsureEvent :exec
insert into event_sales (event_id) values (@event_id) on conflict do nothing;

-- name: Add :exec
-- Adds a difference to the totals, the types and the buckets of an event. Nothing is below zero before a row exists, so what is inserted
-- may be cut at zero; what is added may not.
with event as (
    insert into event_sales as e (event_id, organizer_id, currency, bookings, tickets_sold, cancellations, gross, refunded, check_ins,
                                  revision, updated_at)
    values (@event_id, nullif(@organizer_id::text, ''), nullif(@currency::text, ''), greatest(@bookings::int, 0), greatest(@tickets::int, 0),
            greatest(@cancellations::int, 0), greatest(@gross::bigint, 0), greatest(@refunded::bigint, 0), greatest(@check_ins::int, 0), @facts::int,
            @recorded_at::timestamptz)
    on conflict (event_id) do update set
        organizer_id  = coalesce(e.organizer_id, excluded.organizer_id),
        currency      = coalesce(e.currency, excluded.currency),
        bookings      = e.bookings + @bookings::int,
        tickets_sold  = e.tickets_sold + @tickets::int,
        cancellations = e.cancellations + @cancellations::int,
        gross         = e.gross + @gross::bigint,
        refunded      = e.refunded + @refunded::bigint,
        check_ins     = e.check_ins + @check_ins::int,
        revision      = e.revision + @facts::int,
        updated_at    = greatest(e.updated_at, excluded.updated_at)
), type_difference as (
    select unnest(@type_ids::text[]) as id, unnest(@type_tickets::int[]) as tickets, unnest(@type_revenues::bigint[]) as revenue,
           unnest(@type_check_ins::int[]) as check_ins, nullif(unnest(@type_names::text[]), '') as name,
           unnest(@type_named_ats::timestamptz[]) as named_at
), known_type as (
    update ticket_type_sales t set
        tickets_sold = t.tickets_sold + d.tickets,
        revenue      = t.revenue + d.revenue,
        check_ins    = t.check_ins + d.check_ins,
        sold_name    = case when d.name is not null and (t.named_at is null or (d.named_at, d.name) > (t.named_at, t.sold_name))
                            then d.name else t.sold_name end,
        named_at     = case when d.name is not null then greatest(t.named_at, d.named_at) else t.named_at end
    from type_difference d where t.event_id = @event_id and t.ticket_type_id = d.id
    returning t.ticket_type_id
), new_type as (
    insert into ticket_type_sales (event_id, ticket_type_id, tickets_sold, revenue, check_ins, sold_name, named_at)
    select @event_id, d.id, d.tickets, d.revenue, d.check_ins, d.name, case when d.name is not null then d.named_at end
    from type_difference d where d.id not in (select ticket_type_id from known_type)
)
insert into sales_bucket as b (event_id, bucket, start, bookings, tickets, revenue)
select @event_id, unit, date_trunc(lower(unit), p.at, 'UTC'), sum(p.bookings)::int, sum(p.tickets)::int, sum(p.revenue)::bigint
from (
    select unnest(@point_ats::timestamptz[]) as at, unnest(@point_bookings::int[]) as bookings, unnest(@point_tickets::int[]) as tickets,
           unnest(@point_revenues::bigint[]) as revenue
) p, (values ('HOUR'), ('DAY')) as u(unit)
group by 2, 3
on conflict (event_id, bucket, start) do update set
    bookings = b.bookings + excluded.bookings,
    tickets  = b.tickets + excluded.tickets,
    revenue  = b.revenue + excluded.revenue;

-- name: Publish :execrows
-- Takes the newest version, whatever the order in which versions come.
update event_sales set organizer_id = @organizer_id::text, currency = coalesce(nullif(@currency::text, ''), currency), published_version = @version::int
where event_id = @event_id and (published_version is null or published_version < @version::int);

-- name: WithdrawTypes :exec
update ticket_type_sales set position = null, published_name = null where event_id = @event_id and position is not null;

-- name: OfferTypes :exec
insert into ticket_type_sales (event_id, ticket_type_id, position, published_name)
select @event_id, unnest(@ids::text[]), unnest(@positions::int[]), unnest(@names::text[])
on conflict (event_id, ticket_type_id) do update set position = excluded.position, published_name = excluded.published_name;
