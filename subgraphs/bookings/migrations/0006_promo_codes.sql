-- +goose Up
-- Codes that make tickets cheaper or unlock them. used counts the bookings alive that were made with it (and those cancelled after their
-- event began); never more than max_uses, null being any number. code is in capitals. No ticket types means all.
create table promo_code (
    id              text        collate "C" primary key,
    event_id        text        collate "C" not null references event (id),
    code            text        collate "C" not null check (char_length(code) between 3 and 40),
    kind            text        not null check (kind in ('PERCENTAGE', 'AMOUNT', 'ACCESS')),
    value           bigint      not null check (value >= 0), -- basis points, or minor units a ticket
    ticket_type_ids text[]      not null,
    max_uses        int         check (max_uses >= 1),
    per_person      int         check (per_person >= 1),
    valid_from      timestamptz,
    valid_until     timestamptz check (valid_until > valid_from),
    active          boolean     not null,
    used            int         not null default 0 check (used >= 0),
    created_at      timestamptz not null,
    constraint promo_code_unique unique (event_id, code),
    constraint promo_code_not_overused check (used <= max_uses)
) with (fillfactor = 50);

-- The codes a booking was made with, and what a ticket would have cost without them.
alter table booking add column codes text[] not null default '{}';
alter table booking_item add column full_amount bigint check (full_amount >= unit_amount);
