-- +goose Up
-- A refund that was begun before the buyer's bank took the same money in a dispute ends ABANDONED: it gives nothing back.
alter table refund drop constraint refund_status_check;
alter table refund add constraint refund_status_check check (status in ('PENDING', 'SUCCEEDED', 'FAILED', 'ABANDONED'));
