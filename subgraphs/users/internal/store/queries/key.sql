-- name: SigningKeys :many
select * from signing_key order by signs_from, id;

-- name: LockSigningKeys :exec
lock table signing_key in share row exclusive mode;

-- name: InsertSigningKey :exec
insert into signing_key (id, public_key, private_key, created_at, signs_from)
values (@id, @public_key, @private_key, @created_at, @signs_from);
