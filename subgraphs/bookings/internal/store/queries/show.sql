-- name: LockEvent :exec
-- Lets one message about an event work at a time, also about one that has no row yet.
select pg_advisory_xact_lock(hashtextextended(sqlc.arg(id), 0));

-- name: Shows :many
select * from event where id = any(sqlc.arg(ids)::text[]);

-- name: PutShow :exec
insert into event (id, version, organizer_id, title, starts_at, ends_at, time_zone, venue, status, cancel_reason, refund_policy, slug, address, city, seating_sum, series_id)
values (sqlc.arg(id), sqlc.arg(version), sqlc.arg(organizer_id), sqlc.arg(title), sqlc.arg(starts_at), sqlc.arg(ends_at), sqlc.arg(time_zone), sqlc.arg(venue), sqlc.arg(status), sqlc.arg(cancel_reason), sqlc.arg(refund_policy),
        sqlc.arg(slug), sqlc.arg(address), sqlc.arg(city), sqlc.arg(seating_sum), sqlc.arg(series_id))
on conflict (id) do update
set version = excluded.version, organizer_id = excluded.organizer_id, title = excluded.title, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, time_zone = excluded.time_zone, venue = excluded.venue, status = excluded.status,
    cancel_reason = excluded.cancel_reason, refund_policy = excluded.refund_policy,
    slug = excluded.slug, address = excluded.address, city = excluded.city, seating_sum = excluded.seating_sum, series_id = excluded.series_id;
