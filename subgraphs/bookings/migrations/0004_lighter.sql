-- +goose Up
-- What every booking pays for and nobody needs. Items and tickets are written with their booking in one transaction and bookings are never
-- deleted: the foreign keys only locked and looked up each booking twice more. An order names each ticket type once: the domain sees to it.
alter table booking_item drop constraint booking_item_booking_id_fkey, drop constraint booking_item_booking_id_ticket_type_id_key;
alter table ticket drop constraint ticket_booking_id_fkey;
