-- +goose Up
-- The series that an event is a date of; empty for none. A refusal of one date offers others.
alter table event add column series_id text collate "C" not null default '';
create index event_by_series on event (series_id, starts_at) where series_id <> '';
