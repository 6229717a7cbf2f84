-- name: AddMessages :many
insert into message (id, notification_id, user_id, channel, status, recipient, round, created_at)
select unnest(@ids::text[]), unnest(@notification_ids::text[]), unnest(@user_ids::text[]), unnest(@channels::text[]), 'QUEUED',
       unnest(@recipients::text[]), 1, unnest(@created_ats::timestamptz[])
on conflict on constraint message_once do nothing returning id;

-- name: BeginAttempts :many
-- The last try counts as failed until it is known to have worked: a crash must not leave a message that nobody will send as queued.
update message set
    attempts = attempts + 1,
    status   = case when @last::bool then 'FAILED' else status end,
    failure  = case when @last::bool then 'The last try was interrupted.' else failure end
where id = any(@ids::text[]) and round = @round and status = 'QUEUED' returning *;

-- name: EndAttempts :exec
-- A try that ends as QUEUED will be repeated. What a channel was not asked for does not count as a try.
update message m set
    attempts  = m.attempts - case when e.asked then 0 else 1 end,
    status    = e.status,
    failure   = case when e.status = 'QUEUED' and e.failure = '' then m.failure else nullif(e.failure, '') end,
    sent_at   = case when e.status = 'SENT' then @at::timestamptz end,
    subject   = case when e.written then e.subject else m.subject end,
    body_text = case when e.written then e.body_text else m.body_text end,
    body_html = case when e.written then e.body_html else m.body_html end
from (
    select unnest(@ids::text[]) as id, unnest(@statuses::text[]) as status, unnest(@asked::bool[]) as asked, unnest(@failures::text[]) as failure,
           unnest(@written::bool[]) as written, unnest(@subjects::text[]) as subject, unnest(@body_texts::text[]) as body_text,
           unnest(@body_htmls::text[]) as body_html
) e
where m.id = e.id and m.round = @round and m.status <> 'SENT' and (e.status <> 'QUEUED' or m.status = 'QUEUED');

-- name: Unwritten :many
select m.id, n.facts, coalesce(r.name, '') as name
from message m join notification n on n.id = m.notification_id left join recipient r on r.user_id = m.user_id
where m.id = any(@ids::text[]) and m.subject is null;

-- name: LockMessage :one
select status from message where id = @id for update;

-- name: Requeue :one
update message set status = 'QUEUED', round = round + 1, sent_at = null, failure = null where id = @id returning *;

-- name: MessagesByID :many
select * from message where id = any(@ids::text[]);

-- name: Messages :many
select * from message
where (sqlc.narg(user_id)::text is null or user_id = sqlc.narg(user_id))
  and (sqlc.narg(status)::text is null or status = sqlc.narg(status))
  and (sqlc.narg(recipient)::text is null or strpos(lower(recipient), lower(sqlc.narg(recipient))) > 0)
  and (sqlc.narg(after_at)::timestamptz is null or (created_at, id) < (sqlc.narg(after_at), sqlc.narg(after_id)::text))
order by created_at desc, id desc limit @max_rows;
