-- +goose Up
-- A check-in can be taken back: the fact of that has the subject of the check-in.
alter table fact drop constraint fact_kind_check;
alter table fact add constraint fact_kind_check check (kind in ('event.published', 'booking.confirmed', 'booking.cancelled',
    'payment.captured', 'payment.refunded', 'ticket.checked_in', 'ticket.check_in_undone'));
