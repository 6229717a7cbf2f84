-- name: LockPromoCodes :many
-- Always after the ticket types, in the order of events and codes.
select p.* from promo_code p
where (p.event_id, p.code) in (select unnest(sqlc.arg(event_ids)::text[]), unnest(sqlc.arg(codes)::text[]))
order by p.event_id, p.code for no key update;

-- name: UsesBy :many
-- How many bookings alive these people made with codes. Under the locks of the codes nobody else can change it.
select b.event_id, b.user_id, c.code::text as code, count(*)::int as uses
from booking b cross join lateral unnest(b.codes) as c(code)
where b.user_id = any(sqlc.arg(user_ids)::text[]) and b.event_id = any(sqlc.arg(event_ids)::text[]) and b.status in ('HELD', 'CONFIRMED')
group by b.event_id, b.user_id, c.code;

-- name: UsePromoCodes :execrows
-- The row has the last word on how often a code is used.
update promo_code p set used = p.used + d.uses
from (select unnest(sqlc.arg(ids)::text[]) as id, unnest(sqlc.arg(uses)::int[]) as uses) d
where p.id = d.id and (d.uses <= 0 or p.max_uses is null or p.used + d.uses <= p.max_uses);

-- name: SetCodes :batchexec
update booking set codes = sqlc.arg(codes)::text[] where id = sqlc.arg(id);

-- name: SetFullAmount :batchexec
update booking_item set full_amount = sqlc.arg(full_amount)::bigint where booking_id = sqlc.arg(booking_id) and position = sqlc.arg(position);

-- name: InsertPromoCode :execrows
insert into promo_code (id, event_id, code, kind, value, ticket_type_ids, max_uses, per_person, valid_from, valid_until, active, created_at)
values (sqlc.arg(id), sqlc.arg(event_id), sqlc.arg(code), sqlc.arg(kind), sqlc.arg(value), sqlc.arg(ticket_type_ids), sqlc.narg(max_uses), sqlc.narg(per_person),
        sqlc.narg(valid_from), sqlc.narg(valid_until), sqlc.arg(active), sqlc.arg(created_at))
on conflict on constraint promo_code_unique do nothing;

-- name: LockPromoCode :one
select * from promo_code where id = sqlc.arg(id) for no key update;

-- name: UpdatePromoCode :exec
update promo_code set ticket_type_ids = sqlc.arg(ticket_type_ids), max_uses = sqlc.narg(max_uses), per_person = sqlc.narg(per_person),
    valid_from = sqlc.narg(valid_from), valid_until = sqlc.narg(valid_until), active = sqlc.arg(active)
where id = sqlc.arg(id);

-- name: PromoCodesOfEvent :many
select * from promo_code where event_id = sqlc.arg(event_id) and code > sqlc.arg(after) order by code limit sqlc.arg(at_most);

-- name: PromoCode :one
select * from promo_code where event_id = sqlc.arg(event_id) and code = sqlc.arg(code);

-- name: PromoCodeByID :one
select * from promo_code where id = sqlc.arg(id);
