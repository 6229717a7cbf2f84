-- name: LockEvent :exec
-- One transaction at a time counts an event: each sees the facts of those before it.
select pg_advisory_xact_lock(hashtextextended('sales:' || @event_id::text, 0));

-- name: AddFact :execrows
insert into fact (kind, subject, event_id, booking_id, payment_id, organizer_id, ticket_type_id, amount, currency, tickets, version, items,
                  at, recorded_at)
values (@kind, @subject, @event_id, @booking_id, @payment_id, @organizer_id, @ticket_type_id, @amount, @currency, @tickets, @version, @items,
        @at, @recorded_at)
on conflict (kind, subject) do nothing;

-- name: FactsOfBooking :many
-- Those that change what another fact of the booking counts.
select kind, subject, payment_id, amount, tickets, items, at from fact
where booking_id = @booking_id and kind in ('booking.confirmed', 'booking.cancelled', 'payment.refunded') and (kind, subject) <> (@kind, @subject);

-- name: EnsureEvent :exec
insert into event_sales (event_id) values (@event_id) on conflict do nothing;

-- name: AddToEvent :exec
update event_sales set
    organizer_id  = coalesce(organizer_id, nullif(@organizer_id::text, '')),
    currency      = coalesce(currency, nullif(@currency::text, '')),
    bookings      = bookings + @bookings,
    tickets_sold  = tickets_sold + @tickets,
    cancellations = cancellations + @cancellations,
    gross         = gross + @gross,
    refunded      = refunded + @refunded,
    check_ins     = check_ins + @check_ins,
    revision      = revision + 1,
    updated_at    = greatest(updated_at, @recorded_at::timestamptz)
where event_id = @event_id;

-- name: EnsureTypes :exec
insert into ticket_type_sales (event_id, ticket_type_id) select @event_id, unnest(@ids::text[]) on conflict do nothing;

-- name: AddToTypes :exec
update ticket_type_sales t set
    tickets_sold = t.tickets_sold + d.tickets,
    revenue      = t.revenue + d.revenue,
    check_ins    = t.check_ins + d.check_ins,
    sold_name    = case when d.later then d.name else t.sold_name end,
    named_at     = case when d.later then d.named_at else t.named_at end
from (
    select u.*, u.name <> '' and (x.named_at is null or (u.named_at, u.name) > (x.named_at, x.sold_name)) as later
    from (
        select unnest(@ids::text[]) as id, unnest(@tickets::int[]) as tickets, unnest(@revenues::bigint[]) as revenue,
               unnest(@check_ins::int[]) as check_ins, unnest(@names::text[]) as name, unnest(@named_ats::timestamptz[]) as named_at
    ) u
    join ticket_type_sales x on x.event_id = @event_id and x.ticket_type_id = u.id
) d
where t.event_id = @event_id and t.ticket_type_id = d.id;

-- name: AddToBuckets :exec
insert into sales_bucket (event_id, bucket, start, bookings, tickets, revenue)
values (@event_id, 'HOUR', date_trunc('hour', @at::timestamptz, 'UTC'), @bookings, @tickets, @revenue),
       (@event_id, 'DAY', date_trunc('day', @at::timestamptz, 'UTC'), @bookings, @tickets, @revenue)
on conflict (event_id, bucket, start) do update set
    bookings = sales_bucket.bookings + excluded.bookings,
    tickets  = sales_bucket.tickets + excluded.tickets,
    revenue  = sales_bucket.revenue + excluded.revenue;

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
