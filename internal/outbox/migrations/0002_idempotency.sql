-- +goose Up
-- What was answered to which request, so that a repeated request gets the same answer. scope is the operation and who asked; answer is
-- null only while an operation of several transactions is under way.
create table idempotency (
    scope        text        collate "C" not null,
    key          text        collate "C" not null,
    request_hash bytea       not null,
    answer       bytea,
    at           timestamptz not null default now(),
    primary key (scope, key)
);
create index idempotency_by_age on idempotency (at);
