-- +goose Up
-- What organisers ask of who books. A set of questions is written once and never changed; its id is a digest of it. The event names the
-- set that it asks now, a booking the one it was asked: '' is none.
create table question_set (
    id        text  collate "C" primary key,
    questions jsonb not null
);
alter table event add column asks text collate "C" not null default '';

-- answers_missing: without further answers the booking cannot be confirmed. named: there are rows for it in guest or order_answer.
alter table booking
    add column asked           text    collate "C" not null default '',
    add column answers_missing boolean not null default false,
    add column named           boolean not null default false;

-- Who tickets are for and what was answered. position counts the tickets of one type within the booking, from 1. These two tables hold all
-- that this subgraph knows of guests: whoever erases a person deletes the rows of their bookings here.
create table guest (
    booking_id     text  collate "C" not null references booking (id),
    ticket_type_id text  collate "C" not null,
    position       int   not null check (position >= 1),
    name           text  not null,
    email          text  not null,
    answers        jsonb not null,
    primary key (booking_id, ticket_type_id, position)
);
create table order_answer (
    booking_id text  collate "C" primary key references booking (id),
    answers    jsonb not null
);
