-- +goose Up
-- Facts and briefs are read whole, and nobody looks inside: kept as they were written.
alter table notification alter column facts type json using facts::json;
alter table booking_brief alter column brief type json using brief::json;
