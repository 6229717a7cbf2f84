-- +goose Up
-- The event's refund policy, as its messages tell it; null is everything until the start.
alter table event add column refund_policy jsonb;
-- The tax that the price contains: basis points and name. An item keeps what it was sold with.
alter table ticket_type add column tax_rate int not null default 0, add column tax_name text not null default '';
alter table booking_item add column tax_rate int not null default 0, add column tax_name text not null default '';
-- How much of the booking's money went back, in minor units, as the messages of payments tell it.
alter table booking add column refunded_amount bigint not null default 0 check (refunded_amount >= 0);
