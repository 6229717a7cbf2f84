-- +goose Up
-- A payload is written once and read once, whole: taking it apart at both ends bought nothing.
alter table outbox alter column payload type json using payload::json;
