-- +goose Up
-- Messages of this subgraph that not every consumer has committed yet. seq gives the order within a key.
create table outbox (
    seq          bigint generated always as identity primary key,
    id           text        not null unique,
    topic        text        not null,
    key          text        not null,
    at           timestamptz not null,
    trace_parent text        not null default '',
    payload      jsonb       not null,
    attempts     int         not null default 0,
    next_attempt timestamptz not null default now(),
    last_error   text
);
create index outbox_by_key on outbox (key, seq);

-- Messages of other subgraphs that took effect here: one row a consumer and message.
create table inbox (
    consumer   text        not null,
    event_id   text        not null,
    handled_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_by_age on inbox (handled_at);

-- What has been seeded: one row 'demo' once the demo data has been written.
create table seeded (
    what text        primary key,
    at   timestamptz not null default now()
);
