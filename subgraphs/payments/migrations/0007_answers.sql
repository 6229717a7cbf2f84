-- +goose Up
-- Whether the organiser's questions need answers before the booking can be paid, as the messages of bookings tell it.
alter table payable add column answers_missing boolean not null default false;
