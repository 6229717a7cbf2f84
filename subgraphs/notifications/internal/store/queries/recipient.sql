-- name: NextSeq :one
-- Locks the recipient until the commit: numbers are given in the order of commits.
insert into recipient (user_id, last_seq) values (@user_id, 1)
on conflict (user_id) do update set last_seq = recipient.last_seq + 1
returning email, name, last_seq;

-- name: Register :exec
insert into recipient (user_id, email, name) values (@user_id, nullif(@email::text, ''), @name)
on conflict (user_id) do update set email = excluded.email, name = excluded.name;

-- name: LastSeq :one
select coalesce((select last_seq from recipient where user_id = @user_id), 0)::bigint;

-- name: Brief :one
select brief from booking_brief where booking_id = @booking_id;

-- name: KeepBrief :exec
insert into booking_brief (booking_id, revision, brief) values (@booking_id, @revision, @brief)
on conflict (booking_id) do update set revision = excluded.revision, brief = excluded.brief
where booking_brief.revision < excluded.revision;
