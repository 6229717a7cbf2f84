-- name: InsertSeries :exec
insert into series (id, organizer_id, rule, starts_at, time_zone, exceptions, extra_dates, version, created_at, updated_at)
values (@id, @organizer_id, @rule, @starts_at, @time_zone, @exceptions, @extra_dates, @version, @created_at, @updated_at);

-- name: UpdateSeries :exec
update series
set rule = @rule, starts_at = @starts_at, exceptions = @exceptions, extra_dates = @extra_dates, version = @version, updated_at = @updated_at
where id = @id;

-- Changes of one series happen one after the other. The lock lets those through who only refer to the series: changes of its events.
-- name: LockSeries :one
select * from series where id = @id for no key update;

-- In the order of ids, so that two changes that need the same rows cannot wait for each other in a circle.
-- name: LockEventsOfSeries :many
select id from event where series_id = @series_id::text order by id for update;

-- upcoming counts the published dates to come; public tells whether the public ever saw one.
-- name: SeriesByIDs :many
select sqlc.embed(s), u.upcoming::int as upcoming, u.dates::int as dates, u.public::boolean as public
from series s,
     lateral (select count(*) filter (where e.status = 'PUBLISHED' and e.starts_at >= @now) as upcoming,
                     count(*) filter (where e.status <> 'CANCELLED') as dates,
                     coalesce(bool_or(e.published_at is not null), false) as public
              from event e where e.series_id = s.id) u
where s.id = any (@ids::text[]);

-- name: DeleteDrafts :execrows
delete from event where id = any (@ids::text[]) and published_at is null;

-- name: TakenSlugs :many
select slug from event where slug = any (@slugs::text[]);
