-- name: AddMessage :execrows
insert into message (id, notification_id, user_id, channel, status, recipient, subject, body_text, body_html, round, created_at)
values (@id, @notification_id, @user_id, @channel, @status, @recipient, @subject, @body_text, @body_html, @round, @created_at)
on conflict on constraint message_once do nothing;

-- name: BeginAttempt :one
-- The last try counts as failed until it is known to have worked: a crash must not leave a message that nobody will send as queued.
update message set
    attempts = attempts + 1,
    status   = case when @last::bool then 'FAILED' else status end,
    failure  = case when @last::bool then 'The last try was interrupted.' else failure end
where id = @id and round = @round and status = 'QUEUED' returning *;

-- name: MarkSent :exec
update message set status = 'SENT', sent_at = @at::timestamptz, failure = null where id = @id and round = @round and status <> 'SENT';

-- name: MarkFailed :exec
update message set status = 'FAILED', failure = @reason::text where id = @id and round = @round and status <> 'SENT';

-- name: NoteFailure :exec
update message set failure = @reason::text where id = @id and round = @round and status = 'QUEUED';

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
