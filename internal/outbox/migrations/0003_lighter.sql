-- +goose Up
-- Rows come in the order of their age: a BRIN index finds the old ones and costs nothing at a write. Messages are never looked up by id.
alter table outbox drop constraint outbox_id_key;
drop index inbox_by_age;
create index inbox_by_age on inbox using brin (handled_at);
drop index idempotency_by_age;
create index idempotency_by_age on idempotency using brin (at);
