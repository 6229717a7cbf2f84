-- +goose Up
-- The plan of an event's numbered seats, as package contract writes it. Apart from the event's row: it can be large and is rarely wanted.
create table seating (
    event_id text collate "C" primary key references event (id) on delete cascade,
    plan     jsonb not null
);
