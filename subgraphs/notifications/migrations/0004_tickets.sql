-- +goose Up
-- A ticket is sent to its guest; the notification is the buyer's, and goes with their account.
alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check check (kind in ('BOOKING_CONFIRMED', 'BOOKING_CANCELLED', 'PAYMENT_REFUNDED', 'TICKET_SENT'));
