-- name: NextSeqs :many
-- NextSeq for many people, in the order given.
insert into recipient (user_id, last_seq)
select u.user_id, u.n from (select unnest(@user_ids::text[]) as user_id, unnest(@counts::bigint[]) as n) u
on conflict (user_id) do update set last_seq = recipient.last_seq + excluded.last_seq
returning user_id, email, name, last_seq;

-- name: AddNotifications :many
insert into notification (id, user_id, seq, kind, subject, title, body, booking_id, event_id, facts, mail_waits, created_at)
select n.id, n.user_id, n.seq, n.kind, n.subject, n.title, n.body, nullif(n.booking_id, ''), nullif(n.event_id, ''), n.facts, n.mail_waits, n.created_at
from (
    select unnest(@ids::text[]) as id, unnest(@user_ids::text[]) as user_id, unnest(@seqs::bigint[]) as seq, unnest(@kinds::text[]) as kind,
           unnest(@subjects::text[]) as subject, unnest(@titles::text[]) as title, unnest(@bodies::text[]) as body,
           unnest(@booking_ids::text[]) as booking_id, unnest(@event_ids::text[]) as event_id, unnest(@facts::json[]) as facts,
           unnest(@mail_waits::bool[]) as mail_waits, unnest(@created_ats::timestamptz[]) as created_at
) n
on conflict on constraint notification_once do nothing returning id;

-- name: KeepBriefs :exec
insert into booking_brief (booking_id, revision, brief)
select unnest(@booking_ids::text[]), unnest(@revisions::int[]), unnest(@briefs::json[])
on conflict (booking_id) do update set revision = excluded.revision, brief = excluded.brief
where booking_brief.revision < excluded.revision;
