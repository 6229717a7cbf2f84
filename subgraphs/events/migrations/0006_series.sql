-- +goose Up
-- Series: dates that a recurrence rule makes. Each date is an event of its own; this is what makes them one. starts_at is the first date of
-- the rule, exceptions are dates of it that do not take place, extra_dates take place besides.
create table series (
    id           text collate "C" primary key,
    organizer_id text collate "C" not null,
    rule         text          not null check (char_length(rule) between 1 and 500),
    starts_at    timestamptz   not null,
    time_zone    text          not null,
    exceptions   timestamptz[] not null,
    extra_dates  timestamptz[] not null,
    version      int           not null check (version >= 1),
    created_at   timestamptz   not null,
    updated_at   timestamptz   not null
);

-- series_date is the date that the rule gives the event, wherever it was moved to: it is there once. An event changed by itself is edited.
alter table event
    add column series_id     text collate "C" references series (id),
    add column series_date   timestamptz,
    add column series_edited boolean not null default false,
    add constraint event_series_whole check ((series_id is null) = (series_date is null));
create unique index event_series_date_key on event (series_id, series_date) where series_id is not null;
create index event_by_series on event (series_id, starts_at, id) where series_id is not null;
-- For lists, in which the next date stands for its series: asked for every published date that is met.
create index event_by_series_published on event (series_id, starts_at, id) where status = 'PUBLISHED' and series_id is not null;

-- The ticket type of another date that this one began as a copy of; those of one series with the same are alike.
alter table ticket_type add column copy_of text collate "C";
