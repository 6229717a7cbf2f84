-- name: MovementsOfUser :many
select * from movement where user_id = @user_id and (at, id) < (@before_at::timestamptz, @before_id::text)
    and (sqlc.narg(since)::timestamptz is null or at >= sqlc.narg(since)) and (sqlc.narg(until)::timestamptz is null or at < sqlc.narg(until))
    and (cardinality(@kinds::text[]) = 0 or kind = any(@kinds::text[]))
    and (sqlc.narg(event_id)::text is null or event_id = sqlc.narg(event_id)) and (sqlc.narg(booking_id)::text is null or booking_id = sqlc.narg(booking_id))
order by at desc, id desc limit @at_most;

-- name: MovementsOfOrganizer :many
select * from movement where organizer_id = @organizer_id and (at, id) < (@before_at::timestamptz, @before_id::text)
    and (sqlc.narg(since)::timestamptz is null or at >= sqlc.narg(since)) and (sqlc.narg(until)::timestamptz is null or at < sqlc.narg(until))
    and (cardinality(@kinds::text[]) = 0 or kind = any(@kinds::text[]))
    and (sqlc.narg(event_id)::text is null or event_id = sqlc.narg(event_id)) and (sqlc.narg(booking_id)::text is null or booking_id = sqlc.narg(booking_id))
order by at desc, id desc limit @at_most;

-- name: TakingsOfOrganizer :many
select coalesce(event_id, '')::text as event_id, currency,
    coalesce(sum(amount) filter (where kind = 'PAYMENT'), 0)::bigint as gross,
    coalesce(-sum(amount) filter (where kind = 'REFUND'), 0)::bigint as refunds,
    coalesce(-sum(amount) filter (where kind = 'DISPUTE'), 0)::bigint as disputes,
    coalesce(sum(fee), 0)::bigint as fees, coalesce(sum(tax), 0)::bigint as tax
from movement where organizer_id = @organizer_id and at >= @since and at < @until and kind <> 'PAYOUT'
group by 1, 2 order by gross desc, 1 limit 1000;

-- name: OwedToOrganizer :many
select a.currency, coalesce(-sum(e.amount), 0)::bigint as amount
from ledger_account a left join ledger_entry e on e.account = a.code
where a.owner = @organizer_id and a.kind in ('ORGANIZER', 'TAX', 'REFUND_FEES')
group by a.currency order by a.currency;
