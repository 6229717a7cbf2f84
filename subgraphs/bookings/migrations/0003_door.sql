-- +goose Up
-- Keys that sign the QR codes of tickets. All are published; the newest whose signs_from has come signs. id is what payloads name.
create table ticket_key (
    id          text        collate "C" primary key check (id ~ '^[0-9a-f]{8}$'),
    private_key bytea       not null check (octet_length(private_key) = 32), -- the seed of RFC 8032
    signs_from  timestamptz not null,
    added_by    text        collate "C" not null default '', -- '' for the first one
    reason      text        not null default ''
);

-- What is printed on tickets and in calendars.
alter table event
    add column slug    text not null default '',
    add column address text not null default '',
    add column city    text not null default '';

-- revision is the edition of a ticket: what was issued before the newest lets nobody in. undone counts check-ins that were taken back.
alter table ticket
    add column revision int not null default 1 check (revision >= 1),
    add column undone   int not null default 0 check (undone >= 0);

-- Codes of earlier editions, so that the door can say what they are.
create table ticket_replaced (
    code        text        collate "C" primary key,
    ticket_id   text        collate "C" not null references ticket (id),
    replaced_at timestamptz not null,
    replaced_by text        collate "C" not null
);

-- Every scan at a door and every check-in taken back, for ever. ticket_id is null where the scan named no ticket of this event.
create table scan (
    id        text        collate "C" primary key,
    event_id  text        collate "C" not null,
    ticket_id text        collate "C" references ticket (id),
    at        timestamptz not null,
    gate      text        not null,
    by        text        collate "C" not null,
    outcome   text        not null check (outcome in ('LET_IN', 'ALREADY_IN', 'VOID', 'REPLACED', 'FORGED', 'WRONG_EVENT', 'NOT_FOUND', 'UNDONE')),
    reason    text        not null default ''
);
create index scan_by_event on scan (event_id, at desc, id desc);
create index scan_by_ticket on scan (ticket_id, at, id) where ticket_id is not null;

-- What those scans add up to at each gate: LET_IN, UNDONE, and the rest.
create table gate (
    event_id text        collate "C" not null,
    name     text        not null,
    let_in   int         not null default 0 check (let_in >= 0),
    undone   int         not null default 0 check (undone >= 0),
    refused  int         not null default 0 check (refused >= 0),
    last_at  timestamptz not null,
    primary key (event_id, name)
) with (fillfactor = 50);

-- Those who came in before scans were kept.
insert into scan (id, event_id, ticket_id, at, gate, by, outcome)
select 'scn' || substr(id, 4), event_id, id, checked_in_at, gate, coalesce(checked_in_by, ''), 'LET_IN' from ticket where checked_in_at is not null;
insert into gate (event_id, name, let_in, last_at)
select event_id, gate, count(*), max(at) from scan group by event_id, gate;
