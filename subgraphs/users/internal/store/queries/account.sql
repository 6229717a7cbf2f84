-- name: InsertAccount :exec
insert into account (id, name, email, password_hash, roles, created_at)
values (@id, @name, @email, @password_hash, @roles, @created_at);

-- name: AccountByEmail :one
select * from account where email = @email;

-- name: AccountByID :one
select * from account where id = @id;

-- name: AccountsByIDs :many
select * from account where id = any (@ids::text[]);

-- Newest first, after the row that the cursor stands for.
-- name: ListAccounts :many
select * from account
where (sqlc.narg(after_created)::timestamptz is null
       or (created_at, id) < (sqlc.narg(after_created)::timestamptz, sqlc.narg(after_id)::text))
  and (@pattern::text = '' or name ilike @pattern or email ilike @pattern)
order by created_at desc, id desc
limit @max_rows;

-- Adds a role once and keeps the order in which roles are declared.
-- name: AddRole :one
update account
set roles = (select array_agg(r order by array_position(array['USER', 'EVENT_MANAGER', 'ADMIN'], r))
             from (select distinct unnest(roles || @role::text) r) x)
where id = @id
returning *;

-- name: SetRoles :one
update account set roles = @roles where id = @id returning *;
