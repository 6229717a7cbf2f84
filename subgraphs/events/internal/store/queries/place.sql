-- name: InsertVenue :exec
insert into venue (id, name, address, city, country, latitude, longitude, created_by, created_at, sort_key, city_key, words)
values (@id, @name, @address, @city, @country, sqlc.narg(latitude), sqlc.narg(longitude), sqlc.narg(created_by), @created_at, @sort_key,
        @city_key, @words);

-- name: VenuesByIDs :many
select id, name, address, city, country, latitude, longitude from venue where id = any (@ids::text[]);

-- By name, after the row that the cursor stands for. An empty query means every venue.
-- name: ListVenues :many
select id, name, address, city, country, latitude, longitude, sort_key from venue
where (sqlc.narg(after_key)::text is null or (sort_key, id) > (sqlc.narg(after_key)::text, sqlc.narg(after_id)::text))
  and (@tsquery::text = '' or search @@ cast(@tsquery::text as tsquery))
order by sort_key, id
limit @max_rows;

-- name: Categories :many
select id, slug, name from category order by lower(name) collate "C", id;

-- name: CategoriesByIDs :many
select id, slug, name from category where id = any (@ids::text[]);

-- name: PutCategory :exec
insert into category (id, slug, name) values (@id, @slug, @name)
on conflict (slug) do update set id = excluded.id, name = excluded.name;

-- Cities with published events to come, most events first. A series counts as one.
-- name: Cities :many
select min(v.city)::text as name, v.country, count(distinct coalesce(e.series_id, e.id))::int as event_count
from event e join venue v on v.id = e.venue_id
where e.status = 'PUBLISHED' and e.starts_at >= @starts_from
group by v.city_key, v.country
order by event_count desc, v.city_key, v.country
limit 100;
