-- +goose Up
-- Tickets that were given back singly: quantity is how many an item still has, returned how many more it had. Of the booking's money,
-- returned_amount is what the returned tickets had cost, and refunded_for_tickets what of that has gone back, as payments tells it.
-- returned_with_fee says that the policy's fixed fee, once a booking, was taken with them.
alter table booking_item add column returned int not null default 0 check (returned >= 0);
alter table booking_item drop constraint booking_item_quantity_check;
alter table booking_item add constraint booking_item_quantity_check check (quantity >= 0 and quantity + returned >= 1);
alter table booking
    add column returned_amount      bigint  not null default 0 check (returned_amount >= 0),
    add column refunded_for_tickets bigint  not null default 0 check (refunded_for_tickets >= 0),
    add column returned_with_fee    boolean not null default false;
