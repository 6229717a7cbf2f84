-- name: InsertSession :exec
insert into session (id, user_id, generation, created_at, rotated_at, expires_at)
values (@id, @user_id, 1, @created_at, @created_at, @expires_at);

-- name: InsertRefreshToken :exec
insert into refresh_token (hash, session_id, generation, created_at)
values (@hash, @session_id, @generation, @created_at);

-- name: RefreshTokenByHash :one
select * from refresh_token where hash = @hash;

-- Locks the family: exchanges of its tokens happen one after the other.
-- name: LockSession :one
select * from session where id = @id for update;

-- name: RotateSession :exec
update session set generation = @generation, rotated_at = @rotated_at, expires_at = @expires_at where id = @id;

-- name: EndSession :execrows
update session set ended_at = @ended_at::timestamptz, end_reason = @end_reason::text
where id = @id and ended_at is null;

-- Tokens nobody could exchange any more: older than the longest idle time.
-- name: DeleteOldTokens :execrows
delete from refresh_token where hash in (select t.hash from refresh_token t where t.created_at < @before order by t.created_at limit 10000);

-- name: DeleteOldSessions :execrows
delete from session where id in (select s.id from session s where s.expires_at < @before order by s.expires_at limit 1000);
