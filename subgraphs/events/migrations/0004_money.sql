-- +goose Up
-- What holders who cancel get back, as the messages tell it; null is everything until the start.
alter table event add column refund_policy jsonb;
-- The tax that the price contains: basis points and name.
alter table ticket_type
    add column tax_rate int  not null default 0 check (tax_rate between 0 and 10000),
    add column tax_name text not null default '' check (char_length(tax_name) <= 40);
