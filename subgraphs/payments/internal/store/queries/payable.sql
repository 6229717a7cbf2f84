-- name: PayableByID :one
select * from payable where booking_id = @booking_id;

-- name: LockPayable :one
select * from payable where booking_id = @booking_id for no key update;

-- name: UpsertPayables :exec
-- Of each booking there may be one.
insert into payable (booking_id, user_id, event_id, organizer_id, amount, currency, description, hold_expires_at, state, revision,
    reference, event_title, event_starts_at, event_time_zone, venue, lines, answers_missing)
select unnest(@booking_ids::text[]), unnest(@user_ids::text[]), unnest(@event_ids::text[]), unnest(@organizer_ids::text[]), unnest(@amounts::bigint[]),
    unnest(@currencies::text[]), unnest(@descriptions::text[]), unnest(@hold_expires_ats::timestamptz[]), unnest(@states::text[]), unnest(@revisions::int[]),
    unnest(@booking_references::text[]), unnest(@event_titles::text[]), unnest(@event_starts_ats::timestamptz[]), unnest(@event_time_zones::text[]),
    unnest(@venues::text[]), unnest(@lines::jsonb[]), unnest(@answers_missing::boolean[])
on conflict (booking_id) do update set amount = excluded.amount, currency = excluded.currency, description = excluded.description,
    hold_expires_at = excluded.hold_expires_at, state = excluded.state, revision = excluded.revision,
    reference = excluded.reference, event_title = excluded.event_title, event_starts_at = excluded.event_starts_at,
    event_time_zone = excluded.event_time_zone, venue = excluded.venue, lines = excluded.lines, answers_missing = excluded.answers_missing
where payable.revision < excluded.revision;
