-- name: AddNotification :execrows
insert into notification (id, user_id, seq, kind, subject, title, body, booking_id, event_id, facts, mail_waits, created_at, read_at)
values (@id, @user_id, @seq, @kind, @subject, @title, @body, nullif(@booking_id::text, ''), nullif(@event_id::text, ''), @facts, @mail_waits,
        @created_at, sqlc.narg(read_at))
on conflict on constraint notification_once do nothing;

-- name: TakeWaiting :many
with taken as (
    update notification set mail_waits = false where user_id = @user_id and mail_waits
    returning id, user_id, seq, facts
)
select * from taken order by seq;

-- name: Notifications :many
select * from notification
where user_id = @user_id
  and (not @unread_only::bool or read_at is null)
  and (sqlc.narg(after_at)::timestamptz is null or (created_at, id) < (sqlc.narg(after_at), sqlc.narg(after_id)::text))
order by created_at desc, id desc limit @max_rows;

-- name: NotificationsByID :many
select * from notification where id = any(@ids::text[]);

-- name: NotificationsAfter :many
select * from notification
where user_id = @user_id and seq > @seq order by seq limit @max_rows;

-- name: Unread :many
select user_id, count(*)::int as unread from notification where user_id = any(@user_ids::text[]) and read_at is null group by user_id;

-- name: MarkRead :execrows
update notification set read_at = @at::timestamptz
where user_id = @user_id and read_at is null and (sqlc.narg(ids)::text[] is null or id = any(sqlc.narg(ids)::text[]));
