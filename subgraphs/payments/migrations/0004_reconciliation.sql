-- +goose Up
-- What the comparisons of the providers' statements with our books found; one row a run.
create table reconciliation (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    since       timestamptz not null,
    until       timestamptz not null,
    checked     int         not null, -- lines of statements
    differences jsonb       not null
);
