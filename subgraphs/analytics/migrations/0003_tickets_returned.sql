-- +goose Up
-- Tickets of a confirmed booking that were given back singly; the subject is the return, items are what was returned.
alter table fact drop constraint fact_kind_check;
alter table fact add constraint fact_kind_check check (kind in ('event.published', 'booking.confirmed', 'booking.cancelled',
    'booking.tickets_returned', 'payment.captured', 'payment.refunded', 'ticket.checked_in', 'ticket.check_in_undone'));
