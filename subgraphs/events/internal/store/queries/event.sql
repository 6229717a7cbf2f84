-- Nothing happens, and nothing comes back, when the slug is taken.
-- name: InsertEvents :batchone
insert into event (id, slug, title, summary, description, status, format, starts_at, ends_at, time_zone, venue_id, category_id, cover_url,
                   organizer_id, version, created_at, updated_at, published_at, words, refund_policy, series_id, series_date, series_edited)
values (@id, @slug, @title, @summary, @description, @status, @format, @starts_at, @ends_at, @time_zone, sqlc.narg(venue_id), @category_id,
        sqlc.narg(cover_url), @organizer_id, @version, @created_at, @updated_at, sqlc.narg(published_at), @words,
        sqlc.narg(refund_policy), sqlc.narg(series_id), sqlc.narg(series_date), @series_edited)
on conflict (slug) do nothing
returning id;

-- name: UpdateEvents :batchexec
update event
set title = @title, summary = @summary, description = @description, status = @status, format = @format, starts_at = @starts_at,
    ends_at = @ends_at, time_zone = @time_zone, venue_id = sqlc.narg(venue_id), category_id = @category_id,
    cover_url = sqlc.narg(cover_url), version = @version, updated_at = @updated_at, published_at = sqlc.narg(published_at),
    cancelled_at = sqlc.narg(cancelled_at), cancel_reason = @cancel_reason, words = @words,
    refund_policy = sqlc.narg(refund_policy), series_id = sqlc.narg(series_id), series_date = sqlc.narg(series_date),
    series_edited = @series_edited
where id = @id;

-- Changes of one event happen one after the other.
-- name: LockEvent :one
select id from event where id = @id for update;

-- name: EventIDBySlug :one
select id from event where slug = @slug;

-- name: EventsByIDs :many
select e.id, e.slug, e.title, e.summary, e.description, e.status, e.format, e.starts_at, e.ends_at, e.time_zone, e.cover_url,
       e.organizer_id, e.version, e.created_at, e.updated_at, e.published_at, e.cancelled_at, e.cancel_reason,
       e.refund_policy,
       e.capacity, e.per_person_limit, e.questions, e.series_id, e.series_date, e.series_edited,
       sqlc.embed(c),
       v.id as venue_id, v.name as venue_name, v.address as venue_address, v.city as venue_city, v.country as venue_country,
       v.latitude as venue_latitude, v.longitude as venue_longitude
from event e
join category c on c.id = e.category_id
left join venue v on v.id = e.venue_id
where e.id = any (@ids::text[]);

-- Cheapest first, then as entered.
-- name: TicketTypesOfEvents :many
select * from ticket_type where event_id = any (@event_ids::text[]) order by event_id, price_amount, position, id;

-- name: EventsOfTicketTypes :many
select id, event_id from ticket_type where id = any (@ids::text[]);

-- name: PutTicketTypes :batchexec
insert into ticket_type (id, event_id, position, name, description, price_amount, currency, capacity, sales_start, sales_end,
                         min_per_order, max_per_order, tax_rate, tax_name, copy_of)
values (@id, @event_id, @position, @name, @description, @price_amount, @currency, @capacity, sqlc.narg(sales_start),
        sqlc.narg(sales_end), @min_per_order, @max_per_order, @tax_rate, @tax_name, sqlc.narg(copy_of))
on conflict (id) do update
set position = excluded.position, name = excluded.name, description = excluded.description, price_amount = excluded.price_amount,
    currency = excluded.currency, capacity = excluded.capacity, sales_start = excluded.sales_start, sales_end = excluded.sales_end,
    min_per_order = excluded.min_per_order, max_per_order = excluded.max_per_order, tax_rate = excluded.tax_rate,
    tax_name = excluded.tax_name
where ticket_type.event_id = excluded.event_id;

-- name: DeleteTicketTypesExcept :batchexec
delete from ticket_type where event_id = @event_id and id <> all (@keep::text[]);

-- In the order given, which is sorted, so that writers of the same words cannot lock each other out.
-- name: InsertSearchWords :exec
insert into search_word (word) select unnest(@words::text[]) on conflict do nothing;
